"""The lines of sessions: whoever waits longest for a session, and can take its seat now, gets it or is asked.

As the event says, the seat is theirs at once or held for their answer (offering_sessions.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.db import db
from app.models import (
    Event,
    EventSession,
    EventState,
    MessageKind,
    OverlapRule,
    Pick,
    PickState,
    Registration,
    SeatPool,
)
from app.operations import auditing, notifying
from app.operations.registration import reaching, seating, untold_dates
from app.operations.registration.fitting import overlap_rule


def promote(event: Event, at: datetime) -> list[Registration]:
    """Seat or ask everybody who waits for a session of a locked event and can be seated now, with one mail to each."""
    if event.state is not EventState.PUBLISHED:
        return []
    chosen: dict[Registration, list[Pick]] = defaultdict(list)
    pools = _moving_lines(event, at)
    for pool in pools if pools and not untold_dates.has_one(event) else ():
        for pick in _longest_waiting(event, pool):
            _move_up(event, pick, at)
            chosen[pick.registration].append(pick)
    for registration, picks in chosen.items():
        _tell(event, registration, picks, at)
    return list(chosen)


def _move_up(event: Event, pick: Pick, at: datetime) -> None:
    until = event.session_offer_ends_at(pick.session, at)
    if until and pick.registration.can_be_asked:
        seating.offer_from_line(pick, until)
    else:
        seating.seat_from_line(pick)


def _tell(event: Event, registration: Registration, picks: list[Pick], at: datetime) -> None:
    registration.calendar_sequence += 1
    is_asked = event.offers_seats and registration.can_be_asked
    act = "offered sessions" if is_asked else "promoted in sessions"
    _note(act, registration, picks, at)
    kind = MessageKind.SESSION_OFFERED if is_asked else MessageKind.SESSION_PROMOTED
    # It replaces the mail of an offer before it that has not left, so it names that session as well.
    replaces = is_asked and reaching.not_asked([registration], kind)
    named = _on_offer(registration, at) if replaces else picks
    titles = [pick.session.title for pick in named]
    notifying.queue(kind, registration, at=at, extra={"promoted": titles, **_answer_by(named)})


def _on_offer(registration: Registration, at: datetime) -> list[Pick]:
    """All whose seats are held for this person's answer, the earliest session first."""
    held = (pick for pick in registration.live_picks if pick.offered_until and pick.offered_until > at)
    return sorted(held, key=lambda pick: (pick.session.starts_at, pick.session_id))


def _answer_by(picks: list[Pick]) -> dict[str, str]:
    """Until when the first of these seats is held."""
    held = [pick.offered_until for pick in picks if pick.offered_until]
    return {"answer_by": min(held).isoformat()} if held else {}


def _moving_lines(event: Event, at: datetime) -> list[SeatPool]:
    """The pools with a free seat and somebody waiting, of sessions that have not begun."""
    db.session.flush()
    query = (
        select(SeatPool)
        .join(EventSession, EventSession.id == SeatPool.session_id)
        .where(
            SeatPool.event_id == event.id,
            SeatPool.waiting > 0,
            or_(SeatPool.capacity.is_(None), SeatPool.taken < SeatPool.capacity),
            EventSession.starts_at > at,
        )
        .order_by(EventSession.starts_at, SeatPool.id)
    )
    return list(db.session.scalars(query))


def _longest_waiting(event: Event, pool: SeatPool) -> Sequence[Pick]:
    """As many as there are seats. Who is held up by another of their sessions keeps the place and holds nobody up."""
    query = (
        select(Pick)
        .join(Pick.session)
        .join(Pick.registration)
        .where(*_in_line(pool), ~_is_held_up(event), reaching.can_be_asked(event))
        .order_by(Pick.position)
        .options(joinedload(Pick.registration), joinedload(Pick.session).selectinload(EventSession.pools))
    )
    if pool.capacity is not None:
        query = query.limit(pool.capacity - pool.taken)
    return db.session.scalars(query).all()


def _in_line(pool: SeatPool) -> tuple[ColumnElement[bool], ...]:
    return (
        Pick.session_id == pool.session_id,
        Pick.mode == pool.mode,
        Pick.state == PickState.WAITLISTED,
        Pick.position.is_not(None),
    )


def _is_held_up(event: Event) -> ColumnElement[bool]:
    """Whether the person holds another slot of the session, or one at the same time where the event refuses that."""
    other, held = aliased(Pick), aliased(EventSession)
    clash = and_(EventSession.repeat_key != "", held.repeat_key == EventSession.repeat_key)
    if overlap_rule(event) is OverlapRule.REFUSE:
        clash = or_(clash, and_(held.starts_at < EventSession.ends_at, EventSession.starts_at < held.ends_at))
    return exists().where(
        other.registration_id == Pick.registration_id,
        other.id != Pick.id,
        other.state.in_((PickState.CONFIRMED, PickState.OFFERED)),
        held.id == other.session_id,
        clash,
    )


def line(pick: Pick) -> Sequence[Pick]:
    """Those who wait for the same session in the same way, who came first first."""
    return db.session.scalars(select(Pick).where(*_in_line(seating.pool_of(pick))).order_by(Pick.position)).all()


def ahead_of(pick: Pick) -> int:
    """How many wait in the same line and came earlier."""
    query = select(func.count()).where(
        Pick.session_id == pick.session_id,
        Pick.mode == pick.mode,
        Pick.state == PickState.WAITLISTED,
        Pick.position < pick.position,
    )
    return db.session.scalar(query) or 0


def _note(act: str, registration: Registration, picks: list[Pick], at: datetime) -> None:
    auditing.record(
        act,
        actor="waiting list",
        subject="registration",
        subject_id=registration.id,
        event_id=registration.event_id,
        detail={"sessions": [pick.session.title for pick in picks], "positions": [pick.position for pick in picks]},
        at=at,
    )
