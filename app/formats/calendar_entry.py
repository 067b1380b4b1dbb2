"""An event as a calendar shows it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class EntryStatus(StrEnum):
    CONFIRMED = "CONFIRMED"
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
    all_day: bool = False  # Only the days are known: from the day of the start to that of the end.
    blocks_time: bool = True  # Whether the person is busy meanwhile.

    def __post_init__(self) -> None:
        if None in (self.stamp.tzinfo, self.start.tzinfo, self.end.tzinfo):
            raise ValueError("A calendar entry needs times that know their zone.")

    @property
    def days(self) -> tuple[date, date]:
        """The first day, and the one after the last, as calendars count whole days."""
        zone = ZoneInfo(self.zone) if self.zone else UTC
        return self.start.astimezone(zone).date(), self.end.astimezone(zone).date() + timedelta(days=1)
