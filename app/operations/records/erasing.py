"""Erasing a person on their own wish: nothing is left by which they are known, and the counts stay right."""

from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, null, or_, select, update

from app.db import db, leave_no_trace
from app.models import (
    AccessibilityRequest,
    Answer,
    Approval,
    AuditEntry,
    BookedPlace,
    Booking,
    BouncedAddress,
    EmailState,
    FollowRequest,
    FormSubmission,
    Invitation,
    MailNotice,
    MessageKind,
    OpeningAlert,
    OutgoingEmail,
    PendingMove,
    Pick,
    Registration,
    RoomRequest,
    SessionPresence,
    Subscriber,
    UnwantedAddress,
    UsPersonAnswer,
)
from app.models.registration import ERASED
from app.operations import auditing
from app.operations.records import past_holders
from app.operations.records.disclosing import ADDRESS, Person, person_at, person_of, theirs
from app.operations.registration import cancelling

# Rows that go; those that are emptied, because something else counts on them; those in which nothing tells who it was.
GONE: tuple[type[Any], ...] = (
    *(AccessibilityRequest, Answer, Approval, BouncedAddress, FollowRequest, FormSubmission, OpeningAlert),
    *(OutgoingEmail, PendingMove, RoomRequest, Subscriber, UnwantedAddress, UsPersonAnswer),
)
EMPTIED: tuple[type[Any], ...] = (AuditEntry, BookedPlace, Booking, Invitation, Registration)
NAMELESS: tuple[type[Any], ...] = (Pick, SessionPresence)
MOVES = (MessageKind.TAKE_OVER, MessageKind.CONFIRM_ADDRESS)
TO_BOOKERS = (MessageKind.BOOKED, MessageKind.MY_LINKS)
LEAVING = (EmailState.CLAIMED, EmailState.SENDING)
# What stands instead of all that a registration tells of its person. What it counts as stays: the event, the way of
# attending, the state, the days, when.
EMPTY: dict[str, Any] = {
    **dict.fromkeys(("first_name", "middle_name", "suffix", "organization", "job_title", "country", "number"), ""),
    **dict.fromkeys(("name_key", "organization_key"), ""),
    **dict.fromkeys(("email", "email_key", "role", "postponed_answer", "news_asked_at"), None),
    "last_name": ERASED,
    "wants_mail": False,
}


class MailLeavingError(Exception):
    """A mail to this person is on its way to the mail server: erased now, it could leave all the same."""


def erase(registration_id: int, *, by: str, at: datetime) -> int:
    """Empty every registration under this person's address, and whatever else is held of them. Returns how many.

    Who would still come is cancelled first, so that the seat goes on; nobody is told. What the log tells of several
    people at once, as of all who were invited together, goes as a whole. Raises MailLeavingError.
    """
    return _erase(person_of(db.session.get_one(Registration, registration_id)), by, at)


def erase_address(email: str, *, by: str, at: datetime) -> int:
    """The same for an address, whether or not it stands in a registration. The log does not say which one it was.

    Raises MailLeavingError.
    """
    emptied = _erase(person_at(email), by, at)
    if not emptied:
        auditing.record("erased person", actor=by, subject=ADDRESS, subject_id=None, at=at)
    return emptied


def _erase(person: Person, by: str, at: datetime) -> int:
    leave_no_trace()  # Not in what SQLite's files keep of earlier transactions either.
    mine = [cancelling.lock(one) for one in person.registration_ids]
    _free_guests(person)
    for registration in mine:
        if registration.is_live and not registration.event.has_ended(at):  # One that is called off may be on again.
            cancelling.cancel(registration.id, by=by, at=at, tell=False)
    db.session.flush()
    _take_mails(person)
    for model in GONE:
        db.session.execute(delete(model).where(theirs(model, person)))
    _empty_bookings(person, by, at)
    for registration in mine:
        db.session.refresh(registration)
        _empty(registration)
    _empty_log(person)
    for registration in mine:
        cancelling.record(registration, "erased person", by=by, at=at)
    return len(mine)


def mails_of(person: Person) -> list[str]:
    """The Message-IDs of the mails that go with them: copies may lie outside the database."""
    mine = select(OutgoingEmail.message_id).where(_are_theirs(person), OutgoingEmail.message_id.is_not(None))
    return [one for one in db.session.scalars(mine) if one]


def _are_theirs(person: Person) -> ColumnElement[bool]:
    return or_(theirs(OutgoingEmail, person), _names_them(person), *_asked_for(person))


def _take_mails(person: Person) -> None:
    """Those that wait leave no more, and what came back about any of them goes too."""
    named = _are_theirs(person)
    ids = select(OutgoingEmail.id).where(named)
    db.session.execute(delete(MailNotice).where(MailNotice.email_id.in_(ids)))
    db.session.execute(delete(OutgoingEmail).where(named, OutgoingEmail.state.not_in(LEAVING)))
    if db.session.scalar(ids.limit(1)):
        raise MailLeavingError


def _names_them(person: Person) -> ColumnElement[bool]:
    """Whoever booked for them was mailed whom they had booked."""
    booked = select(BookedPlace.booking_id).where(theirs(BookedPlace, person))
    bookers = select(func.lower(Booking.email)).where(Booking.id.in_(booked))
    return and_(OutgoingEmail.kind.in_(TO_BOOKERS), OutgoingEmail.recipient_key.in_(bookers))


def _asked_for(person: Person) -> list[ColumnElement[bool]]:
    """What was asked at another address: to take their seat, or whether it is theirs. It says who asks."""
    theirs_to_ask = or_(theirs(Booking, person), BookedPlace.registration_id.in_(person.registration_ids))
    places = select(BookedPlace.id).join(BookedPlace.booking).where(theirs_to_ask)
    about = [str(one) for one in person.registration_ids] + [f"place-{one}" for one in db.session.scalars(places)]
    asked = [_is_question(one) for one in about]
    past = past_holders.given(person.key) if person.key else []
    return asked + [and_(_is_question(str(one.registration_id)), OutgoingEmail.queued_at <= one.until) for one in past]


def _is_question(about: str) -> ColumnElement[bool]:
    return or_(*(OutgoingEmail.dedupe_key.startswith(f"{kind.value}/{about}/") for kind in MOVES))


def _empty(registration: Registration) -> None:
    for name, value in EMPTY.items():
        setattr(registration, name, value)
    registration.guest_key = registration.guest_key and token_hex(8)
    registration.calendar_uid = token_hex(20)
    registration.link_version += 1


def _empty_bookings(person: Person, by: str, at: datetime) -> None:
    """As somebody whom a colleague booked, and as somebody who booked colleagues: those keep their seats."""
    for place in db.session.scalars(select(BookedPlace).where(theirs(BookedPlace, person))):
        place.first_name, place.last_name, place.email, place.number = "", ERASED, None, ""
        place.sealed_form = place.outcome = None
        place.new_email = place.new_email_at = place.new_email_version = None
        place.cancelled_at = place.cancelled_at or at
    for booking in db.session.scalars(select(Booking).where(theirs(Booking, person))):
        booking.name, booking.email, booking.email_key = ERASED, "", None
        booking.link_version += 1
    for invitation in db.session.scalars(select(Invitation).where(theirs(Invitation, person))):
        if invitation.is_open:
            invitation.revoked_at, invitation.revoked_by = at, by
        invitation.email, invitation.email_key = ERASED, f"{ERASED}-{invitation.id}"
        invitation.link_version += 1


def _free_guests(person: Person) -> None:
    """Who stands under this address and is somebody else keeps what they have, without an address."""
    if person.key:
        guests = (Registration.email_key == person.key, Registration.guest_key != "")
        db.session.execute(update(Registration).where(*guests).values(email=None, email_key=None))


def _empty_log(person: Person) -> None:
    ids = db.session.scalars(select(AuditEntry.id).where(theirs(AuditEntry, person))).all()
    db.session.execute(update(AuditEntry).where(AuditEntry.id.in_(ids)).values(personal=null()))
