"""The other way of attending, for somebody's own page: whether it can be had now, and what it costs them."""

from dataclasses import dataclass
from datetime import datetime

from app.models import BookedPlace, Event, Mode, Registration, RegistrationState
from app.models.availability import Availability, mode_availability
from app.operations.registration import changing_places, picturing, switching
from app.operations.registration.switching import Stake
from app.web.public.my_line import Line

SEATS = {Availability.OPEN, Availability.FEW_SEATS}


@dataclass(frozen=True)
class Way:
    """A way of attending that has a seat now, and the sessions that would be lost by it."""

    mode: Mode
    stakes: list[Stake]


def others(mine: Registration, now: datetime, line: Line | None) -> list[Way]:
    """None while the person waits for the room beside online: leaving that line is an act of its own."""
    if line and (line.may_attend_online or line.keeps_online):
        return []
    found = _open(mine.event, mine.mode, now, is_pending=mine.is_pending)
    return [Way(mode, switching.at_stake(mine, mode, now)) for mode in found]


def needs_a_yes(mine: Registration, now: datetime) -> bool:
    """Whether there are seats in the room, and the office must say yes before this person gets one."""
    room = Mode.IN_PERSON
    waits = room in {mine.mode, mine.waits_for}
    is_free = switching.may_attend(mine.event, room, is_pending=mine.is_pending)
    return not waits and not is_free and room in seated(mine.event, now)


def of_place(place: BookedPlace, now: datetime) -> list[Way]:
    """The same for somebody who was booked. None while they keep a turn: the room would have given them a seat."""
    if place.outcome is None or place.outcome.get("keeps_turn"):
        return []
    is_pending = picturing.state(place) is RegistrationState.PENDING_APPROVAL
    found = _open(place.booking.event, place.mode, now, is_pending=is_pending)
    return [Way(mode, changing_places.at_stake(place, mode, now)) for mode in found]


def _open(event: Event, mode: Mode, now: datetime, *, is_pending: bool) -> list[Mode]:
    """The other ways that may be had without asking anybody."""
    rest = [one for one in seated(event, now) if one is not mode]
    return [one for one in rest if switching.may_attend(event, one, is_pending=is_pending)]


def seated(event: Event, now: datetime) -> list[Mode]:
    """The ways of attending in which a newcomer would get a seat."""
    return [one.mode for one in mode_availability(event, now) if one.availability in SEATS]
