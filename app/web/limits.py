"""How often one peer may do a thing. Counted here and not by a decorator, so that a refusal keeps what was typed.

Several nodes count together in Redis. While it is away each process counts for itself: nobody is refused for that.
"""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import RateLimiter, SlidingWindowCounterRateLimiter

from app import clock
from app.extensions import limiter

# An office of a hundred people behind one address registers within the hour.
REGISTER = "100/hour"
FIND = "30/hour"
CORRECT = "30/hour"
WRONG_CODE = "20/hour"
FOLLOW = "30/hour"
# An hour begins with the first try and then starts anew, so nobody waits longer.
AFTER_AN_HOUR = {"Retry-After": "3600"}
TOO_MANY = _l(
    "This was sent very often from your network. Wait, then send it again: in an hour at the latest it works."
)

OWN_MEMORY = "memory-swept-seldom://"
SECONDS_BETWEEN_SWEEPS = 60


class SweptSeldom(MemoryStorage):
    """Counts in this process. The library's own store starts a thread for almost every hit, which then goes through
    all counters, so that each hit costs more the more people come.
    """

    STORAGE_SCHEME = ["memory-swept-seldom"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sweeps_at = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802  The library's private method, replaced.
        if clock.ticks() >= self.sweeps_at:
            self.sweeps_at = clock.ticks() + SECONDS_BETWEEN_SWEEPS
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]


class Counting:
    """Asks the store that the settings name, and while that is away one in this process."""

    REST = 10.0  # Seconds before it is asked again: each time costs somebody the wait.

    def __init__(self) -> None:
        self.own = SlidingWindowCounterRateLimiter(SweptSeldom())
        self.rests_until = 0.0

    def ask(self, question: Callable[[RateLimiter], bool]) -> bool:
        if clock.ticks() >= self.rests_until:
            try:
                return question(limiter.limiter)
            except StorageError:
                self.rests_until = clock.ticks() + self.REST
                log.exception("Tries cannot be counted together. This process counts its own for a while.")
        return question(self.own)


# A store that hangs must not hold up whoever registers.
REDIS_OPTIONS = {"wrap_exceptions": True, "socket_connect_timeout": 0.5, "socket_timeout": 0.5}
counting = Counting()
log = logging.getLogger(__name__)


def hit(rule: RateLimitItem, *of: str, cost: int = 1) -> bool:
    """Count one try (or several) of these, and say whether that is within the rule."""
    return counting.ask(lambda counter: counter.hit(rule, *of, cost=cost))


def passes(rule: RateLimitItem, *of: str) -> bool:
    """Say it without counting."""
    return counting.ask(lambda counter: counter.test(rule, *of))


@cache
def _rule(text: str) -> RateLimitItem:
    return parse(text)


def allows(act: str, rule: str, *, count: int = 1) -> bool:
    """Count one try of this act by this peer, or as many as it stands for, and say whether that is within the rule."""
    return hit(_rule(rule), act, request.remote_addr or "unknown", cost=count)


def has_room(act: str, rule: str) -> bool:
    """The same without counting: for acts of which only the failed ones count."""
    return passes(_rule(rule), act, request.remote_addr or "unknown")
