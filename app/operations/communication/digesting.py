"""Mailing news to whoever follows a series or a topic: one mail with everything since the last one.

Each rhythm has editions: the moment of the latest news, eight in the morning, Monday at eight. Whoever was told up to
an edition is not told of it again, however often and wherever the timetable runs.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from app.db import db
from app.models import Event, EventNews, EventState, Follow, MessageKind, Rhythm, Subscriber
from app.models.local_time import instant_of
from app.models.topic import event_topic
from app.operations import notifying
from app.operations.communication import complaining, gathering, wishing
from app.operations.mass_mail import Letter, queue_letters

BATCH = 200  # People for each transaction: nobody who registers waits long behind it.
HOUR, WEEKDAY = time(8, 0), 0  # By the office's own clocks; Monday.
MOST_EVENTS = 25  # In one mail; the list on the site has them all.
WORDS = {EventState.CANCELLED: "cancelled", EventState.POSTPONED: "postponed"}


def edition(rhythm: Rhythm, at: datetime, zone: ZoneInfo) -> datetime | None:
    """The latest moment up to which people of this rhythm are to be told by now."""
    if rhythm is Rhythm.AT_ONCE:
        return db.session.scalar(select(func.max(EventNews.due_at)).where(EventNews.due_at <= at))
    today = at.astimezone(zone).date()
    days = (today - timedelta(days=back) for back in range(8))
    wanted = (day for day in days if rhythm is Rhythm.DAILY or day.weekday() == WEEKDAY)
    mornings = (instant_of(datetime.combine(day, HOUR), zone) for day in wanted)
    return next(morning for morning in mornings if morning <= at)


def is_due(at: datetime, zone: ZoneInfo) -> bool:
    """Whether somebody was not told up to the edition of their rhythm."""
    editions = {rhythm: edition(rhythm, at, zone) for rhythm in Rhythm}
    due = [_behind(rhythm, until) for rhythm, until in editions.items() if until]
    return bool(due) and db.session.scalar(select(Subscriber.id).where(or_(*due)).limit(1)) is not None


def send_digests(at: datetime, zone: ZoneInfo) -> int:
    """Queue the mails of one edition, a batch of people at a time. Returns how many people were looked after."""
    for rhythm in Rhythm:
        until = edition(rhythm, at, zone)
        if until and (count := _send(rhythm, until, at)):
            return count
    return 0


def _behind(rhythm: Rhythm, until: datetime) -> ColumnElement[bool]:
    return and_(Subscriber.rhythm == rhythm, Subscriber.told_until < until)


def _send(rhythm: Rhythm, until: datetime, at: datetime) -> int:
    behind = _behind(rhythm, until)
    reached = ~complaining.is_flagged(Subscriber.email_key)
    with_news = select(Subscriber).where(
        behind, reached, exists(_news(until).where(Follow.subscriber_id == Subscriber.id))
    )
    people = db.session.scalars(with_news.order_by(Subscriber.id).limit(BATCH).with_for_update()).all()
    if people:
        queue_letters(MessageKind.NEWS, _letters(people, until, at), at=at)
        chosen = update(Subscriber).where(Subscriber.id.in_([one.id for one in people]))
    else:  # For all others there is nothing in this edition.
        chosen = update(Subscriber).where(behind)
    done: Any = db.session.execute(chosen.values(told_until=until), execution_options={"synchronize_session": False})
    return int(done.rowcount)


def _news(until: datetime) -> Select[int, int, int]:
    """Who follows what there is news of, up to an edition; to be narrowed to some subscribers."""
    by_topic = exists().where(event_topic.c.event_id == Event.id, event_topic.c.topic_id == Follow.topic_id)
    to_all = (Follow.series_id == Event.series_id) | (by_topic & ~_came_later(Follow))
    to_newcomers = (EventNews.topic_id == Follow.topic_id) & by_topic & ~_knew_of()
    return (
        select(Follow.subscriber_id, EventNews.id, EventNews.event_id)
        .select_from(Follow)
        .join(EventNews, and_(EventNews.due_at <= until, EventNews.noted_at >= Follow.since))
        .join(Event, Event.id == EventNews.event_id)
        .where(
            EventNews.due_at > Subscriber.told_until,
            gathering.is_listed(),
            or_(EventNews.topic_id.is_(None) & to_all, to_newcomers),
        )
        .correlate(Subscriber)
    )


def _knew_of() -> ColumnElement[bool]:
    """Whether a follower of the topic that an event got later was told of the event before, by something else."""
    other = aliased(Follow)
    by_topic = exists().where(event_topic.c.event_id == EventNews.event_id, event_topic.c.topic_id == other.topic_id)
    return exists().where(
        other.subscriber_id == Follow.subscriber_id,
        other.since <= EventNews.noted_at,
        or_(other.series_id == Event.series_id, by_topic & ~_came_later(other)),
    )


def _came_later(follow: type[Follow]) -> ColumnElement[bool]:
    """Whether the event got the topic of this following with that piece of news, or after it."""
    given = aliased(EventNews)
    return exists().where(
        given.event_id == EventNews.event_id,
        given.topic_id == follow.topic_id,
        given.noted_at >= EventNews.noted_at,
    )


def _letters(people: Iterable[Subscriber], until: datetime, at: datetime) -> Iterable[Letter]:
    found = _first_news(people, until)
    items = _Items(at)
    followed = _follows(people)
    for one in people:
        news = [item for event_id, news_id in found[one.id].items() if (item := items.of(event_id, news_id))]
        if news:
            news.sort(key=lambda item: (item["event"]["starts_at"] or "9", item["event"]["id"]))
            facts = {
                "news": news[:MOST_EVENTS],
                "left_out": len(news[MOST_EVENTS:]),
                "subscriber": one.digest,
                "rhythm": one.rhythm.value,
                "follows": followed[one.id],
            }
            yield Letter(one.email, one.email_key, f"{one.digest}/{until.timestamp()}", facts, one.language)


def _first_news(people: Iterable[Subscriber], until: datetime) -> dict[int, dict[int, int]]:
    """Subscriber → event → the earliest news of it that they were not told."""
    chosen = _news(until).join(Subscriber, Subscriber.id == Follow.subscriber_id).correlate(None)
    rows = db.session.execute(chosen.where(Subscriber.id.in_([one.id for one in people])).order_by(EventNews.id.desc()))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for subscriber_id, news_id, event_id in rows:
        found[subscriber_id][event_id] = news_id
    return found


def _follows(people: Iterable[Subscriber]) -> dict[int, list[str]]:
    """What each of them follows, by name; read once for all."""
    series, topics = wishing.everything()
    names_of_series: dict[int | None, str] = {one.id: one.full_name for one in series}
    names_of_topics: dict[int | None, str] = {one.id: one.name for one in topics}
    rows = db.session.execute(
        select(Follow.subscriber_id, Follow.series_id, Follow.topic_id)
        .where(Follow.subscriber_id.in_([one.id for one in people]))
        .order_by(Follow.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for subscriber_id, series_id, topic_id in rows:
        found[subscriber_id].append(names_of_series[series_id] if series_id else names_of_topics[topic_id])
    return found


class _Items:
    """What there is to say of each event, made once for everybody."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.made: dict[int, dict[str, Any] | None] = {}

    def of(self, event_id: int, news_id: int) -> dict[str, Any] | None:
        if news_id not in self.made:
            event, news = db.session.get_one(Event, event_id), db.session.get_one(EventNews, news_id)
            self.made[news_id] = _item(event, news.before, self.at)
        return self.made[news_id]


def _item(event: Event, before: dict[str, Any] | None, at: datetime) -> dict[str, Any] | None:
    """What is true now beside what was told last; nothing where there is nothing to tell any more."""
    now = notifying.event_facts(event, at)
    if event.has_ended(at) or (before is None and event.state is EventState.CANCELLED):
        return None
    if before is not None and notifying.gist(before) == notifying.gist(now):
        return None
    what = "new" if before is None else WORDS.get(event.state, "changed")
    opens_at = event.registration_opens_at
    opens = opens_at.isoformat() if opens_at and opens_at > at else None
    return {"what": what, "event": now, "before": before, "opens_at": opens, "reason": event.change_reason}
