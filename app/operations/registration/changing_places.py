"""Changing what one booked for somebody: their details and answers, and their sessions.

What is refused, and what the booker sees then, depends on the place and the event alone. It is carried out on the
registration by the verbs with which people change their own. A registration that stands otherwise by then keeps what
it has, and its owner is told what the booker wanted.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.db import db
from app.models import BookedPlace, Registration
from app.operations import meanwhile
from app.operations.registration import (
    changing,
    keeping_turn,
    managing,
    picking,
    picturing,
    questioning,
    switching,
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
    carry_out(place, lambda mine: change_details(mine.id, _onto(mine, before, after), at=at, by=BOOKER), at)


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
    keep_sessions(place, has | dict(picking.foresee(swap.added, place.mode, state)))

    def swap_theirs(mine: Registration) -> object:
        theirs = {one.session_id for one in mine.live_picks} - set(swap.dropped) | {one.id for one in swap.added}
        return picking.change(mine.id, Wanted(tuple(theirs), wanted.noticed), at=at, by=BOOKER)

    carry_out(place, swap_theirs, at)


def keep_sessions(place: BookedPlace, held: picturing.Sessions) -> None:
    """Note what the booker sees of the sessions that a place holds."""
    details = picturing.whole(place).with_values(sessions=tuple(held))
    picturing.keep(place, details, {**(place.outcome or {}), "sessions": list(held.items())})


def carry_out(place: BookedPlace, act: Callable[[Registration], object], at: datetime) -> None:
    """Do it on the registration as well, if that is still there; where it stands otherwise, its owner is told."""
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
