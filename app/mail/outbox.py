"""The rows of the outbox, and who owns each: the queue, one worker for a while, or nobody any more.

queued → claimed → sending → accepted | retry | failed | in doubt; superseded rows are withdrawn. Every change of
state is one short transaction; nothing here renders or sends.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_, update
from sqlalchemy.orm import aliased

from app import clock
from app.db import db
from app.mail import companions
from app.models import EmailState, OutgoingEmail
from app.models.outgoing_email import NO_LONGER_TRUE, STATE_KINDS, SUPERSEDED, UNSETTLED

LEASE = timedelta(seconds=60)
_MINUTES = (1, 5, 15, 30, 60, 120, *[240] * 17)  # Then three days have passed since the first attempt.
GAPS = tuple(timedelta(minutes=minutes) for minutes in _MINUTES)
JITTER = 0.2
DUE = (EmailState.QUEUED, EmailState.RETRY, EmailState.IN_DOUBT)
HELD = (EmailState.CLAIMED, EmailState.SENDING)
_chance = SystemRandom()


@dataclass(frozen=True, slots=True)
class Fixed:
    """What every attempt at one mail has in common, byte for byte."""

    content: bytes
    message_id: str
    subject: str


def is_due() -> bool:
    """Whether a claim would find anything. Only looks, so that an idle worker takes no lock."""
    found = db.session.scalar(select(exists().where(UNSETTLED, _ready(OutgoingEmail, clock.now()))))
    db.session.rollback()
    return bool(found)


def claim(worker: str, limit: int, at: datetime) -> list[int]:
    """Take due rows for this worker: urgent before service before bulk, and of each person only the first."""
    rows = db.session.scalars(
        select(OutgoingEmail)
        .where(UNSETTLED, _ready(OutgoingEmail, at), ~_somebody_comes_first(at))
        .order_by(OutgoingEmail.priority, OutgoingEmail.due_at, OutgoingEmail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        if row.state is EmailState.SENDING:  # Its worker died with the message on the wire.
            row.doubts += 1
        row.state, row.leased_by, row.leased_until = EmailState.CLAIMED, worker, at + LEASE
    return [row.id for row in rows]


def _ready(row: type[OutgoingEmail], at: datetime) -> ColumnElement[bool]:
    """Due, or left behind by a worker that is gone."""
    return or_(and_(row.state.in_(DUE), row.due_at <= at), and_(row.state.in_(HELD), row.leased_until < at))


def _somebody_comes_first(at: datetime) -> ColumnElement[bool]:
    """Another mail to the same person is under way, or ready and before this one."""
    row, other = OutgoingEmail, aliased(OutgoingEmail)
    under_way = and_(other.state.in_(HELD), other.leased_until >= at)
    before = tuple_(other.priority, other.due_at, other.id) < tuple_(row.priority, row.due_at, row.id)
    return exists().where(
        other.recipient_key == row.recipient_key, other.id != row.id, or_(under_way, and_(_ready(other, at), before))
    )


def held(email_id: int, worker: str) -> OutgoingEmail | None:
    """The row, locked, if this worker still owns it."""
    row = db.session.get(OutgoingEmail, email_id, with_for_update=True, populate_existing=True)
    return row if row and row.state in HELD and row.leased_by == worker else None


def send_off(row: OutgoingEmail, fixed: Fixed, at: datetime) -> bool:
    """Say that the message is about to leave, and fix its bytes. False when a newer one has made it untrue."""
    if _is_superseded(row):
        _settle(row, EmailState.WITHDRAWN, SUPERSEDED, at)
        return False
    if not companions.is_true(row, at):
        _settle(row, EmailState.WITHDRAWN, NO_LONGER_TRUE, at)
        return False
    row.keep(fixed.content)
    row.message_id, row.subject = fixed.message_id, fixed.subject
    row.leased_until, row.attempts = at + LEASE, row.attempts + 1
    row.enter(EmailState.SENDING, "", at)
    return True


def keep_lease(worker: str, at: datetime) -> None:
    """The worker lives: the message that it is sending stays its own, however long the server takes."""
    sending = (OutgoingEmail.leased_by == worker, OutgoingEmail.state == EmailState.SENDING)
    db.session.execute(update(OutgoingEmail).where(UNSETTLED, *sending).values(leased_until=at + LEASE))


def _is_superseded(row: OutgoingEmail) -> bool:
    if row.registration_id is None or not row.kind.can_be_overtaken:
        return False
    newer = (
        OutgoingEmail.registration_id == row.registration_id,
        OutgoingEmail.id > row.id,
        OutgoingEmail.kind.in_(STATE_KINDS),
        OutgoingEmail.state != EmailState.WITHDRAWN,
    )
    return bool(db.session.scalar(select(exists().where(*newer))))


def accept(row: OutgoingEmail, answer: str, at: datetime) -> None:
    row.leased_by, row.leased_until = None, None
    row.accept(answer, at)


def fail(row: OutgoingEmail, reason: str, at: datetime) -> None:
    """For good: staff see it on their work list."""
    _settle(row, EmailState.FAILED, reason, at)


def postpone(row: OutgoingEmail, reason: str, at: datetime) -> None:
    """Try again after a gap that grows with each attempt; after three days it has failed."""
    _again(row, EmailState.IN_DOUBT if row.doubts else EmailState.RETRY, reason, at)


def postpone_untried(row: OutgoingEmail, reason: str, at: datetime) -> None:
    """The same, for a row whose turn did not come: the server would have taken nothing."""
    row.attempts += row.state is EmailState.CLAIMED
    postpone(row, reason, at)


def doubt(row: OutgoingEmail, reason: str, at: datetime) -> None:
    """The server may have taken it. It is sent again, byte for byte the same, and staff see that there may be two."""
    row.doubts += 1
    _again(row, EmailState.IN_DOUBT, reason, at)


def _again(row: OutgoingEmail, state: EmailState, reason: str, at: datetime) -> None:
    if row.attempts > len(GAPS):
        fail(row, reason, at)
        return
    gap = GAPS[max(row.attempts, 1) - 1]
    _settle(row, state, reason, at)
    row.due_at = at + gap * _chance.uniform(1 - JITTER, 1 + JITTER)


def release(row: OutgoingEmail, _words: str, at: datetime) -> None:
    """Give a row back as it was: its worker stops."""
    waiting = EmailState.RETRY if row.attempts else EmailState.QUEUED
    _settle(row, EmailState.IN_DOUBT if row.doubts else waiting, row.last_error, at)


def _settle(row: OutgoingEmail, state: EmailState, words: str, at: datetime) -> None:
    row.leased_by, row.leased_until = None, None
    row.enter(state, words, at)
