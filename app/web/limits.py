"""How often one peer may do a thing. Counted here and not by a decorator, so that a refusal keeps what was typed."""

from functools import cache

from flask import request
from limits import RateLimitItem, parse

from app.extensions import limiter

# An office of a hundred people behind one address registers within the hour.
REGISTER = "100/hour"
FIND = "30/hour"
CORRECT = "30/hour"


@cache
def _rule(text: str) -> RateLimitItem:
    return parse(text)


def allows(act: str, rule: str) -> bool:
    """Count one try of this act by this peer, and say whether it is still within the rule."""
    return limiter.limiter.hit(_rule(rule), act, request.remote_addr or "unknown")
