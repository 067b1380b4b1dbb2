"""Writes iCalendar files: what a confirmation mail carries, and what a calendar program subscribes to."""

from collections.abc import Iterable
from datetime import timedelta

from .calendar_entry import CalendarEntry, EntryStatus
from .cleaning import one_line

_ASK_AGAIN_AFTER = timedelta(hours=6)


def invitation(entry: CalendarEntry) -> bytes:
    """Puts the event into one person's calendar, or moves it there when the sequence has risen."""
    return _personal("REQUEST", entry, entry.status)


def cancellation(entry: CalendarEntry) -> bytes:
    """Takes the event out of the calendar that an invitation put it in."""
    return _personal("CANCEL", entry, EntryStatus.CANCELLED)


def listing(
    name: str, entries: Iterable[CalendarEntry], *, ask_again_after: timedelta | None = _ASK_AGAIN_AFTER
) -> bytes:
    """Entries without an attendee, each with its UID: to subscribe to, or, with no time to ask again, to import."""
    from . import calendar_parts as parts  # noqa: PLC0415  3 MB that a process without calendars need not hold.

    entries = tuple(entries)
    calendar = parts.calendar("PUBLISH")
    if name:
        calendar.calendar_name = parts.Text(one_line(name))
    if ask_again_after:
        calendar.add("refresh-interval", ask_again_after, parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", parts.duration(ask_again_after))  # Outlook's own word for it.
    for entry in entries:
        calendar.add_component(parts.event(entry, entry.status))
    if not entries:  # A calendar must have some part, or programs refuse it.
        calendar.add_component(parts.nothing())
    return parts.file(calendar, entries)


def _personal(method: str, entry: CalendarEntry, status: EntryStatus) -> bytes:
    from . import calendar_parts as parts  # noqa: PLC0415  As in listing.

    if entry.attendee is None:
        raise ValueError(f"{method} is for one person: the entry needs an attendee.")
    calendar = parts.calendar(method)
    event = parts.event(entry, status)
    # The seat is held already: nobody is asked to answer, and the entry shows as accepted.
    event.add("attendee", parts.address(entry.attendee, partstat="ACCEPTED", role="REQ-PARTICIPANT", rsvp="FALSE"))
    calendar.add_component(event)
    return parts.file(calendar, (entry,))
