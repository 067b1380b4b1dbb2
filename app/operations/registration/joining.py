"""Joining online: the press of a button is recorded as a sign of presence and leads to the link in force."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.models import Event, EventSession, Mode, PickState, Registration, RegistrationState, SessionPresence
from app.models.joining import WayIn
from app.operations import auditing

OVERTIME = timedelta(minutes=30)
EARLY = timedelta(hours=1)


class NotAttendingError(Exception):
    """The person has no confirmed seat online."""


class JoinNotReleasedError(Exception):
    """How to join is not released yet."""


class JoinOverError(Exception):
    """What the person would join is over: a press says nothing of their presence any more."""


def is_over(held: Event | EventSession, at: datetime) -> bool:
    """Whether nobody joins any more. Many a meeting runs a little late."""
    return held.ends_at is not None and held.ends_at + OVERTIME <= at


def begins_soon(held: Event | EventSession, at: datetime) -> bool:
    """Whether it is about to begin, or has begun. Days before, people only try whether the link works."""
    return held.starts_at is not None and held.starts_at - EARLY <= at


def _is_presence(held: Event | EventSession, at: datetime) -> bool:
    """After the end a press still leads on, for a meeting that runs late; it says nothing of who was there."""
    return begins_soon(held, at) and not (held.ends_at is not None and held.ends_at <= at)


def may_join(registration: Registration) -> bool:
    return registration.mode is Mode.ONLINE and registration.state is RegistrationState.CONFIRMED


def own_sessions(registration: Registration) -> list[EventSession]:
    """The sessions with a way in of their own that this person may join, in the order in which they are held."""
    if not may_join(registration):
        return []
    held = {
        pick.session_id for pick in registration.picks if pick.state is PickState.CONFIRMED and pick.mode is Mode.ONLINE
    }
    return [
        session
        for session in registration.event.sessions
        if session.joining
        and session.joining.is_entered
        and (session.id in held if session.is_picked else session.is_open_to(Mode.ONLINE))
    ]


def join(registration_id: int, *, at: datetime) -> str:
    """Give the link, and record that the person joins while it is held, or soon to be.

    Raises NotAttendingError, JoinOverError, JoinNotReleasedError.
    """
    registration = db.session.get_one(Registration, registration_id)
    if not may_join(registration):
        raise NotAttendingError
    if is_over(registration.event, at):
        raise JoinOverError
    link = _link(registration.event.joining, at)
    if _is_presence(registration.event, at):
        _record(registration, "joined", {}, at)
    return link


def join_session(registration_id: int, session_id: int, *, at: datetime) -> str:
    """The same for one session. Raises NotAttendingError, JoinOverError, JoinNotReleasedError."""
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    session = next((one for one in own_sessions(registration) if one.id == session_id), None)
    if session is None:
        raise NotAttendingError
    if is_over(session, at):
        raise JoinOverError
    link = _link(session.joining, at)
    is_first = db.session.get(SessionPresence, (registration_id, session_id)) is None
    if is_first and _is_presence(session, at):
        presence = SessionPresence(registration_id=registration_id, session_id=session_id, joined_at=at)
        db.session.add(presence)
        _record(registration, "joined session", {"session": session.title}, at, again=True)
    return link


def presences(registration_id: int) -> list[tuple[str, datetime]]:
    """Into which sessions the person pressed the button, and when first."""
    chosen = (
        select(EventSession.title, SessionPresence.joined_at)
        .join(EventSession, EventSession.id == SessionPresence.session_id)
        .where(SessionPresence.registration_id == registration_id)
        .order_by(SessionPresence.joined_at, EventSession.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(chosen)]


def _link(way: WayIn | None, at: datetime) -> str:
    if way is None or not way.link or not way.is_released(at):
        raise JoinNotReleasedError
    return way.link


def _record(registration: Registration, act: str, detail: dict[str, str], at: datetime, *, again: bool = False) -> None:
    """Only the first press counts for the event; each session counts for itself."""
    is_first = registration.joined_at is None
    registration.joined_at = registration.joined_at or at
    if is_first or again:
        auditing.record(
            act,
            actor="person",
            subject="registration",
            subject_id=registration.id,
            event_id=registration.event_id,
            detail=detail,
            at=at,
        )
