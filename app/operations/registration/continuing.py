"""From one registration to the next: the series' next event with one press, and all of one's links by mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import Access, Event, EventState, MessageKind, Mode, Registration
from app.models.availability import Availability, availability, mode_availability
from app.operations import already_told, notifying
from app.operations.registration import summing_up
from app.operations.registration.details import RegistrationDetails, email_key
from app.operations.registration.recalling import recalled
from app.operations.registration.registering import desk_facts, register
from app.operations.registration.submitting import SentForm

MOST_LINKS = 50


@dataclass(frozen=True)
class NextEvent:
    """An event that one press registers for, and how the person would attend it."""

    event: Event
    mode: Mode
    availability: Availability


def next_event(registration: Registration, at: datetime) -> NextEvent | None:
    """The next event of the series that takes registrations, unless the person is registered for it already.

    Who has no address of their own is registered by whoever books for them.
    """
    if registration.is_guest:
        return None
    taken = select(Registration.event_id).where(
        Registration.email_key == registration.email_key, Registration.state != "cancelled"
    )
    coming = db.session.scalars(
        select(Event)
        .where(
            Event.series_id == registration.event.series_id,
            Event.state == EventState.PUBLISHED,
            Event.starts_at > at,
            Event.id.not_in(taken),
            Event.id != registration.event_id,
        )
        .order_by(Event.starts_at)
        .limit(5)
    )
    return next(filter(None, (_next(event, registration, at) for event in coming)), None)


def _next(event: Event, registration: Registration, at: datetime) -> NextEvent | None:
    """The event if one press is enough: it is open, and what it requires is known from the last time."""
    if not availability(event, at).takes_registrations or event.picked_sessions or not _admits(event, registration):
        return None
    ways = [line for line in mode_availability(event, at) if line.availability.takes_registrations]
    way = next((line for line in ways if line.mode is registration.mode), ways[0])
    known = all(getattr(registration, name) for name in event.asked_fields if event.requires(name))
    if not known or recalled(registration, event, way.mode, at) is None:
        return None
    return NextEvent(event, way.mode, way.availability)


def _admits(event: Event, registration: Registration) -> bool:
    """Whether its rules ask nothing that only the form can tell, and its address is no secret."""
    rules = event.rules
    if rules is None:
        return True
    domains = rules.admitted_domains
    is_of_domain = not domains or (registration.email_key or "").rpartition("@")[2] in domains
    return rules.access in {Access.EVERYONE, Access.DOMAINS} and is_of_domain and not rules.asks_us_person


def register_again(registration_id: int, event_id: int, mode: Mode, *, at: datetime) -> int:
    """Register the same person for another event, with what is known. Returns the submission to show.

    Pressing twice is harmless: the person's address is known by then, and nothing changes.
    """
    known = db.session.get_one(Registration, registration_id)
    event = db.session.get_one(Event, event_id)
    details = _known_details(known, event, mode, at)
    sent = SentForm.of(f"again {registration_id} {event_id}", details)
    return register(desk_facts(event, at), details, sent, at=at)


def _known_details(known: Registration, event: Event, mode: Mode, at: datetime) -> RegistrationDetails:
    """What the new event asks, as far as it is known; everything else stays unasked."""
    asked = {name: getattr(known, name) for name in ("middle_name", "job_title", "country", "role") if event.asks(name)}
    return RegistrationDetails(
        mode=mode,
        email=known.email or "",
        first_name=known.first_name,
        last_name=known.last_name,
        suffix=known.suffix,
        organization=known.organization,
        days=tuple(event.day_keys) if mode is Mode.IN_PERSON else (),
        language=known.language,
        answers=recalled(known, event, mode, at),
        **asked,
    )


def mail_links(email: str, *, language: str, at: datetime) -> None:
    """Mail an address the links to its registrations, past events included, and to whom it booked for; also when
    there are none.

    The same work is done for every address, so that nobody learns from the answer which are known.
    """
    key = email_key(email)
    if already_told.has_had_enough(MessageKind.MY_LINKS, key, at):
        return
    found = db.session.scalars(
        select(Registration)
        .where(Registration.email_key == key)
        .options(*notifying.with_told())
        .order_by(Registration.registered_at.desc())
        .limit(MOST_LINKS)
    )
    listed = [
        {"registration": notifying.registration_facts(one), "event": notifying.event_facts(one.event, at)}
        for one in found
    ]
    notifying.queue_to(
        MessageKind.MY_LINKS,
        email,
        facts={"registrations": listed, "bookings": summing_up.booked_under(email, at)},
        key=f"{key}/{at.timestamp()}",
        language=language,
        at=at,
    )
