"""Sessions that people picked and that are held at another time or place now: who hears of it, and what clashes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.models import Event, EventSession, MessageKind, Pick, PickState, Registration
from app.operations import notifying
from app.operations.registration.cancelling import record

Facts = dict[str, Any]


class SessionsCollideError(Exception):
    """People picked two sessions that would then be held at the same time."""

    def __init__(self, collisions: "list[Collision]") -> None:
        super().__init__(*((one.title, one.other) for one in collisions))
        self.collisions = collisions


@dataclass(frozen=True)
class Collision:
    """Two sessions, and how many people have picked both."""

    title: str
    other: str
    people: int


def picture(event: Event) -> dict[str, Facts]:
    """Every session that people pick, by its number, as a mail would tell it."""
    return {str(session.id): notifying.session_facts(session) for session in event.picked_sessions if session.id}


def moved(event: Event, before: Facts) -> list[EventSession]:
    """The sessions that are held otherwise than they were; one that was taken off or added since has not moved."""
    stood: dict[str, Facts] = before.get("sessions", {})
    now = picture(event)
    return [one for one in event.picked_sessions if str(one.id) in stood and stood[str(one.id)] != now[str(one.id)]]


def tell(
    people: Iterable[Registration],
    sessions: Collection[EventSession],
    before: Facts,
    *,
    key: str,
    by: str,
    at: datetime,
) -> None:
    """Write to each of these people what moved of their own sessions, and keep it in their history."""
    for person in people:
        told = own_changes(person, sessions, before)
        person.calendar_sequence += 1
        notifying.queue(MessageKind.SESSION_MOVED, person, at=at, extra=told, key=key)
        for field, old, new in told["changes"]:
            record(person, "session moved", by=by, at=at, personal={field: [old, new]})


def own_changes(registration: Registration, sessions: Collection[EventSession], before: Facts) -> Facts:
    """What moved of a person's own sessions, old beside new; and their others that are at the same time now."""
    mine = [pick.session for pick in registration.live_picks]
    own = [session for session in sessions if session in mine]
    return {
        "changes": [["session", before["sessions"][str(one.id)], notifying.session_facts(one)] for one in own],
        "collides": [one.title for one in mine if any(_collide_now(one, session, before) for session in own)],
    }


def _collide_now(one: EventSession, moved_one: EventSession, before: Facts) -> bool:
    """Whether they are at the same time and were not: what overlapped before is known to whoever chose both."""
    if one is moved_one or not one.overlaps(moved_one):
        return False
    stood = before["sessions"]
    first, second = stood.get(str(one.id)), stood.get(str(moved_one.id))
    return not (first and second and _overlapped(first, second))


def picked_one_of(sessions: Collection[EventSession], *when: ColumnElement[bool]) -> ColumnElement[bool]:
    """For a query of registrations: who has picked one of these sessions, at such a time."""
    chosen = Pick.session_id.in_([session.id for session in sessions])
    return Registration.id.in_(select(Pick.registration_id).where(chosen, Pick.state != PickState.CANCELLED, *when))


def refuse_collisions(event: Event, before: Facts, *, knowing: bool) -> None:
    """Before people's sessions clash, staff are asked. Raises SessionsCollideError unless they are ``knowing``."""
    with db.session.no_autoflush:  # Whether the new times are in order is asked later.
        found = [] if knowing else _collisions(event, before)
    if found:
        raise SessionsCollideError(found)


def _collisions(event: Event, before: Facts) -> list[Collision]:
    """The sessions that clash now and did not before, for people who have both."""
    stood: dict[str, Facts] = before["sessions"]
    known = [session for session in event.picked_sessions if str(session.id) in stood]
    fresh = [
        (one, two)
        for one, two in combinations(known, 2)
        if one.overlaps(two) and not _overlapped(stood[str(one.id)], stood[str(two.id)])
    ]
    found = [Collision(one.title, two.title, _who_has(one.id, two.id)) for one, two in fresh]
    return [one for one in found if one.people]


def _overlapped(one: Facts, two: Facts) -> bool:
    (starts, ends), (other_starts, other_ends) = (
        [datetime.fromisoformat(facts[name]) for name in ("starts_at", "ends_at")] for facts in (one, two)
    )
    return bool(starts < other_ends and other_starts < ends)


def _who_has(one: int, other: int) -> int:
    second = aliased(Pick)
    query = select(func.count()).select_from(Pick).join(second, second.registration_id == Pick.registration_id)
    live = (Pick.state != PickState.CANCELLED, second.state != PickState.CANCELLED)
    return db.session.scalar(query.where(Pick.session_id == one, second.session_id == other, *live)) or 0
