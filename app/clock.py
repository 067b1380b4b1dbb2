"""The only reader of the system clock: time is an argument everywhere else, and tests set it in one place.

Where several machines share a database, its clock is everybody's: what opens at noon opens at all of them at once,
however their own clocks differ.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

SAME = timedelta(seconds=0.5)  # A difference that asking takes, or that nobody notices.
NONE = timedelta(0)
_fixed: datetime | None = None
_behind = NONE  # How far this machine's clock is behind the shared one.


def now() -> datetime:
    """The present instant, in UTC."""
    return _fixed or _of_this_machine() + _behind


def _of_this_machine() -> datetime:
    return datetime.now(UTC)


def follow(ask: Callable[[], datetime]) -> None:
    """Go from now on by the shared clock, which shows the instant that is answered.

    It was read at some time while we asked. An answer that is late tells little: what it does not disprove stays.
    """
    global _behind  # noqa: PLW0603  One clock for the process is the point.
    before = _of_this_machine()
    shared = ask()
    after = _of_this_machine()
    if not before - SAME <= shared - _behind <= after + SAME:
        _behind = shared - (before + (after - before) / 2)


def fixed() -> datetime | None:
    """The instant at which the clock was stopped, if it was."""
    return _fixed


def ticks() -> float:
    """Seconds that only ever grow: for leases and lifetimes inside one process."""
    return time.monotonic()


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Let every reader see this instant, in this process, until the block ends."""
    global _fixed  # noqa: PLW0603  One clock for the process is the point.
    before, _fixed = _fixed, instant
    try:
        yield
    finally:
        _fixed = before
