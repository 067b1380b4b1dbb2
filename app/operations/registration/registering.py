"""Registering: one form, one person, one seat or place in line, whatever happens on the way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db import db
from app.models import Event, EventState, MessageKind, Mode, Registration
from app.models.search import search_key
from app.models.submission import calendar_uid
from app.operations import notifying
from app.operations.registration import allotting, booking, entering, questioning
from app.operations.registration.arranging import ask_for_access
from app.operations.registration.details import TEXT_FIELDS, RegistrationDetails
from app.operations.registration.locked_desk import LockedDesk
from app.operations.registration.submitting import Outcome, SentForm, answer_known_address, columns, sent_before


class RegistrationNotOpenError(Exception):
    """Registration opens later."""


class RegistrationPausedError(Exception):
    """Staff hold the registration for a while."""


class RegistrationEndedError(Exception):
    """The deadline has passed, or the event takes no registrations any more."""


class AllTakenError(RegistrationEndedError):
    """All seats are taken, and the waiting list is closed."""


# Whatever the form says, the event takes nobody now.
REFUSALS = (
    allotting.NoSuchEventError,
    RegistrationEndedError,
    RegistrationNotOpenError,
    RegistrationPausedError,
)


@dataclass(frozen=True)
class DeskFacts:
    """The event's facts for a mail, as they were at a version of the event. May be kept and used again."""

    event_id: int
    version: int
    facts: dict[str, Any]


def desk_facts(event: Event, at: datetime) -> DeskFacts:
    return DeskFacts(event.id, event.version, notifying.event_facts(event, at))


def register(desk_facts_kept: DeskFacts, details: RegistrationDetails, sent: SentForm, *, at: datetime) -> int:
    """Give this person a seat or a place in line. Returns the id of the submission that the next page shows.

    Everything the answer shows is the same for an address that was registered before; its owner learns the rest by
    mail. Raises RegistrationNotOpenError, RegistrationEndedError, RegistrationPausedError,
    allotting.NoSuchEventError, and what entering.enter and booking.book raise.
    """
    desk = _locked(desk_facts_kept, details.mode)
    refuse_unless_open(desk, at)
    if not desk.has_free and desk.line_is_closed(at):
        if again := sent_before(sent):  # Perhaps for the last seat.
            return again
        raise AllTakenError
    if details.colleagues:
        return booking.book(desk.event_id, details, sent, at)
    if not (desk.is_plain and details.is_plain):
        return entering.enter(desk.event_id, details, sent, at)
    outcome = Outcome(desk.next_state(at), has_free=desk.has_free)
    facts = desk_facts_kept if desk_facts_kept.version == desk.version else _fresh_facts(desk.event_id, at)
    entered = allotting.enter(_row(desk, facts, details, sent, outcome, at))
    if entered is None:
        return sent_before(sent) or answer_known_address(desk.event_id, details, sent, outcome, at, facts.facts)
    questioning.write(entered.registration_id, details.answers or ())
    if details.needs:
        ask_for_access(db.session.get_one(Registration, entered.registration_id), details, at)
    return entered.submission_id


def _locked(kept: DeskFacts, mode: Mode) -> LockedDesk:
    """The desk under its lock. When staff changed the event meanwhile it is read again.

    PostgreSQL reads the locked rows anew after a wait, and no others: rules, sessions and limits would be those of
    before, and somebody would pass a desk that is paused by now.
    """
    desk = allotting.lock_desk(kept.event_id, mode)
    return desk if desk.version == kept.version else allotting.lock_desk(kept.event_id, mode)


def refuse_unless_open(desk: LockedDesk, at: datetime) -> None:
    """The deadline shown is the deadline enforced, by the clock of the transaction."""
    if desk.is_paused:
        raise RegistrationPausedError
    if desk.state != EventState.PUBLISHED.value or not desk.takes_registrations or desk.capacity == 0:
        raise RegistrationEndedError
    if desk.opens_at and at < desk.opens_at:
        raise RegistrationNotOpenError
    if desk.closes_at is None or at >= desk.closes_at:
        raise RegistrationEndedError


def _fresh_facts(event_id: int, at: datetime) -> DeskFacts:
    """Staff changed the event a moment ago: what we kept of it is no longer true."""
    event = db.session.get_one(Event, event_id, populate_existing=True)
    return desk_facts(event, at)


def _row(
    desk: LockedDesk, kept: DeskFacts, details: RegistrationDetails, sent: SentForm, outcome: Outcome, at: datetime
) -> dict[str, Any]:
    confirmed = not outcome.waits
    shown = columns(desk.event_id, details, sent, outcome)
    uid = calendar_uid(sent.key, sent.body)
    return {
        **{name: getattr(details, name) for name in TEXT_FIELDS},
        **shown,
        "state": outcome.state.value,
        "waits_for": None if confirmed else details.mode.value,
        "position": None if confirmed else desk.last_position + 1,
        "email_key": details.email_key,
        "role": details.role.value if details.role else None,
        "days": list(details.days),
        "wants_mail": details.wants_mail,
        "name_key": details.name_key,
        "organization_key": search_key(details.organization)[:220],
        "at": at,
        "confirmed_at": at if confirmed else None,
        "pool_id": desk.pool_id,
        "seats": int(confirmed),
        "waits": int(not confirmed),
        "detail": {"mode": details.mode.value, "state": outcome.state.value},
        "kind": (MessageKind.CONFIRMED if confirmed else MessageKind.WAITLISTED).value,
        "calendar_uid": uid,
        "facts": {"registration": _person_facts(details, outcome, shown["number"], uid), "event": kept.facts},
    }


def _person_facts(details: RegistrationDetails, outcome: Outcome, number: str, uid: str) -> dict[str, Any]:
    """The same keys as notifying.registration_facts; the mail's row carries the id, which does not exist yet."""
    return {
        "id": None,
        "number": number,
        "state": outcome.state.value,
        "mode": details.mode.value,
        "waits_for": details.mode.value if outcome.waits else None,
        "offered_until": None,
        "full_name": details.full_name,
        "first_name": details.first_name or details.last_name,
        "organization": details.organization,
        "email": details.email,
        "is_guest": False,
        "link_version": 1,
        "calendar_uid": uid,
        "calendar_sequence": 0,
        "days": list(details.days),
        "sessions": [],
    }
