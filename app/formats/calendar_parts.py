"""What stands around the entries of an iCalendar file, as the library makes it: the head, and the clocks they go by."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar

from .calendar_entry import CalendarEntry
from .calendar_lines import escaped
from .cleaning import one_line
from .zone_rules import zone_rules

FIRST_YEAR = 2026
PRODUCT = "-//Trade Events//Trade Events//EN"
_END = b"END:VCALENDAR\r\n"


def personal(method: str, entry: CalendarEntry, event: bytes) -> bytes:
    """The file of a mail: one entry for one person, and what the calendar is to do with it."""
    return b"".join((_head(method), *_clocks([entry]), event, _END))


def listed(
    name: str, ask_again_after: timedelta | None, entries: Sequence[CalendarEntry], events: list[bytes]
) -> bytes:
    """Entries to subscribe to, or to import."""
    # A calendar must have some part, or programs refuse it: a zone whose clocks never change puts nothing into it.
    parts = events or [_clock("Etc/UTC", FIRST_YEAR, FIRST_YEAR)]
    return b"".join((_head("PUBLISH", name, ask_again_after), *_clocks(entries), *parts, _END))


@lru_cache(maxsize=64)
def _head(method: str, name: str = "", ask_again_after: timedelta | None = None) -> bytes:
    # Calendar.new() would add a random id and make each file differ from the last.
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    if name:
        made.calendar_name = _Text(one_line(name))
    if ask_again_after:
        made.add("refresh-interval", ask_again_after, parameters={"value": "DURATION"})
        made.add("x-published-ttl", icalendar.vDuration(ask_again_after))  # Outlook's own word for it.
    return bytes(made.to_ical()).removesuffix(_END)


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


class _Text(icalendar.vText):
    """Escaped by the standard alone; the library also takes a typed backslash and N for a line break."""

    def to_ical(self) -> bytes:
        return escaped(self).encode()
