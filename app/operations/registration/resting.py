"""While an event has no date nobody has to decide: seats that are held for an answer go back, and who was asked has
their place in line again. Once there is a date the line moves as before, in the same order.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.models import Event, EventSession, EventState, Pick, PickState, Registration
from app.models.taking_back import OFFERS
from app.operations import withdrawing
from app.operations.registration import allotting, seating, waiting


def rest(event: Event, at: datetime) -> None:
    """Take back every offer of a locked event that was postponed. Asked twice it finds nothing more."""
    if event.state is not EventState.POSTPONED:
        return
    asked = _back_in_line(event, at) | _back_in_session_lines(event, at)
    if asked:
        withdrawing.withdraw_older(*asked, at=at, kinds=OFFERS)  # An offer that waits to be sent is one no more.


def _back_in_line(event: Event, at: datetime) -> set[int]:
    held = select(Registration).where(Registration.event_id == event.id, Registration.offered_until.is_not(None))
    people = db.session.scalars(held).all()
    for person in people:
        assert person.waits_for
        allotting.back_in_line(person, allotting.pool_of(event, person.waits_for))
        waiting.note("offer taken back", person, at, {"position": person.position})
    return {person.id for person in people}


def _back_in_session_lines(event: Event, at: datetime) -> set[int]:
    query = select(Pick).join(Pick.session).where(EventSession.event_id == event.id, Pick.state == PickState.OFFERED)
    parts = (joinedload(Pick.registration), joinedload(Pick.session).selectinload(EventSession.pools))
    picks = db.session.scalars(query.options(*parts)).all()
    for pick in picks:
        seating.back_in_line(pick)
        detail = {"sessions": [pick.session.title], "positions": [pick.position]}
        waiting.note("session offers taken back", pick.registration, at, detail)
    return {pick.registration_id for pick in picks}
