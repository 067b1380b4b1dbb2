"""Releasing the way to join: to everybody confirmed online, now instead of at its time."""

from datetime import datetime

from app.models import Event, EventState
from app.operations import auditing
from app.operations.program.publishing import NotInThisStateError
from app.operations.registration import allotting


class NothingToReleaseError(Exception):
    """No link and no number to dial is entered."""


def release_now(event_id: int, *, by: str, at: datetime) -> Event:
    """Give the way to join out at once. The worker mails it within seconds. Raises NothingToReleaseError."""
    event = allotting.lock_event(event_id)
    if event.state is not EventState.PUBLISHED:
        raise NotInThisStateError
    if event.joining is None or not event.joining.is_entered:
        raise NothingToReleaseError
    if not event.joining.is_released(at):
        event.joining.release(at, event.zone)
        event.changed_at = at
        auditing.record("released joining", actor=by, subject="event", subject_id=event.id, event_id=event.id, at=at)
    return event
