"""Seats: the only place that moves them. Everything here happens under the event's lock.

``lock_desk`` and ``enter`` run the two hand-written statements of a registration, because every person of a rush
passes through them; the other verbs are rare and use the tables' classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Boolean, select
from sqlalchemy.orm import selectinload

from app.db import Json, UtcDateTime, db, locks_rows
from app.handwritten import HandWritten
from app.models import Event, Mode, Pick, Registration, RegistrationState, SeatPool
from app.operations.registration.locked_desk import LockedDesk
from app.operations.registration.statements import (
    AUDIT,
    ENTER_AT_ONCE,
    EVENTS_LOCK,
    LOCK_DESK,
    MAIL,
    REGISTRATION,
    SEAT,
    SUBMISSION,
)

Place = TypeVar("Place", Registration, Pick)


class NoSuchEventError(Exception):
    """The event, or this way of attending it, is not there any more."""


class CapacityBelowTakenError(Exception):
    """More seats are taken than the new capacity has: somebody must decide what happens to them."""

    def __init__(self, taken: int, mode: Mode | None = None) -> None:
        super().__init__(taken)
        self.taken, self.mode = taken, mode


_KINDS: dict[str, Any] = {
    **dict.fromkeys(("starts_at", "opens_at", "closes_at"), UtcDateTime()),
    "is_paused": Boolean(),
    "is_plain": Boolean(),
}
_READ_DESK = HandWritten(LOCK_DESK, found=_KINDS)
_LOCK_DESK = HandWritten(LOCK_DESK + EVENTS_LOCK, found=_KINDS)


def lock_desk(event_id: int, mode: Mode) -> LockedDesk:
    """Take the event's lock and read what decides about a seat. Raises NoSuchEventError."""
    statement = _LOCK_DESK if locks_rows() else _READ_DESK
    row = statement.run({"event_id": event_id, "mode": mode.value})
    if row is None:
        raise NoSuchEventError(event_id)
    return LockedDesk(*row)


_TYPES: dict[str, Any] = {
    **dict.fromkeys(("at", "confirmed_at"), UtcDateTime()),
    **dict.fromkeys(("days", "detail", "facts", "outcome"), Json),
}


def _part(sql: str, new_id: str, from_new: str) -> HandWritten:
    return HandWritten(sql.format(new_id=new_id, from_new=from_new), given=_TYPES)


_ENTER_ONE_BY_ONE = [_part(sql, ":registration_id", "") for sql in (SEAT, AUDIT, MAIL, SUBMISSION)]
_FIRST = _part(REGISTRATION, "", "")
_ENTER_AT_ONCE = _part(ENTER_AT_ONCE, "entered.id", "FROM entered")


@dataclass(frozen=True)
class Entered:
    """What was written: the submission that the confirmation page shows, and the registration it made."""

    submission_id: int
    registration_id: int


def enter(values: dict[str, Any]) -> Entered | None:
    """Write one registration, its seat or place in line, its audit entry, its mail and its submission.

    Nothing is written, and None comes back, when this form was sent before or the address is registered already.
    """
    if locks_rows():
        row = _ENTER_AT_ONCE.run(values)
        return Entered(*row) if row else None
    first = _FIRST.run(values)
    if first is None:
        return None
    values = {**values, "registration_id": first[0]}
    rows = [statement.run(values) for statement in _ENTER_ONE_BY_ONE]
    return Entered(*(rows[-1] or ()))


def lock_event(event_id: int) -> Event:
    """Take the event's lock and load it as it now is, with its seat pools. Raises NoSuchEventError."""
    event = db.session.scalar(
        select(Event)
        .where(Event.id == event_id)
        .with_for_update(key_share=True)
        .options(selectinload(Event.pools))
        .execution_options(populate_existing=True)
    )
    if event is None:
        raise NoSuchEventError(event_id)
    return event


def pool_of(event: Event, mode: Mode) -> SeatPool:
    """The pool of a locked event. Raises NoSuchEventError when nobody can attend in this mode."""
    pool = event.pool(mode)
    if pool is None:
        raise NoSuchEventError(event.id)
    return pool


def take(pool: SeatPool) -> None:
    """Take a free seat."""
    pool.taken += 1


def join_line(pool: SeatPool) -> int:
    """Join the end of the waiting list, and say at which position."""
    pool.waiting += 1
    pool.last_position += 1
    return pool.last_position


def give_up(registration: Registration) -> None:
    """Give back what the registration holds of the event: its seat, and its place in a line."""
    leave_line(registration)
    if registration.state.holds_seat:
        free(pool_of(registration.event, registration.mode))


def leave_line(registration: Registration) -> None:
    """Stop waiting: an offered seat goes back, a place in line is given up. What else the person holds stays."""
    if registration.waits_for is None:
        return
    line = pool_of(registration.event, registration.waits_for)
    if registration.offered_until is None:
        line.waiting -= 1
    elif registration.mode is not registration.waits_for:  # Attends otherwise meanwhile; else the state holds the seat.
        free(line)
    registration.waits_for = registration.position = registration.offered_until = None


def free(pool: SeatPool) -> None:
    """Give a seat back."""
    pool.taken -= 1
    _shrink(pool)


def _shrink(pool: SeatPool) -> None:
    if pool.shrink_to is not None and pool.capacity is not None:
        pool.capacity = max(pool.shrink_to, pool.taken)
        if pool.capacity == pool.shrink_to:
            pool.shrink_to = None


def free_seats(pool: SeatPool) -> int:
    """How many of those who wait may be seated now."""
    if pool.capacity is None:
        return pool.waiting
    return min(pool.waiting, pool.capacity - pool.taken)


def seat_from_line(registration: Registration, pool: SeatPool) -> None:
    """Seat somebody who waits; the position stays as the record of the order. A seat held meanwhile goes back."""
    _hold(pool)
    take_held(registration, pool)


def offer_from_line(registration: Registration, pool: SeatPool, until: datetime) -> None:
    """Hold a seat for the answer of somebody who waits. Until then they keep what they have."""
    _hold(pool)
    registration.offered_until = until
    if registration.state is RegistrationState.WAITLISTED:
        registration.state = RegistrationState.OFFERED


def back_in_line(registration: Registration, pool: SeatPool) -> None:
    """Let go of a seat that is held for an answer; the person stands in line where they stood."""
    pool.waiting += 1
    free(pool)
    registration.offered_until = None
    if registration.state is RegistrationState.OFFERED:
        registration.state = RegistrationState.WAITLISTED


def _hold(pool: SeatPool) -> None:
    pool.waiting -= 1
    pool.taken += 1


def take_held(registration: Registration, pool: SeatPool) -> None:
    """Give somebody the seat that was taken from their line for them."""
    if registration.mode is not pool.mode and registration.state.holds_seat:
        free(pool_of(registration.event, registration.mode))
    registration.mode, registration.state = pool.mode, RegistrationState.CONFIRMED
    registration.waits_for = registration.offered_until = None


def add_seat(pool: SeatPool) -> None:
    """Make room for one more person than the capacity has."""
    if pool.capacity is not None:
        pool.capacity = max(pool.capacity, pool.taken + 1)


def move_in_line(line: Sequence[Place], one: Place, ahead: int) -> tuple[int, int]:
    """Put one behind so many others of a line; who stands between moves by one. Returns the old and the new place."""
    order, was = list(line), line.index(one)
    place = min(ahead, len(order) - 1)
    order.insert(place, order.pop(was))
    for who, position in zip(order, [who.position for who in line], strict=True):
        who.position = position
    return was, place


def set_capacity(pool: SeatPool, capacity: int | None, *, shrinking: bool = False) -> None:
    """Set a pool's capacity (None: unlimited). Raises CapacityBelowTakenError unless it may shrink as people leave."""
    pool.shrink_to = None
    if capacity is not None and capacity < pool.taken:
        if not shrinking:
            raise CapacityBelowTakenError(pool.taken, pool.mode)
        pool.shrink_to, capacity = capacity, pool.taken
    pool.capacity = capacity


def add_pool(event: Event, mode: Mode, capacity: int | None) -> SeatPool:
    """Open a way of attending."""
    pool = SeatPool(mode=mode, capacity=capacity, taken=0, waiting=0, last_position=0)
    event.pools.append(pool)
    return pool


def settle(registration: Registration, pool: SeatPool, at: datetime, *, seated: bool) -> None:
    """Give a newcomer a seat, or the end of the line."""
    if seated:
        pool.taken += 1
        registration.state, registration.confirmed_at = RegistrationState.CONFIRMED, at
    else:
        registration.state, registration.confirmed_at = RegistrationState.WAITLISTED, None
        wait_in_line(registration, pool)


def wait_in_line(registration: Registration, pool: SeatPool) -> None:
    """Put somebody at the end of a line; what they hold in another way of attending stays theirs."""
    registration.waits_for = pool.mode
    registration.position = join_line(pool)
