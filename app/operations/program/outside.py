"""Sessions that lie outside their event: on a day before its first, or after its end. On that day doors may open."""

from collections.abc import Mapping
from datetime import date, datetime

from app.models import Event


def outside(
    event: Event, starts: datetime | None, ends: datetime | None, moved: Mapping[int, datetime | date] | None = None
) -> list[str]:
    """Their titles, for an event held from ``starts`` to ``ends`` by the wall clock. ``moved`` is where sessions go."""
    if starts is None or ends is None:
        return []
    begins = [(session.title, (moved or {}).get(session.id, session.starts_local)) for session in event.sessions]
    return [
        title
        for title, start in begins
        if isinstance(start, datetime) and (start.date() < starts.date() or start >= ends)
    ]
