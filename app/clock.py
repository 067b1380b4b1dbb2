"""The only reader of the system clock: time is an argument everywhere else, and tests set it in one place."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_fixed: datetime | None = None


def now() -> datetime:
    """The present instant, in UTC."""
    return _fixed or datetime.now(UTC)


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
