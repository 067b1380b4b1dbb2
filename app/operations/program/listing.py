"""What visitors see of the program: what comes next, what was, one event. Each is one or two queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload, raiseload, selectinload, undefer

from app.db import db
from app.models import Access, Event, EventSession, EventState, Joining, Mode, Series, SiteNotice, Topic
from app.models.availability import next_state_at
from app.models.event_search import events_about
from app.models.topic import event_topic

PUBLIC_STATES = [state for state in EventState if state.is_public]
# An event for people with its link stands in no list; its page is found by its whole address alone.
IS_LISTED = ~Event.rules.has(access=Access.LINK)


@dataclass(frozen=True)
class EventFilter:
    """What a visitor asked the list for. Slugs, so that it can be written into an address."""

    words: str = ""
    series: str = ""
    topic: str = ""
    mode: Mode | None = None
    past: bool = False


@dataclass(frozen=True)
class EventPage:
    """One page of a list, which one it is, and how long the whole list is."""

    events: list[Event]
    total: int
    page: int


@dataclass(frozen=True)
class Choice:
    """A series or topic that the list can be filtered by."""

    slug: str
    name: str


@dataclass(frozen=True)
class Choices:
    series: list[Choice]
    topics: list[Choice]


@dataclass(frozen=True)
class SiteFacts:
    """What stands over every page."""

    notice: str
    notice_ends_at: datetime | None
    is_demo: bool


def site_facts(at: datetime) -> SiteFacts:
    """The notice in force, and whether demo events are loaded. One query, since every page asks."""
    newest = select(SiteNotice).order_by(SiteNotice.id.desc()).limit(1).subquery()
    text, ends_at, is_demo = db.session.execute(
        select(
            select(newest.c.text).scalar_subquery(),
            select(newest.c.ends_at).scalar_subquery(),
            exists(select(Event.id).where(Event.is_demo)),
        )
    ).one()
    in_force = bool(text) and (ends_at is None or at < ends_at)
    return SiteFacts(text if in_force else "", ends_at if in_force else None, bool(is_demo))


def find(wanted: EventFilter, *, at: datetime, page: int, size: int) -> EventPage:
    """One page of the events that fit: what comes next first, or of past ones the newest."""
    rows = db.session.execute(
        _cards(wanted, at).add_columns(func.count().over()).limit(size).offset((page - 1) * size)
    ).unique()
    found = [(event, total) for event, total in rows]
    if not found and page > 1:
        return find(wanted, at=at, page=1, size=size)
    return EventPage([event for event, _ in found], found[0][1] if found else 0, page)


def next_state_of(events: Iterable[Event], at: datetime) -> datetime | None:
    """When the clock alone will change what a list of these events shows."""
    return min((change for event in events if (change := next_state_at(event, at))), default=None)


def all_of(wanted: EventFilter, *, at: datetime, most: int) -> list[Event]:
    """The events that fit, for a feed or a calendar file."""
    rows = db.session.execute(_cards(wanted, at).limit(most)).unique()
    return [event for (event,) in rows]


def next_of_each_series(at: datetime) -> list[tuple[Series, Event | None]]:
    """Every series with the next event that will take place; one without a date yet comes last."""
    is_on = and_(Event.state == EventState.PUBLISHED, Event.starts_at > at)
    will_be = or_(is_on, Event.state == EventState.POSTPONED)
    following = (
        select(Event.id)
        .where(Event.series_id == Series.id, will_be, IS_LISTED)
        .order_by(Event.starts_at.is_(None), Event.starts_at)
        .limit(1)
        .correlate(Series)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Series, Event)
        .outerjoin(Event, Event.id == following)
        .options(raiseload("*"))
        .order_by(Series.place, Series.id)
    )
    return [(series, event) for series, event in rows]


def choices() -> Choices:
    """What the list can be filtered by, in the office's order; one query."""
    kinds: list[Any] = [
        select(literal(kind).label("kind"), table.slug, table.name, table.place, table.id)
        for kind, table in (("series", Series), ("topic", Topic))
    ]
    both = union_all(*kinds).subquery()
    rows = db.session.execute(select(both).order_by(both.c.place, both.c.id)).all()
    return Choices(*([Choice(row.slug, row.name) for row in rows if row.kind == kind] for kind in ("series", "topic")))


def series(slug: str) -> Series | None:
    return db.session.scalar(select(Series).where(Series.slug == slug))


def topic(slug: str) -> Topic | None:
    return db.session.scalar(select(Topic).where(Topic.slug == slug))


def card(slug: str) -> Event | None:
    """A public event with what a card shows."""
    return db.session.execute(_with_card_parts().where(Event.slug == slug)).unique().scalar()


def topics() -> list[Topic]:
    return list(db.session.scalars(select(Topic).order_by(Topic.place, Topic.id)))


def addresses() -> list[tuple[str, datetime]]:
    """Every public event's slug and when it changed, for search engines."""
    rows = db.session.execute(
        select(Event.slug, Event.changed_at).where(Event.state.in_(PUBLIC_STATES), IS_LISTED).order_by(Event.id.desc())
    )
    return [(slug, changed_at) for slug, changed_at in rows]


def event(slug: str) -> Event | None:
    """A public event with everything its page shows. How to join stays in the database, but for its release time."""
    return db.session.scalar(
        select(Event)
        .where(Event.slug == slug, Event.state.in_(PUBLIC_STATES))
        .options(
            joinedload(Event.series),
            joinedload(Event.venue),
            joinedload(Event.committee),
            joinedload(Event.rules),
            joinedload(Event.joining).load_only(Joining.release_at, raiseload=True),
            undefer(Event.lines_rest),
            selectinload(Event.pools),
            selectinload(Event.topics),
            selectinload(Event.materials),
            selectinload(Event.speakers),
            selectinload(Event.sessions).selectinload(EventSession.speakers),
        )
    )


def _cards(wanted: EventFilter, at: datetime) -> Select[Event]:
    """Events with what a card shows, and nothing that would ask the database again."""
    query = _with_card_parts().where(*_conditions(wanted, at))
    if wanted.past:
        return query.order_by(Event.starts_at.desc(), Event.id.desc())
    return query.order_by(Event.starts_at.nulls_last(), Event.id)


def _with_card_parts() -> Select[Event]:
    parts = (contains_eager(Event.series), joinedload(Event.pools), joinedload(Event.venue), joinedload(Event.rules))
    loaded = (*parts, undefer(Event.lines_rest))
    return select(Event).join(Event.series).options(*loaded, raiseload("*")).where(Event.state.in_(PUBLIC_STATES))


def _conditions(wanted: EventFilter, at: datetime) -> list[ColumnElement[bool]]:
    conditions = [IS_LISTED, is_past(at) if wanted.past else ~is_past(at)]
    conditions += events_about(wanted.words)
    if wanted.series:
        conditions.append(Series.slug == wanted.series)
    if wanted.topic:
        chosen = select(event_topic.c.event_id).join(Topic).where(Topic.slug == wanted.topic)
        conditions.append(Event.id.in_(chosen))
    if wanted.mode:
        conditions.append(Event.pools.any(mode=wanted.mode))
    return conditions


def is_past(at: datetime) -> ColumnElement[bool]:
    """A postponed event has no date and is still to come."""
    end = func.coalesce(Event.ends_at, Event.starts_at)
    return and_(end.is_not(None), end <= at)
