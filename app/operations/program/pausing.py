"""Holding registration for a while, in the middle of a rush too: nobody loses a seat, and nothing typed is lost.

It is held for the event as a whole, or for one way of attending alone.
"""

from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from app.models import Event, EventState, Mode, RegistrationRules, SeatPool
from app.operations import auditing
from app.operations.program.publishing import NotInThisStateError
from app.operations.registration import allotting


def pause(event_id: int, *, by: str, at: datetime, mode: Mode | None = None) -> Event:
    """Take no more registrations until ``resume``. Pausing twice is harmless.

    Raises NotInThisStateError, allotting.NoSuchEventError.
    """
    event = allotting.lock_event(event_id)
    if event.state is not EventState.PUBLISHED or not event.takes_registrations:
        raise NotInThisStateError
    held = _held(event, mode)
    if held.paused_at:
        return event
    held.paused_at = at
    return _done(event, "paused registration", mode, by, at)


def resume(event_id: int, *, by: str, at: datetime, mode: Mode | None = None) -> Event:
    """Take registrations again, within the event's own deadlines. Resuming twice is harmless.

    Raises allotting.NoSuchEventError.
    """
    event = allotting.lock_event(event_id)
    if mode is None and event.rules is None:
        return event
    held = _held(event, mode)
    if held.paused_at is None:
        return event
    held.paused_at = None
    return _done(event, "resumed registration", mode, by, at)


def _held(event: Event, mode: Mode | None) -> RegistrationRules | SeatPool:
    """Where it stands that registration is held."""
    if mode:
        return allotting.pool_of(event, mode)
    if event.rules is None:
        event.rules = RegistrationRules()
    return event.rules


def _done(event: Event, act: str, mode: Mode | None, by: str, at: datetime) -> Event:
    event.changed_at = at
    flag_modified(event, "changed_at")  # A new version of the event: whoever waits for its lock reads it again.
    told: dict[str, object] | None = {"mode": mode.value} if mode else None
    auditing.record(act, actor=by, subject="event", subject_id=event.id, event_id=event.id, detail=told, at=at)
    return event
