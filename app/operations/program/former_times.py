"""When an event was to be held before it was moved, as people were told it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import ChangeNotice, Event


@dataclass(frozen=True)
class FormerTime:
    starts_at: datetime
    ends_at: datetime
    time_zone: str


def former_time(event: Event) -> FormerTime | None:
    """The last time that it had and has no more; None for an event that was never moved.

    A move of which nobody was to hear mends a slip: there is no other time to speak of.
    """
    if event.calendar_sequence == 0:
        return None  # Nothing that calendars must learn of was ever changed.
    chosen = select(ChangeNotice.before).where(ChangeNotice.event_id == event.id, ChangeNotice.withdrawn_at.is_(None))
    for facts in db.session.scalars(chosen.order_by(ChangeNotice.id.desc())):
        if not (facts.get("starts_at") and facts.get("ends_at")):
            continue  # It had no date then.
        starts_at, ends_at = (datetime.fromisoformat(facts[name]) for name in ("starts_at", "ends_at"))
        if (starts_at, ends_at) != (event.starts_at, event.ends_at):
            return FormerTime(starts_at, ends_at, facts["time_zone"])
    return None
