"""Remembering how an event stood, so that "Undo" can bring it back: times, place, state, title and how to join."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, inspect
from sqlalchemy import Enum as EnumType

from app.db import Model, UtcDateTime
from app.models import (
    CommitteeMeeting,
    Event,
    EventSession,
    Joining,
    Material,
    RegistrationRules,
    SeatPool,
    SessionJoining,
)
from app.operations.program.event_file_keys import COLUMNS
from app.operations.program.plain_details import plain
from app.operations.program.way_times import WAYS

EVENT = (
    *("title", "state", "change_reason", "time_zone", "postponed_from_local", "accessibility_by"),
    *("starts_local", "starts_at", "ends_local", "ends_at"),
    *("registration_opens_local", "registration_opens_at", "registration_closes_local", "registration_closes_at"),
)
SINGLE: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "venue": COLUMNS["venue"],
    "joining": (Joining, (*COLUMNS["joining"][1], "release_at", "mailed_at", "told_since")),
    "rules": (RegistrationRules, ("hand_over_until_local", "hand_over_until_at")),
    **dict.fromkeys(WAYS.values(), (SeatPool, ("opens_local", "opens_at", "closes_local", "closes_at"))),
    "committee": (CommitteeMeeting, ("comments_close_local", "comments_close_at")),
}
LISTED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "sessions": (EventSession, ("title", "room", "starts_local", "starts_at", "ends_local", "ends_at")),
    "session_joinings": (SessionJoining, (*COLUMNS["session_joining"][1], "release_at", "mailed_at", "told_since")),
    "materials": (Material, ("publish_local", "publish_at")),
}


def take(event: Event) -> dict[str, Any]:
    """The event as it stands, as values that JSON can hold."""
    single = {part: values_of(getattr(event, part), names) for part, (_, names) in SINGLE.items()}
    listed = {
        part: {str(row.id): values_of(row, names) for row in getattr(event, part)}
        for part, (_, names) in LISTED.items()
    }
    return {"event": values_of(event, EVENT), **single, **listed}


def values_of(row: Model | None, names: Iterable[str]) -> dict[str, Any] | None:
    return None if row is None else {name: plain(getattr(row, name)) for name in names}


def restore(event: Event, former: dict[str, Any]) -> None:
    """Bring it back. Sessions and materials that were removed since stay removed, new ones stay."""
    write(event, former["event"])
    for part, (table, _names) in SINGLE.items():
        _restore_single(event, part, table, former[part])
    for part in LISTED:
        for row in getattr(event, part):
            if str(row.id) in former[part]:
                write(row, former[part][str(row.id)])


def _restore_single(event: Event, part: str, table: type[Model], values: dict[str, Any] | None) -> None:
    row = getattr(event, part)
    if part in WAYS.values():  # What is offered is no part of a change that people are told of.
        if row and values:
            write(row, values)
        return
    if values is None:
        # These say more than what is remembered of them: a new one stays.
        if part not in {"committee", "rules"}:
            setattr(event, part, None)
        return
    if row is None:
        row = table()
        setattr(event, part, row)
    write(row, values)


def write(row: Model, values: dict[str, Any]) -> None:
    columns = inspect(type(row)).columns
    for name, value in values.items():
        setattr(row, name, _rich(columns[name].type, value))


def _rich(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, (DateTime, UtcDateTime)):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, EnumType) and kind.enum_class:
        return kind.enum_class(value)
    return value
