"""Events as files that people can read, keep and exchange. demo/README.md explains every key.

What a file leaves out is the column's default, and what is the default is left out again: an event comes back from its
file exactly as it went in.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.db import Model
from app.formats import plain_yaml
from app.formats.plain_yaml import Inline
from app.models import Event, EventSession, MailWording, SeatPool, Speaker
from app.models.mail_wording import ADAPTABLE
from app.operations.program.event_file import EventFile
from app.operations.program.event_file_keys import (
    ALWAYS,
    ASKABLE,
    BLOCKS,
    CREDIT,
    LISTS,
    NOTICES,
    PEOPLE,
    REGISTRATION,
    REQUIRED,
    UNLIMITED,
    WHAT,
    WHEN,
    columns_of,
)
from app.operations.program.event_file_questions import write_questions
from app.operations.program.event_file_reading import Reader
from app.operations.program.file_values import as_block, default_of, write_value


def load(text: str, today: date) -> EventFile:
    """Read a file; days counted from today become fixed ones. Raises EventFileError, with every fault found."""
    return Reader(today).read(plain_yaml.read(text))


def export_event(event: Event) -> str:
    """The event as a file, in the one canonical way."""
    parts = [
        _what(event),
        _columns("event", event, event.zone, WHEN),
        _columns("event", event, event.zone, REGISTRATION) | _seats(event),
        *(_columns("event", event, event.zone, names) for names in (PEOPLE, CREDIT, NOTICES)),
        *({name: _block(name, event)} for name in BLOCKS),
        {"questions": write_questions(event.questions)},
        *({name: _list(name, event)} for name in LISTS),
    ]
    return plain_yaml.write(_said(part, event) for part in parts)


def _said(part: dict[str, Any], event: Event) -> dict[str, Any]:
    """Without what is empty, and without the reminders that every new event of the series begins with."""
    said = {key: value for key, value in part.items() if value not in ({}, [])}
    if "reminders" not in part:
        return said
    own = {reminder.lead for reminder in event.reminders}
    return {} if own == set(event.series.leads) else part


def _what(event: Event) -> dict[str, Any]:
    named = _columns("event", event, event.zone, WHAT)
    first = {"title": named.pop("title"), "slug": named.pop("slug")}
    return first | {"series": event.series.slug, "topics": Inline(topic.slug for topic in event.topics)} | named


def _seats(event: Event) -> dict[str, Any]:
    pools = [pool for mode in event.modes if (pool := event.pool(mode))]
    return {
        "capacity": {pool.mode.value: _capacity(pool) for pool in pools},
        "asked_fields": {name: event.asked_fields[name] for name in ASKABLE if event.asks(name)},
    }


def _capacity(pool: SeatPool) -> int | str:
    return UNLIMITED if pool.capacity is None else pool.capacity


def _block(name: str, event: Event) -> dict[str, Any]:
    row = getattr(event, name)
    return _columns(name, row, event.zone) if row else {}


def _list(name: str, event: Event) -> list[dict[str, Any]]:
    entries = []
    for row in _in_order(name, event):
        entry = _columns(name, row, event.zone)
        if isinstance(row, EventSession) and row.pools:
            entry["capacity"] = {pool.mode.value: _capacity(pool) for pool in row.pools}
        if isinstance(row, EventSession) and row.joining:
            entry["joining"] = _columns("session_joining", row.joining, event.zone)
        if isinstance(row, MailWording) and row.words.sentences:
            entry.pop("sentence", None)
            entry["sentences"] = {name: as_block(text) for name, text in row.words.sentences.items()}
        if isinstance(row, EventSession) and row.speakers:
            entry["speakers"] = [_reference(speaker, event) for speaker in row.speakers]
        entries.append(entry)
    return entries


def _in_order(name: str, event: Event) -> list[Any]:
    rows = getattr(event, name)
    if name == "reminders":
        return sorted(rows, key=lambda row: (-row.lead.length, row.id))
    if name == "sessions":
        return sorted(rows, key=lambda row: (row.starts_at, row.room, row.id))
    if name == "wordings":
        return sorted(rows, key=lambda row: ADAPTABLE.index(row.kind))
    return sorted(rows, key=lambda row: (row.place, row.id))


def _reference(speaker: Speaker, event: Event) -> str | int:
    """How a session names a speaker: by name, or by number where two have the same name."""
    speakers = _in_order("speakers", event)
    alone = [other.name for other in speakers].count(speaker.name) == 1
    return speaker.name if alone else speakers.index(speaker) + 1


def _columns(part: str, row: Model, zone: ZoneInfo, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a file says of these columns: those that are not the default, and those a reader looks for."""
    columns = columns_of(part)
    always = (*REQUIRED.get(part, ()), *ALWAYS.get(part, ()))
    return {
        name: write_value(columns[name], row, zone)
        for name in names or columns
        if name in always or getattr(row, name) != default_of(columns[name])
    }
