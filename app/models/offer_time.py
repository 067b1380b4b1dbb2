"""Until when a seat that is offered is held: so many hours, of which those of a weekend may not count."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_DAY_OFF = 5  # Saturday.


def hours_later(at: datetime, hours: int, zone: ZoneInfo, *, skip_weekends: bool = False) -> datetime:
    """The instant after so many hours have passed; with ``skip_weekends`` none passes on Saturdays and Sundays there.

    Hours are time that passes: where the clocks change, a day has 23 or 25 of them.
    """
    at, left = at.astimezone(UTC), timedelta(hours=hours)  # In a zone of its own, adding would move the wall clock.
    if not skip_weekends:
        return at + left
    while True:
        midnight = _next_midnight(at, zone)
        if at.astimezone(zone).weekday() < FIRST_DAY_OFF:
            if at + left <= midnight:
                return at + left
            left -= midnight - at
        at = midnight


def _next_midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """When the next day begins there. Where the clocks skip midnight, it begins when they have."""
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).astimezone(UTC)
