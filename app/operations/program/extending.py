"""Letting people register for longer, when registration has ended or is about to."""

from datetime import datetime, timedelta

from app.models import Event, EventState, Mode
from app.models.availability import registration_closes_at
from app.operations.program.moments import Moment
from app.operations.program.planning import finish
from app.operations.program.publishing import NotInThisStateError
from app.operations.program.telling import Picture, Telling
from app.operations.program.way_times import WAYS
from app.operations.registration import allotting

SOON = timedelta(days=2)


class NotLaterError(Exception):
    """The new end is over already, or not after the one in force."""


def is_due(event: Event, at: datetime) -> bool:
    """Whether it is time to think of it: registration has ended or does so in two days, and the event has not."""
    ends = [closes_at for pool in event.pools if (closes_at := registration_closes_at(event, pool.mode))]
    takes = event.state is EventState.PUBLISHED and event.takes_registrations
    goes_on = event.ends_at is not None and event.ends_at > at
    return takes and goes_on and any(closes_at - SOON <= at for closes_at in ends)


def extend(event_id: int, until: Moment, *, by: str, at: datetime, mode: Mode | None = None) -> Event:
    """Give registration a later end; a way of attending with an end of its own keeps it, unless it is that one's turn.

    Raises NotInThisStateError, NotLaterError, OutOfOrderError, allotting.NoSuchEventError.
    """
    event = allotting.lock_event(event_id)
    if event.state is not EventState.PUBLISHED or not event.takes_registrations:
        raise NotInThisStateError
    pool = allotting.pool_of(event, mode) if mode else None
    old, new = registration_closes_at(event, mode), until.instant(event.zone)
    if new <= at or (old and new <= old):
        raise NotLaterError
    picture = Picture.of(event, at)
    if pool:
        pool.closes_local, pool.closes_at = until.local, new
    else:
        event.registration_closes_local, event.registration_closes_at = until.local, new
    field = f"{WAYS[pool.mode]}_closes" if pool else "registration_closes"
    changed = {field: [old.isoformat() if old else None, new.isoformat()]}
    finish(event, picture, changed, by=by, at=at, tell=Telling(quietly=True), act="extended registration")
    return event
