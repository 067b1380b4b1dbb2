"""A brief to whoever answers for an event, in the last three days before it and again in the last: how it stands, and
what is left to do.

It goes to the event's contact, the one address of the office that every event names. It holds figures alone: who
registered stands in the console.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from app import clock
from app.db import db
from app.models import Event, EventState, MessageKind, Mode, OutgoingEmail, Registration, RegistrationState
from app.models.local_time import instant_of
from app.operations import notifying
from app.operations.registration import allotting, answering, reaching

DAYS = (1, 3)  # Before the start, by the event's own clocks. The shorter one first: it makes the longer one needless.
AHEAD = timedelta(days=3, hours=3)  # Three days on a weekend on which the clocks change.


def is_due() -> bool:
    return next(_due(clock.now()), None) is not None


def send_briefs(at: datetime) -> int:
    """Queue what is due. Returns how many. A moved event is briefed anew, for its new start."""
    due = list(_due(at))
    for event_id, key in due:
        allotting.lock_event(event_id)
        event = db.session.get_one(Event, event_id, populate_existing=True)
        if _key(event, at) == key:  # Nobody has cancelled or moved it in that moment.
            facts = {"event": notifying.event_facts(event, at), "brief": _brief(event)}
            notifying.queue_to(
                MessageKind.EVENT_BRIEF, event.contact_email, facts=facts, key=key, event_id=event_id, at=at
            )
    return len(due)


def _due(at: datetime) -> Iterator[tuple[int, str]]:
    """The events of the next days whose brief has not been queued, and the key of that brief."""
    soon = select(Event).where(
        Event.state == EventState.PUBLISHED,
        Event.starts_at.between(at, at + AHEAD),
        Event.contact_email != "",
        Event.is_demo.is_(False),
    )
    for event in db.session.scalars(soon.order_by(Event.id)).all():
        key = _key(event, at)
        if key and not _is_queued(key):
            yield event.id, key


def _key(event: Event, at: datetime) -> str:
    """Which brief of an event its contact should have by now; none before the first, or when it is not held."""
    if event.state is not EventState.PUBLISHED or not (event.starts_local and event.starts_at and event.starts_at > at):
        return ""
    for days in DAYS:
        if instant_of(event.starts_local - timedelta(days=days), event.zone) <= at:
            return f"{event.id}/{days}-days-before/{event.starts_at:%Y%m%dT%H%M}"
    return ""


def _is_queued(key: str) -> bool:
    dedupe_key = f"{MessageKind.EVENT_BRIEF.value}/{key}"
    return bool(db.session.scalar(select(exists().where(OutgoingEmail.dedupe_key == dedupe_key))))


def _brief(event: Event) -> dict[str, Any]:
    """The figures, as plain values."""
    pending = (Registration.event_id == event.id, Registration.state == RegistrationState.PENDING_APPROVAL)
    return {
        "ways": [
            {"mode": pool.mode.value, "taken": pool.taken, "capacity": pool.capacity, "waiting": pool.waiting}
            for pool in event.pools
        ],
        "join_missing": event.pool(Mode.ONLINE) is not None and not (event.joining and event.joining.is_entered),
        "requests_open": answering.count_open(event.id),
        "waiting_for_approval": db.session.scalar(select(func.count(Registration.id)).where(*pending)) or 0,
        "unreached": reaching.count_unreached(event.id),
    }
