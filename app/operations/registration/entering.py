"""Entering a registration that asks for more than one seat, or an event that has rules of its own.

The plain event takes the short road in registering.py; both end in the same rows, under the same lock.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import keys
from app.db import db
from app.models import Approval, Event, EventSession, Mode, Registration, RegistrationState
from app.models.availability import takes
from app.models.search import search_key
from app.models.submission import calendar_uid
from app.operations import notifying
from app.operations.registration import (
    admitting,
    allotting,
    capping,
    picking,
    questioning,
    submitting,
    vetting,
    waiting,
)
from app.operations.registration.admitting import needs_approval
from app.operations.registration.arranging import ask_for_access
from app.operations.registration.cancelling import BOOKER, PERSON, record
from app.operations.registration.changing import state_mail
from app.operations.registration.details import PERSON_TEXTS, RegistrationDetails
from app.operations.registration.keeping_turn import way_now
from app.operations.registration.recognizing import live_registration
from app.operations.registration.submitting import Outcome, SentForm


@dataclass(frozen=True)
class Wish:
    """What one person's form asks of a locked event, and what a newcomer would get of it."""

    details: RegistrationDetails
    sessions: list[EventSession]
    outcome: Outcome


def enter(event_id: int, details: RegistrationDetails, sent: SentForm, at: datetime) -> int:
    """Give this person what the form asks for, as far as there are seats. Returns the submission to show.

    The event is locked, and its registration is open. Raises submitting.RefusedInFieldError.
    """
    event = allotting.lock_event(event_id)
    if again := submitting.sent_before(sent):
        return again
    wish = foresee(event, details, at)
    if live_registration(event_id, details.email_key):
        admitting.use(event, details, None, at)
        return submitting.answer_known_address(event_id, wish.details, sent, wish.outcome, at)
    if capping.turns_away(event, details.organization):
        capping.turn_away(event, details, at)
        return submitting.keep(event_id, wish.details, sent, wish.outcome, at)
    registration = write(event, wish, at, uid=calendar_uid(sent.key, sent.body))
    admitting.use(event, details, registration, at)
    tell(registration, details, at)
    return submitting.keep(event_id, wish.details, sent, wish.outcome, at, registration.id)


def foresee(event: Event, details: RegistrationDetails, at: datetime) -> Wish:
    """What a newcomer with this form would get. Nothing is written. Raises submitting.RefusedInFieldError."""
    admitting.refuse_strangers(event, details)
    details = _as_it_stands(event, details, at)
    questioning.refuse_full(event, details.answers or ())
    sessions = picking.wanted_sessions(event, details, at)
    return Wish(details, sessions, _outcome(event, details, sessions, at))


def _as_it_stands(event: Event, details: RegistrationDetails, at: datetime) -> RegistrationDetails:
    """What becomes of a turn that somebody would keep, and of the answers, which are those of both ways."""
    if not details.keeps_turn:
        return details
    mode, keeps_turn = _way(event, details, at)
    if keeps_turn:
        return details
    days = tuple(event.day_keys) if mode is Mode.IN_PERSON else ()
    answers = questioning.without_hidden(event, [mode], details.answers or (), at)
    return details.with_values(mode=mode, keeps_turn=False, days=days, answers=tuple(answers))


def _way(event: Event, details: RegistrationDetails, at: datetime) -> tuple[Mode, bool]:
    """How they attend, and whether they keep a turn. Where registration for the room is closed, there is none."""
    if not takes(event, Mode.IN_PERSON, at):
        return details.mode, False
    if needs_approval(event):
        return details.mode, True  # It is seen to when the office approves.
    return way_now(event, at)


def _outcome(event: Event, details: RegistrationDetails, sessions: list[EventSession], at: datetime) -> Outcome:
    state = _state_of_newcomer(event, details.mode, at)
    more: dict[str, Any] = {"keeps_turn": True} if details.keeps_turn else {}
    if capping.counts_on_entry(event):
        more["told_by_mail"] = True
    if sessions:
        more["sessions"] = picking.foresee(sessions, details.mode, state)
    return Outcome(state, more, allotting.pool_of(event, details.mode).has_free)


def _state_of_newcomer(event: Event, mode: Mode, at: datetime) -> RegistrationState:
    if needs_approval(event):
        return RegistrationState.PENDING_APPROVAL
    seated = waiting.has_seat(event, allotting.pool_of(event, mode), at)
    return RegistrationState.CONFIRMED if seated else RegistrationState.WAITLISTED


def write(event: Event, wish: Wish, at: datetime, *, uid: str | None = None) -> Registration:
    """Keep one person's registration with all that was foreseen for it."""
    registration = settled(event, wish, at)
    if uid:
        registration.calendar_uid = uid
    db.session.add(registration)
    db.session.flush()
    questioning.keep(registration, wish.details.answers or ())
    picking.keep(registration, wish.sessions, at)
    vetting.tell(registration, wish.details.us_person, at)
    return registration


def settled(event: Event, wish: Wish, at: datetime) -> Registration:
    """A new row with its seat, or its place in line, at the event; not yet in the database.

    Where the office approves, it holds neither.
    """
    details = wish.details
    registration = new_registration(event, details, at)
    if wish.outcome.state is RegistrationState.PENDING_APPROVAL:
        registration.state, registration.approval = wish.outcome.state, Approval(keeps_turn=details.keeps_turn)
        return registration
    allotting.settle(registration, allotting.pool_of(event, details.mode), at, seated=not wish.outcome.waits)
    if details.keeps_turn:
        allotting.wait_in_line(registration, allotting.pool_of(event, Mode.IN_PERSON))
    return registration


def tell(registration: Registration, details: RegistrationDetails, at: datetime, *, booked_by: str = "") -> None:
    """One line of history, and the mail that says how it stands. ``booked_by`` is the colleague who sent the form."""
    told = {"mode": registration.mode.value, "state": registration.state.value}
    by = BOOKER if booked_by else PERSON
    record(registration, "registered", by=by, at=at, detail=told)
    event = registration.event
    lacks = booked_by and questioning.unanswered(event, registration.ways, details.answers or (), at)
    named = {"to_answer": lacks} if lacks and registration.waits_for else {}
    asks = bool((lacks and not named) or (booked_by and vetting.lacks(registration)))
    extra = {"booked_by": booked_by, "asks": asks, **named} if booked_by else None
    notifying.queue(state_mail(registration), registration, at=at, extra=extra)
    if details.needs:
        ask_for_access(registration, details, at, by=by, booked_by=booked_by)


def new_registration(event: Event, details: RegistrationDetails, at: datetime) -> Registration:
    """A row from a filled form, without a seat yet."""
    return Registration(
        event=event,
        mode=details.mode,
        number=keys.confirmation_number(event.id, details.person_key),
        email=details.email,
        email_key=details.email_key,
        guest_key=details.guest_key,
        place=None,  # Known without asking.
        name_key=details.name_key,
        organization_key=search_key(details.organization)[:220],
        days=list(details.days),
        wants_mail=details.wants_mail,
        language=details.language,
        registered_at=at,
        **{name: getattr(details, name) for name in (*PERSON_TEXTS, "role")},
    )
