"""Removing a session that people picked: remembered whole, so that "Undo" can bring it back with everybody in it.

Where the database gives a removed session's number to another one (SQLite does), it comes back under a new number;
what kept the old one by then, as a form left open or a booking's record, means the other session.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select

from app.db import Model, db
from app.models import ChangeNotice, Event, EventSession, Registration, SessionJoining, SessionPresence, Speaker
from app.models.outgoing_email import DROPPED
from app.operations import notifying
from app.operations.program import correcting, remembering
from app.operations.registration import seating, taking_away

Removed = dict[str, Any]


def take_off(session: EventSession, reason: str, *, by: str, at: datetime) -> Removed:
    """Take a session of a locked event from everybody who picked it. Returns all that "Undo" needs; the row may go."""
    kept = {
        "session": _whole(session),
        "speakers": [speaker.id for speaker in session.speakers],
        "pools": [_whole(pool) for pool in session.pools],
        "joining": _whole(session.joining) if session.joining else None,
    }
    undated = {} if session.event.starts_at else {"undated": True}
    return kept | {
        "title": session.title,
        "reason": reason,
        "by": by,
        "at": at.isoformat(),
        "key": f"{DROPPED}{session.id}-{at:%Y%m%dT%H%M%S%f}",
        "facts": notifying.session_facts(session) | undated,
        "presences": _presences(session),
        "picks": taking_away.take_away(session, reason, by=by, at=at),
    }


def _presences(session: EventSession) -> list[tuple[int, str]]:
    """Who pressed its join button, and when."""
    chosen = select(SessionPresence.registration_id, SessionPresence.joined_at)
    found = db.session.execute(chosen.where(SessionPresence.session_id == session.id))
    return [(person_id, joined_at.isoformat()) for person_id, joined_at in found]


def _whole(row: Model) -> dict[str, Any]:
    names = [column.key for column in inspect(type(row)).columns]
    return remembering.values_of(row, names) or {}


def note(notice: ChangeNotice, removed: Removed) -> None:
    """Let the notice tell of it. The session comes back as it stood before the first change of which that tells."""
    number = str(removed["session"]["id"])
    former, told = dict(notice.former), dict(notice.before["sessions"])
    parts = {part: dict(former[part]) for part in ("sessions", "session_joinings")}
    session, joining = (parts[part].pop(number, None) or {} for part in parts)
    removed = removed | {"session": removed["session"] | session, "facts": told.pop(number, removed["facts"])}
    if removed["joining"]:
        removed["joining"] = removed["joining"] | joining
    notice.former = former | parts | {"removed": [*notice.removed, removed]}
    notice.before = notice.before | {"sessions": told}


def bring_back(event: Event, notice: ChangeNotice, *, since: datetime, by: str, at: datetime) -> None:
    """Put the sessions back into a locked event, and give them back to whoever had them and still can."""
    for removed in notice.removed:
        session = _session(event, removed)
        found = taking_away.give_back(session, removed["picks"])
        db.session.flush()
        _put_back_presences(session, removed.get("presences", ()))
        mailed = _mailed(found.back, since, at)
        taking_away.tell_of_return(session, mailed, found.lost, by=by, at=at)
        taking_away.note_return(session, [one for one in found.back if one not in mailed], by=by, at=at)


def _put_back_presences(session: EventSession, presences: Iterable[tuple[int, str]]) -> None:
    """Whoever joined it joined it, whatever they have of it now."""
    found = dict(presences)
    for person_id in db.session.scalars(select(Registration.id).where(taking_away.among(found))):
        joined_at = datetime.fromisoformat(found[person_id])
        db.session.add(SessionPresence(registration_id=person_id, session_id=session.id, joined_at=joined_at))


def _mailed(people: Iterable[Registration], since: datetime, at: datetime) -> list[Registration]:
    found = select(Registration.id).where(correcting.was_mailed(since, at), taking_away.among(one.id for one in people))
    mailed = set(db.session.scalars(found))
    return [person for person in people if person.id in mailed]


def _session(event: Event, removed: Removed) -> EventSession:
    values = dict(removed["session"])
    if db.session.get(EventSession, values["id"]):
        del values["id"]  # Given to another one since.
    session = EventSession()
    remembering.write(session, values)
    event.sessions.append(session)
    chosen = select(Speaker).where(Speaker.event_id == event.id, Speaker.id.in_(removed["speakers"]))
    with db.session.no_autoflush:
        session.speakers = list(db.session.scalars(chosen))
    if removed["joining"]:
        session.joining = SessionJoining()
        remembering.write(session.joining, {**removed["joining"], "session_id": values.get("id")})
    for pool in removed["pools"]:
        seating.put_back_pool(session, pool)
    db.session.flush()
    return session
