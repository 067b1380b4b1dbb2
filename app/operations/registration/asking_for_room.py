"""Asking for the room: whoever the office approved for online may wish to come, and keeps their seat meanwhile.

The other way round nobody is asked: online is open to whoever was approved for the room.
"""

from datetime import datetime

from app.db import db
from app.models import Mode, Registration, RoomRequest
from app.models.availability import Availability, mode_availability
from app.operations.registration import admitting, room_wishes
from app.operations.registration.cancelling import PERSON, record
from app.operations.registration.changing import lock_live
from app.operations.registration.switching import WayClosedError

TAKES = {Availability.OPEN, Availability.FEW_SEATS, Availability.WAITING_LIST}


def room_now(registration: Registration, at: datetime) -> Availability | None:
    """How things stand with the room, for somebody who may ask for it; None for everybody else."""
    if not (room_wishes.may_wish(registration) and admitting.needs_approval(registration.event)):
        return None
    ways = {one.mode: one.availability for one in mode_availability(registration.event, at)}
    found = ways.get(Mode.IN_PERSON)
    return found if found in TAKES else None


def ask(registration_id: int, *, at: datetime) -> Registration:
    """Put the wish before the office. Twice is harmless. Raises NotLiveError, EventOverError, WayClosedError."""
    registration = lock_live(registration_id, at, PERSON)
    if room_now(registration, at) is None:
        raise WayClosedError
    if db.session.get(RoomRequest, registration_id) is None:
        db.session.add(RoomRequest(registration_id=registration_id, asked_at=at))
        record(registration, "asked for the room", by=PERSON, at=at)
    return registration


def take_back(registration_id: int, *, at: datetime) -> Registration:
    """Stop asking; what is held stays. Twice is harmless. Raises NotLiveError, EventOverError."""
    registration = lock_live(registration_id, at, PERSON)
    if room_wishes.standing(registration):
        record(registration, "no longer asks for the room", by=PERSON, at=at)
    room_wishes.forget(registration_id)
    return registration
