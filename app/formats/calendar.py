"""Writes iCalendar files: what a confirmation mail carries, and what a calendar program subscribes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote
from zoneinfo import ZoneInfo

import icalendar

from .cleaning import many_lines, one_line, web_address
from .zone_rules import zone_rules

PRODUCT = "-//Trade Events//Trade Events//EN"
_ASK_AGAIN_AFTER = timedelta(hours=6)


class EntryStatus(StrEnum):
    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who invites, or who is invited."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One event as a calendar shows it. Equal entries make equal bytes, so the stamp is the caller's."""

    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    summary: str
    organizer: Party
    zone: str | None = None  # An IANA name. Without one the times are written in UTC.
    location: str = ""
    description: str = ""
    url: str = ""
    attendee: Party | None = None
    status: EntryStatus = EntryStatus.CONFIRMED

    def __post_init__(self) -> None:
        if None in (self.stamp.tzinfo, self.start.tzinfo, self.end.tzinfo):
            raise ValueError("A calendar entry needs times that know their zone.")


def invitation(entry: CalendarEntry) -> bytes:
    """Puts the event into one person's calendar, or moves it there when the sequence has risen."""
    return _personal("REQUEST", entry, entry.status)


def cancellation(entry: CalendarEntry) -> bytes:
    """Takes the event out of the calendar that an invitation put it in."""
    return _personal("CANCEL", entry, EntryStatus.CANCELLED)


def listing(name: str, entries: Iterable[CalendarEntry]) -> bytes:
    """Events for anybody, to import or to subscribe to; it names no attendee."""
    entries = tuple(entries)
    calendar = _calendar("PUBLISH", entries)
    if name:
        calendar.calendar_name = _Text(one_line(name))
    calendar.add("refresh-interval", _ASK_AGAIN_AFTER, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(_ASK_AGAIN_AFTER))  # Outlook's own word for it.
    for entry in entries:
        calendar.add_component(_event(entry, entry.status))
    return bytes(calendar.to_ical())


def _personal(method: str, entry: CalendarEntry, status: EntryStatus) -> bytes:
    if entry.attendee is None:
        raise ValueError(f"{method} is for one person: the entry needs an attendee.")
    calendar = _calendar(method, (entry,))
    event = _event(entry, status)
    # The seat is held already: nobody is asked to answer, and the entry shows as accepted.
    event.add("attendee", _address(entry.attendee, partstat="ACCEPTED", role="REQ-PARTICIPANT", rsvp="FALSE"))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str, entries: Sequence[CalendarEntry]) -> icalendar.Calendar:
    # Calendar.new() would add a random id and make each file differ from the last.
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    for zone in sorted({entry.zone for entry in entries if entry.zone}):
        clock = ZoneInfo(zone)
        starts = [entry.start.astimezone(clock) for entry in entries if entry.zone == zone]
        ends = [entry.end.astimezone(clock) for entry in entries if entry.zone == zone]
        calendar.add_component(zone_rules(zone, min(starts).year, max(ends).year))
    return calendar


def _event(entry: CalendarEntry, status: EntryStatus) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", _Text(one_line(entry.uid)))
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("status", status.value)
    event.add("dtstart", _local(entry.start, entry.zone))
    event.add("dtend", _local(entry.end, entry.zone))
    event.add("summary", _Text(one_line(entry.summary)))
    event.add("organizer", _address(entry.organizer))
    for name, text in (
        ("location", one_line(entry.location)),
        ("description", many_lines(entry.description)),
    ):
        if text:
            event.add(name, _Text(text))
    if entry.url:
        event.add("url", icalendar.vUri(web_address(entry.url)))
    return event


def _local(moment: datetime, zone: str | None) -> datetime:
    local = moment.astimezone(ZoneInfo(zone) if zone else UTC)
    # iCalendar cannot name the second of two equal hours at the end of summer time; UTC can.
    return moment.astimezone(UTC) if local.fold else local


def _address(party: Party, **parameters: str) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress("mailto:" + quote(party.email, safe="@+!$'*-._~=&", errors="replace"))
    if name := one_line(party.name).replace('"', "'"):
        address.params["cn"] = name
    address.params.update(parameters)
    return address


class _Text(icalendar.vText):
    """Escapes by the standard alone; the library also takes a typed backslash and N for a line break."""

    def to_ical(self) -> bytes:
        text = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return text.encode()
