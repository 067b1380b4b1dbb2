"""A booker asks for the room for somebody whom they registered. What the booker sees depends on the place and the event
alone; whoever stands otherwise by then, or was known before, keeps what they have.
"""

from datetime import datetime

from app.models import BookedPlace, Mode
from app.models.availability import Availability
from app.models.registration_state import HOLD_OR_WAIT
from app.operations.registration import asking_for_room, managing, picturing, room_wishes
from app.operations.registration.cancelling import BOOKER
from app.operations.registration.switching import WayClosedError

ASKED = "asks_for_room"  # Stands in the place's outcome until it is taken back or the place attends otherwise.


def asks(place: BookedPlace) -> bool:
    return bool((place.outcome or {}).get(ASKED))


def room_now(place: BookedPlace, at: datetime) -> Availability | None:
    """How things stand with the room, where the booker may ask for it; None for everybody else."""
    outcome = place.outcome or {"keeps_turn": True}  # Of an old place nobody knows what it came to.
    is_settled = picturing.state(place) in HOLD_OR_WAIT and not outcome.get("keeps_turn")
    return asking_for_room.open_room(place.booking.event, at) if is_settled and place.mode is Mode.ONLINE else None


def ask(place_id: int, *, at: datetime) -> None:
    """Put the wish before the office. Twice is harmless.

    Raises NotYoursAnyMoreError, EventOverError, WayClosedError, ChangedTooOftenError.
    """
    place = managing.lock_open(place_id, at)
    if asks(place):
        return
    if room_now(place, at) is None:
        raise WayClosedError
    managing.count_change(place)
    place.outcome = {**(place.outcome or {}), ASKED: True}
    mine = place.registration
    if mine and mine.is_live and room_wishes.may_wish(mine):
        asking_for_room.ask(mine.id, at=at, by=BOOKER, booked_by=place.booking.name)


def take_back(place_id: int, *, at: datetime) -> None:
    """Stop asking. Twice is harmless. Raises NotYoursAnyMoreError, EventOverError, ChangedTooOftenError."""
    place = managing.lock_open(place_id, at)
    if not asks(place):
        return
    managing.count_change(place)
    place.outcome = {name: value for name, value in (place.outcome or {}).items() if name != ASKED}
    if place.registration and place.registration.is_live:
        asking_for_room.take_back(place.registration.id, at=at, by=BOOKER, booked_by=place.booking.name)
