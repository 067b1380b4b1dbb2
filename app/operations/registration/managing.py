"""Managing whom one booked: cancel somebody, until that person takes over; and move all to the booker's right address.

A place that leads to no registration is cancelled like any other: the booker cannot tell the two apart.
"""

from datetime import datetime

from app import keys
from app.db import db
from app.models import BookedPlace, Booking
from app.operations import withdrawing
from app.operations.registration import allotting, summing_up
from app.operations.registration.cancelling import BOOKER, PERSON, cancel, record, refuse_when_over
from app.operations.registration.changing import lock_live, move_to_address
from app.operations.registration.details import email_key, guest_key, person_key
from app.operations.registration.recognizing import live_registration

MOST_CHANGES = 10


class NotYoursAnyMoreError(Exception):
    """The person took their registration over, or it was cancelled: the booker changes nothing of it any more."""


class ChangedTooOftenError(Exception):
    """Ten changes for one person are enough for a booker; the person changes the rest."""


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
    made.email, made.email_key = email, email_key(email)
    made.link_version += 1
    for place in made.places:
        if not place.email:
            _move_guest(place, email, at)
    summing_up.tell_booker(made, at)


def _move_guest(place: BookedPlace, email: str, at: datetime) -> None:
    key = guest_key(place.first_name, "", place.last_name)
    guest = place.registration
    if guest and guest.is_live and guest.is_guest:
        key = guest.guest_key
        if live_registration(guest.event_id, email_key(email), key):
            cancel(guest.id, at=at, tell=False)
            withdrawing.withdraw_older(guest.id, at=at)
            place.registration = None
        else:
            move_to_address(guest, email, at, BOOKER, as_guest=True)
    place.number = keys.confirmation_number(place.booking.event_id, person_key(email_key(email), key))


def lock_open(place_id: int, at: datetime) -> BookedPlace:
    """Lock a place that its booker may still change. Raises NotYoursAnyMoreError, EventOverError."""
    place = _lock(place_id)
    _refuse(place, at)
    return place


def count_change(place: BookedPlace) -> None:
    """Each change is mailed: more would only fill somebody's mailbox. Raises ChangedTooOftenError."""
    if place.changes >= MOST_CHANGES:
        raise ChangedTooOftenError
    place.changes += 1


def _lock(place_id: int) -> BookedPlace:
    event_id = db.session.get_one(BookedPlace, place_id).booking.event_id
    allotting.lock_event(event_id)
    return db.session.get_one(BookedPlace, place_id, populate_existing=True)


def _refuse(place: BookedPlace, at: datetime) -> None:
    if not place.may_be_managed:
        raise NotYoursAnyMoreError
    refuse_when_over(place.booking.event, at)
