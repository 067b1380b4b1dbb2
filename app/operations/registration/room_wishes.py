"""Who asks for the room: the wishes that wait for the office's answer. Asking is asking_for_room.py's."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import contains_eager

from app.db import db
from app.models import Event, EventState, Mode, Registration, RoomRequest
from app.models.registration_state import HOLD_OR_WAIT

MOST = 200  # Shown on one page.
Asked = TypeVar("Asked", bound=Select[*tuple[object, ...]])


def may_wish(registration: Registration) -> bool:
    """Whether the person has a place that lies elsewhere, and stands in no line for the room."""
    is_settled = registration.has_place and registration.offered_until is None
    return is_settled and Mode.IN_PERSON not in {registration.mode, registration.waits_for}


def of_those_who_may(query: Asked) -> Asked:
    """The words of ``may_wish`` as a query: only the wishes that still wait for an answer."""
    waits_for = Registration.waits_for
    return query.join(RoomRequest.registration).where(
        Registration.state.in_(HOLD_OR_WAIT),
        Registration.offered_until.is_(None),
        Registration.mode == Mode.ONLINE,
        waits_for.is_(None) | (waits_for == Mode.ONLINE),
    )


def standing(registration: Registration) -> RoomRequest | None:
    """The wish of this person that waits for its answer."""
    return db.session.get(RoomRequest, registration.id) if may_wish(registration) else None


def forget(registration_id: int) -> None:
    """The wish is answered, taken back, or came true otherwise."""
    db.session.execute(delete(RoomRequest).where(RoomRequest.registration_id == registration_id))


def of_event(event_id: int, at: datetime) -> Sequence[RoomRequest]:
    """Those of one event to come, who asked first first; no more than a page holds."""
    query = of_those_who_may(select(RoomRequest)).where(Registration.event_id == event_id)
    query = query.join(Registration.event).where(*_is_to_come(at))
    query = query.order_by(RoomRequest.asked_at, RoomRequest.registration_id).limit(MOST)
    return db.session.scalars(query.options(contains_eager(RoomRequest.registration))).all()


def count_by_event(event_ids: Collection[int], at: datetime) -> dict[int, int]:
    """How many ask for the room at each of these events; without those where nobody does, or that are over."""
    query = of_those_who_may(select(Registration.event_id, func.count()).select_from(RoomRequest))
    query = query.join(Registration.event).where(Registration.event_id.in_(event_ids), *_is_to_come(at))
    query = query.group_by(Registration.event_id)
    return {event_id: int(count) for event_id, count in db.session.execute(query)}


def at_coming_events(at: datetime) -> Sequence[tuple[Event, int]]:
    """The events to come in whose room somebody wishes to be, and how many each has."""
    counted = of_those_who_may(select(Registration.event_id, func.count().label("wishes")).select_from(RoomRequest))
    found = counted.group_by(Registration.event_id).subquery()
    query = select(Event, found.c.wishes).join(found, found.c.event_id == Event.id)
    query = query.where(*_is_to_come(at)).order_by(Event.starts_at)
    return [(event, count) for event, count in db.session.execute(query)]


def _is_to_come(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Whether the office can still say yes."""
    return Event.state == EventState.PUBLISHED, Event.ends_at > at
