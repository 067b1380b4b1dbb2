"""The office's answer to whoever asks for the room: yes gives a seat there, or a place in its line beside the seat
online; no changes nothing.
"""

from collections.abc import Collection
from datetime import datetime

from app.models import EventState, Mode, Registration, RegistrationState, SeatPool
from app.operations.registration import allotting, room_wishes, switching, waiting
from app.operations.registration.approving import NotPendingError, open_pool
from app.operations.registration.by_hand import NotPublishedError
from app.operations.registration.cancelling import lock, refuse_when_over
from app.operations.registration.changing import Change, NoSeatError, finish
from app.operations.registration.questioning import Difference
from app.operations.registration.standing import changed_since, standing


def say_yes(registration_id: int, *, known: Collection[int] = (), by: str, at: datetime) -> Registration:
    """Give the person a seat in the room in place of the one online; where none is free, a place in the room's line.

    ``known`` are the sessions that this costs them. Raises NotPendingError, NotPublishedError, EventOverError,
    NoSuchEventError, SessionsAtStakeError, and NoSeatError where no seat is free and the line is closed.
    """
    registration = _lock_asking(registration_id, at)
    if registration.event.state is not EventState.PUBLISHED:
        raise NotPublishedError
    switching.refuse_unknown(switching.at_stake(registration, Mode.IN_PERSON, at), known)
    before = standing(registration)
    left_out = _come_in(registration, open_pool(registration.event, Mode.IN_PERSON), at)
    room_wishes.forget(registration_id)
    changes = [Change(name, was, now) for name, (was, now) in changed_since(before, registration).items()]
    changes += map(Change.of_answer, left_out)
    changes += [Change("waits_for", "", Mode.IN_PERSON.value)] if registration.keeps_turn else []
    finish(registration, changes, at, by, act="approved for the room", more={"room_approved": True})
    waiting.promote(registration.event, at)
    return registration


def _come_in(registration: Registration, room: SeatPool, at: datetime) -> list[Difference]:
    """Take a seat in the room, or join its line. Returns the answers that are not asked there. Raises NoSeatError."""
    if switching.take_instead(registration, room, at):
        return switching.follow(registration, Mode.IN_PERSON, at)
    is_open = not registration.event.line_is_closed(Mode.IN_PERSON, at)
    if not is_open or registration.state is not RegistrationState.CONFIRMED:
        raise NoSeatError
    allotting.wait_in_line(registration, room)
    return []


def say_no(registration_id: int, *, words: str = "", by: str, at: datetime) -> Registration:
    """Leave everything as it is, and tell the person. Raises NotPendingError, EventOverError."""
    registration = _lock_asking(registration_id, at)
    room_wishes.forget(registration_id)
    refused = {"room_refused": True} | ({"reason": words} if words else {})
    finish(registration, [], at, by, reason=words, act="not approved for the room", more=refused)
    return registration


def _lock_asking(registration_id: int, at: datetime) -> Registration:
    """Raises NotPendingError once somebody has decided, or the person does not ask any more."""
    registration = lock(registration_id)
    refuse_when_over(registration.event, at)
    if room_wishes.standing(registration) is None:
        raise NotPendingError
    return registration
