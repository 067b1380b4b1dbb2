"""Registering somebody by hand: who called, wrote, or stands at the door. The same seats, the same waiting list."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app import keys
from app.db import db
from app.models import Event, EventState, Mode, Registration, RegistrationSource, SeatPool
from app.models.availability import takes
from app.models.labels import Labelled
from app.operations import notifying
from app.operations.registration import admitting, allotting, capping, picking, questioning, vetting, waiting
from app.operations.registration.arranging import ask_for_access
from app.operations.registration.cancelling import EventOverError, record
from app.operations.registration.changing import state_mail
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.entering import new_registration
from app.operations.registration.recognizing import live_registration
from app.operations.registration.registering import AllTakenError


class NotPublishedError(Exception):
    """Nobody can be registered for a draft, or for an event that was cancelled or has no date."""


class ReasonNeededError(Exception):
    """Registration is not open now, or a seat is added for somebody; a reason must stand in the log."""


class AlreadyRegisteredError(Exception):
    """The address holds a registration of this event."""

    def __init__(self, registration_id: int) -> None:
        super().__init__(registration_id)
        self.registration_id = registration_id


class Channel(Labelled):
    """How the person reached the office."""

    PHONE = "phone", _l("By phone")
    LETTER = "letter", _l("By fax, letter or email")
    DOOR = "door", _l("At the door")


@dataclass(frozen=True)
class Asked:
    """How somebody asked for a seat, and why they get it although a rule says no."""

    channel: Channel
    reason: str = ""
    adds_seat: bool = False  # A seat of their own when all are taken, past everybody who waits.


def register_by_hand(
    event_id: int, details: RegistrationDetails, asked: Asked, *, by: str, at: datetime
) -> Registration:
    """Give this person a seat or a place in line. Without an address nothing is mailed.

    Raises NotPublishedError, EventOverError, ReasonNeededError, AlreadyRegisteredError, AllTakenError,
    allotting.NoSuchEventError, questioning.OptionFullError, fitting.SessionRefusedError, capping.OrganizationFullError.
    """
    event = allotting.lock_event(event_id)
    _refuse(event, details.mode, asked, at)
    pool = allotting.pool_of(event, details.mode)
    if pool.capacity == 0:
        raise allotting.NoSuchEventError(event_id)
    standing = live_registration(event_id, details.email_key) if details.email else None
    if standing:
        raise AlreadyRegisteredError(standing.id)
    if not asked.reason and capping.is_full(event, details.organization):
        raise capping.OrganizationFullError(capping.most_of_one(event) or 0)
    sessions = picking.wanted_sessions(event, details, at)
    registration = _new(event, details, at)
    capacity = pool.capacity
    allotting.settle(registration, pool, at, seated=_has_seat(event, pool, asked, at))
    db.session.add(registration)
    db.session.flush()
    picking.keep(registration, sessions, at)
    questioning.keep(registration, details.answers or ())
    notifying.queue(state_mail(registration), registration, at=at, extra=questioning.still_open(registration, at))
    vetting.tell(registration, details.us_person, at)
    admitting.use(event, details, registration, at)
    _record(registration, asked, [capacity, pool.capacity], by=by, at=at)
    if details.needs:
        ask_for_access(registration, details, at)
    return registration


def _record(registration: Registration, asked: Asked, capacity: list[int | None], *, by: str, at: datetime) -> None:
    told: dict[str, object] = {"mode": registration.mode.value, "state": registration.state.value}
    told |= {"channel": asked.channel.value, "reason": asked.reason}
    told |= {"capacity": capacity} if asked.adds_seat else {}
    record(registration, "registered by hand", by=by, at=at, detail=told)


def is_open(event: Event, mode: Mode, at: datetime) -> bool:
    """Whether people can register by themselves now, to attend this way."""
    return event.state is EventState.PUBLISHED and event.takes_registrations and takes(event, mode, at)


def offered_modes(event: Event) -> list[Mode]:
    """The ways of attending in which somebody can be registered; a capacity of none is not offered."""
    return [pool.mode for mode in event.modes if (pool := event.pool(mode)) and pool.capacity != 0]


def _refuse(event: Event, mode: Mode, asked: Asked, at: datetime) -> None:
    if event.state is not EventState.PUBLISHED:
        raise NotPublishedError
    if event.has_ended(at):
        raise EventOverError
    if not asked.reason and (asked.adds_seat or not is_open(event, mode, at)):
        raise ReasonNeededError


def _has_seat(event: Event, pool: SeatPool, asked: Asked, at: datetime) -> bool:
    """Whether this person is seated at once; where a seat is added, the capacity grows by one when none is free.

    Raises AllTakenError rather than putting somebody into a line that is closed.
    """
    if asked.adds_seat:
        allotting.add_seat(pool)
        return True
    seated = waiting.has_seat(event, pool, at)
    if not seated and event.line_is_closed(pool.mode, at):
        raise AllTakenError
    return seated


def _new(event: Event, details: RegistrationDetails, at: datetime) -> Registration:
    registration = new_registration(event, details, at)
    registration.source = RegistrationSource.STAFF
    if not details.email:  # Who gave no address gets a number of their own.
        registration.email = registration.email_key = None
        registration.number = keys.confirmation_number(event.id, secrets.token_hex(16))
    return registration
