"""Events whose sessions people pick, and what must hold of them whenever nobody is writing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.db import db, transact
from app.models import (
    Event,
    EventSession,
    Mode,
    OverlapRule,
    Pick,
    PickState,
    Registration,
    RegistrationRules,
    RegistrationState,
    SeatPool,
)
from app.operations.registration import seating
from tests.support import factories
from tests.support.desk import make_event

ROOM = {Mode.IN_PERSON: 100}


def hold_sessions(event_id: int, *sessions: Mapping[str, object]) -> list[int]:
    """Add sessions of an hour to an event: each begins ``hour`` hours after the event, with these ``seats``."""

    def work(_at: datetime) -> list[int]:
        event = db.session.get_one(Event, event_id)
        rows = [_session(event, number, dict(given)) for number, given in enumerate(sessions, start=1)]
        db.session.flush()
        return [row.id for row in rows]

    return transact(work)


def _session(event: Event, number: int, given: dict[str, object]) -> EventSession:
    assert event.starts_local
    assert event.starts_at
    hour = timedelta(hours=float(str(given.pop("hour", number - 1))))
    length = timedelta(minutes=int(str(given.pop("minutes", 60))))
    seats = given.pop("seats", ROOM)
    assert isinstance(seats, dict)
    times = {"starts_local": event.starts_local + hour, "ends_local": event.starts_local + hour + length}
    times |= {"starts_at": event.starts_at + hour, "ends_at": event.starts_at + hour + length}
    row = EventSession(**{"title": f"Session {number}", "is_picked": True, **times, **given})
    event.sessions.append(row)
    db.session.flush()
    for mode, capacity in seats.items():
        seating.add_pool(row, mode, capacity)
    return row


def conference(*sessions: Mapping[str, object], capacity: int | None = None, rule: str = "", **given: object) -> int:
    """An event in a room with sessions to pick. Without any given: one of two seats, one of a hundred, in a row."""
    event_id = make_event(capacity=capacity, **given)
    hold_sessions(event_id, *(sessions or ({"seats": {Mode.IN_PERSON: 2}}, {})))
    if rule:
        transact(lambda _at: db.session.add(RegistrationRules(event_id=event_id, overlap_rule=OverlapRule(rule))))
    return event_id


def session_ids(event_id: int) -> list[int]:
    query = db.select(EventSession.id).where(EventSession.event_id == event_id).order_by(EventSession.id)
    return list(db.session.scalars(query))


def states(registration: Registration) -> list[str]:
    """How each live pick of a person stands, in the order of the sessions."""
    return [pick.state.value for pick in registration.live_picks]


def check_sessions(event_id: int) -> None:
    """Figures and rows agree, nobody is oversold, and no seat is empty beside somebody who could take it."""
    db.session.rollback()
    query = db.select(SeatPool).where(SeatPool.event_id == event_id, SeatPool.session_id.is_not(None))
    for pool in db.session.scalars(query):
        picks = db.session.scalars(
            db.select(Pick).where(Pick.session_id == pool.session_id, Pick.mode == pool.mode)
        ).all()
        seated = [pick for pick in picks if pick.state is PickState.CONFIRMED]
        in_line = [pick for pick in picks if pick.state is PickState.WAITLISTED and pick.position is not None]
        assert (pool.taken, pool.waiting) == (len(seated), len(in_line))
        assert all(pick.registration.state is RegistrationState.CONFIRMED for pick in [*seated, *in_line])
        assert pool.capacity is None or pool.taken <= pool.capacity
        assert not in_line or pool.taken == pool.capacity, "A seat in a session is empty while somebody waits for it."


def add_registration(event_id: int, **given: object) -> int:
    """A person who is simply there."""
    return factories.registration(db.session.get_one(Event, event_id), **given).id
