"""Until when an offered seat is held: weekends left out or not, across changes of the clocks."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.models.offer_time import hours_later

EASTERN = "America/New_York"


def at(text: str, zone: str) -> datetime:
    """A wall time there; of one that happens twice the first, unless it ends with "2"."""
    wall, _, fold = text.partition(" #")
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=int(bool(fold)))


@pytest.mark.parametrize(
    ("made", "hours", "skips", "ends", "zone"),
    [
        # Hours that pass.
        ("2026-03-02 12:00", 48, False, "2026-03-04 12:00", EASTERN),
        ("2026-03-06 12:00", 48, False, "2026-03-08 13:00", EASTERN),  # The clocks go forward on Sunday.
        ("2026-10-31 12:00", 24, False, "2026-11-01 11:00", EASTERN),  # They go back on Sunday.
        ("2026-11-01 00:30", 1, False, "2026-11-01 01:30", EASTERN),
        ("2026-11-01 00:30", 2, False, "2026-11-01 01:30 #2", EASTERN),
        # Weekends do not count.
        ("2026-03-02 12:00", 48, True, "2026-03-04 12:00", EASTERN),
        ("2026-03-06 12:00", 24, True, "2026-03-09 12:00", EASTERN),  # Over a weekend of 47 hours.
        ("2026-10-30 12:00", 24, True, "2026-11-02 12:00", EASTERN),  # Over one of 49.
        ("2026-03-06 12:00", 12, True, "2026-03-07 00:00", EASTERN),  # To the end of Friday, not to Monday.
        ("2026-03-07 09:00", 8, True, "2026-03-09 08:00", EASTERN),  # Made on Saturday: runs from Monday on.
        ("2026-03-08 23:59", 1, True, "2026-03-09 01:00", EASTERN),
        ("2026-03-06 23:00", 2, True, "2026-03-09 01:00", EASTERN),
        ("2026-03-02 12:00", 720, True, "2026-04-13 12:00", EASTERN),  # Thirty days, over six weekends.
        # The zone's own weekend: it is Friday evening in Washington and Saturday in Guam.
        ("2026-03-07 08:00", 4, True, "2026-03-09 04:00", "Pacific/Guam"),
        # Where the clocks skip midnight, the day begins at one: the Friday on which Cairo changes has 23 hours.
        ("2026-04-23 12:00", 24, True, "2026-04-24 13:00", "Africa/Cairo"),
        ("2026-04-23 23:30", 24, True, "2026-04-27 00:30", "Africa/Cairo"),
    ],
)
def test_an_offer_ends(made: str, hours: int, skips: bool, ends: str, zone: str) -> None:
    found = hours_later(at(made, zone), hours, ZoneInfo(zone), skip_weekends=skips)
    assert found.astimezone(ZoneInfo(zone)).isoformat() == at(ends, zone).isoformat()
