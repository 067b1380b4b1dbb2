"""What staff see of the program: every event in every state, with its figures."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.models import AuditEntry, Event, EventState, SeatPool, Series
from app.models.event_search import events_named
from app.operations.program.listing import is_past


class When(Enum):
    """The heaps in which staff look for an event."""

    UPCOMING = "upcoming"
    PAST = "past"
    DRAFTS = "drafts"


@dataclass(frozen=True)
class StaffFilter:
    words: str = ""
    series: str = ""
    when: When = When.UPCOMING


@dataclass(frozen=True)
class Found:
    """One page of events, and how many there are."""

    events: list[Event]
    total: int


def find(wanted: StaffFilter, *, at: datetime, page: int, size: int) -> Found:
    """One page of the events that fit: the next first, of past ones the latest."""
    chosen = select(Event).join(Event.series).where(*_conditions(wanted, at))
    order = Event.starts_at.desc() if wanted.when is When.PAST else Event.starts_at.asc().nulls_first()
    total = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = db.session.scalars(
        chosen.options(joinedload(Event.series), selectinload(Event.pools))
        .order_by(order, Event.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return Found(list(rows), total)


def _conditions(wanted: StaffFilter, at: datetime) -> list[ColumnElement[bool]]:
    is_draft = Event.state == EventState.DRAFT
    heaps = {
        When.UPCOMING: and_(~is_past(at), ~is_draft),
        When.PAST: and_(is_past(at), ~is_draft),
        When.DRAFTS: is_draft,
    }
    conditions = [heaps[wanted.when], *events_named(wanted.words)]
    if wanted.series:
        conditions.append(Series.slug == wanted.series)
    return conditions


def count_in_session_lines(event_ids: Collection[int]) -> dict[int, int]:
    """How many places in the lines of their sessions these events have; without those that have none."""
    waiting = func.sum(SeatPool.waiting)
    lines = select(SeatPool.event_id, waiting).where(
        SeatPool.event_id.in_(event_ids), SeatPool.session_id.is_not(None), SeatPool.waiting > 0
    )
    return {event_id: int(count) for event_id, count in db.session.execute(lines.group_by(SeatPool.event_id))}


def all_series() -> list[Series]:
    return list(db.session.scalars(select(Series).order_by(Series.place, Series.name)))


def history(event_id: int, *, most: int = 20) -> list[AuditEntry]:
    """The latest acts on the event itself; what people do with their registrations stands with them."""
    chosen = select(AuditEntry).where(AuditEntry.subject == "event", AuditEntry.subject_id == event_id)
    return list(db.session.scalars(chosen.order_by(AuditEntry.id.desc()).limit(most)))
