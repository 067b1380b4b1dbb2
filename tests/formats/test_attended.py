"""The part of an event on which somebody comes, by the clocks of its place."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.formats.attended import attended

ZONE = "America/Chicago"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))


BY_DAY = at("2027-03-30 08:30"), at("2027-04-01 16:00")
FROM_NOON_TO_NOON = at("2027-03-30 13:00"), at("2027-04-01 12:00")
AFTER_A_RECEPTION = at("2027-03-30 18:00"), at("2027-04-01 20:00")
CLOSING_AT_NOON = at("2027-03-30 08:30"), at("2027-04-01 12:00")
NIGHT = at("2027-03-30 22:00"), at("2027-03-31 02:00")


@pytest.mark.parametrize(
    ("event", "days", "starts", "ends"),
    [
        (BY_DAY, [], *BY_DAY),
        (BY_DAY, ["2027-03-30", "2027-03-31", "2027-04-01"], *BY_DAY),
        (BY_DAY, ["2027-03-30"], BY_DAY[0], at("2027-03-30 16:00")),
        (BY_DAY, ["2027-03-31"], at("2027-03-31 08:30"), at("2027-03-31 16:00")),
        (BY_DAY, ["2027-04-01", "2027-03-31"], at("2027-03-31 08:30"), BY_DAY[1]),
        (BY_DAY, ["2027-05-01"], *BY_DAY),
        (FROM_NOON_TO_NOON, ["2027-03-30"], FROM_NOON_TO_NOON[0], at("2027-03-31 00:00")),
        (FROM_NOON_TO_NOON, ["2027-03-31"], at("2027-03-31 00:00"), at("2027-04-01 00:00")),
        (FROM_NOON_TO_NOON, ["2027-04-01"], at("2027-04-01 00:00"), FROM_NOON_TO_NOON[1]),
        (AFTER_A_RECEPTION, ["2027-03-31"], at("2027-03-31 00:00"), at("2027-04-01 00:00")),
        (CLOSING_AT_NOON, ["2027-03-31"], at("2027-03-31 00:00"), at("2027-04-01 00:00")),
        (CLOSING_AT_NOON, ["2027-03-30"], CLOSING_AT_NOON[0], at("2027-03-31 00:00")),
        (NIGHT, ["2027-03-30"], *NIGHT),
        (NIGHT, ["2027-03-31"], *NIGHT),
    ],
)
def test_from_the_first_to_the_last_of_the_days(
    event: tuple[datetime, datetime], days: list[str], starts: datetime, ends: datetime
) -> None:
    assert attended(*event, ZONE, days) == (starts, ends)


def test_each_day_has_its_own_offset_where_clocks_change_between() -> None:
    start, end = at("2027-03-13 09:00"), at("2027-03-14 17:00")
    begins, ends = attended(start, end, ZONE, ["2027-03-13"])
    assert (begins.utcoffset(), ends.utcoffset()) == (start.utcoffset(), start.utcoffset())
    assert ends.hour == 17
