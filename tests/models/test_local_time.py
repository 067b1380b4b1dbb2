"""Every half hour around each change of the clocks in twelve zones, against a list made from the instants."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.models.local_time import WallTimeProblem, instant_of, problem_with, wall_time_of

ZONES = (
    *("America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu", "Europe/London", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "America/St_Johns", "Africa/Casablanca", "UTC"),
)
HALF_HOUR = timedelta(minutes=30)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


def changes(zone: ZoneInfo) -> list[datetime]:
    """The days of three years before which the clocks were changed."""
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days)]
    return [day for day, before in zip(days[1:], days, strict=False) if offset(day, zone) != offset(before, zone)]


def offset(instant: datetime, zone: ZoneInfo) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()


def instants_by_wall_time(zone: ZoneInfo, first: datetime, last: datetime) -> dict[datetime, list[datetime]]:
    """What a clock on the wall shows at each instant: no reckoning back."""
    shown: dict[datetime, list[datetime]] = defaultdict(list)
    instant = first - timedelta(days=1)
    while instant < last + timedelta(days=1):
        shown[wall_time_of(instant, zone)].append(instant)
        instant += HALF_HOUR / 2  # Some zones lie a quarter of an hour off.
    return shown


@pytest.mark.slow
@pytest.mark.parametrize("name", ZONES)
def test_no_instant_is_wrong(name: str) -> None:
    """Three days about each change, and as many in which nothing changes."""
    zone, days = ZoneInfo(name), timedelta(days=3)
    for day in (FIRST, *changes(zone)):
        check(zone, day - days, day + days)


def check(zone: ZoneInfo, first: datetime, last: datetime) -> None:
    shown = instants_by_wall_time(zone, first, last)
    local, end = first.replace(tzinfo=None), last.replace(tzinfo=None)
    while local < end:
        match shown.get(local, []):
            case []:
                assert problem_with(local, zone) is WallTimeProblem.SKIPPED, local
            case [only]:
                assert (problem_with(local, zone), instant_of(local, zone)) == (None, only), local
            case [first_one, second]:
                assert problem_with(local, zone) is WallTimeProblem.REPEATED, local
                assert (instant_of(local, zone), instant_of(local, zone, second=True)) == (first_one, second), local
        local += HALF_HOUR


def test_the_days_we_know() -> None:
    new_york = ZoneInfo("America/New_York")
    assert problem_with(datetime.fromisoformat("2027-03-14 02:30"), new_york) is WallTimeProblem.SKIPPED
    assert problem_with(datetime.fromisoformat("2026-11-01 01:30"), new_york) is WallTimeProblem.REPEATED
    assert problem_with(datetime.fromisoformat("2026-11-01 02:00"), new_york) is None
