"""From the wall time people agreed on to the instant it means, and back."""

from datetime import UTC, datetime
from enum import Enum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


class WallTimeProblem(Enum):
    SKIPPED = "skipped"  # The clocks go forward over it: it does not exist.
    REPEATED = "repeated"  # The clocks go back over it: it happens twice.


@cache
def zone_names() -> frozenset[str]:
    """The zones whose clocks are known here. To list them reads hundreds of files."""
    return frozenset(available_timezones())


def problem_with(local: datetime, zone: ZoneInfo) -> WallTimeProblem | None:
    """Why a wall time does not name one instant in this zone, if so."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return None
    back = first.astimezone(zone).replace(tzinfo=None)
    return WallTimeProblem.REPEATED if back == local else WallTimeProblem.SKIPPED


def instant_of(local: datetime, zone: ZoneInfo, *, second: bool = False) -> datetime:
    """The instant of a wall time. Of a repeated one the first, or the second when asked for."""
    return local.replace(tzinfo=zone, fold=int(second)).astimezone(UTC)


def wall_time_of(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
