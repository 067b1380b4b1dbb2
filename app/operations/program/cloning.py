"""Cloning: the next event made from an earlier one, everything moved to its new start by the wall clock."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select

from app.db import Model, db
from app.models import (
    CommitteeMeeting,
    Event,
    EventSession,
    EventState,
    Joining,
    MailWording,
    RegistrationRules,
    Reminder,
    SessionJoining,
    Speaker,
    Venue,
)
from app.models.joining import WayIn
from app.operations.program.moments import Moment
from app.operations.program.planning import follow_starts
from app.operations.program.question_details import copies
from app.operations.program.restricting import carried_over
from app.operations.program.session_seats import SessionSeats
from app.operations.program.starting import NewEvent, keep, last_day_to_ask, say_rest, say_times
from app.operations.program.way_times import TIMES
from app.operations.registration import seating

# What belongs to the one event only: its identity, its history, and figures and papers of that day.
OWN = frozenset(
    (
        *("id", "slug", "state", "title", "summary", "search_key", "is_demo", "time_zone", "version"),
        *("starts_local", "starts_at", "ends_local", "ends_at", "postponed_from_local", "dates_are_approximate"),
        *("registration_opens_at", "registration_closes_at", "attended_figures", "change_reason"),
        *("urgent_notice", "calendar_sequence", "published_at", "changed_at"),
    )
)


def last_of_series(series_id: int, *, at: datetime) -> Event | None:
    """The event a new one of the series is likely to be like: the latest that was held or is planned."""
    chosen = select(Event).where(
        Event.series_id == series_id, Event.starts_at.is_not(None), Event.state == EventState.PUBLISHED
    )
    held = db.session.scalar(chosen.where(Event.starts_at <= at).order_by(Event.starts_at.desc()).limit(1))
    return held or db.session.scalar(chosen.order_by(Event.starts_at).limit(1))


def clone(event_id: int, new: NewEvent, *, by: str, at: datetime) -> Event:
    """A draft like an earlier event. How people joined that one, its materials and its docket are not taken along.

    A committee meeting stays narrowed for a reason alone; without one, everybody may register for the copy.
    """
    source = db.session.get_one(Event, event_id)
    event = Event(state=EventState.DRAFT, title=new.title, changed_at=at, series=source.series)
    _copy(source, event, leave=OWN | {"series_id"})
    say_times(event, new)
    origin = source.starts_local or source.postponed_from_local
    delta = new.starts.local - origin if origin else timedelta()
    _move_deadlines(source, event, delta, at)
    _copy_parts(source, event, delta)
    event.questions = copies(source.questions, at)
    event.wordings = [MailWording(kind=one.kind, **vars(one.words)) for one in source.wordings]
    event.reminders = [Reminder.of(one.lead) for one in source.reminders]
    say_rest(event, new)
    follow_starts(event, at)
    told = {"from": source.slug, **carried_over(event, new.restriction_reason)}
    keep(event, act="copied event", detail=told, by=by, at=at)
    _copy_seats(source, event, delta, at)
    return event


def _copy(source: Model, target: Model, *, leave: frozenset[str]) -> None:
    for column in inspect(type(source)).columns:
        if column.key not in leave:
            setattr(target, column.key, getattr(source, column.key))


def _move_deadlines(source: Event, event: Event, delta: timedelta, at: datetime) -> None:
    for name in ("registration_opens", "registration_closes"):
        _set(event, name, getattr(source, f"{name}_local"), delta, event)
    _end_in_time(event, "registration_closes", event, at)
    if source.accessibility_by and event.starts_local:
        moved, today = source.accessibility_by + timedelta(days=delta.days), at.astimezone(event.zone).date()
        event.accessibility_by = last_day_to_ask(moved, event.starts_local.date(), today)


def _set(row: Any, name: str, local: datetime | None, delta: timedelta, event: Event) -> None:
    moment = Moment.near(local + delta, event.zone) if local else None
    setattr(row, f"{name}_local", moment.local if moment else None)
    setattr(row, f"{name}_at", moment.instant(event.zone) if moment else None)


def _end_in_time(row: Any, name: str, event: Event, at: datetime) -> None:
    """Registration ends with a shorter copy at the latest; at short notice, when it would be over already, as usual."""
    closes = getattr(row, f"{name}_at")
    if closes and event.ends_at and closes > event.ends_at:
        setattr(row, f"{name}_local", event.ends_local)
        setattr(row, f"{name}_at", event.ends_at)
    elif closes and event.starts_at and closes <= at < event.starts_at:
        setattr(row, f"{name}_local", None)
        setattr(row, f"{name}_at", None)


def _copy_parts(source: Event, event: Event, delta: timedelta) -> None:
    if source.venue:
        event.venue = Venue()
        _copy(source.venue, event.venue, leave=frozenset({"event_id"}))
    if source.joining:
        event.joining = Joining()
        _copy_release(source.joining, event.joining, delta, event)
    if source.committee:
        event.committee = CommitteeMeeting(
            comments_how=source.committee.comments_how, designated_officer=source.committee.designated_officer
        )
        _set(event.committee, "comments_close", source.committee.comments_close_local, delta, event)
    if source.rules:
        event.rules = RegistrationRules()
        _copy(source.rules, event.rules, leave=frozenset({"event_id", "paused_at"}))
        _set(event.rules, "hand_over_until", source.rules.hand_over_until_local, delta, event)
    speakers = {speaker.id: _copied_speaker(speaker) for speaker in source.speakers}
    event.speakers = list(speakers.values())
    event.sessions = [_copied_session(one, speakers, delta, event) for one in source.sessions]


def _copy_release(source: WayIn, target: WayIn, delta: timedelta, event: Event) -> None:
    """When it is given out stays as it was, counted from the new start; the link was that event's own."""
    target.release_minutes = source.release_minutes
    _set(target, "release", source.release_local, delta, event)


def _copy_seats(source: Event, event: Event, delta: timedelta, at: datetime) -> None:
    """The own times of each way of attending that the new event offers, and as many seats in each picked session."""
    for pool in event.pools:
        if original_pool := source.pool(pool.mode):
            pool.registration_required = original_pool.registration_required
            for name in TIMES:
                _set(pool, name, getattr(original_pool, f"{name}_local"), delta, event)
            _end_in_time(pool, "closes", event, at)
    for original, session in zip(source.sessions, event.sessions, strict=True):
        for mode, capacity in SessionSeats.of(original).by_mode.items():
            if mode in event.modes:
                seating.add_pool(session, mode, capacity)


def _copied_speaker(speaker: Speaker) -> Speaker:
    copied = Speaker()
    _copy(speaker, copied, leave=frozenset({"id", "event_id"}))
    return copied


def _copied_session(
    session: EventSession, speakers: dict[int, Speaker], delta: timedelta, event: Event
) -> EventSession:
    copied = EventSession(speakers=[speakers[speaker.id] for speaker in session.speakers])
    times = {"starts_local", "starts_at", "ends_local", "ends_at"}
    _copy(session, copied, leave=frozenset({"id", "event_id"} | times))
    _set(copied, "starts", session.starts_local, delta, event)
    _set(copied, "ends", session.ends_local, delta, event)
    if session.joining:
        copied.joining = SessionJoining()
        _copy_release(session.joining, copied.joining, delta, event)
    return copied
