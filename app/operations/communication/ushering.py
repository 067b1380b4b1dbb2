"""How to join a session that has a link of its own: mailed when its time has come to everybody whom it is for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select

from app import clock
from app.db import db
from app.models import (
    ChangeNotice,
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
from app.operations import already_told, auditing, notifying
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
    return _tell(event, joining, _key(joining), at)


def write_again(event: Event, key: str, at: datetime) -> int:
    """Tell those who have it that the way into a session changed; 0 when everybody was told of every such session."""
    changed = [joining for joining in event.session_joinings if joining.is_to_be_mailed_again(at)]
    return _tell(event, changed[0], f"{_beginning(changed[0])}again/{key}", at) if changed else 0


def _tell(event: Event, joining: SessionJoining, key: str, at: datetime) -> int:
    people = _people(event, joining, key)
    session = notifying.session_facts(joining.session)
    about = {"event": notifying.event_facts(event, at), "session": session, "useful_until": session["ends_at"]}
    notifying.queue_many(MessageKind.SESSION_JOIN, people[:BATCH], about, at=at, key=key)
    if len(people) <= BATCH:
        joining.mailed_at = at
    if len(people) <= BATCH and (people or joining.told_since is None):  # After an undo everybody may have it already.
        _record(event, joining, key, at)
    return max(len(people[:BATCH]), 1)


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
            ~_waits_for_undo(),
        )
        .order_by(SessionJoining.release_at, SessionJoining.session_id)
        .limit(1)
    )


def _waits_for_undo() -> ColumnElement[bool]:
    """Whether it changed, and people hear so with all that changed with it, once staff can no longer undo that."""
    return (SessionJoining.edition > 1) & exists().where(
        ChangeNotice.event_id == Event.id,
        ChangeNotice.withdrawn_at.is_(None),
        ChangeNotice.recipients.is_(None),
        ChangeNotice.made_at >= SessionJoining.release_at,
    )


def _people(event: Event, joining: SessionJoining, key: str) -> Sequence[Registration]:
    fresh = (
        already_told.not_told(MessageKind.SESSION_JOIN, key),
        already_told.not_mailed_since(MessageKind.SESSION_JOIN, joining.told_since, _beginning(joining)),
    )
    chosen = select(Registration).where(*confirmed(event.id, Mode.ONLINE), _is_led_there(event, joining), *fresh)
    return db.session.scalars(chosen.order_by(Registration.id).limit(BATCH + 1)).all()


def hears_again(event: Event, at: datetime) -> ColumnElement[bool]:
    """For a query of registrations: who is told that the way into a session changed."""
    changed = [_is_led_there(event, one) for one in event.session_joinings if one.is_to_be_mailed_again(at)]
    return and_(*confirmed(event.id, Mode.ONLINE), or_(false(), *changed))


def _is_led_there(event: Event, joining: SessionJoining) -> ColumnElement[bool]:
    """Whoever has a seat in it. To a session for all it is everybody online, unless the event leads them there."""
    session = joining.session
    if session.is_picked:
        return has_seat(session.id)
    return literal(session.is_open_to(Mode.ONLINE) and not (event.joining and event.joining.is_entered))


def has_seat(session_id: int) -> ColumnElement[bool]:
    """For a query of registrations: who has a seat online in this session."""
    held = (Pick.session_id == session_id, Pick.mode == Mode.ONLINE, Pick.state == PickState.CONFIRMED)
    return exists().where(Pick.registration_id == Registration.id, *held)


def _key(joining: SessionJoining) -> str:
    return f"{_beginning(joining)}{joining.release_at:%Y%m%dT%H%M}-{joining.edition}"


def _beginning(joining: SessionJoining) -> str:
    """What the keys of all mails about it begin with."""
    return f"session-{joining.session_id}-"


def _record(event: Event, joining: SessionJoining, key: str, at: datetime) -> None:
    told = already_told.count_told(MessageKind.SESSION_JOIN, event.id, key)
    auditing.record(
        "sent how to join a session",
        actor="worker",
        subject="event",
        subject_id=event.id,
        event_id=event.id,
        detail={"session": joining.session.title, "recipients": told},
        at=at,
    )
