"""Changing the way in which somebody attends whom one booked for. Who may ask for the room: asking_for_places.py."""

from collections.abc import Collection
from datetime import datetime

from app.models import BookedPlace, EventSession, Mode, PickState, Registration, RegistrationState
from app.operations.registration import (
    asking_for_room,
    fitting,
    keeping_turn,
    managing,
    picking,
    picturing,
    questioning,
    switching,
    waiting,
)
from app.operations.registration.cancelling import BOOKER
from app.operations.registration.changing import NoSeatError
from app.operations.registration.changing_places import carry_out, keep_sessions


def attend(place_id: int, mode: Mode, *, at: datetime, known: Collection[int] = ()) -> None:
    """Let one person attend the other way, if it has a seat; or, this way, wait for the other no more. ``known`` are
    the sessions whose loss is known.

    Raises NotYoursAnyMoreError, EventOverError, WayClosedError, ApprovalNeededError, NoSeatError,
    SessionsAtStakeError, ChangedTooOftenError.
    """
    place = managing.lock_open(place_id, at)
    event, state = place.booking.event, picturing.state(place)
    if mode is place.mode:
        _leave_line(place, at)
        return
    switching.refuse_closed(event, mode, at, by=BOOKER)
    switching.refuse_unapproved(event, mode, is_pending=state is RegistrationState.PENDING_APPROVAL)
    switching.refuse_unknown(at_stake(place, mode, at), known)
    pool = switching.seats_of(event, mode)
    if state is not RegistrationState.PENDING_APPROVAL:
        if not waiting.has_seat(event, pool, at):
            raise NoSeatError
        state = RegistrationState.CONFIRMED
    managing.count_change(place)
    _keep_way(place, mode, state, at)
    carry_out(place, lambda mine: _attend(place, mine, mode, at), at)


def _leave_line(place: BookedPlace, at: datetime) -> None:
    """Who attends online and waits for the room waits no more; who does not is where they want to be."""
    if not ((place.outcome or {}).get("keeps_turn") and picturing.state(place) is RegistrationState.CONFIRMED):
        return
    managing.count_change(place)
    _keep_way(place, place.mode, picturing.state(place), at)
    carry_out(place, lambda mine: keeping_turn.leave_line(mine.id, at=at, by=BOOKER), at)


def at_stake(place: BookedPlace, mode: Mode, at: datetime) -> list[switching.Stake]:
    """The sessions that attending the other way would cost this person."""
    held = picturing.sessions(place)
    return switching.stakes_of([(one, PickState(held[one.id])) for one in _sessions(place)], mode, at)


def _keep_way(place: BookedPlace, mode: Mode, state: RegistrationState, at: datetime) -> None:
    details = picturing.whole(place)
    answers = questioning.without_hidden(place.booking.event, [mode], details.answers or (), at)
    days = () if mode is Mode.ONLINE else details.days
    left = [one for one in _sessions(place) if fitting.has_room(one, mode, at)]
    outcome = {name: told for name, told in (place.outcome or {}).items() if name == "told_by_mail"}
    after = details.with_values(mode=mode, keeps_turn=False, days=days, answers=tuple(answers))
    picturing.keep(place, after, {**outcome, "state": state.value})
    keep_sessions(place, dict(picking.foresee(left, mode, state)))


def _sessions(place: BookedPlace) -> list[EventSession]:
    held = picturing.sessions(place)
    return [session for session in place.booking.event.sessions if session.id in held]


def _attend(place: BookedPlace, mine: Registration, mode: Mode, at: datetime) -> None:
    """Whom the office approved for online meanwhile asks for the room. Raises what switching.change_mode does."""
    if mode is mine.mode:
        asking_for_room.take_back(mine.id, at=at, by=BOOKER, booked_by=place.booking.name)
        return
    known = [one.session_id for one in mine.live_picks]
    try:
        switching.change_mode(mine.id, mode, at=at, by=BOOKER, known=known)
    except switching.ApprovalNeededError:
        asking_for_room.ask(mine.id, at=at, by=BOOKER, booked_by=place.booking.name)
