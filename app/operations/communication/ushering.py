"""How to join a session that has a link of its own: mailed when its time has come to everybody whom it is for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select

from app import clock
from app.db import db
from app.models import (
    Event,
    EventSession,
    EventState,
    MessageKind,
    Mode,
    Pick,
    PickState,
    Registration,
    SessionJoining,
)
from app.operations import auditing, notifying
from app.operations.communication.reminding import BATCH, confirmed
from app.operations.registration import allotting


def is_due() -> bool:
    return db.session.scalar(_due(clock.now()).with_only_columns(SessionJoining.session_id)) is not None


def release_sessions(at: datetime) -> int:
    """Queue how to join for the next session whose time has come, a batch of people at a time. Returns how many."""
    found = db.session.scalar(_due(at))
    if found is None:
        return 0
    event = allotting.lock_event(found.session.event_id)
    joining = db.session.scalar(_due(at).where(EventSession.event_id == event.id).with_for_update(of=SessionJoining))
    if joining is None:
        return 0
    people = _people(event, joining)
    session = notifying.session_facts(joining.session)
    about = {"event": notifying.event_facts(event, at), "session": session, "useful_until": session["ends_at"]}
    notifying.queue_many(MessageKind.SESSION_JOIN, people, about, at=at, key=_key(joining))
    if len(people) < BATCH:
        _finish(event, joining, at)
    return max(len(people), 1)


def _due(at: datetime) -> Select[SessionJoining]:
    return (
        select(SessionJoining)
        .join(EventSession, EventSession.id == SessionJoining.session_id)
        .join(Event, Event.id == EventSession.event_id)
        .where(
            SessionJoining.release_at <= at,
            SessionJoining.mailed_at.is_(None),
            (SessionJoining.link != "") | (SessionJoining.dial_in != ""),
            Event.state == EventState.PUBLISHED,
            EventSession.ends_at > at,
        )
        .order_by(SessionJoining.release_at, SessionJoining.session_id)
        .limit(1)
    )


def _people(event: Event, joining: SessionJoining) -> Sequence[Registration]:
    """Whoever has a seat in it. To a session for all it is everybody online, unless the event leads them there."""
    session = joining.session
    if not session.is_picked and (not session.is_open_to(Mode.ONLINE) or (event.joining and event.joining.is_entered)):
        return []
    invited: tuple[ColumnElement[bool], ...] = (has_seat(session.id),) if session.is_picked else ()
    chosen = select(Registration).where(
        *confirmed(event.id, Mode.ONLINE), *invited, notifying.not_told(MessageKind.SESSION_JOIN, _key(joining))
    )
    return db.session.scalars(chosen.order_by(Registration.id).limit(BATCH)).all()


def has_seat(session_id: int) -> ColumnElement[bool]:
    """For a query of registrations: who has a seat online in this session."""
    held = (Pick.session_id == session_id, Pick.mode == Mode.ONLINE, Pick.state == PickState.CONFIRMED)
    return exists().where(Pick.registration_id == Registration.id, *held)


def _key(joining: SessionJoining) -> str:
    return f"session-{joining.session_id}-{joining.release_at:%Y%m%dT%H%M}-{joining.edition}"


def _finish(event: Event, joining: SessionJoining, at: datetime) -> None:
    joining.mailed_at = at
    told = notifying.count_told(MessageKind.SESSION_JOIN, event.id, _key(joining))
    auditing.record(
        "sent how to join a session",
        actor="worker",
        subject="event",
        subject_id=event.id,
        event_id=event.id,
        detail={"session": joining.session.title, "recipients": told},
        at=at,
    )
