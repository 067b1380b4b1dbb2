"""A seat that becomes free once its waiting list is closed: nobody is called, so whoever takes it first has it.

Newcomers take it by the form; who stands in the closed line has registered already, and takes it on their own page.
"""

from collections.abc import Collection
from datetime import datetime

from app.models import EventState, Mode, Registration
from app.models.availability import takes
from app.operations.registration import allotting, switching, waiting, welcoming
from app.operations.registration.cancelling import PERSON
from app.operations.registration.changing import NoSeatError, lock_live
from app.operations.registration.keeping_turn import NotWaitingError
from app.operations.registration.standing import standing


def closed_line(registration: Registration, at: datetime) -> Mode | None:
    """The closed line in which somebody stands while registration is still open, so that they may take a seat."""
    event, mode = registration.event, registration.waits_for
    if mode is None or registration.offered_until or event.state is not EventState.PUBLISHED:
        return None
    return mode if event.line_is_closed(mode, at) and takes(event, mode, at) else None


def can_take(registration: Registration, at: datetime) -> bool:
    """Whether there is such a seat now, and the person may have it."""
    mode = closed_line(registration, at)
    return mode is not None and waiting.has_seat_for(registration, allotting.pool_of(registration.event, mode), at)


def take(registration_id: int, *, known: Collection[int] = (), at: datetime) -> Registration:
    """Take the free seat; one held otherwise meanwhile goes back. ``known`` are the sessions that this costs.

    Raises NotLiveError, EventOverError, NotWaitingError, NoSeatError, SessionsAtStakeError,
    and WayClosedError while the line still moves or once registration is closed.
    """
    registration = lock_live(registration_id, at, PERSON)
    if registration.waits_for is None:
        raise NotWaitingError
    mode = closed_line(registration, at)
    if mode is None:
        raise switching.WayClosedError
    pool = allotting.pool_of(registration.event, mode)
    if not waiting.has_seat_for(registration, pool, at):
        raise NoSeatError
    switching.refuse_unknown(switching.at_stake(registration, mode, at), known)
    before = standing(registration)
    allotting.seat_from_line(registration, pool)
    welcoming.welcome(registration, before, "took a free seat", by=PERSON, at=at)
    return registration
