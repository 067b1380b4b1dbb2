"""Writes one entry as lines of an iCalendar file (RFC 5545): names, parameters, escapes, lines of at most 75 bytes.

The library that reads and writes whole calendars takes ten times as long for it, and every mail of a rush has an entry.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from .calendar_entry import CalendarEntry, EntryStatus, Party
from .cleaning import many_lines, one_line, web_address

_LONGEST = 74  # Bytes: a line has 75, and one that continues another begins with a space.
_ESCAPES = (b"\\", b"^")  # Two of them stand for one.
_TO_QUOTE = frozenset(",;: '’")
_WITHOUT_CLOCKS = {None, "UTC", "Etc/UTC"}


def event(entry: CalendarEntry, status: EntryStatus, attendee: Party | None = None) -> bytes:
    """The entry as a whole, with its last line's end. Only mails name who it is for."""
    lines = ["BEGIN:VEVENT", *_lines(entry, status, attendee), "END:VEVENT"]
    return b"".join(folded(line) + b"\r\n" for line in lines)


def _lines(entry: CalendarEntry, status: EntryStatus, attendee: Party | None) -> Iterator[str]:
    yield f"SUMMARY:{escaped(one_line(entry.summary))}"
    yield from _times(entry)
    yield f"DTSTAMP:{_utc(entry.stamp)}"
    yield f"UID:{escaped(one_line(entry.uid))}"
    yield f"SEQUENCE:{entry.sequence}"
    if attendee:  # The seat is held already: nobody is asked to answer, and the entry shows as accepted.
        yield f"ATTENDEE{_name(attendee)};PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:{_address(attendee)}"
    if description := many_lines(entry.description):
        yield f"DESCRIPTION:{escaped(description)}"
    if location := one_line(entry.location):
        yield f"LOCATION:{escaped(location)}"
    yield f"ORGANIZER{_name(entry.organizer)}:{_address(entry.organizer)}"
    yield f"STATUS:{status.value}"
    if entry.all_day or not entry.blocks_time:
        yield "TRANSP:TRANSPARENT"
    if entry.url:
        yield f"URL:{web_address(entry.url)}"


def _times(entry: CalendarEntry) -> Iterator[str]:
    if not entry.all_day:
        yield f"DTSTART{_local(entry.start, entry.zone)}"
        yield f"DTEND{_local(entry.end, entry.zone)}"
        return
    first, after = entry.days
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{after:%Y%m%d}"


def _local(moment: datetime, zone: str | None) -> str:
    """The time at its place, after whatever says which place that is."""
    local = moment.astimezone(ZoneInfo(zone)) if zone else moment
    # iCalendar cannot name the second of two equal hours at the end of summer time; UTC can.
    return f":{_utc(moment)}" if zone in _WITHOUT_CLOCKS or local.fold else f";TZID={zone}:{local:%Y%m%dT%H%M%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Escapes by the standard alone: some also take a typed backslash and N for a line break."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _name(party: Party) -> str:
    """The parameter that names somebody. A quotation mark cannot stand in it; a circumflex is an escape (RFC 6868)."""
    name = one_line(party.name).replace('"', "'").replace("^", "^^")
    if not name:
        return ""
    return f';CN="{name}"' if _TO_QUOTE.intersection(name) else f";CN={name}"


def _address(party: Party) -> str:
    return "mailto:" + quote(party.email, safe="@+!$'*-._~=&", errors="replace")


def folded(line: str) -> bytes:
    """The line in pieces that any program takes, none of which ends inside a letter or an escape."""
    rest, pieces = line.encode(), []
    while len(rest) > _LONGEST:
        end = _LONGEST
        while rest[end] & 0xC0 == 0x80:
            end -= 1
        if (last := rest[end - 1 : end]) in _ESCAPES:
            end -= (end - len(rest[:end].rstrip(last))) % 2
        pieces.append(rest[:end])
        rest = rest[end:]
    return b"\r\n ".join([*pieces, rest])
