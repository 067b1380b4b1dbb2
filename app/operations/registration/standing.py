"""How somebody stands, for the history: what an act changed beside what it says is kept, old and new."""

from typing import Any

from app.models import Registration

Standing = dict[str, Any]


def standing(registration: Registration) -> Standing:
    """What may change along with a seat."""
    return {
        "mode": registration.mode.value,
        "days": registration.coming_days,
        "sessions": [pick.session.title for pick in registration.live_picks],
        "waits_in": [pick.session.title for pick in registration.live_picks if not pick.state.holds_seat],
    }


def changed_since(before: Standing, registration: Registration) -> Standing:
    """Field → what stood there and what stands there now."""
    now = standing(registration)
    return {name: [before[name], now[name]] for name in now if now[name] != before[name]}


def told_of_move(changed: Standing) -> Standing:
    """What a mail tells whoever came from one way of attending to the other: the one given up, and the sessions whose
    seats could not come along."""
    if "mode" not in changed:
        return {}
    waited, waits = changed.get("waits_in", ([], []))
    return {"gave_up": changed["mode"][0], "lost": [title for title in waits if title not in waited]}
