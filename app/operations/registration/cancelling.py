"""Giving up a seat. Whoever waits longest gets it in the same transaction."""

from datetime import datetime

from app.db import db
from app.models import Event, EventState, MessageKind, Registration, RegistrationState
from app.models.availability import availability
from app.operations import auditing, notifying
from app.operations.registration import allotting, questioning, seating, vetting, waiting
from app.operations.registration.standing import changed_since, standing

PERSON = "person"
BOOKER = "booker"  # A colleague who registered them and may act for them still.


class EventOverError(Exception):
    """The event is past: there is nothing left to change."""


class EventCalledOffError(EventOverError):
    """The event is cancelled: its registrations stay as they were, as a record."""


def cancel(
    registration_id: int,
    *,
    at: datetime,
    by: str = PERSON,
    reason: str = "",
    tell: bool = True,
    booked_by: str = "",
) -> Registration:
    """Cancel one registration. Cancelling twice is harmless.

    ``by`` is "person", a staff member's address, or "booker", whose name is ``booked_by``.
    """
    registration = lock(registration_id)
    if not registration.is_live:
        return registration
    if by in (PERSON, BOOKER):
        refuse_when_over(registration.event, at)
    take_off(registration, by=by, at=at, reason=reason, tell=tell, booked_by=booked_by)
    waiting.promote(registration.event, at)
    return registration


def take_off(
    registration: Registration, *, by: str, at: datetime, reason: str = "", tell: bool = True, booked_by: str = ""
) -> None:
    """End a registration of the locked event, tell its person, write it down. Nobody moves up yet."""
    event, was, before = registration.event, registration.state, standing(registration)
    end(registration, by=by, at=at)
    if tell:
        kind = MessageKind.CANCELLED if by in (PERSON, BOOKER) else MessageKind.CANCELLED_BY_STAFF
        again = availability(event, at).takes_registrations and not event.is_by_invitation
        extra = {"reason": reason, "was": was.value, "cancelled_by": booked_by, "may_register_again": again}
        notifying.queue(kind, registration, at=at, extra=extra)
    gave_up = changed_since(before, registration)
    record(registration, "cancelled", by=by, at=at, detail={"reason": reason} if reason else None, personal=gave_up)


def end(registration: Registration, *, by: str, at: datetime) -> None:
    """Give back everything that a registration holds of its locked event. Nobody is told, nobody moves up yet."""
    seating.give_up_all(registration)
    allotting.give_up(registration)
    questioning.free(registration)
    vetting.forget(registration.id)
    registration.state = RegistrationState.CANCELLED
    registration.cancelled_at, registration.cancelled_by = at, by
    registration.calendar_sequence += 1


def lock(registration_id: int) -> Registration:
    """Take the lock of the registration's event, then read the registration as it is under it."""
    event_id = db.session.get_one(Registration, registration_id).event_id
    allotting.lock_event(event_id)
    return db.session.get_one(Registration, registration_id, populate_existing=True)


def refuse_when_over(event: Event, at: datetime) -> None:
    """Raise EventOverError once the event has ended, EventCalledOffError when it does not take place at all."""
    if event.state is EventState.CANCELLED:
        raise EventCalledOffError
    if event.has_ended(at):
        raise EventOverError


def record(
    registration: Registration,
    act: str,
    *,
    by: str,
    at: datetime,
    detail: dict[str, object] | None = None,
    personal: dict[str, object] | None = None,
) -> None:
    """Write one line of the registration's history. Whoever acts on their own manages it alone from then on."""
    if by == PERSON and registration.is_booked and not registration.is_guest and registration.place:
        registration.place.taken_over_at = at
    auditing.record(
        act,
        actor=by,
        subject="registration",
        subject_id=registration.id,
        event_id=registration.event_id,
        detail=detail,
        personal=personal or None,
        at=at,
    )
