"""The other way of attending, for somebody's own page: whether it can be had now, and what it costs them."""

from dataclasses import dataclass
from datetime import datetime

from app.models import BookedPlace, Event, Mode, Registration, RegistrationState
from app.models.availability import Availability, mode_availability
from app.operations.registration import (
    admitting,
    asking_for_places,
    asking_for_room,
    attending_places,
    picturing,
    room_wishes,
    switching,
)
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


@dataclass(frozen=True)
class Room:
    """The room, for somebody who has to ask for it: since when they do, or what it would cost them."""

    asked_at: datetime | None
    has_seats: bool
    stakes: list[Stake]


def room_to_ask_for(mine: Registration, now: datetime) -> Room | None:
    """None for whoever need not ask, or cannot be there."""
    if not admitting.needs_approval(mine.event):
        return None
    asked, found = room_wishes.standing(mine), asking_for_room.room_now(mine, now)
    if asked is None and found is None:
        return None
    stakes = [] if asked else switching.at_stake(mine, Mode.IN_PERSON, now)
    return Room(asked.asked_at if asked else None, found in SEATS, stakes)


def of_place(place: BookedPlace, now: datetime) -> list[Way]:
    """The same for somebody who was booked. None while they keep a turn: the room would have given them a seat."""
    if place.outcome is None or place.outcome.get("keeps_turn"):
        return []
    is_pending = picturing.state(place) is RegistrationState.PENDING_APPROVAL
    found = _open(place.booking.event, place.mode, now, is_pending=is_pending)
    return [Way(mode, attending_places.at_stake(place, mode, now)) for mode in found]


@dataclass(frozen=True)
class RoomForAnother:
    """The same for somebody who was booked: whether their booker asks already, and what it would cost them."""

    is_asked: bool
    has_seats: bool
    stakes: list[Stake]


def room_of_place(place: BookedPlace, now: datetime) -> RoomForAnother | None:
    is_asked, found = asking_for_places.asks(place), asking_for_places.room_now(place, now)
    if not is_asked and found is None:
        return None
    stakes = [] if is_asked else attending_places.at_stake(place, Mode.IN_PERSON, now)
    return RoomForAnother(is_asked, found in SEATS, stakes)


def _open(event: Event, mode: Mode, now: datetime, *, is_pending: bool) -> list[Mode]:
    """The other ways that may be had without asking anybody."""
    rest = [one for one in seated(event, now) if one is not mode]
    return [one for one in rest if switching.may_attend(event, one, is_pending=is_pending)]


def seated(event: Event, now: datetime) -> list[Mode]:
    """The ways of attending in which a newcomer would get a seat."""
    return [one.mode for one in mode_availability(event, now) if one.availability in SEATS]
