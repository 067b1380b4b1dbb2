"""Columns of a list that may have a hundred thousand rows: what is read, and what makes it text.

Making enum members, instants and lists of so many values takes longer than reading and writing them, so values come
as they are stored, and what is alike is turned into text once.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, String, cast, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.formats import dates
from app.formats.xlsx_file import Kind
from app.models import Event
from app.models.labels import Labelled

Turn = Callable[[Any], str | None]


@dataclass(frozen=True)
class Column:
    """One column: its name, what is read, and how that becomes text; what is text already needs no turning."""

    label: LazyString | str
    value: Any
    turn: Callable[[Event], Turn] | None = None
    is_time: bool = False
    is_typed: bool = True  # Whether its text is somebody's own, and may look like a formula.
    kind: Kind | None = None  # What its cells are, if more than text.

    def heading(self, event: Event) -> str:
        if not self.is_time:
            return str(self.label)
        zone = dates.zone_words(event.time_zone, str(get_locale()))
        return _("%(column)s (%(zone)s)", column=self.label, zone=zone)


class _utc_minute(FunctionElement[str]):  # noqa: N801  Named as functions of the database are.
    """An instant in UTC as text, to the minute: 2026-03-02 17:00."""

    type = String()
    inherit_cache = True


@compiles(_utc_minute, "sqlite")
def _stored_as_text(element: _utc_minute, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 16)"


@compiles(_utc_minute, "postgresql")
def _written_as_text(element: _utc_minute, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')"


def instant(label: LazyString, column: Any) -> Column:
    return Column(label, _utc_minute(column), _wall_time, is_time=True, is_typed=False, kind=Kind.MINUTE)


def choice(label: LazyString | str, column: Any, enum: type[Labelled]) -> Column:
    labels = lambda _event: {member.value: str(member.label) for member in enum}.get  # noqa: E731
    return Column(label, stored(column), labels, is_typed=False)


def days(label: LazyString, column: Any) -> Column:
    def turn(event: Event) -> Turn:
        held = set(event.day_keys)
        return cache(lambda stored: ", ".join(day for day in json.loads(stored) if day in held))

    return Column(label, cast(column, String), turn, is_typed=False)


def country(label: LazyString, column: Any) -> Column:
    return Column(label, column, lambda _event: dict(Locale.parse(str(get_locale())).territories).get, is_typed=False)


def number(label: LazyString, column: Any) -> Column:
    return Column(label, cast(column, String), is_typed=False, kind=Kind.FIGURE)


def yes_or_no(label: LazyString, column: Any) -> Column:
    return Column(label, column, lambda _event: {True: _("Yes"), False: _("No")}.get, is_typed=False)


def stored(column: Any) -> ColumnElement[str]:
    """Of an enum, what stands in the database."""
    return type_coerce(column, String)


def _wall_time(event: Event) -> Turn:
    zone = ZoneInfo(event.time_zone)

    def local(minute: str) -> str:
        return datetime.fromisoformat(f"{minute}+00:00").astimezone(zone).isoformat(" ", "minutes")[:16]

    @cache
    def whole_hour(hour: str) -> str:
        """The hour that clocks there show all through this hour of UTC; nothing where the two do not coincide."""
        shown = local(f"{hour}:00")[:14]
        return shown if (local(f"{hour}:00"), local(f"{hour}:59")) == (f"{shown}00", f"{shown}59") else ""

    @cache
    def turn(minute: str | None) -> str | None:
        if minute is None:
            return None
        hour = whole_hour(minute[:13])
        return hour + minute[14:] if hour else local(minute)

    return turn
