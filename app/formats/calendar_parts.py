"""The parts of an iCalendar file, as the library makes them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

import icalendar

from .calendar_entry import CalendarEntry, EntryStatus, Party
from .cleaning import many_lines, one_line, web_address
from .zone_rules import zone_rules

FIRST_YEAR = 2026
PRODUCT = "-//Trade Events//Trade Events//EN"


def calendar(method: str) -> icalendar.Calendar:
    # Calendar.new() would add a random id and make each file differ from the last.
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    return made


def file(made: icalendar.Calendar, entries: Sequence[CalendarEntry]) -> bytes:
    """The calendar as bytes, with the clocks that its entries go by before them: those are written out once for all."""
    head, mark, parts = bytes(made.to_ical()).partition(b"\r\nBEGIN:")
    return b"".join((head, b"\r\n", *_clocks(entries), mark[2:], parts))


def _clocks(entries: Sequence[CalendarEntry]) -> Iterator[bytes]:
    timed = [entry for entry in entries if not entry.all_day]
    for zone in sorted({entry.zone for entry in timed if entry.zone}):
        clock = ZoneInfo(zone)
        starts = [entry.start.astimezone(clock) for entry in timed if entry.zone == zone]
        ends = [entry.end.astimezone(clock) for entry in timed if entry.zone == zone]
        yield _clock(zone, min(starts).year, max(ends).year)


@lru_cache(maxsize=64)
def _clock(zone: str, first_year: int, last_year: int) -> bytes:
    return bytes(zone_rules(zone, first_year, last_year).to_ical())


def nothing() -> icalendar.Component:
    """A part that puts nothing into a calendar: a zone whose clocks never change."""
    return zone_rules("Etc/UTC", FIRST_YEAR, FIRST_YEAR)


def event(entry: CalendarEntry, status: EntryStatus) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", Text(one_line(entry.uid)))
    made.add("dtstamp", entry.stamp.astimezone(UTC))
    made.add("sequence", entry.sequence)
    made.add("status", status.value)
    if entry.all_day:
        made.add("dtstart", _day(entry.start, entry.zone))
        made.add("dtend", _day(entry.end, entry.zone) + timedelta(days=1))  # The first day that it is not held on.
    else:
        made.add("dtstart", _local(entry.start, entry.zone))
        made.add("dtend", _local(entry.end, entry.zone))
    if entry.all_day or not entry.blocks_time:
        made.add("transp", "TRANSPARENT")
    made.add("summary", Text(one_line(entry.summary)))
    made.add("organizer", address(entry.organizer))
    for name, text in (
        ("location", one_line(entry.location)),
        ("description", many_lines(entry.description)),
    ):
        if text:
            made.add(name, Text(text))
    if entry.url:
        made.add("url", icalendar.vUri(web_address(entry.url)))
    return made


def _day(moment: datetime, zone: str | None) -> date:
    return moment.astimezone(ZoneInfo(zone) if zone else UTC).date()


def _local(moment: datetime, zone: str | None) -> datetime:
    local = moment.astimezone(ZoneInfo(zone) if zone else UTC)
    # iCalendar cannot name the second of two equal hours at the end of summer time; UTC can.
    return moment.astimezone(UTC) if local.fold else local


def address(party: Party, **parameters: str) -> icalendar.vCalAddress:
    made = icalendar.vCalAddress("mailto:" + quote(party.email, safe="@+!$'*-._~=&", errors="replace"))
    if name := one_line(party.name).replace('"', "'"):
        made.params["cn"] = name
    made.params.update(parameters)
    return made


duration = icalendar.vDuration


class Text(icalendar.vText):
    """Escapes by the standard alone; the library also takes a typed backslash and N for a line break."""

    def to_ical(self) -> bytes:
        text = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return text.encode()
