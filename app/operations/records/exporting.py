"""Lists leave as files: written whole, counted, hashed, and logged, before anybody gets them."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.formats import dates
from app.formats.csv_file import write_csv
from app.formats.xlsx_file import write_xlsx
from app.models import AuditEntry, Event
from app.models.labels import Labelled
from app.operations import auditing
from app.operations.records.profiles import PROFILES
from app.operations.records.profiles.profile import Choice, Line, Profile

ACT = "exported list"
REFUSED = "was refused list"
SUBJECT = "export"
LATEST = 50
BLOCK = 1 << 20


class Format(Labelled):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"

    @property
    def content_type(self) -> str:
        if self is Format.CSV:
            return "text/csv"  # In UTF-8, which is added to every text that is sent.
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Order:
    """Which list is wanted, of whom, and as what kind of file."""

    profile: Profile
    format: Format
    choice: Choice

    @property
    def event_id(self) -> int:
        return self.choice.asked.event_id

    @property
    def title(self) -> str:
        """What the file is called."""
        return f"{_event(self.event_id).title} – {self.profile.label}"


@dataclass(frozen=True)
class Written:
    """A finished file: how many rows it has and what its bytes hash to."""

    rows: int
    sha256: str


def write(order: Order, file: BinaryIO, at: datetime) -> Written:
    """Write the list into an open, empty file."""
    event = _event(order.event_id)
    reading = order.profile.read(event, order.choice)
    head = list(_head(order, event, reading.count, at))
    if order.format is Format.CSV:
        told = [(name, str(value)) for name, value in head]
        write_csv(file, told, reading.columns, reading.rows, reading.typed)
    else:
        write_xlsx(file, str(order.profile.label), head, reading.columns, _read_at_once(reading.rows), reading.kinds)
    return Written(reading.count, _digest(file))


def record(order: Order, written: Written, *, by: str, at: datetime) -> None:
    """Log who took which list: its profile, its filter, its rows and the file's hash."""
    asked = order.choice.asked
    auditing.record(
        ACT,
        actor=by,
        subject=SUBJECT,
        subject_id=order.event_id,
        event_id=order.event_id,
        detail={
            "profile": order.profile.name,
            "format": order.format.value,
            "filter": asked.to_json() if order.profile.takes_filter else {},
            "days": list(order.choice.days),
            "rows": written.rows,
            "sha256": written.sha256,
        },
        personal={"search": asked.q} if order.profile.takes_filter and asked.q else None,
        at=at,
    )


def record_refusal(event_id: int, profile: str, *, by: str, at: datetime) -> None:
    """Log that somebody without the right asked for a list. What they typed is kept only when it names one."""
    named = profile if profile in PROFILES else "unknown"
    auditing.record(
        REFUSED, actor=by, subject=SUBJECT, subject_id=event_id, event_id=event_id, detail={"profile": named}, at=at
    )


def taken(event_id: int) -> Sequence[AuditEntry]:
    """Who took which list of an event, the newest first."""
    return db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == SUBJECT, AuditEntry.subject_id == event_id, AuditEntry.act == ACT)
        .order_by(AuditEntry.id.desc())
        .limit(LATEST)
    ).all()


def _event(event_id: int) -> Event:
    return db.session.get_one(Event, event_id)


def _head(order: Order, event: Event, count: int, at: datetime) -> Iterator[tuple[str, str | int]]:
    """What the file says of itself, for whoever finds it next year."""
    locale = str(get_locale())
    moment = f"{dates.short_date(at, event.time_zone, locale)}, {dates.clock_time(at, event.time_zone, locale)}"
    yield _("Event"), event.title
    yield _("List"), str(order.profile.label)
    yield from _narrowed(order)
    yield _("As of"), dates.plain(f"{moment} {dates.zone_name(at, event.time_zone, locale)}")
    yield _("Time zone"), event.time_zone
    yield _("Rows"), count


def _narrowed(order: Order) -> Iterator[tuple[str, str]]:
    words = [str(word) for word in order.choice.asked.words.values()] if order.profile.takes_filter else []
    if words:
        yield _("Only"), "; ".join(words)
    if order.choice.days:
        yield _("Days"), ", ".join(order.choice.days)


def _read_at_once(rows: Iterable[Line]) -> Iterator[Line]:
    """Read everything before the first row is used: a workbook takes far longer than a database should wait."""
    with TemporaryFile("w+", encoding="utf-8", newline="") as kept:
        csv.writer(kept).writerows(rows)
        kept.seek(0)
        yield from csv.reader(kept)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()
