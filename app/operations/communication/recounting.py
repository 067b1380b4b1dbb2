"""The record of who was told of which change of an event, and when their mail was taken."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import defer

from app.db import db
from app.models import ChangeNotice, OutgoingEmail

PAGE_SIZE = 100


@dataclass(frozen=True)
class Told:
    """One page of the people whom a notice went to."""

    mails: Sequence[OutgoingEmail]
    after: int | None  # Where the next page begins, if there is one.


def notices(event_id: int) -> Sequence[ChangeNotice]:
    """Every change that people were, are or were not told of; the newest first."""
    chosen = select(ChangeNotice).where(ChangeNotice.event_id == event_id).order_by(ChangeNotice.id.desc())
    return db.session.scalars(chosen).all()


def people(notice: ChangeNotice, *, after: int | None = None) -> Told:
    """Whom it was written to, in the order in which it was."""
    chosen = (
        select(OutgoingEmail)
        .where(
            OutgoingEmail.kind == notice.kind,
            OutgoingEmail.event_id == notice.event_id,
            OutgoingEmail.dedupe_key.endswith(f"/notice-{notice.id}", autoescape=True),
            OutgoingEmail.id > (after or 0),
        )
        .options(defer(OutgoingEmail.content), defer(OutgoingEmail.facts))
        .order_by(OutgoingEmail.id)
        .limit(PAGE_SIZE + 1)
    )
    found = db.session.scalars(chosen).all()
    return Told(found[:PAGE_SIZE], found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None)
