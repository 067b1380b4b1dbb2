"""Changing a registration: its details, its way of attending, its address. Old and new stay in its history."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import keys
from app.db import db
from app.models import EventState, MessageKind, Mode, OutgoingEmail, Registration, RegistrationState, Role
from app.models.search import search_key
from app.operations import meanwhile, notifying, withdrawing
from app.operations.registration import capping, fitting, questioning, reaching, seating, vetting, waiting
from app.operations.registration.cancelling import BOOKER, PERSON, lock, record, refuse_when_over
from app.operations.registration.details import PERSON_TEXTS, RegistrationDetails, email_key, person_key
from app.operations.registration.recognizing import live_registration
from app.operations.registration.submitting import RefusedInFieldError

CHANGEABLE = (*PERSON_TEXTS, "role", "days")
# What everybody is told of an event that is not held as planned, whatever their registration.
UNHELD = {EventState.CANCELLED: MessageKind.EVENT_CANCELLED, EventState.POSTPONED: MessageKind.EVENT_POSTPONED}


class NoSeatError(Exception):
    """The other way of attending has no free seat; the one held is kept."""


class AddressTakenError(Exception):
    """Another registration of this event stands under the address."""


class NameTakenError(RefusedInFieldError):
    """Somebody else of this name is booked under the same address."""

    field = "first_name"


class NotLiveError(Exception):
    """The registration was cancelled: there is nothing left to change."""


class NotApprovedError(NotLiveError):
    """The office did not approve the registration: it holds nothing that could be changed."""


class DayNeededError(RefusedInFieldError):
    """A session in which the person has a seat, or waits for one, is held on a day that they gave up."""

    field = "days"

    def __init__(self, session: fitting.Held) -> None:
        super().__init__(session.id)
        self.session = session


@dataclass(frozen=True)
class Change:
    """One changed field, as the history and the mail tell it."""

    field: str
    old: Any
    new: Any

    @classmethod
    def of_answer(cls, difference: questioning.Difference) -> "Change":
        """A question has no name of ours: its key and its wording stand in the name's place."""
        key, wording, old, new = difference
        return cls(f"{questioning.ANSWER}{key}:{wording}", old, new)


def shown(stands: Registration | RegistrationDetails) -> str:
    """A mark of what a form of details was shown with: it tells whether somebody else saved since."""
    answers = sorted((one.question_id, list(one.value)) for one in stands.answers or ())
    return meanwhile.mark([[value or None for value in _standing(stands).values()], answers])


def _standing(stands: Registration | RegistrationDetails) -> dict[str, Any]:
    """What of it may change. Of the days those that the event has: no form shows the others."""
    days = {"days": stands.coming_days} if isinstance(stands, Registration) else {}
    return {name: _plain(getattr(stands, name)) for name in CHANGEABLE} | days


def change_details(
    registration_id: int, details: RegistrationDetails, *, at: datetime, by: str = PERSON, version: str | None = None
) -> list[Change]:
    """Take over what was typed in the fields that may change: neither the address nor the way of attending.

    ``version`` is the mark of what the form showed. Raises meanwhile.ChangedMeanwhileError,
    questioning.OptionFullError, NameTakenError, DayNeededError, and capping.OtherOrganizationError unless staff change
    it.
    """
    registration = lock_live(registration_id, at, by)
    meanwhile.refuse(version, standing=shown(registration), typed=shown(details))
    if by == PERSON:
        capping.refuse_other_organization(registration, details.organization)
    standing, typed = _standing(registration), _standing(details)
    changes = [Change(name, standing[name], typed[name]) for name in CHANGEABLE if standing[name] != typed[name]]
    answered = [] if details.answers is None else questioning.replace(registration, details.answers)
    if not (changes or answered):
        return []
    _refuse_missed_sessions(registration, details.days, changes)
    for change in changes:
        value = getattr(details, change.field)
        setattr(registration, change.field, list(value) if change.field == "days" else value)
    registration.name_key = details.name_key
    registration.organization_key = search_key(details.organization)[:220]
    if registration.is_guest:
        _follow_name(registration, details)
    changes += map(Change.of_answer, answered)
    finish(registration, changes, at, by)
    if any(change.field == "organization" for change in changes):
        waiting.promote(registration.event, at)  # Of one organization there is one fewer now.
    return changes


def _refuse_missed_sessions(registration: Registration, days: Collection[str], changes: list[Change]) -> None:
    """Nobody gives up the day of a session and keeps its seat. Raises DayNeededError."""
    if any(change.field == "days" for change in changes):
        mine = [pick.session for pick in registration.live_picks]
        if missed := fitting.on_other_days(mine, registration.mode, days):
            raise DayNeededError(fitting.Held.of(missed[0]))


def _follow_name(guest: Registration, details: RegistrationDetails) -> None:
    """The name tells people apart who are booked under one address, and their number follows it."""
    key = details.with_values(is_guest=True).guest_key
    if key == guest.guest_key:
        return
    if live_registration(guest.event_id, guest.email_key or "", key):
        raise NameTakenError
    guest.guest_key = key
    guest.number = keys.confirmation_number(guest.event_id, person_key(guest.email_key or "", key))


def correct_address(registration_id: int, email: str, *, at: datetime, by: str) -> None:
    """Staff correct an address: the number follows it, links sent to the old one die, and the state is mailed anew.

    Raises AddressTakenError.
    """
    registration = lock_live(registration_id, at, by)
    other = live_registration(registration.event_id, email_key(email))
    if other and other.id != registration.id:
        raise AddressTakenError
    move_to_address(registration, email, at, by)


def move_to_address(registration: Registration, email: str, at: datetime, by: str, *, as_guest: bool = False) -> None:
    """Put a locked registration under a free address and mail its state there.

    The address is the person's own, unless they stay a guest under the one of whoever booked for them.
    """
    old = registration.email
    registration.email, registration.email_key = email, email_key(email)
    registration.guest_key = registration.guest_key if as_guest else ""
    key = person_key(registration.email_key, registration.guest_key)
    registration.number = keys.confirmation_number(registration.event_id, key)
    registration.link_version += 1
    registration.calendar_sequence += 1
    registration.news_asked_at = None  # Whoever ticked that they want news is asked at this address instead.
    withdrawing.withdraw_older(registration.id, at=at)
    reaching.see_to_mails(registration.id, at)
    say_again(registration, at=at)
    record(registration, "address corrected", by=by, at=at, personal={"email": [old, email]})
    waiting.promote(registration.event, at)  # Whoever could not be asked for a free seat can be asked now.


def state_mail(registration: Registration) -> MessageKind:
    """The mail that says how a registration stands now."""
    if registration.offered_until:
        return MessageKind.OFFERED
    return {
        RegistrationState.CONFIRMED: MessageKind.CONFIRMED,
        RegistrationState.WAITLISTED: MessageKind.WAITLISTED,
        RegistrationState.CANCELLED: MessageKind.CANCELLED,
        RegistrationState.PENDING_APPROVAL: MessageKind.APPROVAL_PENDING,
        RegistrationState.NOT_APPROVED: MessageKind.NOT_APPROVED,
    }.get(registration.state, MessageKind.CHANGED)


def say_again(registration: Registration, *, at: datetime, key: str | None = None) -> OutgoingEmail | None:
    """Mail what became of the event, if it is not held as planned; else how the registration stands."""
    event = registration.event
    kind = UNHELD.get(event.state) if registration.is_live else None
    extra = {"reason": event.change_reason} if kind else questioning.still_open(registration, at)
    return notifying.queue(kind or state_mail(registration), registration, at=at, extra=extra, key=key)


def resend(registration_id: int, *, at: datetime, by: str) -> OutgoingEmail | None:
    """Mail once more how things stand: a new row, a new message. Raises EventOverError."""
    sent = mail_again(registration_id, at=at, by=by, key=f"again-{at.timestamp()}")
    event = db.session.get_one(Registration, registration_id).event
    waiting.promote(event, at)  # Whoever could not be asked for a free seat can be asked now.
    return sent


def mail_again(registration_id: int, *, at: datetime, by: str, key: str) -> OutgoingEmail | None:
    """The mail of ``resend`` alone: whoever mails several lets the line move once, after all of them."""
    registration = lock(registration_id)
    if registration.event.state is not EventState.CANCELLED:
        refuse_when_over(registration.event, at)
    record(registration, "mail sent again", by=by, at=at)
    reaching.see_to_mails(registration_id, at)
    return say_again(registration, at=at, key=key)


def try_again(registration_id: int, *, at: datetime, by: str) -> None:
    """Staff found that an address is right that mail came back from: the flag goes, and the state is mailed once more.

    Raises NotLiveError, EventOverError.
    """
    registration = lock_live(registration_id, at, by)
    if flag := reaching.flag_of(registration):
        db.session.delete(flag)
        record(registration, "address found right", by=by, at=at)
        db.session.flush()
        resend(registration_id, at=at, by=by)


def lock_live(registration_id: int, at: datetime, by: str) -> Registration:
    """Lock a registration that can be changed. Raises NotLiveError, EventOverError."""
    registration = lock(registration_id)
    refuse_unless_live(registration)
    if by == PERSON:
        refuse_when_over(registration.event, at)
    return registration


def refuse_unless_live(registration: Registration) -> None:
    """Raise NotApprovedError or NotLiveError for a registration that will not become a seat any more."""
    if registration.state is RegistrationState.NOT_APPROVED:
        raise NotApprovedError
    if not registration.is_live:
        raise NotLiveError


def finish(
    registration: Registration,
    changes: list[Change],
    at: datetime,
    by: str,
    *,
    reason: str = "",
    act: str = "changed",
    more: dict[str, Any] | None = None,
) -> None:
    """What follows every change: one mail, which tells ``more`` of how it came, and old and new in the history.

    The reason stands in the history; the person reads it where ``more`` brings it.
    """
    registration.calendar_sequence += 1
    vetting.forget_unless_coming(registration)
    about = _about(registration, changes, at) | {"by_office": by not in (PERSON, BOOKER)} | (more or {})
    notifying.queue(MessageKind.CHANGED, registration, at=at, extra=about)
    personal: dict[str, object] = {change.field: [change.old, change.new] for change in changes}
    record(registration, act, by=by, at=at, detail={"reason": reason} if reason else None, personal=personal)


def _about(registration: Registration, changes: list[Change], at: datetime) -> dict[str, Any]:
    """What the mail tells of the changes, and of what they bring along."""
    fields = {change.field for change in changes}
    about: dict[str, Any] = {"changes": [[change.field, change.old, change.new] for change in changes]}
    about |= {"clashes": seating.held_up(registration)} if "waits_in" in fields else {}
    if "mode" in fields or (registration.waits_for and "waits_for" in fields):
        about |= {"to_answer": questioning.to_answer(registration, at)}
        about |= {"site_asks": True} if vetting.lacks(registration) else {}
    return about


def _plain(value: Any) -> Any:
    if isinstance(value, Role | Mode):
        return value.value
    return list(value) if isinstance(value, tuple | list) else value
