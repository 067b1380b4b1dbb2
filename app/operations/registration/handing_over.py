"""Handing a seat over to a colleague: the seat, the place in line and the sessions go, everything personal stays.

The colleague agrees from their own mail and tells their own details. Until then the seat stays where it is.
"""

import secrets
from datetime import datetime

from sqlalchemy import delete, update

from app import keys
from app.db import db
from app.models import (
    AccessibilityRequest,
    Event,
    EventState,
    FormSubmission,
    MessageKind,
    MoveKind,
    PendingMove,
    Registration,
    RegistrationState,
    SessionPresence,
)
from app.models.availability import registration_closes_at
from app.models.search import search_key
from app.operations import notifying, withdrawing
from app.operations.registration import proposing, questioning, room_wishes, vetting
from app.operations.registration.admitting import needs_approval, refuse_strangers
from app.operations.registration.arranging import ask_for_access
from app.operations.registration.cancelling import PERSON, record
from app.operations.registration.capping import is_over, refuse_other_organization
from app.operations.registration.changing import CHANGEABLE, lock_live, state_mail
from app.operations.registration.details import RegistrationDetails, email_key

ON = (EventState.PUBLISHED, EventState.POSTPONED)


class HandOverEndedError(Exception):
    """The event's limit for handing seats over has passed, or the event does not take place."""


class SeatStaysError(Exception):
    """The event's rules would not let this seat to anybody else now."""


def hand_over_until(event: Event) -> datetime | None:
    """The limit in force: the event's own, else the end of registration. None while a postponed event has no date."""
    own = event.rules.hand_over_until_at if event.rules else None
    return own or registration_closes_at(event)


def may_hand_over(registration: Registration, at: datetime) -> bool:
    event, until = registration.event, hand_over_until(registration.event)
    if event.is_by_invitation or needs_approval(event):  # Whom the office chose, it chose in person.
        return False
    return registration.has_place and event.state in ON and not (until and until <= at)


def propose(
    registration_id: int, *, email: str, first_name: str, last_name: str, language: str, at: datetime
) -> PendingMove:
    """Ask a colleague. Raises NotLiveError, EventOverError, HandOverEndedError, OwnAddressError."""
    registration = lock_live(registration_id, at, PERSON)
    _refuse_when_ended(registration, at)
    move = PendingMove(kind=MoveKind.HAND_OVER, email=email, first_name=first_name, last_name=last_name)
    proposing.propose(registration, move, language=language, at=at)
    record(registration, "asked to hand over", by=PERSON, at=at, personal={"email": email})
    return move


def take_over(registration_id: int, version: int, details: RegistrationDetails, *, at: datetime) -> Registration:
    """Let the colleague take the seat, under the address that was asked.

    Raises MoveOverError, HandOverEndedError, NotLiveError, EventOverError, AddressTakenError, OptionFullError,
    OtherOrganizationError, SeatStaysError, and what admitting.refuse_strangers raises.
    """
    registration, move = proposing.lock_answered(registration_id, version, MoveKind.HAND_OVER, at)
    _refuse_when_ended(registration, at)
    refuse_other_organization(registration, details.organization)
    if is_over(registration):
        raise SeatStaysError
    details = details.with_email(move.email)
    refuse_strangers(registration.event, details)
    before = {
        "full_name": registration.full_name,
        "email": registration.email,
        "organization": registration.organization,
    }
    withdrawing.withdraw_older(registration.id, at=at)
    _tell_giver(registration, details, at)
    _leave_nothing_behind(registration)
    _become(registration, details)
    questioning.replace(registration, details.answers or ())
    vetting.tell(registration, details.us_person, at)
    if details.needs:
        ask_for_access(registration, details, at)
    waited = {"waited": before["full_name"]} if registration.offered_until else {}
    notifying.queue(state_mail(registration), registration, at=at, extra=waited)
    told = {name: [old, getattr(details, name)] for name, old in before.items()}
    record(registration, "handed over", by=PERSON, at=at, personal=dict(told))
    return registration


def _refuse_when_ended(registration: Registration, at: datetime) -> None:
    if not may_hand_over(registration, at):
        raise HandOverEndedError


def _tell_giver(registration: Registration, details: RegistrationDetails, at: datetime) -> None:
    gone = {
        **notifying.registration_facts(registration),
        "state": RegistrationState.CANCELLED.value,
        "calendar_sequence": registration.calendar_sequence + 1,
    }
    extra = {"registration": gone, "was": registration.state.value, "taker": details.full_name}
    key = f"{registration.link_version}"
    notifying.queue(MessageKind.HANDED_OVER, registration, at=at, extra=extra, key=key)


def _leave_nothing_behind(registration: Registration) -> None:
    """What the giver needed, and the form they sent: theirs alone."""
    mine = registration.id
    db.session.execute(delete(AccessibilityRequest).where(AccessibilityRequest.registration_id == mine))
    db.session.execute(
        update(FormSubmission).where(FormSubmission.registration_id == mine).values(registration_id=None)
    )
    proposing.forget(mine)
    room_wishes.forget(mine)
    vetting.forget(mine)
    db.session.execute(delete(SessionPresence).where(SessionPresence.registration_id == mine))
    registration.wants_mail, registration.joined_at, registration.postponed_answer = False, None, None


def _become(registration: Registration, details: RegistrationDetails) -> None:
    """The same seat, another person: a new number, a new calendar entry, and links that only they have."""
    registration.email, registration.email_key = details.email, email_key(details.email)
    registration.guest_key = ""
    registration.number = keys.confirmation_number(registration.event_id, details.email_key)
    for name in CHANGEABLE:
        value = getattr(details, name)
        setattr(registration, name, list(value) if name == "days" else value)
    registration.name_key = details.name_key
    registration.organization_key = search_key(details.organization)[:220]
    registration.language = details.language
    registration.link_version += 1
    registration.calendar_sequence += 1
    registration.calendar_uid = secrets.token_hex(20)
