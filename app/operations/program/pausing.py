"""Holding registration for a while, in the middle of a rush too: nobody loses a seat, and nothing typed is lost."""

from datetime import datetime

from app.models import Event, EventState, RegistrationRules
from app.operations import auditing
from app.operations.program.publishing import NotInThisStateError
from app.operations.registration import allotting


def pause(event_id: int, *, by: str, at: datetime) -> Event:
    """Take no more registrations until ``resume``. Pausing twice is harmless. Raises NotInThisStateError."""
    event = allotting.lock_event(event_id)
    if event.state is not EventState.PUBLISHED or not event.takes_registrations:
        raise NotInThisStateError
    if event.is_paused:
        return event
    if event.rules is None:
        event.rules = RegistrationRules()
    event.rules.paused_at = at
    return _done(event, "paused registration", by, at)


def resume(event_id: int, *, by: str, at: datetime) -> Event:
    """Take registrations again, within the event's own deadlines. Resuming twice is harmless."""
    event = allotting.lock_event(event_id)
    if event.rules is None or event.rules.paused_at is None:
        return event
    event.rules.paused_at = None
    return _done(event, "resumed registration", by, at)


def _done(event: Event, act: str, by: str, at: datetime) -> Event:
    event.changed_at = at
    auditing.record(act, actor=by, subject="event", subject_id=event.id, event_id=event.id, at=at)
    return event
