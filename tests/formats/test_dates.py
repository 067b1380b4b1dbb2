"""Dates and times as people read them: the zone named, clock changes followed, no spaces that mail programs garble."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.formats import dates

WINTER = datetime(2026, 12, 8, 18, 0, tzinfo=UTC)
SUMMER = datetime(2026, 7, 7, 17, 0, tzinfo=UTC)
EAST = "America/New_York"


def test_a_day_and_its_times():
    assert dates.full_date(WINTER, EAST, "en") == "Tuesday, December 8, 2026"
    assert dates.short_date(WINTER, EAST, "en") == "Tue, Dec 8, 2026"
    assert dates.plain(dates.clock_time(WINTER, EAST, "en")) == "1:00 p.m."
    assert dates.plain(dates.clock_times(WINTER, WINTER + timedelta(minutes=90), EAST, "en")) == "1:00–2:30 p.m."


def test_no_line_ends_between_an_hour_and_its_half_of_the_day():
    noon = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    for told in (
        dates.clock_time(noon, EAST, "en"),
        dates.clock_second(noon, EAST, "en"),
        dates.clock_times(noon - timedelta(hours=1), noon, EAST, "en"),
        dates.hours(noon, noon + timedelta(days=1), EAST, "en"),
    ):
        assert re.findall(r"(.)[ap]\.m\.", told) == ["\u00a0"] * told.count(".m.")


def test_the_day_is_the_one_at_the_place():
    late = datetime(2026, 12, 9, 3, 0, tzinfo=UTC)
    assert dates.short_date(late, EAST, "en") == "Tue, Dec 8, 2026"
    assert dates.short_date(late, "Asia/Tokyo", "en") == "Wed, Dec 9, 2026"


def test_several_days():
    assert dates.days(WINTER, WINTER + timedelta(days=2), EAST, "en") == "Tue, Dec 8 – Thu, Dec 10, 2026"
    assert dates.days(WINTER, WINTER, EAST, "en") == "Tuesday, December 8, 2026"


@pytest.mark.parametrize(
    ("moment", "zone", "name", "letters"),
    [
        (WINTER, EAST, "Eastern Time (EST)", "EST"),
        (SUMMER, EAST, "Eastern Time (EDT)", "EDT"),
        (SUMMER, "America/Phoenix", "Mountain Time (MST)", "MST"),
        (SUMMER, "America/Indiana/Indianapolis", "United States (Indiana/Indianapolis) Time (EDT)", "EDT"),
        (WINTER, "Asia/Tokyo", "Japan Time (JST)", "JST"),
        (WINTER, "America/Sao_Paulo", "Brasilia Time", "Brasilia Time"),
        (WINTER, "UTC", "UTC", "UTC"),
    ],
)
def test_every_zone_has_a_name(moment, zone, name, letters):
    assert dates.zone_name(moment, zone, "en") == name
    assert dates.zone_letters(moment, zone, "en") == letters


def test_the_letters_of_the_zone_are_left_out_where_they_change_between():
    start, end = at("2027-03-13T09:00"), at("2027-03-14T16:00")
    assert dates.zone_from_to(start, end, EAST, "en") == "Eastern Time"
    assert dates.zone_from_to(start, start, EAST, "en") == "Eastern Time (EST)"


def test_the_tile_spans_days_and_months():
    assert dates.tile(WINTER, WINTER, EAST, "en") == ("Dec", "8")
    assert dates.tile(WINTER, WINTER + timedelta(days=3), EAST, "en") == ("Dec", "8–11")
    assert dates.tile(WINTER, WINTER + timedelta(days=24), EAST, "en") == ("Dec–Jan", "8–1")


def test_another_language():
    assert dates.full_date(WINTER, EAST, "es") == "martes, 8 de diciembre de 2026"
    assert dates.zone_name(WINTER, EAST, "es") == "hora oriental (EST)"
    assert "\u202f" not in dates.clock_times(WINTER, WINTER + timedelta(hours=1), EAST, "es")


def at(text: str, zone: str = EAST) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_several_days_say_when_they_end():
    days = at("2026-12-15T09:00"), at("2026-12-16T16:00")
    assert dates.plain(dates.hours(*days, EAST, "en")) == "Tue 9:00 a.m. – Wed 4:00 p.m."
    assert (
        dates.plain(dates.first_to_last(*days, EAST, "en")) == "Tue, Dec 15, 9:00 a.m. – Wed, Dec 16, 2026, 4:00 p.m."
    )


def test_a_night_belongs_to_its_evening():
    night = at("2027-03-27T22:00"), at("2027-03-28T04:30")
    assert dates.days(*night, EAST, "en") == "Saturday, March 27, 2027"
    assert dates.plain(dates.hours(*night, EAST, "en")) == "10:00 p.m. – 4:30 a.m. (Sunday)"
    assert dates.tile(*night, EAST, "en") == ("Mar", "27")


def test_what_is_the_evening_before_elsewhere_says_so():
    early = at("2026-12-10T01:30"), at("2026-12-10T03:30")
    named = [dates.hours(*early, zone, "en", early[0].astimezone(ZoneInfo(EAST)).date()) for zone in dates.US_ZONES]
    assert list(map(dates.plain, named)) == [
        "1:30–3:30 a.m.",
        "12:30–2:30 a.m.",
        "11:30 p.m. (Wednesday) – 1:30 a.m.",
        "10:30 p.m. (Wednesday) – 12:30 a.m.",
    ]


def test_an_hour_that_comes_twice_says_which_one():
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert dates.plain(dates.hours(first, first + timedelta(hours=1), EAST, "en")) == "1:30 a.m. EDT – 1:30 a.m. EST"
    assert dates.plain(dates.hours(first - timedelta(hours=2), first - timedelta(hours=1), EAST, "en")) == (
        "11:30 p.m. – 12:30 a.m. (Sunday)"
    )
