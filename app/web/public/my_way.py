"""The other way of attending, for somebody's own page: whether it can be had now, and what it costs them."""

from dataclasses import dataclass
from datetime import datetime

from app.models import BookedPlace, Event, Mode, Registration
from app.models.availability import Availability, mode_availability
from app.operations.registration import changing_places, switching
from app.operations.registration.switching import Stake
from app.web.public import my_line

SEATS = {Availability.OPEN, Availability.FEW_SEATS}


@dataclass(frozen=True)
class Way:
    """A way of attending that has a seat now, and the sessions that would be lost by it."""

    mode: Mode
    stakes: list[Stake]


def others(mine: Registration, now: datetime) -> list[Way]:
    """None while the person waits for the room beside online: leaving that line is an act of its own."""
    line = my_line.of(mine, now)
    if line and (line.may_attend_online or line.keeps_online):
        return []
    return [Way(mode, switching.at_stake(mine, mode, now)) for mode in seated(mine.event, now) if mode is not mine.mode]


def of_place(place: BookedPlace, now: datetime) -> list[Way]:
    """The same for somebody who was booked. None while they keep a turn: the room would have given them a seat."""
    if place.outcome is None or place.outcome.get("keeps_turn"):
        return []
    found = [mode for mode in seated(place.booking.event, now) if mode is not place.mode]
    return [Way(mode, changing_places.at_stake(place, mode, now)) for mode in found]


def seated(event: Event, now: datetime) -> list[Mode]:
    """The ways of attending in which a newcomer would get a seat."""
    return [one.mode for one in mode_availability(event, now) if one.availability in SEATS]
