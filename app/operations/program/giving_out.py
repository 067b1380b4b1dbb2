"""How to join, given out while a change stood that is taken back: who has it by now need not have it twice."""

from collections.abc import Mapping
from datetime import datetime

from app.models import Event, SessionJoining
from app.models.joining import WayIn


def mailed(event: Event) -> dict[WayIn, datetime | None]:
    """When each way in was mailed, before the change is taken back."""
    return {way: way.mailed_at for way in _ways(event)}


def go_on(event: Event, were_mailed: Mapping[WayIn, datetime | None], *, since: datetime, at: datetime) -> None:
    """Go on giving out what was to be given out before the change. ``since`` is when that was made."""
    for way in _ways(event):
        way.go_on_after_undo(since)
        if way.mailed_at or not were_mailed.get(way):
            continue
        if isinstance(way, SessionJoining):
            way.edition += 1  # A mail that was taken back unsent can be written anew.
        elif way.is_released(at):
            way.mailed_at = were_mailed[way]  # Whoever it does not reach is led there by the mail about the undoing.


def _ways(event: Event) -> list[WayIn]:
    return [*([event.joining] if event.joining else []), *event.session_joinings]
