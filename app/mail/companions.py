"""Reminders and the like, and what calls people to an event, looked at once more before they leave: each helps only
while all is as it was.
"""

from datetime import datetime

from app.db import db
from app.models import (
    Event,
    EventSession,
    EventState,
    MessageKind,
    OutgoingEmail,
    PickState,
    Registration,
    RegistrationState,
)
from app.models.message_kind import COMPANIONS
from app.models.taking_back import OFFERS

# They ask somebody to do something at an event, and are in vain once it is cancelled.
CALLS = frozenset(
    {
        *(MessageKind.INVITATION, MessageKind.REGISTRATION_OPEN),
        *(MessageKind.TAKE_OVER, MessageKind.CONFIRM_ADDRESS, MessageKind.APPROVAL_QUESTION),
    }
)


def is_true(row: OutgoingEmail, at: datetime) -> bool:
    """Whether the person still has the seat, the event is held when the mail says, and there is time to act on it."""
    if row.kind in CALLS:
        return _is_not_cancelled(row)
    if row.kind is MessageKind.ANNOUNCEMENT:
        return _is_held_as_told(row)
    if row.kind in OFFERS:
        return _is_offered(row)
    if row.kind not in COMPANIONS:
        return True
    person = db.session.get(Registration, row.registration_id) if row.registration_id else None
    event = db.session.get(Event, row.event_id) if row.event_id else None
    if person is None or event is None or at > datetime.fromisoformat(row.facts["useful_until"]):
        return False
    is_held = event.state is EventState.PUBLISHED and event.starts_at is not None
    same_start = is_held and event.starts_at == datetime.fromisoformat(row.facts["event"]["starts_at"])
    return person.state is RegistrationState.CONFIRMED and same_start and _session_is_as_told(row)


def _is_not_cancelled(row: OutgoingEmail) -> bool:
    event = db.session.get(Event, row.event_id) if row.event_id else None
    return event is None or event.state is not EventState.CANCELLED


def _is_held_as_told(row: OutgoingEmail) -> bool:
    """Whether the event was not called off, or put off, since these words were written to everybody."""
    event = db.session.get(Event, row.event_id) if row.event_id else None
    told = row.facts["event"]["state"]
    return event is None or told != EventState.PUBLISHED.value or event.state is EventState.PUBLISHED


def _is_offered(row: OutgoingEmail) -> bool:
    """Whether a seat is still held for the person's answer: nobody is asked for one that is given or has passed on."""
    person = db.session.get(Registration, row.registration_id) if row.registration_id else None
    if person is None:
        return True
    if row.kind is MessageKind.OFFERED:
        return person.offered_until is not None
    return any(pick.state is PickState.OFFERED for pick in person.picks)


def _session_is_as_told(row: OutgoingEmail) -> bool:
    told = row.facts.get("session")
    if told is None:
        return True
    session = db.session.get(EventSession, told["id"])
    return session is not None and session.starts_at == datetime.fromisoformat(told["starts_at"])
