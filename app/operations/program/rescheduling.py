"""Rescheduling: moving an event with everything that hangs on its start, putting it off, and cancelling it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.models import Event, EventState, SessionJoining
from app.models.local_time import wall_time_of
from app.operations.program.moments import Moment
from app.operations.program.planning import finish, open_for_edit
from app.operations.program.publishing import NotInThisStateError
from app.operations.program.telling import Picture, Telling
from app.operations.program.way_times import TIMES, WAYS
from app.operations.registration import moving_sessions, standing_by

DEADLINES = frozenset({"registration_closes", "closes", "hand_over_until", "comments_close"})


class NothingMovesError(Exception):
    """The new time is the time it has."""


@dataclass(frozen=True)
class Shift:
    """One time that can move along. ``key`` names it: ``registration_closes``, ``session-12`` …"""

    key: str
    what: str  # registration_opens, registration_closes, accessibility_by, release, comments_close, session, material.
    title: str  # Of a session or a material.
    old: datetime | date
    new: datetime | date
    stays: bool  # Unless somebody says otherwise: it was reached already, or would be over where it goes.
    apply: Callable[[], None]


@dataclass(frozen=True)
class Move:
    """Where the event goes. ``along`` holds the keys of the shifts that go with it; None takes all."""

    starts: Moment
    ends: Moment
    along: frozenset[str] | None = None
    knowing: bool = False  # That sessions come to lie beside others of the same people.


def shifts(event: Event, new_start: datetime, at: datetime) -> list[Shift]:
    """Everything that hangs on the start, where it is and where it would go."""
    origin = event.starts_local or event.postponed_from_local
    if origin is None or origin == new_start:
        return []
    return list(_shifts(event, new_start - origin, at))


def _shifts(event: Event, delta: timedelta, at: datetime) -> Iterator[Shift]:
    for row, name in _single_times(event):
        yield from _shift(event, row, name, delta, at)
    for mode, way in WAYS.items():
        for name in TIMES if event.pool(mode) else ():
            yield from _shift(event, event.pool(mode), name, delta, at, key=f"{way}_{name}")
    if event.accessibility_by:
        old, days = event.accessibility_by, timedelta(days=delta.days)
        is_over = old + days < at.astimezone(event.zone).date()
        yield Shift("accessibility_by", "accessibility_by", "", old, old + days, is_over, _setter(event, old + days))
    for session in event.sessions:
        yield from _shift(event, session, "starts", delta, at, key=f"session-{session.id}", title=session.title)
    for joining in _dated_joinings(event):
        named = {"key": f"session_release-{joining.session_id}", "title": joining.session.title}
        yield from _shift(event, joining, "release", delta, at, **named)
    for material in event.materials:
        yield from _shift(event, material, "publish", delta, at, key=f"material-{material.id}", title=material.title)


def _dated_joinings(event: Event) -> list[SessionJoining]:
    """Ways into sessions that are given out at a set time; others follow their session by themselves."""
    return [joining for joining in event.session_joinings if joining.release_minutes is None]


def _single_times(event: Event) -> Iterator[tuple[Any, str]]:
    yield event, "registration_opens"
    yield event, "registration_closes"
    if event.rules:
        yield event.rules, "hand_over_until"
    if event.joining and event.joining.release_minutes is None:
        yield event.joining, "release"
    if event.committee:
        yield event.committee, "comments_close"


def _shift(
    event: Event, row: Any, name: str, delta: timedelta, at: datetime, *, key: str = "", title: str = ""
) -> Iterator[Shift]:
    local: datetime | None = getattr(row, f"{name}_local")
    if local is None:
        return
    names = ("starts", "ends") if name == "starts" else (name,)
    moved = Moment.near(local + delta, event.zone)
    # Who was let in, or told how to join, is not sent away again; and no deadline is moved to where it is over.
    is_reached = name in {"registration_opens", "opens", "release"} and getattr(row, f"{name}_at") <= at
    stays = is_reached or (name in DEADLINES and moved.instant(event.zone) <= at)

    def apply() -> None:
        for one in names:
            write_moment(row, one, Moment.near(getattr(row, f"{one}_local") + delta, event.zone), event.zone)

    yield Shift(key or name, key.partition("-")[0] or name, title, local, moved.local, stays, apply)


def write_moment(row: Any, name: str, moment: Moment, zone: ZoneInfo) -> None:
    setattr(row, f"{name}_local", moment.local)
    setattr(row, f"{name}_at", moment.instant(zone))


def _setter(event: Event, day: date) -> Callable[[], None]:
    def apply() -> None:
        event.accessibility_by = day

    return apply


def reschedule(event_id: int, move: Move, *, version: int | None, by: str, at: datetime, tell: Telling) -> Event:
    """Move an event. A postponed one is on again.

    Raises EditedMeanwhileError, OutOfOrderError, NothingMovesError, and moving_sessions.SessionsCollideError when some
    sessions stay where others of the same people come to lie.
    """
    event = open_for_edit(event_id, version)
    if event.state is EventState.CANCELLED:
        raise NotInThisStateError
    picture = Picture.of(event, at)
    old = _times(event)
    along = [one for one in shifts(event, move.starts.local, at) if move.along is None or one.key in move.along]
    write_moment(event, "starts", move.starts, event.zone)
    write_moment(event, "ends", move.ends, event.zone)
    if event.state is EventState.POSTPONED:
        event.state, event.postponed_from_local, event.change_reason = EventState.PUBLISHED, None, ""
    if _times(event) == old:
        raise NothingMovesError
    for shift in along:
        shift.apply()
    moving_sessions.refuse_collisions(event, picture.facts, knowing=move.knowing)
    changed = {"time": [old, _times(event)], "along": [shift.key for shift in along], "reason": [None, tell.reason]}
    finish(event, picture, changed, by=by, at=at, tell=tell, act="rescheduled")
    return event


def _times(event: Event) -> list[str | None]:
    return [moment.isoformat() if moment else None for moment in (event.starts_local, event.ends_local)]


def postpone(event_id: int, *, version: int | None, by: str, at: datetime, tell: Telling) -> Event:
    """Put an event off to a date to be announced. Registrations stay. Raises NotInThisStateError."""
    event = open_for_edit(event_id, version)
    if event.state is not EventState.PUBLISHED:
        raise NotInThisStateError
    picture = Picture.of(event, at)
    event.state, event.change_reason = EventState.POSTPONED, tell.reason
    event.postponed_from_local = event.starts_local
    event.starts_local = event.starts_at = event.ends_local = event.ends_at = None
    standing_by.ask_anew(event.id)
    finish(event, picture, {"reason": [None, tell.reason]}, by=by, at=at, tell=tell, act="postponed")
    return event


def cancel(event_id: int, *, version: int | None, by: str, at: datetime, tell: Telling) -> Event:
    """Call an event off, at once for everybody who looks. Registrations stay as they were, as a record."""
    event = open_for_edit(event_id, version)
    if event.state not in (EventState.PUBLISHED, EventState.POSTPONED):
        raise NotInThisStateError
    picture = Picture.of(event, at)
    event.state, event.change_reason = EventState.CANCELLED, tell.reason
    if event.starts_local is None and event.postponed_from_local:
        # Calendars strike out an entry by its time; and the archive files the event under the day it was meant for.
        write_moment(event, "starts", Moment.near(event.postponed_from_local, event.zone), event.zone)
    finish(event, picture, {"reason": [None, tell.reason]}, by=by, at=at, tell=tell, act="cancelled event")
    return event


def change_zone(
    event_id: int, time_zone: str, *, same_instant: bool, version: int | None, by: str, at: datetime, tell: Telling
) -> Event:
    """Move an event to another zone: the same instant told by other clocks, or the same hour by the new clocks."""
    event = open_for_edit(event_id, version)
    if event.time_zone == time_zone:
        raise NothingMovesError
    picture = Picture.of(event, at)
    old, event.time_zone = event.time_zone, time_zone
    for row, name in _all_times(event):
        local, instant = getattr(row, f"{name}_local"), getattr(row, f"{name}_at")
        if local is None:
            continue
        if same_instant and instant:
            setattr(row, f"{name}_local", wall_time_of(instant, event.zone))
        else:
            write_moment(row, name, Moment.near(local, event.zone), event.zone)
    changed = {"time_zone": [old, time_zone], "same_instant": same_instant}
    finish(event, picture, changed, by=by, at=at, tell=tell, act="changed time zone")
    return event


def _all_times(event: Event) -> Iterator[tuple[Any, str]]:
    yield from ((event, name) for name in ("starts", "ends"))
    yield from _single_times(event)
    for pool in event.pools:
        yield from ((pool, name) for name in TIMES)
    for session in event.sessions:
        yield from ((session, name) for name in ("starts", "ends"))
    yield from ((joining, "release") for joining in _dated_joinings(event))
    yield from ((material, "publish") for material in event.materials)
