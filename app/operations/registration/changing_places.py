"""Changing what one booked for somebody: their details and answers, their sessions, their way of attending.

What is refused, and what the booker sees then, depends on the place and the event alone. It is carried out on the
registration by the verbs with which people change their own. A registration that stands otherwise by then keeps what
it has, and its owner is told what the booker wanted.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from app.db import db
from app.models import BookedPlace, EventSession, Mode, PickState, Registration, RegistrationState
from app.operations import meanwhile
from app.operations.registration import (
    asking_for_places,
    changing,
    fitting,
    keeping_turn,
    managing,
    picking,
    picturing,
    questioning,
    switching,
    waiting,
)
from app.operations.registration.cancelling import BOOKER, EventOverError
from app.operations.registration.changing import (
    CHANGEABLE,
    NameTakenError,
    NoSeatError,
    NotLiveError,
    change_details,
)
from app.operations.registration.details import COLLEAGUE_FIELDS, GivenAnswer, RegistrationDetails
from app.operations.registration.picking import Wanted
from app.operations.registration.recognizing import live_registration, tell_owner
from app.operations.registration.submitting import RefusedInFieldError

MOST_NAMES = 3
NAMES = ("first_name", "middle_name", "last_name", "suffix")
OWN = (*COLLEAGUE_FIELDS, "days", "answers")  # What each has of their own; the organization is that of all.
STANDS_OTHERWISE = (
    EventOverError,
    NoSeatError,
    NotLiveError,
    RefusedInFieldError,
    keeping_turn.NotWaitingError,
    switching.SessionsAtStakeError,
    switching.WayClosedError,
)


class RenamedTooOftenError(Exception):
    """A mistyped name is mended in three tries."""


def shown(place: BookedPlace) -> str:
    """A mark of what a form of details was shown with."""
    return changing.shown(picturing.known(place))


def change(place_id: int, details: RegistrationDetails, *, at: datetime, version: str | None = None) -> None:
    """Take over what was typed about one person: neither the address, the way of attending nor the sessions.

    ``version`` is the mark of what the form showed. Raises meanwhile.ChangedMeanwhileError, NotYoursAnyMoreError,
    EventOverError, NameTakenError, questioning.OptionFullError, RenamedTooOftenError, ChangedTooOftenError.
    """
    place = managing.lock_open(place_id, at)
    before = picturing.known(place)
    typed = {name: getattr(details, name) for name in OWN if not (name == "answers" and details.answers is None)}
    meanwhile.refuse(version, standing=shown(place), typed=changing.shown(before.with_values(**typed)))
    changed = {name: getattr(details, name) for name in OWN if _differ(name, before, details)}
    if not changed:
        return
    after = before.with_values(**changed)
    if not changed.keys().isdisjoint(NAMES):
        _refuse_name(place, after)
        place.renamed += 1
    if not changed.keys() <= set(NAMES):
        managing.count_change(place)
    _refuse_full(place, before, after)
    if place.sealed_form is None:
        place.first_name, place.last_name = after.first_name, after.last_name
    else:
        picturing.keep(place, after, place.outcome or {})
    place.number = picturing.number(place, after)
    _carry_out(place, lambda mine: change_details(mine.id, _onto(mine, before, after), at=at, by=BOOKER), at)


def _differ(name: str, before: RegistrationDetails, after: RegistrationDetails) -> bool:
    if name != "answers":
        return bool(getattr(before, name) != getattr(after, name))
    return after.answers is not None and _by_question(before) != _by_question(after)


def _refuse_name(place: BookedPlace, details: RegistrationDetails) -> None:
    if place.renamed >= MOST_NAMES:
        raise RenamedTooOftenError
    if details.is_guest:
        standing = live_registration(place.booking.event_id, details.email_key, details.guest_key)
        if standing and standing is not place.registration:
            raise NameTakenError


def _refuse_full(place: BookedPlace, before: RegistrationDetails, after: RegistrationDetails) -> None:
    """What the place has chosen already stays, however full that is by now."""
    had = _by_question(before)
    fresh = [
        one.with_value(tuple(set(one.value) - set(had[one.question_id].value))) if one.question_id in had else one
        for one in after.answers or ()
    ]
    questioning.refuse_full(place.booking.event, fresh)


def _onto(mine: Registration, before: RegistrationDetails, after: RegistrationDetails) -> RegistrationDetails:
    """What the booker changed, laid over what stands now: somebody else may have changed other things since."""
    values: dict[str, Any] = {
        name: getattr(after if getattr(after, name) != getattr(before, name) else mine, name) for name in CHANGEABLE
    }
    answers = {one.question_id: GivenAnswer.of(one) for one in mine.answers}
    had, has = _by_question(before), _by_question(after)
    for number in had.keys() | has.keys():
        if had.get(number) != has.get(number):
            answers.pop(number, None)
            answers |= {number: has[number]} if number in has else {}
    return after.with_values(**{**values, "days": tuple(values["days"]), "answers": tuple(answers.values())})


def _by_question(details: RegistrationDetails) -> dict[int, GivenAnswer]:
    return {one.question_id: one for one in details.answers or ()}


def shown_sessions(place: BookedPlace) -> str:
    """A mark of the sessions that a form was shown with."""
    return picking.mark_of(place.mode, picturing.sessions(place))


def pick(place_id: int, wanted: Wanted, *, at: datetime, version: str | None = None) -> None:
    """Give up sessions of one person and take others, in one step.

    ``version`` is the mark of what the form showed. Raises meanwhile.ChangedMeanwhileError, NotYoursAnyMoreError,
    EventOverError, fitting.SessionRefusedError, ChangedTooOftenError.
    """
    place = managing.lock_open(place_id, at)
    meanwhile.refuse(version, standing=shown_sessions(place), typed=picking.mark_of(place.mode, wanted.sessions))
    event, state, held = place.booking.event, picturing.state(place), picturing.sessions(place)
    days = picturing.known(place).days
    swap = picking.weigh(event, wanted, at, mode=place.mode, state=state, standing=held, days=days)
    if not (swap.added or swap.dropped):
        return
    managing.count_change(place)
    has = {one: what for one, what in held.items() if one not in swap.dropped}
    _keep_sessions(place, has | dict(picking.foresee(swap.added, place.mode, state)))

    def swap_theirs(mine: Registration) -> object:
        theirs = {one.session_id for one in mine.live_picks} - set(swap.dropped) | {one.id for one in swap.added}
        return picking.change(mine.id, Wanted(tuple(theirs), wanted.noticed), at=at, by=BOOKER)

    _carry_out(place, swap_theirs, at)


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
    _carry_out(place, lambda mine: asking_for_places.attend(place, mine, mode, at), at)


def _leave_line(place: BookedPlace, at: datetime) -> None:
    """Who attends online and waits for the room waits no more; who does not is where they want to be."""
    if not ((place.outcome or {}).get("keeps_turn") and picturing.state(place) is RegistrationState.CONFIRMED):
        return
    managing.count_change(place)
    _keep_way(place, place.mode, picturing.state(place), at)
    _carry_out(place, lambda mine: keeping_turn.leave_line(mine.id, at=at, by=BOOKER), at)


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
    _keep_sessions(place, dict(picking.foresee(left, mode, state)))


def _keep_sessions(place: BookedPlace, held: picturing.Sessions) -> None:
    details = picturing.whole(place).with_values(sessions=tuple(held))
    picturing.keep(place, details, {**(place.outcome or {}), "sessions": list(held.items())})


def _sessions(place: BookedPlace) -> list[EventSession]:
    held = picturing.sessions(place)
    return [session for session in place.booking.event.sessions if session.id in held]


def _carry_out(place: BookedPlace, act: Callable[[Registration], object], at: datetime) -> None:
    mine = place.registration
    if mine is None or not mine.is_live:
        return
    try:
        with db.session.begin_nested():
            act(mine)
    except STANDS_OTHERWISE:
        wanted = picturing.known(place)
        key = f"place-{place.id}-{place.renamed}-{place.changes}"
        tell_owner(mine, wanted, at, key=key, booked_by=place.booking.name)
