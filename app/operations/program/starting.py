"""Starting an event: from its series' defaults, with the few things that only this event can know."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.db import db
from app.models import CommitteeMeeting, Event, EventState, Joining, Mode, Reminder, Series, Topic, Venue
from app.models.search import event_search_key
from app.operations import auditing
from app.operations.program.details import People
from app.operations.program.moments import Moment
from app.operations.program.ordering import refuse_disorder
from app.operations.program.question_details import Home, copies, questions_of
from app.operations.program.slugs import hide, slug_for
from app.operations.registration import allotting

ACCESSIBILITY_DAYS_BEFORE = 14
FRIDAY = 4
TEXTS = (
    *("contact_name", "contact_email", "contact_phone"),
    *("accessibility_contact_name", "accessibility_contact_email", "accessibility_contact_phone"),
    *("spoken_language", "interpretation", "captions", "privacy_statement", "omb_number", "omb_burden_minutes"),
    *("asked_fields", "shows_us_zones", "may_end_early", "takes_registrations", "credit_recording"),
)


@dataclass(frozen=True)
class NewEvent:
    """What staff say of a new event; everything else comes from the series or from the event that is copied."""

    title: str
    time_zone: str
    starts: Moment
    ends: Moment
    summary: str = ""
    topics: tuple[int, ...] = ()
    seats: dict[Mode, int | None] = field(default_factory=dict)
    venue_name: str = ""
    link: str = ""
    restriction_reason: str = ""  # Why not everybody may register for the copy of a committee meeting.


def create(series_id: int, new: NewEvent, *, by: str, at: datetime) -> Event:
    """A draft with its series' defaults filled in. Raises OutOfOrderError."""
    series = db.session.get_one(Series, series_id)
    event = Event(series=series, state=EventState.DRAFT, title=new.title, time_zone=new.time_zone, changed_at=at)
    _fill_from_defaults(event, series.defaults)
    say_times(event, new)
    _place_deadlines(event, series.defaults.get("times", {}), at)
    say_rest(event, new)
    event.questions = copies(questions_of(Home(series_id=series_id)), at)
    event.reminders = [Reminder.of(lead) for lead in series.leads]
    return keep(event, act="created event", detail={"series": series.slug}, by=by, at=at)


def keep(event: Event, *, act: str, detail: dict[str, Any], by: str, at: datetime) -> Event:
    """Write a new draft down, with its address and its place in the search."""
    refuse_disorder(event)
    with db.session.no_autoflush:
        event.slug = slug_for(event.title, event.starts_local)
        hide(event)
        event.search_key = event_search_key(event)
    db.session.add(event)
    db.session.flush()
    detail |= {"title": event.title}
    auditing.record(
        act,
        actor=by,
        subject="event",
        subject_id=event.id,
        event_id=event.id,
        detail=detail,
        at=at,
    )
    return event


def say_times(event: Event, new: NewEvent) -> None:
    event.time_zone = new.time_zone
    event.starts_local, event.starts_at = new.starts.local, new.starts.instant(event.zone)
    event.ends_local, event.ends_at = new.ends.local, new.ends.instant(event.zone)


def say_rest(event: Event, new: NewEvent) -> None:
    event.summary = new.summary
    with db.session.no_autoflush:
        event.topics = list(db.session.scalars(select(Topic).where(Topic.id.in_(new.topics))))
    for mode, capacity in new.seats.items():
        allotting.add_pool(event, mode, capacity)
    if new.venue_name and event.venue is None:
        event.venue = Venue()
    if new.venue_name and event.venue:
        event.venue.name = new.venue_name
    if event.joining:
        event.joining.link = new.link
    elif new.link:
        event.joining = Joining(link=new.link)
    if Mode.ONLINE not in new.seats:
        event.joining = None


def _fill_from_defaults(event: Event, defaults: dict[str, Any]) -> None:
    for name in TEXTS:
        if name in defaults:
            setattr(event, name, defaults[name])
    event.spoken_language = event.spoken_language or People.spoken_language
    if "credit_live" in defaults:
        event.credit_live = Decimal(str(defaults["credit_live"]))
    if "omb_expires_on" in defaults:
        event.omb_expires_on = _day(defaults["omb_expires_on"])
    if "venue" in defaults:
        event.venue = Venue(**defaults["venue"])
    if "committee" in defaults:
        event.committee = CommitteeMeeting(**defaults["committee"])


def last_day_to_ask(wanted: date, start: date, today: date) -> date:
    """A working day. At short notice it is the next one: a day that has passed, or is passing, turns people away."""
    wanted -= timedelta(days=max(0, wanted.weekday() - FRIDAY))
    if wanted <= today:
        wanted = today + timedelta(days=1)
        while wanted.weekday() > FRIDAY:
            wanted += timedelta(days=1)
    return min(wanted, start)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _place_deadlines(event: Event, times: dict[str, Any], at: datetime) -> None:
    """Count the deadlines back from the start, by the wall clock, as the series does it."""
    start = event.starts_local
    if start is None:
        return
    before = times.get("accessibility_days_before", ACCESSIBILITY_DAYS_BEFORE)
    wanted, today = start.date() - timedelta(days=before), at.astimezone(event.zone).date()
    event.accessibility_by = last_day_to_ask(wanted, start.date(), today)
    if hours := times.get("registration_closes_hours_before"):
        closes = Moment.near(start - timedelta(hours=hours), event.zone)
        event.registration_closes_local, event.registration_closes_at = closes.local, closes.instant(event.zone)
    if hours := times.get("joining_release_hours_before"):
        release = Moment.near(start - timedelta(hours=hours), event.zone)
        event.joining = Joining(release_local=release.local, release_at=release.instant(event.zone))
