"""Staff place somebody who waits for a session: elsewhere in its line, or on a seat of their own, with a reason.

What holds for promotions holds here: nobody gets a session beside one that excludes it, and who has no seat at the
event, where the cap of an organization counts, has none in its sessions.
"""

from datetime import datetime

from app.models import MessageKind, Pick, PickState, Registration
from app.operations import notifying
from app.operations.registration import allotting, fitting, moving_up, seating
from app.operations.registration.cancelling import lock, record, refuse_when_over
from app.operations.registration.fitting import Held
from app.operations.registration.keeping_turn import NotWaitingError
from app.operations.registration.standing import changed_since, standing


class NoEventSeatError(Exception):
    """The person has no seat at the event yet, and so no place in the lines of its sessions."""


def move(registration_id: int, session_id: int, ahead: int, *, reason: str, by: str, at: datetime) -> Registration:
    """Put somebody behind so many others of the session's line. Raises NotWaitingError, NoEventSeatError."""
    registration = lock(registration_id)
    pick = _waiting_pick(registration, session_id)
    if pick.state is PickState.OFFERED:
        raise NotWaitingError
    was, place = allotting.move_in_line(moving_up.line(pick), pick, ahead)
    told: dict[str, object] = {"ahead": [was, place], "sessions": [pick.session.title], "reason": reason}
    record(registration, "moved in line", by=by, at=at, detail=told)
    return registration


def give_seat(registration_id: int, session_id: int, *, reason: str, by: str, at: datetime) -> Registration:
    """Seat somebody in a session, whoever stands before them; when no seat is free, its capacity grows by one.

    Raises NotWaitingError, NoEventSeatError, EventOverError, and a fitting.SessionRefusedError.
    """
    registration = lock(registration_id)
    refuse_when_over(registration.event, at)
    pick = _waiting_pick(registration, session_id)
    if pick.session.ends_at <= at:
        raise fitting.SessionOverError(Held.of(pick.session))
    _refuse_clash(pick)
    pool, before = seating.pool_of(pick), standing(registration)
    capacity = pool.capacity
    if pick.state is PickState.OFFERED:
        seating.take_held(pick)
    else:
        allotting.add_seat(pool)
        seating.seat_from_line(pick)
    registration.calendar_sequence += 1
    extra = {"promoted": [pick.session.title], "by_staff": True}
    notifying.queue(MessageKind.SESSION_PROMOTED, registration, at=at, extra=extra)
    told: dict[str, object] = {
        "sessions": [pick.session.title],
        "reason": reason,
        "capacity": [capacity, pool.capacity],
    }
    record(registration, "seated by staff", by=by, at=at, detail=told, personal=changed_since(before, registration))
    return registration


def _waiting_pick(registration: Registration, session_id: int) -> Pick:
    """The pick that waits for this session, or for which a seat in it is held."""
    pick = next((one for one in registration.live_picks if one.session_id == session_id), None)
    if pick is None or pick.state is PickState.CONFIRMED:
        raise NotWaitingError
    if pick.position is None:
        raise NoEventSeatError
    return pick


def _refuse_clash(pick: Pick) -> None:
    for held in seating.in_the_way(pick):
        pair = (Held.of(pick.session), Held.of(held))
        is_twice = fitting.is_repeated(pick.session, held)
        raise fitting.SameSessionTwiceError(pair) if is_twice else fitting.SessionsOverlapError([pair])
