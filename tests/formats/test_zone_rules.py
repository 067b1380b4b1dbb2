"""The clock changes in a calendar file, against the zone database."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from app.formats.zone_rules import zone_rules

ZONES = [
    "America/New_York",
    "America/Puerto_Rico",
    "America/Phoenix",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
]


def read(data):
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{data.decode()}END:VCALENDAR\r\n"
    return tzical(StringIO(text)).get()


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_of_the_years_is_right(zone):
    clock, rules = ZoneInfo(zone), read(zone_rules(zone, 2026, 2027).to_ical())
    moment, end = datetime(2026, 1, 1, tzinfo=clock).astimezone(UTC), datetime(2028, 1, 1, tzinfo=clock)
    while moment < end:
        local = moment.astimezone(clock)
        if not local.fold:
            assert local.replace(tzinfo=rules).utcoffset() == local.utcoffset(), local
        moment += timedelta(hours=1)


def test_it_writes_no_date_lists_and_only_the_years_needed():
    data = zone_rules("America/New_York", 2026, 2027).to_ical()
    assert b"RDATE" not in data
    assert data.count(b"DTSTART") == 5
    assert b"DTSTART:20270314T020000\r\nTZNAME:EDT\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400" in data
