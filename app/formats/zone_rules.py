"""Writes a zone's clock changes into a calendar file, for the years needed and no more.

The library can do this too, but for longer spans it writes RDATE lists, which Outlook ignores, and it puts
each spring change one hour late.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar

_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)  # No zone has changed its clock between two quarters since long before any event.


@lru_cache(maxsize=256)
def zone_rules(zone: str, first_year: int, last_year: int) -> icalendar.Timezone:
    """The VTIMEZONE of an IANA zone from the start of one local year to the end of another."""
    clock = ZoneInfo(zone)
    rules = icalendar.Timezone()
    rules.add("tzid", zone)
    start = datetime(first_year, 1, 1, tzinfo=clock).astimezone(UTC)
    rules.add_component(_observance(clock, before=start, after=start))
    for before, after in _changes(clock, start, datetime(last_year + 1, 1, 1, tzinfo=clock).astimezone(UTC)):
        rules.add_component(_observance(clock, before, after))
    return rules


def _changes(clock: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Each change as the quarter of an hour just before it and the instant itself."""
    for day in _steps(start, end, _DAY):
        if _offset(day, clock) != _offset(day + _DAY, clock):
            for moment in _steps(day, day + _DAY, _QUARTER):
                if _offset(moment, clock) != _offset(moment + _QUARTER, clock):
                    yield moment, moment + _QUARTER


def _steps(start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    while start < end:
        yield start
        start += step


def _offset(moment: datetime, clock: ZoneInfo) -> timedelta:
    return moment.astimezone(clock).utcoffset() or timedelta()


def _observance(clock: ZoneInfo, before: datetime, after: datetime) -> icalendar.cal.component.Component:
    summer = bool(after.astimezone(clock).dst())
    part = icalendar.TimezoneDaylight() if summer else icalendar.TimezoneStandard()
    # The standard counts the start of a change on the clock that ends with it.
    part.add("dtstart", after.replace(tzinfo=None) + _offset(before, clock))
    part.add("tzoffsetfrom", _offset(before, clock))
    part.add("tzoffsetto", _offset(after, clock))
    part.add("tzname", after.astimezone(clock).tzname() or clock.key)
    return part
