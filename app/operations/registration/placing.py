"""Staff place somebody: elsewhere in the line, or on a seat of their own. The reason stands in the log."""

from datetime import datetime

from app.models import Registration
from app.operations.registration import allotting, waiting, welcoming
from app.operations.registration.cancelling import lock, record, refuse_when_over
from app.operations.registration.keeping_turn import NotWaitingError
from app.operations.registration.standing import standing

LONGEST_LINE = 100_000


def move(registration_id: int, ahead: int, *, reason: str, by: str, at: datetime) -> Registration:
    """Put somebody behind so many others of their line; who stands between moves by one. Raises NotWaitingError."""
    registration = _lock_waiting(registration_id)
    mode = registration.waits_for
    assert mode
    line = waiting.line(registration.event, mode, limit=LONGEST_LINE)
    was, place = allotting.move_in_line(line, registration, ahead)
    record(registration, "moved in line", by=by, at=at, detail={"ahead": [was, place], "reason": reason})
    return registration


def give_seat(registration_id: int, *, reason: str, by: str, at: datetime) -> Registration:
    """Seat somebody who waits, whoever stands before them; when no seat is free, the capacity grows by one.

    Raises NotWaitingError, EventOverError.
    """
    registration = lock(registration_id)
    refuse_when_over(registration.event, at)
    event, mode = registration.event, registration.waits_for
    if mode is None:
        raise NotWaitingError
    pool = allotting.pool_of(event, mode)
    before, capacity = standing(registration), pool.capacity
    if registration.offered_until:
        allotting.take_held(registration, pool)
    else:
        allotting.add_seat(pool)
        allotting.seat_from_line(registration, pool)
    told: dict[str, object] = {"mode": mode.value, "reason": reason, "capacity": [capacity, pool.capacity]}
    welcoming.welcome(registration, before, "seated by staff", by=by, at=at, detail=told)
    return registration


def _lock_waiting(registration_id: int) -> Registration:
    registration = lock(registration_id)
    if registration.waits_for is None or registration.offered_until:
        raise NotWaitingError
    return registration
