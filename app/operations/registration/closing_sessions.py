"""Closing a session's waiting list: once the session begins, everybody who still waits for it hears of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select

from app import clock
from app.db import db
from app.models import Event, EventSession, EventState, MessageKind, Pick, PickState, Registration, SeatPool
from app.operations import already_told, auditing, notifying
from app.operations.registration import allotting

BATCH = 500


def is_due() -> bool:
    """Whether a session has begun and somebody in its line was not told."""
    return db.session.scalar(_closed(clock.now()).with_only_columns(SeatPool.id).limit(1)) is not None


def close_lines(at: datetime) -> int:
    """Tell the people of one session's line, a batch at a time. Returns how many; nobody is told twice."""
    pool = db.session.scalar(_closed(at).limit(1))
    if pool is None:
        return 0
    event = allotting.lock_event(pool.event_id)
    session = db.session.get_one(EventSession, pool.session_id)
    key = f"{pool.id}-{session.starts_at:%Y%m%dT%H%M}"  # A session that moves opens its line again.
    people = _not_told(pool, key)
    about = {"event": notifying.event_facts(event, at), "closed_session": notifying.session_facts(session)}
    notifying.queue_many(MessageKind.SESSION_LINE_CLOSED, people, about, at=at, key=key)
    if len(people) < BATCH:
        pool.line_closed_at = at
        _note(event, session, pool, key, at)
    return max(len(people), 1)


def _closed(at: datetime) -> Select[SeatPool]:
    return (
        select(SeatPool)
        .join(EventSession, EventSession.id == SeatPool.session_id)
        .join(Event, Event.id == SeatPool.event_id)
        .where(
            SeatPool.waiting > 0,
            SeatPool.line_closed_at.is_(None),
            EventSession.starts_at <= at,
            Event.state == EventState.PUBLISHED,
            Event.ends_at > at,
        )
    )


def _not_told(pool: SeatPool, key: str) -> Sequence[Registration]:
    query = (
        select(Registration)
        .join(Pick, Pick.registration_id == Registration.id)
        .where(
            Pick.session_id == pool.session_id,
            Pick.mode == pool.mode,
            Pick.state == PickState.WAITLISTED,
            Pick.position.is_not(None),
            already_told.not_told(MessageKind.SESSION_LINE_CLOSED, key),
        )
    )
    return db.session.scalars(query.order_by(Pick.position).limit(BATCH)).all()


def _note(event: Event, session: EventSession, pool: SeatPool, key: str, at: datetime) -> None:
    told = already_told.count_told(MessageKind.SESSION_LINE_CLOSED, event.id, key)
    auditing.record(
        "closed waiting list",
        actor="worker",
        subject="event",
        subject_id=event.id,
        event_id=event.id,
        detail={"session": session.title, "mode": pool.mode.value, "recipients": told},
        at=at,
    )


def reopen(event: Event, at: datetime) -> None:
    """After a session has moved: a line that moves again will close again."""
    query = (
        select(SeatPool)
        .join(EventSession, EventSession.id == SeatPool.session_id)
        .where(SeatPool.event_id == event.id, SeatPool.line_closed_at.is_not(None), EventSession.starts_at > at)
    )
    for pool in db.session.scalars(query):
        pool.line_closed_at = None
