"""The demonstration: real past events and sample upcoming ones, with sample people, to be loaded and taken away."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from app import keys
from app.db import db
from app.models import (
    Approval,
    BouncedAddress,
    Event,
    EventSession,
    FailureReason,
    Invitation,
    Mode,
    OutgoingEmail,
    Registration,
    RegistrationSource,
    RegistrationState,
    Role,
    StaffMember,
    UnwantedAddress,
    UsPerson,
)
from app.models.search import search_key
from app.operations import auditing
from app.operations.communication import complaining
from app.operations.program.demo_answers import sample_answers
from app.operations.program.event_file import EventFile
from app.operations.program.importing import import_event
from app.operations.registration import allotting, fitting, questioning, seating, vetting
from app.operations.registration.details import email_key, name_key

ACTOR = "demo"
FIRST_NAME = "Sample"
ORGANIZATIONS = (
    "Sample Imports",
    "Sample Customs Brokers",
    "Sample Lines",
    "Sample Forwarding",
    "Sample Trade Counsel",
)
ROLES = (Role.IMPORTER, Role.BROKER, Role.CARRIER, Role.FORWARDER, Role.ATTORNEY)
COUNTRIES = ("US", "US", "US", "CA", "MX")
SAMPLE_STAFF = "sample.staff@events.example.gov"
SAMPLE_REASON = "A sample of what an administrator may do for a reason."
# At the sample events that more than so many people come to, this is whom mail does not reach.
UNREACHED = "person52@example.com"
UNWILLING = "person51@example.com"  # And this is who wants no mail to many.
REGISTERED_OVER = timedelta(days=14)


@dataclass(frozen=True)
class Loaded:
    events: int
    registrations: int


def load_demo(files: Iterable[EventFile], at: datetime) -> Loaded:
    """Add the events that are not here yet, each with its sample people. Nobody is mailed."""
    events = registrations = 0
    for file in files:
        if db.session.scalar(select(Event.id).where(Event.slug == file.columns["slug"])):
            continue
        event = import_event(file, actor=ACTOR, at=at, is_demo=True, restriction_reason=SAMPLE_REASON)
        events += 1
        registrations += _add_people(event, file, at)
        _add_invited(event, at)
    if events:
        _add_flags(at)
    return Loaded(events, registrations)


def _add_flags(at: datetime) -> None:
    """What is known of two sample addresses from mail that came back."""
    words = "550 5.1.1 A sample of what a mail server answers: there is no such person here"
    reason = FailureReason.NO_SUCH_ADDRESS
    db.session.merge(BouncedAddress(email_key=UNREACHED, bounced_at=at, reason=reason, words=words))
    if not complaining.of_address(UNWILLING):
        db.session.add(UnwantedAddress(email_key=UNWILLING, complained_at=at, words="abuse"))


def _add_people(event: Event, file: EventFile, at: datetime) -> int:
    """Sample people in the order in which they registered: the seats go to the first of them."""
    kinds = [(mode, state) for mode, counts in file.samples.items() for state in counts for _ in range(counts[state])]
    sessions = seating.sessions_of(event)
    people: list[Registration] = []
    for number, (mode, state) in enumerate(kinds, start=1):
        registered_at = at - REGISTERED_OVER * (1 - number / (len(kinds) + 1))
        pending = state == RegistrationState.PENDING_APPROVAL.value
        people.append(_person(event, mode, number, registered_at, pending=pending))
    db.session.add_all(people)
    db.session.flush()  # All of them at once, then what each said, then what each picked: hundreds in a second.
    for number, person in enumerate(people, start=1):
        questioning.keep(person, list(sample_answers(event, person.mode, number, person.registered_at)))
        vetting.tell(person, (None, *UsPerson)[number % 4], person.registered_at)
    for number, person in enumerate(people, start=1):
        for session in _picked(sessions, person.mode, number):
            seating.pick(person, session, person.registered_at)
    return len(people)


def _add_invited(event: Event, at: datetime) -> None:
    """Sample addresses, where people are invited: one still open, one taken back."""
    for number, revoked in enumerate((False, True) if event.is_by_invitation else (), start=1):
        address = f"broker{number}@example.com"
        given = {"revoked_at": at, "revoked_by": SAMPLE_STAFF} if revoked else {}
        db.session.add(
            Invitation(
                event_id=event.id,
                email=address,
                email_key=email_key(address),
                invited_at=at - REGISTERED_OVER,
                invited_by=SAMPLE_STAFF,
                **given,
            )
        )


def _picked(sessions: list[EventSession], mode: Mode, number: int) -> Iterator[EventSession]:
    """One to four sessions that fit together, from another place in the agenda for each person."""
    chosen: list[EventSession] = []
    for place in range(len(sessions)):
        session = sessions[(number * 3 + place) % len(sessions)]
        fits = not any(session.overlaps(other) or fitting.is_repeated(session, other) for other in chosen)
        if fits and fitting.is_offered(session, mode) and len(chosen) <= number % 4:
            chosen.append(session)
            yield session


def _person(event: Event, mode: Mode, number: int, at: datetime, *, pending: bool) -> Registration:
    email = f"person{number}@example.com"
    last_name = f"Person {number}"
    organization = ORGANIZATIONS[number % len(ORGANIZATIONS)]
    person = Registration(
        event_id=event.id,
        mode=mode,
        state=RegistrationState.PENDING_APPROVAL if pending else RegistrationState.CONFIRMED,
        number=keys.confirmation_number(event.id, email_key(email)),
        email=email,
        email_key=email_key(email),
        first_name=FIRST_NAME,
        last_name=last_name,
        name_key=name_key(FIRST_NAME, "", last_name),
        organization=organization,
        organization_key=search_key(organization),
        country=COUNTRIES[number % len(COUNTRIES)] if event.asks("country") else "",
        role=ROLES[number % len(ROLES)] if event.asks("role") else None,
        days=_days(event, mode),
        source=RegistrationSource.DEMO,
        registered_at=at,
        confirmed_at=None if pending else at,
        approval=_asked_back(number, at) if pending else None,
    )
    if not pending:
        pool = allotting.pool_of(event, mode)
        allotting.settle(person, pool, at, seated=pool.has_free)
    return person


def _asked_back(number: int, at: datetime) -> Approval:
    """What the office asked some of those who wait for approval, and what every second of them answered."""
    if number % 3 == 0:
        return Approval()
    answered = {"answer": "Two of us, both with a driver's license.", "answered_at": at} if number % 2 else {}
    question = {"question": "How many of your company would come, and what ID would they bring?", "questions": 1}
    return Approval(asked_at=at, asked_by=SAMPLE_STAFF, **question, **answered)


def _days(event: Event, mode: Mode) -> list[str]:
    """The form asks for days where somebody at the door needs them; sample people come on every one."""
    if mode is Mode.ONLINE or event.venue is None or not event.venue.id_checked:
        return []
    return event.day_keys


def remove_demo(at: datetime) -> Loaded:
    """Take away the demonstration's events with everything that hangs on them, and its administrator; all else stays.

    People who really registered for a sample event lose that registration too: the event was never held.
    """
    ids = list(db.session.scalars(select(Event.id).where(Event.is_demo).order_by(Event.id).with_for_update()))
    registrations = list(db.session.scalars(select(Registration.id).where(Registration.event_id.in_(ids))))
    hanging = or_(OutgoingEmail.event_id.in_(ids), OutgoingEmail.registration_id.in_(registrations))
    db.session.execute(delete(OutgoingEmail).where(hanging))
    db.session.execute(delete(Registration).where(Registration.event_id.in_(ids)))
    db.session.execute(delete(BouncedAddress).where(BouncedAddress.email_key == UNREACHED))
    db.session.execute(delete(UnwantedAddress).where(UnwantedAddress.email_key == UNWILLING))
    db.session.execute(delete(Event).where(Event.id.in_(ids)))
    for member in db.session.scalars(select(StaffMember).where(StaffMember.is_demo)):
        db.session.delete(member)
    auditing.record("removed demo", actor=ACTOR, subject="demo", subject_id=None, detail={"events": len(ids)}, at=at)
    return Loaded(len(ids), len(registrations))
