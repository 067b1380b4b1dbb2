"""The waiting list: whoever waits longest is seated first, at once, in the transaction that freed the seat."""

from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.models import Event, MessageKind, Mode, Registration
from app.operations import auditing, notifying
from app.operations.registration import allotting, moving_up, seating


def promote(event: Event, at: datetime) -> list[Registration]:
    """Seat everybody who can be seated now, in order, at the event and in its sessions. The event must be locked."""
    promoted = [person for mode in event.modes for person in _promote_in(event, mode, at)]
    moving_up.promote(event, at)
    return promoted


def _promote_in(event: Event, mode: Mode, at: datetime) -> list[Registration]:
    pool = allotting.pool_of(event, mode)
    until = event.promotes_until(mode)
    free = allotting.free_seats(pool)
    if free <= 0 or not event.state.is_public or (until is not None and at >= until):
        return []
    promoted = list(_longest_waiting(event, mode, free))
    for registration in promoted:
        allotting.seat_from_line(registration, pool)
        seating.arrive(registration, at)
        _note(registration, at)
    about = {"event": notifying.event_facts(event, at)}
    notifying.queue_many(MessageKind.PROMOTED, promoted, about, at=at, priority=notifying.SERVICE)
    return promoted


def _longest_waiting(event: Event, mode: Mode, count: int) -> list[Registration]:
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.event_id == event.id,
                Registration.waits_for == mode,
                Registration.offered_until.is_(None),
            )
            .order_by(Registration.position)
            .limit(count)
        )
    )


def ahead_of(registration: Registration) -> int:
    """How many wait in the same line and came earlier. The position alone does not tell: it counts those who left."""
    query = select(func.count()).where(
        Registration.event_id == registration.event_id,
        Registration.waits_for == registration.waits_for,
        Registration.offered_until.is_(None),
        Registration.position < registration.position,
    )
    return db.session.scalar(query) or 0


def _note(registration: Registration, at: datetime) -> None:
    registration.confirmed_at = at
    registration.calendar_sequence += 1
    auditing.record(
        "promoted",
        actor="waiting list",
        subject="registration",
        subject_id=registration.id,
        event_id=registration.event_id,
        detail={"position": registration.position},
        at=at,
    )
