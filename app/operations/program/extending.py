"""Letting people register for longer, when registration has ended or is about to."""

from datetime import datetime, timedelta

from app.models import Event, EventState
from app.models.availability import registration_closes_at
from app.operations.program.moments import Moment
from app.operations.program.planning import finish
from app.operations.program.publishing import NotInThisStateError
from app.operations.program.telling import Picture, Telling
from app.operations.registration import allotting

SOON = timedelta(days=2)


class NotLaterError(Exception):
    """The new end is over already, or not after the one in force."""


def is_due(event: Event, at: datetime) -> bool:
    """Whether it is time to think of it: registration has ended or does so in two days, and the event has not."""
    closes_at = registration_closes_at(event)
    follows = any(pool.closes_at is None for pool in event.pools)
    takes = event.state is EventState.PUBLISHED and event.takes_registrations and follows
    goes_on = event.ends_at is not None and event.ends_at > at
    return takes and goes_on and closes_at is not None and closes_at - SOON <= at


def extend(event_id: int, until: Moment, *, by: str, at: datetime) -> Event:
    """Give registration a later end; a way of attending with an end of its own keeps it.

    Raises NotInThisStateError, NotLaterError, OutOfOrderError.
    """
    event = allotting.lock_event(event_id)
    if event.state is not EventState.PUBLISHED or not event.takes_registrations:
        raise NotInThisStateError
    old, new = registration_closes_at(event), until.instant(event.zone)
    if new <= at or (old and new <= old):
        raise NotLaterError
    picture = Picture.of(event, at)
    event.registration_closes_local, event.registration_closes_at = until.local, new
    changed = {"registration_closes": [old.isoformat() if old else None, new.isoformat()]}
    finish(event, picture, changed, by=by, at=at, tell=Telling(quietly=True), act="extended registration")
    return event
