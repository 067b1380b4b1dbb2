"""How somebody stands, for the history: what an act changed beside what it says is kept, old and new."""

from typing import Any

from app.models import Registration

Standing = dict[str, Any]


def standing(registration: Registration) -> Standing:
    """What may change along with a seat."""
    return {
        "mode": registration.mode.value,
        "days": list(registration.days),
        "sessions": [pick.session.title for pick in registration.live_picks],
    }


def changed_since(before: Standing, registration: Registration) -> Standing:
    """Field → what stood there and what stands there now."""
    now = standing(registration)
    return {name: [before[name], now[name]] for name in now if now[name] != before[name]}
