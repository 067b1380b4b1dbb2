"""After an event has changed: its lines and offers keep to its new times."""

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import Event, Registration
from app.operations.registration import closing, closing_sessions, offering_sessions, resting


def follow(event: Event, at: datetime, *, rested: bool) -> None:
    """Bring everything at the desk in line with a locked event that was changed. Who may be seated now comes after it.

    ``rested`` says that it was not being held before, so that nobody had to decide.
    """
    resting.rest(event, at)
    _keep_in_time(event, at, rested)
    offering_sessions.keep_in_time(event, at, rested=rested)
    closing.reopen(event, at)
    closing_sessions.reopen(event, at)


def _keep_in_time(event: Event, at: datetime, rested: bool) -> None:
    """No offer outlasts its line, and one that ran out while there was no date runs anew."""
    held = select(Registration).where(Registration.event_id == event.id, Registration.offered_until.is_not(None))
    for person in db.session.scalars(held):
        assert person.waits_for
        assert person.offered_until
        anew, until = event.offer_ends_at(person.waits_for, at), event.promotes_until(person.waits_for)
        ends = (anew or at) if rested and person.offered_until <= at else person.offered_until
        person.offered_until = min(ends, until) if until else ends
