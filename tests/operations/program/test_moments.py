"""Wall times that do not exist, or exist twice (transitions of 8 March and 1 November 2026)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.operations.program.moments import Moment, TimeRepeatedError, TimeSkippedError
from tests.support.factories import wall

NEW_YORK = ZoneInfo("America/New_York")
SKIPPED = wall("2026-03-08 02:30")
REPEATED = wall("2026-11-01 01:30")


def test_a_time_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TimeSkippedError):
        Moment(SKIPPED).instant(NEW_YORK)


def test_a_time_that_happens_twice_needs_an_answer() -> None:
    with pytest.raises(TimeRepeatedError):
        Moment(REPEATED).instant(NEW_YORK)
    assert Moment(REPEATED, second=False).instant(NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert Moment(REPEATED, second=True).instant(NEW_YORK) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_the_answer_is_read_back_from_the_instant() -> None:
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert Moment.of(REPEATED, second, NEW_YORK) == Moment(REPEATED, second=True)
    assert Moment.of(wall("2026-06-01 09:00"), second, NEW_YORK) == Moment(wall("2026-06-01 09:00"))


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (SKIPPED, Moment(wall("2026-03-08 03:30"))),
        (REPEATED, Moment(REPEATED, second=False)),
        (wall("2026-06-01 09:00"), Moment(wall("2026-06-01 09:00"))),
    ],
)
def test_a_computed_time_always_exists(local: datetime, expected: Moment) -> None:
    assert Moment.near(local, NEW_YORK) == expected
    assert expected.instant(NEW_YORK).tzinfo is UTC
