"""The rows of the outbox, and who owns each: the queue, one worker for a while, or nobody any more.

queued → claimed → sending → accepted | retry | failed | in doubt; superseded rows are withdrawn. Every change of
state is one short transaction; nothing here renders or sends.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_, update
from sqlalchemy.orm import aliased, defer

from app import clock
from app.db import db
from app.mail import companions, dead_addresses
from app.models import EmailState, MessageKind, OutgoingEmail, Registration, RegistrationState, Subscriber
from app.models.outgoing_email import (
    CAME_BACK,
    NO_LONGER_TRUE,
    NOT_COMING,
    STATE_KINDS,
    SUPERSEDED,
    UNFOLLOWED,
    UNSETTLED,
    UNWANTED,
)

LEASE = timedelta(seconds=60)
_MINUTES = (1, 5, 15, 30, 60, 120, *[240] * 17)  # Then three days have passed since the first attempt.
GAPS = tuple(timedelta(minutes=minutes) for minutes in _MINUTES)
JITTER = 0.2
DUE = (EmailState.QUEUED, EmailState.RETRY, EmailState.IN_DOUBT)
HELD = (EmailState.CLAIMED, EmailState.SENDING)
ABANDONED = "The worker that was sending it is gone."
LIGHT = (defer(OutgoingEmail.content), defer(OutgoingEmail.facts))  # Whose turn it is tells itself without the text.
_chance = SystemRandom()


def is_due(before_priority: int | None = None) -> bool:
    """Whether a claim would find anything (more urgent than that). Only looks, so that an idle worker takes no lock."""
    at, row = clock.now(), OutgoingEmail
    left_behind = and_(row.state == EmailState.SENDING, row.leased_until < at)
    urgent = [row.priority < before_priority] if before_priority is not None else []
    found = db.session.scalar(select(exists().where(UNSETTLED, or_(_ready(row, at), left_behind), *urgent)))
    db.session.rollback()
    return bool(found)


def claim(worker: str, limit: int, at: datetime) -> list[int]:
    """Take due rows for this worker: urgent before service before bulk, and of each person only the first."""
    doubt_abandoned(at)
    rows = db.session.scalars(
        select(OutgoingEmail)
        .where(UNSETTLED, _ready(OutgoingEmail, at), *_nobody_comes_first(at))
        .order_by(OutgoingEmail.priority, OutgoingEmail.due_at, OutgoingEmail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .options(*LIGHT)
    ).all()
    for row in rows:
        row.leased_by, row.leased_until = worker, at + LEASE
        row.enter(EmailState.CLAIMED, row.last_error, at)
    return [row.id for row in rows]


def doubt_abandoned(at: datetime) -> None:
    """No sign of life for a minute from whoever was sending these: nobody knows whether they left."""
    abandoned = (OutgoingEmail.state == EmailState.SENDING, OutgoingEmail.leased_until < at)
    for row in db.session.scalars(
        select(OutgoingEmail).where(UNSETTLED, *abandoned).with_for_update(skip_locked=True)
    ).all():
        row.doubts, row.leased_until = row.doubts + 1, None  # Whose it was stays: the answer may come after all.
        row.enter(EmailState.IN_DOUBT, ABANDONED, at)


def _ready(row: type[OutgoingEmail], at: datetime) -> ColumnElement[bool]:
    """Due, or left behind by a worker that is gone before it sent anything."""
    left_behind = and_(row.state == EmailState.CLAIMED, row.leased_until < at)
    return or_(and_(row.state.in_(DUE), row.due_at <= at), left_behind)


def _nobody_comes_first(at: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """No mail of the same registration, or to the same person, is under way, or ready and before this one."""
    row, other = OutgoingEmail, aliased(OutgoingEmail)
    under_way = and_(other.state.in_(HELD), other.leased_until >= at)
    before = tuple_(other.priority, other.due_at, other.id) < tuple_(row.priority, row.due_at, row.id)
    comes_first = (other.id != row.id, or_(under_way, and_(_ready(other, at), before)))
    return (
        ~exists().where(other.recipient_key == row.recipient_key, *comes_first),
        ~exists().where(other.registration_id == row.registration_id, *comes_first),
    )


def rows(ids: Sequence[int]) -> list[OutgoingEmail]:
    """These rows, in this order."""
    found = db.session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.id.in_(ids)), execution_options={"populate_existing": True}
    )
    return sorted(found, key=lambda row: ids.index(row.id))


def held(email_id: int, worker: str) -> OutgoingEmail | None:
    """The row, locked, if this worker still owns it, or was the last to own it and was thought to be gone."""
    row = db.session.get(OutgoingEmail, email_id, with_for_update=True, populate_existing=True, options=LIGHT)
    return row if row and row.state in (*HELD, EmailState.IN_DOUBT) and row.leased_by == worker else None


def send_off(row: OutgoingEmail, at: datetime) -> bool:
    """Say that the message is about to leave. False when it has become untrue meanwhile."""
    if reason := _untrue(row, at):
        _settle(row, EmailState.WITHDRAWN, reason, at)
        return False
    row.leased_until, row.attempts = at + LEASE, row.attempts + 1
    row.enter(EmailState.SENDING, "", at)
    return True


def keep_lease(worker: str, at: datetime) -> None:
    """The worker lives: the message that it is sending stays its own, however long the server takes."""
    sending = (OutgoingEmail.leased_by == worker, OutgoingEmail.state == EmailState.SENDING)
    db.session.execute(update(OutgoingEmail).where(UNSETTLED, *sending).values(leased_until=at + LEASE))


def _untrue(row: OutgoingEmail, at: datetime) -> str:
    """Why it must not leave any more: it was overtaken, nobody comes, nothing arrives there. Empty when it may."""
    if row.kind.can_be_overtaken and _is_superseded(row):
        return SUPERSEDED
    if row.kind.presumes_seat and _has_left(row):
        return NOT_COMING
    if row.kind is MessageKind.NEWS and not _is_followed(row):
        return UNFOLLOWED
    if row.kind.goes_to_many and dead_addresses.wants_no_lists(row.recipient_key):
        return UNWANTED
    if not row.kind.was_asked_for and dead_addresses.has(row.recipient_key):
        return CAME_BACK
    return "" if companions.is_true(row, at) else NO_LONGER_TRUE


def _is_followed(row: OutgoingEmail) -> bool:
    """A try that was under way when somebody stopped the news, or a copy that staff send, must not reach them."""
    return bool(db.session.scalar(select(exists().where(Subscriber.email_key == row.recipient_key))))


def _is_superseded(row: OutgoingEmail) -> bool:
    if row.registration_id is None:
        return False
    newer = (
        OutgoingEmail.registration_id == row.registration_id,
        OutgoingEmail.id > row.id,
        OutgoingEmail.kind.in_(STATE_KINDS),
        OutgoingEmail.state != EmailState.WITHDRAWN,
    )
    return bool(db.session.scalar(select(exists().where(*newer))))


def _has_left(row: OutgoingEmail) -> bool:
    """Whether this person has given up the place since it was queued. Who had none then was written to as such."""
    gone = {RegistrationState.CANCELLED, RegistrationState.NOT_APPROVED}
    if row.registration_id is None or RegistrationState(row.facts["registration"]["state"]) in gone:
        return False
    return db.session.scalar(select(Registration.state).where(Registration.id == row.registration_id)) in gone


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
