"""Closing a waiting list: once it no longer moves, everybody who still waits hears of it, and of the way on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, or_, select

from app import clock
from app.db import db
from app.models import Event, EventState, MessageKind, Mode, Registration, SeatPool
from app.models.availability import Availability, mode_availability, takes
from app.models.event_line import TRAVEL_TIME
from app.operations import already_told, auditing, notifying
from app.operations.registration import allotting

BATCH = 500


def is_due() -> bool:
    """Whether a line has stopped moving and somebody in it was not told."""
    return db.session.scalar(_closed(clock.now()).with_only_columns(SeatPool.id).limit(1)) is not None


def close_lines(at: datetime) -> int:
    """Tell the people of one line, a batch at a time. Returns how many; telling again tells nobody twice."""
    pool = db.session.scalar(_closed(at).limit(1))
    if pool is None:
        return 0
    event = allotting.lock_event(pool.event_id)
    people = _not_told(event, pool)
    closed = {"mode": pool.mode.value, "online_is_open": _online_is_open(event, at)}
    closed |= {"may_take": takes(event, pool.mode, at)}
    about = {"event": notifying.event_facts(event, at), "closed": closed}
    notifying.queue_many(MessageKind.LINE_CLOSED, people, about, at=at, key=_key(event, pool))
    if len(people) < BATCH:
        pool.line_closed_at = at
        _note(event, pool, at)
    return max(len(people), 1)


def _closed(at: datetime) -> Select[SeatPool]:
    """Lines that no longer move, of events that are not over; the words of ``Event.promotes_until`` as a query."""
    stopped = or_(
        and_(SeatPool.mode == Mode.ONLINE, Event.starts_at <= at),
        and_(SeatPool.mode == Mode.IN_PERSON, Event.starts_at <= at + TRAVEL_TIME),
    )
    return (
        select(SeatPool)
        .join(Event, Event.id == SeatPool.event_id)
        .where(
            SeatPool.session_id.is_(None),
            SeatPool.waiting > 0,
            SeatPool.line_closed_at.is_(None),
            Event.state == EventState.PUBLISHED,
            Event.ends_at > at,
            stopped,
        )
    )


def _not_told(event: Event, pool: SeatPool) -> Sequence[Registration]:
    query = select(Registration).where(
        Registration.event_id == event.id,
        Registration.waits_for == pool.mode,
        Registration.offered_until.is_(None),
        already_told.not_told(MessageKind.LINE_CLOSED, _key(event, pool)),
    )
    return db.session.scalars(query.order_by(Registration.position).limit(BATCH)).all()


def _online_is_open(event: Event, at: datetime) -> bool:
    seats = {Availability.OPEN, Availability.FEW_SEATS}
    return any(one.mode is Mode.ONLINE and one.availability in seats for one in mode_availability(event, at))


def _key(event: Event, pool: SeatPool) -> str:
    """An event that moves opens its line again, which may close a second time."""
    return f"{pool.mode.value}-{event.starts_at:%Y%m%dT%H%M}"


def _note(event: Event, pool: SeatPool, at: datetime) -> None:
    told = already_told.count_told(MessageKind.LINE_CLOSED, event.id, _key(event, pool))
    auditing.record(
        "closed waiting list",
        actor="worker",
        subject="event",
        subject_id=event.id,
        event_id=event.id,
        detail={"mode": pool.mode.value, "recipients": told},
        at=at,
    )


def reopen(event: Event, at: datetime) -> None:
    """After an event has moved: a line that moves again will close again."""
    for pool in event.pools:
        if pool.line_closed_at and not event.line_is_closed(pool.mode, at):
            pool.line_closed_at = None
