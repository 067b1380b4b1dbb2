"""Builds rows for tests: sensible by default, every column can be given. ``make.event(title="…")``.

Rows are written through ``db.transact`` like everything else, and come back ready to be read.
"""

import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app import clock, keys
from app.db import db, transact
from app.models import (
    Event,
    EventState,
    Joining,
    Mode,
    Registration,
    RegistrationState,
    Reminder,
    ReminderUnit,
    SeatPool,
    Series,
    StaffMember,
    StaffRole,
    Topic,
    TopicKind,
    Venue,
)
from app.models.local_time import instant_of
from app.models.search import search_key

Row = TypeVar("Row")

_numbers = itertools.count(1)
LOCAL = ("starts", "ends", "registration_opens", "registration_closes")


def kept(build: Callable[[datetime], Row]) -> Row:
    """Write what the function builds, and give it back."""

    def work(at: datetime) -> Row:
        row = build(at)
        db.session.add(row)
        db.session.flush()
        return row

    return transact(work)


def series(**given: Any) -> Series:
    number = next(_numbers)
    return kept(lambda _: Series(**{"slug": f"series-{number}", "name": f"Series {number}"} | given))


def topic(**given: Any) -> Topic:
    number = next(_numbers)
    values = {"slug": f"topic-{number}", "name": f"Topic {number}", "kind": TopicKind.SUBJECT}
    return kept(lambda _: Topic(**values | given))


def event(*, seats: Mapping[Mode, int | None] | None = None, **given: Any) -> Event:
    """A published webinar in two weeks, open for registration, with 100 seats online unless ``seats`` says more.

    Wall times given (``starts_local`` and the like) set the instants beside them.
    """
    pools = {Mode.ONLINE: 100} if seats is None else seats
    number = next(_numbers)

    def build(at: datetime) -> Event:
        values = {"series": given.get("series") or _some_series(), **_event_values(number, at), **given}
        values |= instants(values)
        made = Event(**{"search_key": search_key(values["title"]), **values})
        made.pools = [SeatPool(mode=mode, capacity=capacity) for mode, capacity in pools.items()]
        if Mode.IN_PERSON in pools and not made.venue:
            made.venue = Venue(name="Trade Hall", street="1300 Main Street", city="Washington", region="DC")
        return made

    return kept(build)


def _some_series() -> Series:
    return db.session.scalar(db.select(Series)) or Series(slug="webinars", name="Webinars")


def _event_values(number: int, at: datetime) -> dict[str, Any]:
    day = at.date() + timedelta(days=14)
    return {
        "slug": f"event-{number}",
        "title": f"Filing an Entry, Part {number}",
        "summary": "How an entry is filed.",
        "state": EventState.PUBLISHED,
        "time_zone": "America/New_York",
        "starts_local": datetime.combine(day, time(13, 0)),
        "ends_local": datetime.combine(day, time(14, 0)),
        "contact_name": "Office of Trade Relations",
        "contact_email": "trade.events@example.gov",
        "published_at": at,
        "changed_at": at,
    }


def instants(values: Mapping[str, Any]) -> dict[str, datetime | None]:
    """The instant beside each wall time that stands in these values."""
    zone = ZoneInfo(values["time_zone"])
    named = {name: values.get(f"{name}_local") for name in LOCAL}
    return {f"{name}_at": instant_of(local, zone) for name, local in named.items() if local}


def joining(event: Event, **given: Any) -> Joining:
    values = {"event_id": event.id, "link": "https://meet.example.gov/entry", "release_at": clock.now()}
    return kept(lambda _: Joining(**values | given))


def reminder(event: Event, amount: int, unit: str, mode: Mode | None = None) -> Reminder:
    """``make.reminder(event, 1, "days")``."""
    return kept(lambda _: Reminder(event_id=event.id, amount=amount, unit=ReminderUnit(unit), mode=mode))


def registration(event: Event, **given: Any) -> Registration:
    """A confirmed person, or one in another state; the event's seats are counted along."""
    number = next(_numbers)
    event_id = event.id

    def build(at: datetime) -> Registration:
        mode = given.get("mode") or db.session.get_one(Event, event_id).modes[0]
        values = {"event_id": event_id, "mode": mode, **_person(number, event_id, at, given), **given}
        return Registration(**values | _seat(event_id, mode, values["state"]))

    return kept(build)


def _person(number: int, event_id: int, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    first, last = given.get("first_name", "Ana"), given.get("last_name", f"Lopez {number}")
    email = given.get("email", f"person-{number}@example.com")
    organization = given.get("organization", "Harbor Brokers")
    return {
        "state": RegistrationState.CONFIRMED,
        "first_name": first,
        "last_name": last,
        "organization": organization,
        "email": email,
        "email_key": email and email.casefold(),
        "name_key": search_key(f"{last} {first}"),
        "organization_key": search_key(organization),
        "number": keys.confirmation_number(event_id, email or str(number)),
        "registered_at": at,
    }


def _seat(event_id: int, mode: Mode, state: RegistrationState) -> dict[str, Any]:
    pool = db.session.scalars(db.select(SeatPool).filter_by(event_id=event_id, session_id=None, mode=mode)).one()
    pool.taken += state.holds_seat
    if state is not RegistrationState.WAITLISTED:
        return {}
    pool.waiting += 1
    pool.last_position += 1
    return {"position": pool.last_position, "waits_for": mode}


def staff_member(role: StaffRole = StaffRole.ADMINISTRATOR, **given: Any) -> StaffMember:
    number = next(_numbers)
    values = {
        "email": f"{role.value}-{number}@example.gov",
        "name": f"{role.value.title()} {number}",
        "role": role,
        "active": True,
        "fs_uniquifier": f"uniquifier-{number}",
    }
    return kept(lambda at: StaffMember(**{"added_at": at} | values | given))


def on(day: date | str, hour: int = 12, minute: int = 0) -> datetime:
    """An instant in UTC, written short."""
    return datetime.combine(date.fromisoformat(str(day)), time(hour, minute), UTC)


def wall(text: str) -> datetime:
    """A wall time, written short: ``"2026-03-16 13:00"``."""
    return datetime.fromisoformat(text)
