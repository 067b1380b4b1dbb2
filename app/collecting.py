"""Reads the mailbox of bounces and answers: the mailbox belongs to mail, and what follows from it to the verbs."""

import hashlib
import logging
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from threading import Event as Flag

from flask import Flask
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import db, transact
from app.formats import mail_notices
from app.mail import mailboxes
from app.models import JobTurn, NoticeKind
from app.models.worker_beat import READ_MAILBOX
from app.operations.communication import bouncing

EVERY = timedelta(minutes=1)
TOLD_EVERY = timedelta(hours=1)
Told = tuple[str, datetime]  # What was last written of a trouble, and when.
log = logging.getLogger(__name__)


def collect() -> Counter[NoticeKind]:
    """File what is new in the mailbox, and say what it was. Raises MailboxError."""
    counted: Counter[NoticeKind] = Counter()
    with mailboxes.opened() as mailbox:
        for name, content in mailbox.unseen():
            if kind := _file(content):
                counted[kind] += 1
            mailbox.mark(name)
    transact(_note_turn)
    return counted


def _file(content: bytes) -> NoticeKind | None:
    notice, digest = mail_notices.read(content), hashlib.sha256(content).hexdigest()
    try:
        return transact(partial(bouncing.file, notice, digest))
    except IntegrityError:
        return None  # Somebody else reads the same mailbox, and was faster.


def _note_turn(at: datetime) -> None:
    db.session.merge(JobTurn(job=READ_MAILBOX, worked_at=at))


def keep_collecting(stop: Flag, app: Flask) -> None:
    """Beside the worker's loop, which no slow mailbox may hold up. One worker reads, whichever comes first."""
    told: Told | None = None
    with app.app_context():
        while not stop.wait(EVERY.total_seconds() / 6):
            try:
                if _is_due():
                    collect()
                    told = None
            except Exception as error:  # The mailbox or the database may be away for a while; nothing in it is lost.
                told = _tell(error, told)
            db.session.remove()


def _tell(error: Exception, told: Told | None) -> Told:
    """A trouble that lasts is told when it begins, and then once an hour."""
    trouble, now = f"{type(error).__name__}: {error}", clock.now()
    if told and told[0] == trouble and now - told[1] < TOLD_EVERY:
        return told
    fault = None if isinstance(error, mailboxes.MailboxError) else error
    log.error("The mailbox for bounces cannot be read, we go on trying: %s", trouble, exc_info=fault)
    return trouble, now


def _is_due() -> bool:
    turn = db.session.get(JobTurn, READ_MAILBOX)
    db.session.rollback()
    return turn is None or turn.worked_at is None or clock.now() - turn.worked_at >= EVERY
