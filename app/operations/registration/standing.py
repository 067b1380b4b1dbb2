"""How somebody stands, for the history: what an act changed beside what it says is kept, old and new."""

from datetime import datetime
from typing import Any

from app.models import Registration
from app.operations.registration import questioning, seating, vetting

Standing = dict[str, Any]


def standing(registration: Registration) -> Standing:
    """What may change along with a seat."""
    return {
        "mode": registration.mode.value,
        "days": registration.chosen_days,
        "sessions": registration.session_titles,
        "seats_in": registration.seated_titles,
        "waits_in": registration.waiting_titles,
    }


def changed_since(before: Standing, registration: Registration) -> Standing:
    """Field → what stood there and what stands there now."""
    now = standing(registration)
    changed = {name: [before[name], now[name]] for name in now if now[name] != before[name]}
    if "sessions" in changed:  # It says already which come or go.
        changed.pop("seats_in", None)
    return changed


def told_of_move(changed: Standing, registration: Registration, at: datetime) -> Standing:
    """What a mail tells of a seat that cost something: the way of attending that was given up, and the sessions that
    are gone, or whose seats could not come along, because all are taken or another session stands in their way."""
    had, has = changed.get("sessions", ([], []))
    waited, waits = changed.get("waits_in", ([], []))
    clashes = seating.held_up(registration)
    known = {*waited, *(clash[0] for clash in clashes)}
    told: Standing = {"gone": [title for title in had if title not in has], "clashes": clashes}
    if "mode" in changed:
        told |= {"to_answer": questioning.to_answer(registration, at), "site_asks": vetting.lacks(registration)}
        told |= {"gave_up": changed["mode"][0], "lost": [title for title in waits if title not in known]}
    return {name: value for name, value in told.items() if value}
