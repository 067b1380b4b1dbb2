"""What the console's first page tells: what is missing, whether mail leaves, and how many people registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select

from app.db import db
from app.models import (
    AccessibilityRequest,
    ChangeNotice,
    Event,
    EventState,
    Joining,
    MessageKind,
    Mode,
    OutgoingEmail,
    Registration,
    RegistrationState,
    RequestState,
    SeatPool,
    WorkerBeat,
)
from app.models.outgoing_email import TO_DO
from app.models.registration_state import HOPE_TO_COME
from app.operations.registration.listing import NOT_ORDINARY

JOIN_LINK_NEEDED = timedelta(hours=24)
SILENCE = timedelta(seconds=60)
DAYS = 30
MOST_NAMED = 8


def without_join_link(at: datetime) -> Sequence[Event]:
    """Published events that begin within a day, are attended online, and tell nobody how to join."""
    return db.session.scalars(
        select(Event)
        .join(
            SeatPool, and_(SeatPool.event_id == Event.id, SeatPool.session_id.is_(None), SeatPool.mode == Mode.ONLINE)
        )
        .outerjoin(Joining, Joining.event_id == Event.id)
        .where(
            Event.state == EventState.PUBLISHED,
            Event.starts_at.between(at, at + JOIN_LINK_NEEDED),
            func.coalesce(Joining.link, "") == "",
            func.coalesce(Joining.dial_in, "") == "",
        )
        .order_by(Event.starts_at)
    ).all()


def open_requests() -> Sequence[tuple[Event, int]]:
    """Events with accessibility requests that nobody has answered, and how many each has."""
    counted = (
        select(Registration.event_id, func.count().label("open"))
        .join(AccessibilityRequest, AccessibilityRequest.registration_id == Registration.id)
        .where(AccessibilityRequest.state == RequestState.OPEN, Registration.state.in_(HOPE_TO_COME))
        .group_by(Registration.event_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Event, counted.c.open).join(counted, counted.c.event_id == Event.id).order_by(Event.starts_at)
    )
    return [(event, count) for event, count in rows]


def waiting_for_approval(at: datetime) -> Sequence[tuple[Event, int]]:
    """Coming events with people who wait for the office's yes, and how many each has."""
    counted = (
        select(Registration.event_id, func.count().label("pending"))
        .where(Registration.state == RegistrationState.PENDING_APPROVAL, NOT_ORDINARY)
        .group_by(Registration.event_id)
        .subquery()
    )
    chosen = select(Event, counted.c.pending).join(counted, counted.c.event_id == Event.id)
    live = Event.state.in_((EventState.PUBLISHED, EventState.POSTPONED))
    rows = chosen.where(live, or_(Event.ends_at.is_(None), Event.ends_at > at)).order_by(Event.starts_at)
    return [(event, count) for event, count in db.session.execute(rows)]


def unsent_mails(hidden: frozenset[MessageKind]) -> int:
    """Mails that did not arrive, or perhaps twice, and nobody has seen to; without kinds hidden from the reader."""
    return db.session.scalar(select(func.count(OutgoingEmail.id)).where(TO_DO, OutgoingEmail.kind.not_in(hidden))) or 0


def unsent_by_event(hidden: frozenset[MessageKind]) -> Sequence[tuple[Event, int]]:
    """The events of which most mails did not arrive, whatever kind they are of, and how many of each."""
    counted = (
        select(OutgoingEmail.event_id, func.count().label("unsent"))
        .where(TO_DO, OutgoingEmail.kind.not_in(hidden), OutgoingEmail.event_id.is_not(None))
        .group_by(OutgoingEmail.event_id)
        .subquery()
    )
    chosen = select(Event, counted.c.unsent).join(counted, counted.c.event_id == Event.id)
    rows = db.session.execute(chosen.order_by(counted.c.unsent.desc(), Event.id).limit(MOST_NAMED))
    return [(event, count) for event, count in rows]


def waiting_notices() -> list[ChangeNotice]:
    """Changes that people will be told of in a few minutes, unless somebody takes them back."""
    waiting = select(ChangeNotice).where(ChangeNotice.sent_at.is_(None), ChangeNotice.withdrawn_at.is_(None))
    return [one for one in db.session.scalars(waiting.order_by(ChangeNotice.due_at)) if not one.is_quiet]


def is_worker_silent(at: datetime, *, since: datetime) -> bool:
    """Whether no worker has given a sign of life for a minute: then no mail leaves.

    Silence counts from when we began to listen: a worker that starts along with us needs a moment.
    """
    latest = db.session.scalar(select(func.max(WorkerBeat.beat_at)))
    return at - max(since, latest or since) > SILENCE


@dataclass(frozen=True)
class Day:
    day: date
    count: int


def registrations_by_day(at: datetime, zone: ZoneInfo) -> list[Day]:
    """How many people registered on each of the last thirty days of the office's calendar."""
    today = at.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    midnights = [datetime.combine(day, time(), zone) for day in (*days, today + timedelta(days=1))]
    spans = pairwise(midnights)
    counts = [
        func.count().filter(Registration.registered_at >= begin, Registration.registered_at < end)
        for begin, end in spans
    ]
    row = db.session.execute(select(*counts).where(Registration.registered_at >= midnights[0])).one()
    return [Day(day, count) for day, count in zip(days, row, strict=True)]
