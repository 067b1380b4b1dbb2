"""Attending online while waiting for a seat in the room: one registration, two things that it holds."""

from datetime import datetime

from app.models import Event, EventState, Mode, Registration, RegistrationState
from app.operations.registration import allotting, questioning, room_wishes, seating, waiting
from app.operations.registration.cancelling import PERSON
from app.operations.registration.changing import Change, NoSeatError, finish, lock_live
from app.operations.registration.standing import changed_since, standing
from app.operations.registration.switching import refuse_closed


class NotWaitingError(Exception):
    """The person stands in no line beside the seat they hold, or in none at all."""


def way_now(event: Event, at: datetime) -> tuple[Mode, bool]:
    """How somebody attends who would be online and keep a turn for the room, and whether there is a turn to keep.

    They get the room if it has a seat by now. Where online is full as well, the turn is what is left; where the
    room's line is closed, online is. The event must be locked.
    """
    room, online = event.pool(Mode.IN_PERSON), event.pool(Mode.ONLINE)
    if room is None or room.capacity == 0:
        return Mode.ONLINE, False
    room_is_shut = not room.has_free and event.line_is_closed(Mode.IN_PERSON, at)
    if room_is_shut:
        return Mode.ONLINE, False
    if waiting.has_seat(event, room, at) or not (online and waiting.has_seat(event, online, at)):
        return Mode.IN_PERSON, False
    return Mode.ONLINE, True


def attend_online(registration_id: int, *, at: datetime, by: str = PERSON) -> Registration:
    """Give somebody who waits for the room a seat online meanwhile; the place in line stays theirs.

    Raises NotWaitingError, switching.WayClosedError, NoSeatError.
    """
    registration = lock_live(registration_id, at, by)
    waits = registration.state is RegistrationState.WAITLISTED and registration.waits_for is Mode.IN_PERSON
    if not waits:
        raise NotWaitingError
    event = registration.event
    refuse_closed(event, Mode.ONLINE, at, by=by)
    pool = event.pool(Mode.ONLINE)
    if pool is None or event.state is not EventState.PUBLISHED or not waiting.take(registration, pool, at):
        raise NoSeatError
    registration.mode, registration.state, registration.confirmed_at = Mode.ONLINE, RegistrationState.CONFIRMED, at
    registration.days = []
    seating.arrive(registration, at)
    finish(registration, [Change("mode", Mode.IN_PERSON.value, Mode.ONLINE.value)], at, by)
    return registration


def may_wait(registration: Registration, at: datetime) -> bool:
    """Whether somebody who attends online can stand in the room's line beside that."""
    event, room = registration.event, registration.event.pool(Mode.IN_PERSON)
    holds = registration.state is RegistrationState.CONFIRMED and registration.mode is Mode.ONLINE
    has_line = room is not None and room.capacity != 0 and not event.line_is_closed(Mode.IN_PERSON, at)
    return holds and registration.waits_for is None and has_line


def wait_for_room(registration_id: int, *, at: datetime, by: str, reason: str = "") -> Registration:
    """Put somebody who attends online at the end of the room's line; their seat online stays until one is free there.

    Raises switching.WayClosedError, NoSeatError where there is no line to stand in.
    """
    registration = lock_live(registration_id, at, by)
    event, room = registration.event, Mode.IN_PERSON
    refuse_closed(event, room, at, by=by, reason=reason)
    if event.state is not EventState.PUBLISHED or not may_wait(registration, at):
        raise NoSeatError
    allotting.wait_in_line(registration, allotting.pool_of(event, room))
    room_wishes.forget(registration_id)
    finish(registration, [Change("waits_for", "", room.value)], at, by, reason=reason)
    waiting.promote(event, at)
    return registration


def leave_line(registration_id: int, *, at: datetime, by: str = PERSON) -> Registration:
    """Stop waiting for the other way of attending; the seat that the person holds stays. Raises NotWaitingError."""
    registration = lock_live(registration_id, at, by)
    if not registration.keeps_turn:
        raise NotWaitingError
    left = registration.waits_for
    assert left
    before = standing(registration)
    allotting.leave_line(registration)
    seating.arrive(registration, at)
    lost = [Change(name, old, new) for name, (old, new) in changed_since(before, registration).items()]
    lost += map(Change.of_answer, questioning.leave_hidden(registration, at))
    finish(registration, [Change("waits_for", left.value, ""), *lost], at, by)
    waiting.promote(registration.event, at)
    return registration
