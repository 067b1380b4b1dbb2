"""Days and times as an event file gives them: fixed, or counted from the day of loading.

``2027-03-31 13:00``, ``+45d 13:00`` (45 days on), ``+6w Tue 13:00`` (the Tuesday of the sixth week from this one).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.models.local_time import WallTimeProblem, instant_of, problem_with

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FIRST_YEAR, LAST_YEAR = 1990, 2199
_DAY = re.compile(rf"(\d{{4}}-\d\d-\d\d)|([+-]\d{{1,4}})(?:d|w ({'|'.join(_WEEKDAYS)}))", re.ASCII)
_WALL_TIME = re.compile(r"(.+) (\d\d:\d\d(?::\d\d)?)(?: \((first|second)\))?", re.ASCII)


@dataclass(frozen=True)
class FileTime:
    """A wall time, and which of the two it is when the clocks go back over it."""

    local: datetime
    which: str = ""  # "first" or "second".

    def at(self, zone: ZoneInfo) -> datetime:
        """The instant. Refuses a wall time that does not exist, or happens twice and does not say which."""
        problem = problem_with(self.local, zone)
        if problem is WallTimeProblem.SKIPPED:
            raise ValueError(_("this time does not exist: the clocks go forward over it"))
        if problem is WallTimeProblem.REPEATED and not self.which:
            raise ValueError(_("this time happens twice that day; add (first) or (second)"))
        return instant_of(self.local, zone, second=self.which == "second")


def read_day(text: str, today: date) -> date:
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError(_("expected a day such as 2027-03-31, +45d or +6w Tue"))
    try:
        day = _day(found[1], found[2], found[3], today)
    except ValueError as error:
        raise ValueError(_("there is no such day")) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(_("the year must be from %(first)s to %(last)s", first=FIRST_YEAR, last=LAST_YEAR))
    return day


def _day(fixed: str | None, count: str | None, weekday: str | None, today: date) -> date:
    if fixed:
        return date.fromisoformat(fixed)
    if weekday:
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(weeks=int(count or 0), days=_WEEKDAYS.index(weekday))
    return today + timedelta(days=int(count or 0))


def read_wall_time(text: str, today: date) -> FileTime:
    found = _WALL_TIME.fullmatch(text)
    if not found:
        raise ValueError(_("expected a time such as 2027-03-31 13:00, +45d 13:00 or +6w Tue 13:00"))
    day, hour, which = found.groups()
    try:
        clock_time = time.fromisoformat(hour)
    except ValueError as error:
        raise ValueError(_("there is no such time of day")) from error
    return FileTime(datetime.combine(read_day(day, today), clock_time), which or "")


def write_wall_time(local: datetime, at: datetime | None, zone: ZoneInfo) -> str:
    text = local.isoformat(sep=" ", timespec="seconds" if local.second else "minutes")
    if problem_with(local, zone) is not WallTimeProblem.REPEATED:
        return text
    return f"{text} (first)" if instant_of(local, zone) == at else f"{text} (second)"
