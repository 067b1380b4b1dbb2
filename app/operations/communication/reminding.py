"""Telling people in time: how to join when its hour has come, and reminders so long before the start.

A reminder that fell due while nothing ran is sent late as long as it helps: until half of the time is gone that it was
to give, and unless a later one for the same people is due as well. Else it is left out, and the log says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db
from app.models import (
    EmailState,
    Event,
    EventSession,
    EventState,
    Joining,
    MessageKind,
    Mode,
    OutgoingEmail,
    Registration,
    Reminder,
    SessionJoining,
)
from app.models import RegistrationState as State
from app.models.reminder import MOST_DAYS
from app.operations import already_told, auditing, notifying
from app.operations.registration import allotting

BATCH = 500  # People for each transaction: nobody waits long behind it.
JUST_NOW = timedelta(minutes=10)  # Who was led in since then need not be reminded with the same link.
WELCOMES = frozenset({MessageKind.CONFIRMED, MessageKind.PROMOTED})


def release_join(at: datetime) -> int:
    """Queue how to join for the next event whose hour has come, a batch of people at a time. Returns how many.

    Whoever has it already is found out anew for each batch, so a restart skips nobody and doubles nobody. While
    nothing is entered nothing is queued: an empty mail helps nobody.
    """
    joining = _next_due(at)
    if joining is None or joining.release_at is None:
        return 0
    event = db.session.get_one(Event, joining.event_id)
    key = f"join-{joining.release_at:%Y%m%dT%H%M}"
    people = db.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.mode == Mode.ONLINE,
            Registration.state == State.CONFIRMED,
            already_told.not_told(MessageKind.HOW_TO_JOIN, key),
            already_told.not_mailed_since(MessageKind.HOW_TO_JOIN, joining.told_since),
            ~_welcomed_with_link(joining.release_at),
        )
        .order_by(Registration.id)
        .limit(BATCH + 1)
    ).all()
    about = {"event": notifying.event_facts(event, at)}
    notifying.queue_many(MessageKind.HOW_TO_JOIN, people[:BATCH], about, at=at, key=key)
    if len(people) <= BATCH:
        joining.mailed_at = at
    if len(people) <= BATCH and (people or joining.told_since is None):  # After an undo everybody may have it already.
        auditing.record(
            "sent how to join", actor="worker", subject="event", subject_id=event.id, event_id=event.id, at=at
        )
    return len(people[:BATCH])


def _welcomed_with_link(since: datetime) -> ColumnElement[bool]:
    """For a query of registrations: whose confirmation already leads in, and came since the way was given out."""
    return exists().where(
        OutgoingEmail.registration_id == Registration.id,
        OutgoingEmail.kind.in_(WELCOMES),
        OutgoingEmail.queued_at >= since,
        OutgoingEmail.state != EmailState.WITHDRAWN,
        OutgoingEmail.facts[("event", "join_released")].as_boolean(),
    )


def _next_due(at: datetime) -> Joining | None:
    return db.session.scalar(
        select(Joining)
        .join(Event, Event.id == Joining.event_id)
        .where(
            Joining.release_at <= at,
            Joining.mailed_at.is_(None),
            (Joining.link != "") | (Joining.dial_in != ""),
            Event.state == EventState.PUBLISHED,
            Event.ends_at > at,
        )
        .order_by(Joining.release_at, Joining.event_id)
        .limit(1)
        .with_for_update(of=Joining)
    )


def has_due_reminder() -> bool:
    return bool(_due(clock.now()))


def send_reminders(at: datetime) -> int:
    """Queue the reminder that is due, a batch of people at a time. Returns how many, or 1 for one that is left out.

    The event is locked, so that nobody is reminded of what was cancelled or moved in that moment.
    """
    due = _due(at)
    if not due:
        return 0
    event = allotting.lock_event(due[0].event_id)
    reminder = next((one for one in _due(at) if one.event_id == event.id), None)
    if reminder is None:
        return 0
    if not _still_helps(reminder, at):
        _finish(reminder, "left out reminder", None, at)
        return 1
    key = _key(reminder)
    people = _people(reminder, key)
    until = reminder.useful_until
    assert until
    about = {
        "event": notifying.event_facts(event, at),
        "useful_until": until.isoformat(),
        "session_ways": _sessions_lead_in(event),
    }
    notifying.queue_many(MessageKind.REMINDER, people, about, at=at, key=key)
    if len(people) < BATCH:
        _finish(reminder, "sent reminder", already_told.count_told(MessageKind.REMINDER, event.id, key), at)
    return max(len(people), 1)


def _sessions_lead_in(event: Event) -> bool:
    """Whether any session has a way in of its own, so that people are led to their join page."""
    entered = (SessionJoining.link != "") | (SessionJoining.dial_in != "")
    found = select(
        exists().where(SessionJoining.session_id == EventSession.id, EventSession.event_id == event.id, entered)
    )
    return bool(db.session.scalar(found))


def _due(at: datetime) -> list[Reminder]:
    """Those whose time has come, of events that are still to begin; the one that was due first comes first.

    How to join goes first, so that who is told that need not be reminded as well.
    """
    soon = (
        Event.state == EventState.PUBLISHED,
        Event.starts_at > at,
        Event.starts_at <= at + timedelta(days=MOST_DAYS + 1),
    )
    chosen = select(Reminder).join(Reminder.event).where(*soon, Reminder.done_for.is_distinct_from(Event.starts_at))
    found = db.session.scalars(chosen.options(joinedload(Reminder.event).joinedload(Event.joining))).unique()
    ready = (reminder for reminder in found if not _leads_in_first(reminder.event, at))
    dated = [(due, reminder.id, reminder) for reminder in ready if (due := reminder.due_at) and due <= at]
    return [reminder for *_, reminder in sorted(dated, key=lambda one: one[:2])]


def _leads_in_first(event: Event, at: datetime) -> bool:
    """Whether how to join is just about to leave."""
    return event.joining is not None and event.joining.is_released(at) and event.joining.mailed_at is None


def _still_helps(reminder: Reminder, at: datetime) -> bool:
    until, due = reminder.useful_until, reminder.due_at
    if until is None or due is None:
        return False
    later = [
        other
        for other in reminder.event.reminders
        if (other.mode is None or other.mode is reminder.mode) and other.due_at and due < other.due_at <= at
    ]
    return at <= until and not later


def _people(reminder: Reminder, key: str) -> Sequence[Registration]:
    """Everybody who had a seat when it was due: who got one later, or the way to join, has just been told of it."""
    due = reminder.due_at
    assert due
    had_seat = func.coalesce(Registration.confirmed_at, Registration.registered_at) <= due
    chosen = select(Registration).where(
        *confirmed(reminder.event_id, reminder.mode),
        had_seat,
        already_told.not_told(MessageKind.REMINDER, key),
        already_told.not_mailed_since(MessageKind.HOW_TO_JOIN, due - JUST_NOW),
    )
    return db.session.scalars(chosen.order_by(Registration.id).limit(BATCH)).all()


def confirmed(event_id: int, mode: Mode | None) -> tuple[ColumnElement[bool], ...]:
    """For a query of registrations: who has a seat, this way or any."""
    ways = () if mode is None else (Registration.mode == mode,)
    return (Registration.event_id == event_id, Registration.state == State.CONFIRMED, *ways)


def _key(reminder: Reminder) -> str:
    """One for each start and lead: taking a reminder away and adding it anew sends it to nobody twice."""
    return f"{reminder.lead.key}-{reminder.event.starts_at:%Y%m%dT%H%M}"


def _finish(reminder: Reminder, act: str, recipients: int | None, at: datetime) -> None:
    reminder.done_for, reminder.done_at, reminder.recipients = reminder.event.starts_at, at, recipients
    auditing.record(
        act,
        actor="worker",
        subject="event",
        subject_id=reminder.event_id,
        event_id=reminder.event_id,
        detail={"before": reminder.lead.to_json(), "recipients": recipients},
        at=at,
    )
