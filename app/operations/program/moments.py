"""Wall times as staff give them, with the answer to "which one?" when the clocks go back over them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from app.models.local_time import WallTimeProblem, instant_of, problem_with


class TimeSkippedError(Exception):
    """The clocks go forward over this wall time: it does not exist."""


class TimeRepeatedError(Exception):
    """The clocks go back over this wall time: it happens twice, and nobody said which is meant."""


@dataclass(frozen=True)
class Moment:
    """A wall time; of one that happens twice the first or the second, once somebody said so."""

    local: datetime
    second: bool | None = None

    @classmethod
    def of(cls, local: datetime | None, at: datetime | None, zone: ZoneInfo) -> Self | None:
        """A kept wall time, with the choice that its instant shows."""
        if local is None:
            return None
        if at is None or problem_with(local, zone) is not WallTimeProblem.REPEATED:
            return cls(local)
        return cls(local, second=at == instant_of(local, zone, second=True))

    @classmethod
    def near(cls, local: datetime, zone: ZoneInfo) -> Self:
        """For a computed wall time: an hour later when it does not exist, the first of two."""
        problem = problem_with(local, zone)
        if problem is WallTimeProblem.SKIPPED:
            return cls(local + timedelta(hours=1))
        return cls(local, second=False if problem else None)

    def instant(self, zone: ZoneInfo) -> datetime:
        problem = problem_with(self.local, zone)
        if problem is WallTimeProblem.SKIPPED:
            raise TimeSkippedError(self.local)
        if problem is WallTimeProblem.REPEATED and self.second is None:
            raise TimeRepeatedError(self.local)
        return instant_of(self.local, zone, second=bool(self.second))

    def moved(self, by: timedelta, zone: ZoneInfo) -> "Moment":
        """The same wall clock so much later: 2 p.m. stays 2 p.m. when the clocks change in between."""
        return Moment.near(self.local + by, zone)
