"""Arranging what an event is made of: its sessions, speakers and materials."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.db import Model, db
from app.models import Event, EventSession, SessionJoining, Speaker
from app.operations import meanwhile
from app.operations.program import removing
from app.operations.program.details import MaterialDetails, SessionDetails, SessionHowToJoin, SpeakerDetails
from app.operations.program.plain_details import Details, plain
from app.operations.program.planning import finish, open_for_edit, told_to_log
from app.operations.program.session_seats import SessionInUseError, SessionSeats, picked_by
from app.operations.program.telling import Picture, Telling
from app.operations.registration import moving_sessions

# Check-in may begin before the event does; another day entirely is a slip of the hand.
AROUND = timedelta(days=1)


class NoSuchPartError(Exception):
    """Somebody removed this session, speaker or material meanwhile."""


class SessionEndsFirstError(Exception):
    """A session's end must be after its start."""


class SessionElsewhereError(Exception):
    """A session lies on a day on which the event is not held."""


def save(
    event_id: int,
    details: Details,
    *,
    part_id: int | None,
    version: int | None,
    by: str,
    at: datetime,
    seats: SessionSeats | None = None,
    way_in: SessionHowToJoin | None = None,
    write_again: bool = False,
    knowing: bool = False,
) -> Event:
    """Add a session, a speaker or a material, or change one. ``seats`` are those of a session that people pick.

    ``way_in`` is how to join a session with a link of its own; ``write_again`` tells those who have it that it changed.

    Raises EditedMeanwhileError, NoSuchPartError, SessionEndsFirstError, SessionElsewhereError, what SessionSeats
    raises, and SessionsCollideError unless it is ``knowing`` that a session moves beside others of the same people.
    """
    event = open_for_edit(event_id, version)
    picture = Picture.of(event, at)
    row, changed = _row_of(event, details, part_id)
    with db.session.no_autoflush:
        _fill(event, row, details)
    if seats:
        changed |= _seat(row, seats)
    if way_in:
        changed |= _lead_in(event, row, way_in, write_again=write_again)
    if isinstance(row, EventSession):
        moving_sessions.refuse_collisions(event, picture.facts, knowing=knowing)
    finish(event, picture, changed, by=by, at=at, tell=Telling(session_way=write_again), act=_act(details))
    return event


def _row_of(event: Event, details: Details, part_id: int | None) -> tuple[Any, dict[str, list[Any]]]:
    """The row to write, new or found, and what will have changed in it."""
    rows: list[Model] = getattr(event, details.part)
    if part_id is None:
        row = details.table()
        rows.append(row)
        return row, {details.part: [None, _name(details)]}
    row = _found(rows, part_id)
    changed = told_to_log(details, type(details).read(row, event.zone).differences(details))
    return row, {f"{_name(details)}: {name}": pair for name, pair in changed.items()}


def _seat(session: Any, seats: SessionSeats) -> dict[str, list[Any]]:
    db.session.flush()
    changed = seats.write(session)
    return {f"{session.title}: {name}": pair for name, pair in changed.items()}


def _lead_in(event: Event, session: Any, way_in: SessionHowToJoin, *, write_again: bool) -> dict[str, list[Any]]:
    standing = SessionHowToJoin.read(session.joining, event.zone) if session.joining else SessionHowToJoin()
    if way_in.is_empty:
        session.joining = None
    else:
        session.joining = session.joining or SessionJoining(edition=1)
        way_in.write(session.joining, event.zone)
        if write_again:
            session.joining.edition, session.joining.mailed_at = session.joining.edition + 1, None
    changed = told_to_log(way_in, standing.differences(way_in))
    return {f"{session.title}: {name}": pair for name, pair in changed.items()}


def _fill(event: Event, row: Any, details: Details) -> None:
    details.write(row, event.zone)
    if isinstance(details, SessionDetails):
        _refuse_wrong_times(event, row)
        chosen = select(Speaker).where(Speaker.event_id == event.id, Speaker.id.in_(details.speakers))
        row.speakers = list(db.session.scalars(chosen))


def _refuse_wrong_times(event: Event, session: Any) -> None:
    if session.ends_at <= session.starts_at or session.ends_local <= session.starts_local:
        raise SessionEndsFirstError
    if event.starts_at is None or event.ends_at is None:
        return
    if session.starts_at < event.starts_at - AROUND or session.ends_at > event.ends_at + AROUND:
        raise SessionElsewhereError


def shown(event: Event, part: str, row: Model) -> str:
    """A mark of what a page was shown with of one session, speaker or material."""
    return meanwhile.mark(vars(DETAILS[part].read(row, event.zone)))


def remove(
    event_id: int,
    part: str,
    part_id: int,
    *,
    by: str,
    at: datetime,
    reason: str | None = None,
    version: str | None = None,
) -> Event:
    """Remove a session, a speaker or a material. One that is gone already is no fault.

    ``version`` is the mark of what the page showed. Raises meanwhile.ChangedMeanwhileError.
    Raises SessionInUseError when people have picked the session, unless a ``reason`` is given, were it empty: then
    each hears of it, once the ten minutes for "Undo" are over.
    """
    event = open_for_edit(event_id, None)
    picture = Picture.of(event, at)
    rows: list[Any] = getattr(event, part)
    row = next((row for row in rows if row.id == part_id), None)
    if row is None:
        return event
    meanwhile.refuse(version, standing=shown(event, part, row), typed="")
    removed = None
    if isinstance(row, EventSession) and (people := picked_by(row.id)):
        if reason is None:
            raise SessionInUseError(people)
        removed = removing.take_off(row, reason, by=by, at=at)
    rows.remove(row)
    changed = {part: [plain(getattr(row, "title", None) or getattr(row, "name", "")), None]}
    finish(event, picture, changed, by=by, at=at, tell=Telling(removed=removed), act=f"removed {NAMES[part]}")
    return event


def _found(rows: list[Any], part_id: int) -> Any:
    row = next((row for row in rows if row.id == part_id), None)
    if row is None:
        raise NoSuchPartError(part_id)
    return row


DETAILS: dict[str, type[Details]] = {one.part: one for one in (SessionDetails, SpeakerDetails, MaterialDetails)}
NAMES = {"sessions": "session", "speakers": "speaker", "materials": "material"}


def _act(details: Details) -> str:
    return f"saved {NAMES[details.part]}"


def _name(details: Details) -> str:
    return details.name if isinstance(details, SpeakerDetails) else _title(details)


def _title(details: Details) -> str:
    return details.title if isinstance(details, (SessionDetails, MaterialDetails)) else ""
