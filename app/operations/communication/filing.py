"""The notices that came back by mail, as staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import defer

from app.db import db
from app.models import JobTurn, MailNotice, MessageKind, NoticeKind, OutgoingEmail
from app.models.worker_beat import READ_MAILBOX

PAGE_SIZE = 50


@dataclass(frozen=True)
class NoticePage:
    notices: Sequence[tuple[MailNotice, OutgoingEmail | None]]
    older_than: int | None  # Where the next page begins, if there is one.


def page(wanted: NoticeKind | None, hidden: frozenset[MessageKind], *, older_than: int | None = None) -> NoticePage:
    """The newest first, each with the mail that it proved to be about; without kinds hidden from the reader."""
    query = select(MailNotice, OutgoingEmail).outerjoin(OutgoingEmail, OutgoingEmail.id == MailNotice.email_id)
    query = query.where(OutgoingEmail.kind.is_(None) | OutgoingEmail.kind.not_in(hidden))
    if wanted:
        query = query.where(MailNotice.kind == wanted)
    if older_than is not None:
        query = query.where(MailNotice.id < older_than)
    light = (defer(OutgoingEmail.content), defer(OutgoingEmail.facts))
    rows = db.session.execute(query.order_by(MailNotice.id.desc()).limit(PAGE_SIZE + 1).options(*light)).all()
    found = [(notice, mail) for notice, mail in rows]
    return NoticePage(found[:PAGE_SIZE], found[PAGE_SIZE - 1][0].id if len(found) > PAGE_SIZE else None)


def about(email_id: int) -> Sequence[MailNotice]:
    """What came back about one mail, oldest first."""
    chosen = select(MailNotice).where(MailNotice.email_id == email_id).order_by(MailNotice.id).limit(PAGE_SIZE)
    return db.session.scalars(chosen).all()


def mailbox_read_at() -> datetime | None:
    """When the mailbox of bounces was read last."""
    turn = db.session.get(JobTurn, READ_MAILBOX)
    return turn.worked_at if turn else None
