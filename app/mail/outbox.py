"""The rows of the outbox, and who owns each: the queue, one worker for a while, or nobody any more.

queued → claimed → sending → accepted | retry | failed | in doubt; superseded rows are withdrawn. Every change of
state is one short transaction; nothing here renders or sends.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from typing import cast

from sqlalchemy import BindParameter, ColumnElement, Table, and_, bindparam, exists, or_, select, tuple_, update
from sqlalchemy.orm import aliased, defer

from app import clock
from app.db import db, locks_rows
from app.mail import dead_addresses
from app.models import EmailState, OutgoingEmail
from app.models.outgoing_email import UNSETTLED

LEASE = timedelta(seconds=60)
_MINUTES = (1, 5, 15, 30, 60, 120, *[240] * 17)  # Then three days have passed since the first attempt.
GAPS = tuple(timedelta(minutes=minutes) for minutes in _MINUTES)
JITTER = 0.2
DUE = (EmailState.QUEUED, EmailState.RETRY, EmailState.IN_DOUBT)
HELD = (EmailState.CLAIMED, EmailState.SENDING)
ABANDONED = "The worker that was sending it is gone."
TABLE = cast("Table", OutgoingEmail.__table__)  # For statements about rows that nobody loads.
LIGHT = (defer(OutgoingEmail.content), defer(OutgoingEmail.facts))  # Whose turn it is tells itself without the text.
_chance = SystemRandom()


# The statements that workers ask again and again are made once: making one took longer than asking it.
_AT: BindParameter[datetime] = bindparam("at")
# On PostgreSQL the next mails are found by walking the queue in its order and asking about each. By itself it would
# gather and sort the whole queue as long as its statistics are older than a rush.
_WALK = "SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off"


def _ready(row: type[OutgoingEmail]) -> ColumnElement[bool]:
    """Due, or left behind by a worker that is gone. What a worker ever took was due."""
    left_behind = and_(row.state.in_(HELD), row.leased_until < _AT)
    return and_(row.due_at <= _AT, or_(row.state.in_(DUE), left_behind))


def _nobody_comes_first() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """No mail of the same registration, or to the same person, is under way, or ready and before this one."""
    row, other = OutgoingEmail, aliased(OutgoingEmail)
    under_way = and_(other.state.in_(HELD), other.leased_until >= _AT)
    before = tuple_(other.priority, other.due_at, other.id) < tuple_(row.priority, row.due_at, row.id)
    comes_first = (other.id != row.id, or_(under_way, and_(_ready(other), before)))
    return (
        ~exists().where(other.recipient_key == row.recipient_key, *comes_first),
        ~exists().where(other.registration_id == row.registration_id, *comes_first),
    )


_LOOK = select(exists().where(UNSETTLED, _ready(OutgoingEmail)))
_LOOK_FOR_URGENT = select(
    exists().where(UNSETTLED, _ready(OutgoingEmail), OutgoingEmail.priority < bindparam("priority"))
)
_TURN = (
    select(OutgoingEmail.id, OutgoingEmail.state)
    .where(UNSETTLED, _ready(OutgoingEmail), *_nobody_comes_first())
    .order_by(OutgoingEmail.priority, OutgoingEmail.due_at, OutgoingEmail.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def is_due(before_priority: int | None = None) -> bool:
    """Whether a claim would find anything (more urgent than that). Only looks, so that an idle worker takes no lock."""
    look = _LOOK if before_priority is None else _LOOK_FOR_URGENT
    found = db.session.scalar(look, {"at": clock.now(), "priority": before_priority})
    db.session.rollback()
    return bool(found)


def claim(worker: str, limit: int, at: datetime) -> list[int]:
    """Take due rows for this worker: urgent before service before bulk, and of each person only the first."""
    if locks_rows():
        db.session.connection().exec_driver_sql(_WALK)
    found = db.session.execute(_TURN, {"at": at, "most": limit}).all()
    _doubt([row.id for row in found if row.state is EmailState.SENDING], at)
    ids = [row.id for row in found]
    lease = {"state": EmailState.CLAIMED, "state_at": at, "leased_by": worker, "leased_until": at + LEASE}
    if ids:  # A claim leaves no trace: most are of no consequence.
        db.session.execute(update(TABLE).where(TABLE.c.id.in_(ids)).values(lease))
    return ids


def _doubt(abandoned: Sequence[int], at: datetime) -> None:
    """No sign of life for a minute from whoever was sending these: nobody knows whether they left."""
    for row in loaded(abandoned).values():
        row.doubts += 1
        row.enter(EmailState.IN_DOUBT, ABANDONED, at)
    db.session.flush()


def rows(ids: Sequence[int]) -> list[OutgoingEmail]:
    """These rows, in this order."""
    found = db.session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.id.in_(ids)), execution_options={"populate_existing": True}
    )
    return sorted(found, key=lambda row: ids.index(row.id))


def loaded(ids: Sequence[int]) -> dict[int, OutgoingEmail]:
    """These rows, as they are now."""
    if not ids:
        return {}
    chosen = select(OutgoingEmail).where(OutgoingEmail.id.in_(ids)).options(*LIGHT)
    found = db.session.scalars(chosen, execution_options={"populate_existing": True})
    return {row.id: row for row in found}


def withdraw(reasons: Mapping[int, str], at: datetime) -> None:
    """Take back what must not leave any more, and say why."""
    for row in loaded(list(reasons)).values():
        _settle(row, EmailState.WITHDRAWN, reasons[row.id], at)


def keep_lease(worker: str, at: datetime) -> None:
    """The worker lives: the message that it is sending stays its own, however long the server takes."""
    sending = (OutgoingEmail.leased_by == worker, OutgoingEmail.state == EmailState.SENDING)
    db.session.execute(update(OutgoingEmail).where(UNSETTLED, *sending).values(leased_until=at + LEASE))


def accept(row: OutgoingEmail, answer: str, at: datetime) -> None:
    row.leased_by, row.leased_until = None, None
    row.accept(answer, at)


def accept_found(row: OutgoingEmail, words: str, at: datetime) -> None:
    """The doubt is settled: it had been accepted, and there is no second copy."""
    row.doubts = 0
    accept(row, words, at)


def fail(row: OutgoingEmail, reason: str, at: datetime) -> None:
    """For good: staff see it on their work list, and on the address when that is the reason."""
    _settle(row, EmailState.FAILED, reason, at)
    dead_addresses.note(row, reason, at)


def postpone(row: OutgoingEmail, reason: str, at: datetime) -> None:
    """Try again after a gap that grows with each attempt; after three days it has failed."""
    _again(row, EmailState.IN_DOUBT if row.doubts else EmailState.RETRY, reason, at)


def postpone_untried(row: OutgoingEmail, reason: str, at: datetime) -> None:
    """The same, for a row whose turn did not come: the server would have taken nothing."""
    row.attempts += row.state is EmailState.CLAIMED
    postpone(row, reason, at)


def doubt(row: OutgoingEmail, reason: str, at: datetime) -> None:
    """The server may have taken it. Unless that can be found out it is sent again, byte for byte the same."""
    row.doubts += 1
    _again(row, EmailState.IN_DOUBT, reason, at)


def _again(row: OutgoingEmail, state: EmailState, reason: str, at: datetime) -> None:
    if row.attempts > len(GAPS):
        fail(row, reason, at)
        return
    gap = GAPS[max(row.attempts, 1) - 1]
    _settle(row, state, reason, at)
    row.due_at = at + gap * _chance.uniform(1 - JITTER, 1 + JITTER)


def release(row: OutgoingEmail, words: str, at: datetime) -> None:
    """Give a row back: its worker stops, or the server wants nothing from us, which is not the mail's fault."""
    waiting = EmailState.RETRY if row.attempts else EmailState.QUEUED
    _settle(row, EmailState.IN_DOUBT if row.doubts else waiting, words or row.last_error, at)


def _settle(row: OutgoingEmail, state: EmailState, words: str, at: datetime) -> None:
    row.leased_by, row.leased_until = None, None
    row.enter(state, words, at)
