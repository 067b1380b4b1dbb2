"""Sessions that people picked and that are held at another time or place now: who hears of it, and what clashes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.models import Event, EventSession, MessageKind, Pick, PickState, Registration
from app.operations import notifying
from app.operations.registration.cancelling import record

Facts = dict[str, Any]


class SessionsCollideError(Exception):
    """People picked this session and another one that would then be held at the same time."""

    def __init__(self, collisions: "list[Collision]") -> None:
        super().__init__(*(one.title for one in collisions))
        self.collisions = collisions


@dataclass(frozen=True)
class Collision:
    """Another session, and how many people have picked both."""

    title: str
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
        told = changes(person, sessions, before)
        person.calendar_sequence += 1
        extra = {"changes": told, "collides": collides(person, sessions)}
        notifying.queue(MessageKind.SESSION_MOVED, person, at=at, extra=extra, key=key)
        for field, old, new in told:
            record(person, "session moved", by=by, at=at, personal={field: [old, new]})


def changes(registration: Registration, sessions: Collection[EventSession], before: Facts) -> list[list[Any]]:
    """What moved of a person's own sessions, old beside new."""
    mine = {pick.session_id for pick in registration.live_picks}
    own = [session for session in sessions if session.id in mine]
    return [["session", before["sessions"][str(one.id)], notifying.session_facts(one)] for one in own]


def collides(registration: Registration, sessions: Collection[EventSession]) -> list[str]:
    """The other sessions of a person that are held at the same time as one of these now."""
    mine = [pick.session for pick in registration.live_picks]
    own = [session for session in sessions if session in mine]
    return [one.title for one in mine if any(one is not session and one.overlaps(session) for session in own)]


def picked_one_of(sessions: Collection[EventSession], *when: ColumnElement[bool]) -> ColumnElement[bool]:
    """For a query of registrations: who has picked one of these sessions, at such a time."""
    chosen = Pick.session_id.in_([session.id for session in sessions])
    return Registration.id.in_(select(Pick.registration_id).where(chosen, Pick.state != PickState.CANCELLED, *when))


def collisions(session: EventSession, before: Facts) -> list[Collision]:
    """With which other sessions this one would clash that it did not clash with before, for people who have both."""
    if not session.is_picked:
        return []
    others = [one for one in session.event.picked_sessions if one is not session and one.overlaps(session)]
    fresh = [one for one in others if not _overlapped(one, before)]
    found = [Collision(one.title, _who_has(session.id, one.id)) for one in fresh]
    return [one for one in found if one.people]


def _overlapped(other: EventSession, before: Facts) -> bool:
    starts_at, ends_at = (datetime.fromisoformat(before[name]) for name in ("starts_at", "ends_at"))
    return other.starts_at < ends_at and starts_at < other.ends_at


def _who_has(one: int, other: int) -> int:
    second = aliased(Pick)
    query = select(func.count()).select_from(Pick).join(second, second.registration_id == Pick.registration_id)
    live = (Pick.state != PickState.CANCELLED, second.state != PickState.CANCELLED)
    return db.session.scalar(query.where(Pick.session_id == one, second.session_id == other, *live)) or 0
