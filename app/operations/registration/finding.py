"""Finding a person across all events, by the beginning of a name or address, or by a confirmation number."""

from collections.abc import Sequence

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import joinedload

from app.db import db
from app.models import Registration
from app.operations.registration.searching import ways_to_find

MOST = 50


def find_anywhere(q: str) -> Sequence[Registration]:
    """The latest registrations that answer, and one more than a page shows when there are more."""
    return db.session.scalars(query_for(q)).all()


def query_for(q: str) -> Select[Registration]:
    """Each way to answer has an index of its own, and gives no more than a page."""
    ways = [
        select(Registration.id).where(way.condition).order_by(way.column, Registration.id).limit(MOST + 1).subquery()
        for way in ways_to_find(q)
    ]
    found = select(union_all(*(select(way.c.id) for way in ways)).subquery().c.id)
    return (
        select(Registration)
        .where(Registration.id.in_(found))
        .options(joinedload(Registration.event))
        .order_by(Registration.registered_at.desc(), Registration.id.desc())
        .limit(MOST + 1)
    )
