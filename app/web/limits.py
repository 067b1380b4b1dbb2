"""How often one peer may do a thing. Counted here and not by a decorator, so that a refusal keeps what was typed."""

from functools import cache
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage

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


@cache
def _rule(text: str) -> RateLimitItem:
    return parse(text)


def allows(act: str, rule: str, *, count: int = 1) -> bool:
    """Count one try of this act by this peer, or as many as it stands for, and say whether that is within the rule."""
    return limiter.limiter.hit(_rule(rule), act, request.remote_addr or "unknown", cost=count)


def has_room(act: str, rule: str) -> bool:
    """The same without counting: for acts of which only the failed ones count."""
    return limiter.limiter.test(_rule(rule), act, request.remote_addr or "unknown")
