"""When an event is held, by its own calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app import nights

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped

    from app.db import WallTime


class HeldOnDays:
    """What follows from its columns of time."""

    if TYPE_CHECKING:
        time_zone: Mapped[str]
        starts_local: Mapped[WallTime | None]
        ends_local: Mapped[WallTime | None]
        starts_at: Mapped[datetime | None]
        ends_at: Mapped[datetime | None]
        dates_are_approximate: Mapped[bool]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def has_hours(self) -> bool:
        """False where only the month or the days are known: such an event runs from midnight to 23:59."""
        if self.starts_local is None or self.ends_local is None:
            return True
        return not self.dates_are_approximate and (self.starts_local.time(), self.ends_local.time()) != (
            time(0, 0),
            time(23, 59),
        )

    @property
    def has_days(self) -> bool:
        """Whether a calendar can show it: of an old event perhaps no more than the month is known."""
        return self.starts_at is not None and not self.dates_are_approximate

    @property
    def days(self) -> list[date]:
        """Every day of the event, by its own calendar, a night as one; none while the date is open."""
        if self.starts_local is None:
            return []
        first = self.starts_local.date()
        last = nights.last_day(self.starts_local, self.ends_local or self.starts_local)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    @property
    def day_keys(self) -> list[str]:
        """The same days as registrations and forms keep them: 2026-12-08."""
        return [day.isoformat() for day in self.days]

    def has_ended(self, at: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= at
