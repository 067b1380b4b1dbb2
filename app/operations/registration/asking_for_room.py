"""Asking for the room: whoever the office approved for online may wish to come, and keeps their seat meanwhile.

The other way round nobody is asked: online is open to whoever was approved for the room.
"""

from datetime import datetime

from app.db import db
from app.models import Event, Mode, Registration, RoomRequest
from app.models.availability import Availability, mode_availability
from app.operations.registration import admitting, room_wishes
from app.operations.registration.cancelling import BOOKER, PERSON, record
from app.operations.registration.changing import finish, lock_live
from app.operations.registration.switching import WayClosedError

TAKES = {Availability.OPEN, Availability.FEW_SEATS, Availability.WAITING_LIST}


def room_now(registration: Registration, at: datetime) -> Availability | None:
    """How things stand with the room, for somebody who may ask for it; None for everybody else."""
    return open_room(registration.event, at) if room_wishes.may_wish(registration) else None


def open_room(event: Event, at: datetime) -> Availability | None:
    """How things stand with a room for which the office approves people; None where nobody can ask for it."""
    if not admitting.needs_approval(event):
        return None
    ways = {one.mode: one.availability for one in mode_availability(event, at)}
    found = ways.get(Mode.IN_PERSON)
    return found if found in TAKES else None


def ask(registration_id: int, *, at: datetime, by: str = PERSON, booked_by: str = "") -> Registration:
    """Put the wish before the office. Twice is harmless. Whoever booked for the person may do so, under their name.

    Raises NotLiveError, EventOverError, WayClosedError.
    """
    registration = lock_live(registration_id, at, by)
    if room_now(registration, at) is None:
        raise WayClosedError
    if db.session.get(RoomRequest, registration_id) is None:
        db.session.add(RoomRequest(registration_id=registration_id, asked_at=at))
        _finish(registration, "asked for the room", {"room_asked": booked_by}, by, at)
    return registration


def take_back(registration_id: int, *, at: datetime, by: str = PERSON, booked_by: str = "") -> Registration:
    """Stop asking; what is held stays. Twice is harmless. Raises NotLiveError, EventOverError."""
    registration = lock_live(registration_id, at, by)
    is_asked = room_wishes.standing(registration) is not None
    room_wishes.forget(registration_id)
    if is_asked:
        _finish(registration, "no longer asks for the room", {"room_not_asked": booked_by}, by, at)
    return registration


def _finish(registration: Registration, act: str, told: dict[str, str], by: str, at: datetime) -> None:
    """Who asks themselves knows it, and reads of the answer. Whom somebody booked is told what was asked for them."""
    if by == BOOKER:
        finish(registration, [], at, by, act=act, more=told)
    else:
        record(registration, act, by=by, at=at)
