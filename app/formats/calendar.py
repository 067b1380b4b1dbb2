"""Writes iCalendar files: what a confirmation mail carries, and what a calendar program subscribes to."""

from collections.abc import Iterable
from datetime import timedelta

from .calendar_entry import CalendarEntry, EntryStatus
from .calendar_lines import event

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
    return parts.listed(name, ask_again_after, entries, [event(entry, entry.status) for entry in entries])


def _personal(method: str, entry: CalendarEntry, status: EntryStatus) -> bytes:
    from . import calendar_parts as parts  # noqa: PLC0415  As in listing.

    if entry.attendee is None:
        raise ValueError(f"{method} is for one person: the entry needs an attendee.")
    return parts.personal(method, entry, event(entry, status, entry.attendee))
