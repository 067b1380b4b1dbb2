"""Gathering news of the program: which events are new, and what has changed that people plan by.

Public events are compared with what was told of them last, so it does not matter which way a change came. Staff have
ten minutes to undo it: what is then as it was before is no news.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, or_, select

from app.db import db
from app.models import Access, Event, EventNews, EventState, ToldEvent
from app.operations import notifying

DELAY = timedelta(minutes=10)
KEPT = timedelta(days=60)  # News that nobody waits for any more; the slowest digest is weekly.
BATCH = 50
PUBLIC = [state for state in EventState if state.is_public]


def is_listed() -> ColumnElement[bool]:
    """Whether an event may be told of: public, and not for those alone who have its address."""
    return Event.state.in_(PUBLIC) & ~Event.rules.has(access=Access.LINK)


def has_changed() -> bool:
    """Whether an event was touched since it was last compared."""
    return db.session.scalar(_touched().with_only_columns(Event.id).limit(1)) is not None


def note_news(at: datetime) -> int:
    """Compare some of the events that were touched. Returns how many."""
    events = db.session.scalars(_touched().order_by(Event.id).limit(BATCH)).all()
    for event in events:
        _compare(event, at)
    return len(events)


def _touched() -> Select[Event]:
    return (
        select(Event)
        .outerjoin(ToldEvent, ToldEvent.event_id == Event.id)
        .where(is_listed(), or_(ToldEvent.event_id.is_(None), ToldEvent.seen_changed_at != Event.changed_at))
    )


def _compare(event: Event, at: datetime) -> None:
    now, told = notifying.event_facts(event, at), db.session.get(ToldEvent, event.id)
    topics = sorted(topic.id for topic in event.topics)
    if told is None:
        seen = {"facts": now, "topic_ids": topics, "seen_changed_at": event.changed_at}
        db.session.add(ToldEvent(event_id=event.id, **seen))
        if not event.has_ended(at):
            _note(event, None, at)
        return
    if notifying.gist(told.facts) != notifying.gist(now):
        if not event.has_ended(at):
            _note(event, told.facts, at)
        told.facts = now
    if told.topic_ids is not None and not event.has_ended(at):
        _note_topics(event, set(topics) - set(told.topic_ids), at)
    told.topic_ids, told.seen_changed_at = topics, event.changed_at


def _note(event: Event, before: dict[str, Any] | None, at: datetime) -> None:
    """What nobody was told of yet stays one piece of news, and is none once the event is as it was."""
    still = (EventNews.event_id == event.id, EventNews.topic_id.is_(None), EventNews.due_at > at)
    waiting = db.session.scalar(select(EventNews).where(*still).limit(1))
    if waiting:
        waiting.due_at = at + DELAY
        if waiting.before and notifying.gist(waiting.before) == notifying.gist(notifying.event_facts(event, at)):
            db.session.delete(waiting)
        return
    db.session.add(EventNews(event_id=event.id, before=before, noted_at=at, due_at=at + DELAY))


def _note_topics(event: Event, given: set[int], at: datetime) -> None:
    """Taken away and given again, a topic is no news a second time; nor while the event itself is still to be told."""
    known = db.session.execute(
        select(EventNews.topic_id, EventNews.before, EventNews.due_at).where(EventNews.event_id == event.id)
    ).all()
    if any(topic is None and before is None and due_at > at for topic, before, due_at in known):
        return
    new = sorted(given - {topic for topic, _before, _due_at in known})
    moments = {"noted_at": at, "due_at": at + DELAY}
    db.session.add_all(EventNews(event_id=event.id, topic_id=topic, before=None, **moments) for topic in new)


def forget_news(at: datetime) -> int:
    """Delete news that every digest has passed. Returns how much."""
    old = delete(EventNews).where(EventNews.due_at < at - KEPT).returning(EventNews.id)
    return len(db.session.scalars(old).all())
