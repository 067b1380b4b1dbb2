"""Managing whom one booked: change a name, cancel somebody, until that person takes over.

A place that leads to no registration is changed and cancelled like any other: the booker cannot tell the two apart.
"""

from datetime import datetime

from app import keys
from app.db import db
from app.models import BookedPlace, Booking, Registration
from app.operations import notifying
from app.operations.registration import allotting, booking
from app.operations.registration.cancelling import BOOKER, PERSON, EventOverError, cancel, record
from app.operations.registration.changing import Change, finish, lock_live, move_to_address
from app.operations.registration.details import email_key, guest_key, name_key, person_key
from app.operations.registration.recognizing import live_registration
from app.operations.registration.submitting import RefusedInFieldError

MOST_NAMES = 3


class NotYoursAnyMoreError(Exception):
    """The person took their registration over, or it was cancelled: the booker changes nothing of it any more."""


class RenamedTooOftenError(Exception):
    """A mistyped name is mended in three tries. More would only fill somebody's mailbox."""


class NameTakenError(RefusedInFieldError):
    """Somebody else of this name is booked under the same address."""

    field = "first_name"


def cancel_place(place_id: int, *, at: datetime) -> None:
    """Give up what was booked for one person. Cancelling twice is harmless.

    Raises NotYoursAnyMoreError, EventOverError.
    """
    place = _lock(place_id)
    if place.cancelled_at:
        return
    _refuse(place, at)
    place.cancelled_at = at
    if place.registration:
        cancel(place.registration.id, at=at, by=BOOKER, booked_by=place.booking.name)


def rename(place_id: int, first_name: str, last_name: str, *, at: datetime) -> None:
    """Correct the name of one person.

    Raises NotYoursAnyMoreError, EventOverError, NameTakenError, RenamedTooOftenError.
    """
    place = _lock(place_id)
    _refuse(place, at)
    if (first_name, last_name) == (place.first_name, place.last_name):
        return
    if place.renamed >= MOST_NAMES:
        raise RenamedTooOftenError
    under = email_key(place.email or place.booking.email)
    key = "" if place.email else guest_key(first_name, "", last_name)
    registration = place.registration if place.registration and place.registration.is_live else None
    if key:
        standing = live_registration(place.booking.event_id, under, key)
        if standing and standing is not registration:
            raise NameTakenError
    place.first_name, place.last_name, place.renamed = first_name, last_name, place.renamed + 1
    place.number = keys.confirmation_number(place.booking.event_id, person_key(under, key))
    if registration:
        _rename(registration, place, key, at)


def _rename(registration: Registration, place: BookedPlace, key: str, at: datetime) -> None:
    changes = [
        Change(name, getattr(registration, name), getattr(place, name))
        for name in ("first_name", "last_name")
        if getattr(registration, name) != getattr(place, name)
    ]
    registration.first_name, registration.last_name = place.first_name, place.last_name
    registration.name_key = name_key(place.first_name, registration.middle_name, place.last_name)
    registration.guest_key, registration.number = key, place.number
    finish(registration, changes, at, BOOKER)


def take_over(registration_id: int, *, at: datetime) -> None:
    """Let a person whom somebody else registered manage their registration alone. Doing so twice is harmless.

    Raises NotLiveError, EventOverError.
    """
    registration = lock_live(registration_id, at, PERSON)
    if registration.is_booked:
        record(registration, "took over", by=PERSON, at=at)


def move(booking_id: int, email: str, *, at: datetime) -> None:
    """The booker's address was mistyped: the overview, and everybody booked under it, go to the right one.

    Whoever has the first link sees nothing any more.
    """
    made = db.session.get_one(Booking, booking_id)
    allotting.lock_event(made.event_id)
    made.email = email
    made.link_version += 1
    for place in made.places:
        if not place.email:
            _move_guest(place, email, at)
    booking.tell_booker(made, at)


def _move_guest(place: BookedPlace, email: str, at: datetime) -> None:
    key = guest_key(place.first_name, "", place.last_name)
    guest = place.registration
    if guest and guest.is_live and guest.is_guest:
        key = guest.guest_key
        if live_registration(guest.event_id, email_key(email), key):
            cancel(guest.id, at=at, tell=False)
            notifying.withdraw_older(guest.id, at=at)
            place.registration = None
        else:
            move_to_address(guest, email, at, BOOKER, as_guest=True)
    place.number = keys.confirmation_number(place.booking.event_id, person_key(email_key(email), key))


def _lock(place_id: int) -> BookedPlace:
    event_id = db.session.get_one(BookedPlace, place_id).booking.event_id
    allotting.lock_event(event_id)
    return db.session.get_one(BookedPlace, place_id, populate_existing=True)


def _refuse(place: BookedPlace, at: datetime) -> None:
    if not place.may_be_managed:
        raise NotYoursAnyMoreError
    ends_at = place.booking.event.ends_at
    if ends_at and ends_at <= at:
        raise EventOverError
