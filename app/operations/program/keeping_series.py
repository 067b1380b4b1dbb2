"""Changing what a series says, and with it, if asked for, its coming events as far as they say the same."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import selectinload

from app.db import db
from app.models import Event, EventState, Series
from app.models.search import event_search_key
from app.operations import auditing, meanwhile
from app.operations.program import planning
from app.operations.program.details import Notices, People
from app.operations.program.listing import is_past
from app.operations.program.plain_details import Details
from app.operations.program.series_details import GROUPS, SHARED, SeriesDetails
from app.operations.registration import allotting

PARTS: tuple[type[Details], ...] = (People, Notices)
FOUND_BY = frozenset({"name", "acronym"})
_EVENTS = cast("Table", Event.__table__)
_WRITE_KEY = update(_EVENTS).where(_EVENTS.c.id == bindparam("event")).values(search_key=bindparam("key"))


@dataclass(frozen=True)
class Kept:
    """What came of a change: how many coming events follow it, and how many keep words of their own."""

    follow: int = 0
    differ: int = 0


def shown(series: Series) -> str:
    """A mark of what the form was shown with."""
    return _mark(SeriesDetails.of(series))


def _mark(details: SeriesDetails) -> str:
    return meanwhile.mark(details.values)


def change(
    series_id: int,
    details: SeriesDetails,
    *,
    by: str,
    at: datetime,
    version: str | None = None,
    also_coming: bool = False,
) -> Kept:
    """Change a series. An event follows in what it says as the series said it; deadlines are those of new events.

    Raises meanwhile.ChangedMeanwhileError, and planning's refusals for an event that may not lose what it says.
    """
    series = db.session.get_one(Series, series_id, with_for_update={"key_share": True}, populate_existing=True)
    before = SeriesDetails.of(series)
    meanwhile.refuse(version, standing=_mark(before), typed=_mark(details))
    changed = before.differences(details)
    if not changed:
        return Kept()
    details.write(series, changed)
    if FOUND_BY & changed.keys():
        _follow_names(series_id)
    told = planning.shortened(changed)
    auditing.record("changed series", actor=by, subject="series", subject_id=series_id, detail={"changed": told}, at=at)
    moved = [name for name in changed if name in SHARED]
    return _follow(series_id, before, details, moved, by, at) if also_coming and moved else Kept()


def set_by_office(series: Series) -> dict[str, Any]:
    """Field → value of what staff changed here, which a file leaves alone."""
    values = SeriesDetails.of(series).values
    return {name: values[name] for name in series.set_by_office}


def set_again(series: Series, own: dict[str, Any]) -> None:
    """After a file was loaded over it."""
    replace(SeriesDetails.of(series), **own).write(series, own)


def coming(series_id: int, at: datetime) -> Sequence[Event]:
    """Its events that are still to be held, drafts among them."""
    ahead = (Event.series_id == series_id, ~is_past(at), Event.state != EventState.CANCELLED)
    return db.session.scalars(select(Event).where(*ahead).order_by(Event.id)).all()


def unlike(series: Series, at: datetime) -> list[tuple[Event, list[str]]]:
    """Its coming events that say something else than the series, and in which fields."""
    return [(event, names) for event, names in compared(series, at) if names]


def compared(series: Series, at: datetime) -> list[tuple[Event, list[str]]]:
    """Its coming events, and the fields in which each says something else than the series."""
    said, events = SeriesDetails.of(series), coming(series.id, at)
    return [(event, [name for name in SHARED if getattr(event, name) != getattr(said, name)]) for event in events]


def _follow(
    series_id: int, before: SeriesDetails, now: SeriesDetails, moved: Sequence[str], by: str, at: datetime
) -> Kept:
    """Contact by contact and notice by notice: an event that has its own in one of them keeps that one whole."""
    follow = differ = 0
    groups = [group for group in GROUPS if set(group) & set(moved)]
    for found in coming(series_id, at):
        event = allotting.lock_event(found.id)  # As it is now: what somebody saved in it meanwhile stays.
        names = [name for group in groups if _says(event, before, group) for name in group]
        parts = [part for kind in PARTS if (part := _part(kind, event, now, names))]
        if parts:
            planning.edit(event.id, parts, version=None, by=by, at=at)
            follow += 1
        differ += not all(_says(event, now, group) for group in groups)
    return Kept(follow, differ)


def _says(event: Event, details: SeriesDetails, group: Sequence[str]) -> bool:
    return all(getattr(event, name) == getattr(details, name) for name in group)


def _part(kind: type[Details], event: Event, now: SeriesDetails, names: Sequence[str]) -> Details | None:
    mine = {one.name for one in fields(kind)} & set(names)
    return replace(kind.of(event), **{name: getattr(now, name) for name in mine}) if mine else None


def _follow_names(series_id: int) -> None:
    """Events are found by the name of their series. Whoever edits one has changed nothing less: its version stays."""
    mine = select(Event).where(Event.series_id == series_id).options(selectinload(Event.topics)).order_by(Event.id)
    locked = mine.with_for_update(key_share=True).execution_options(populate_existing=True)
    keys = [{"event": event.id, "key": event_search_key(event)} for event in db.session.scalars(locked)]
    if keys:
        db.session.execute(_WRITE_KEY, keys)
