"""Telling people that registration opens: one mail to whoever asked for it, at the second in which it opens.

The address is not confirmed first. Confirming would send a stranger's mailbox two mails in place of one; so whoever
types an address that is not theirs causes this one mail, which says so, and nothing follows it.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select

from app import clock
from app.db import db
from app.models import Event, EventState, MessageKind, OpeningAlert, RegistrationRules, SeatPool
from app.models.availability import Availability, availability
from app.operations import auditing, notifying
from app.operations.mass_mail import Letter, address_digest, queue_letters
from app.operations.registration import allotting
from app.operations.registration.details import email_key

BATCH = 100  # People for each transaction: those who register in this very second do not wait long behind it.
MOST_OF_ONE = 10  # Alerts that wait for one address: a stranger must not fill a mailbox event by event.
# There will be nothing to tell any more.
OVER = frozenset(
    {
        Availability.BY_INVITATION,
        Availability.CANCELLED,
        Availability.PAST,
        Availability.ENDED,
        Availability.UNDER_WAY,
    }
)


class NothingToOpenError(Exception):
    """Registration is open, or will not open: there is nothing to wait for."""


def may_ask(event: Event, at: datetime) -> bool:
    return event.state is EventState.PUBLISHED and availability(event, at) is Availability.OPENS_LATER


def ask(event_id: int, email: str, *, language: str, at: datetime) -> None:
    """Note the address for one mail. Whoever asks twice gets one as well. Raises NothingToOpenError."""
    event = allotting.lock_event(event_id)
    if not may_ask(event, at):
        raise NothingToOpenError
    key = email_key(email)
    waiting = db.session.scalars(select(OpeningAlert.event_id).where(OpeningAlert.email_key == key)).all()
    if event_id in waiting or len(waiting) >= MOST_OF_ONE:
        return
    db.session.add(OpeningAlert(event_id=event_id, email=email, email_key=key, language=language, asked_at=at))


def count(event_id: int) -> int:
    """How many wait for an event's opening."""
    return db.session.scalar(select(func.count()).where(OpeningAlert.event_id == event_id)) or 0


def tell_of_openings(at: datetime) -> int:
    """Queue the mails of the next event that has opened, a batch at a time, and forget whoever was written to.

    An event that moved opens later and is not among them; of one that will never open the addresses are only deleted.
    Returns how many addresses were done with.
    """
    for event in db.session.scalars(_candidates(at)):
        found = availability(event, at)
        if found in OVER:
            return _forget(event, at)
        if found.takes_registrations:
            return _tell(event, at)
    return 0


def is_due() -> bool:
    """Whether an event that people wait for has opened, or is over."""
    return db.session.scalar(_candidates(clock.now()).with_only_columns(Event.id).limit(1)) is not None


def _candidates(at: datetime) -> Select[Event]:
    """Events with people waiting, whose opening has come for one way of attending at least, or that are over."""
    is_open = (Event.state == EventState.PUBLISHED, Event.takes_registrations, ~_is_paused(), _one_way_opened(at))
    return (
        select(Event)
        .where(
            exists().where(OpeningAlert.event_id == Event.id),
            or_(Event.state == EventState.CANCELLED, Event.ends_at <= at, and_(*is_open)),
        )
        .order_by(Event.id)
    )


def _is_paused() -> ColumnElement[bool]:
    return Event.rules.has(RegistrationRules.paused_at.is_not(None))


def _one_way_opened(at: datetime) -> ColumnElement[bool]:
    """The way that a person can use first counts."""
    opens_at = func.coalesce(SeatPool.opens_at, Event.registration_opens_at)
    return exists().where(
        SeatPool.event_id == Event.id,
        SeatPool.session_id.is_(None),
        func.coalesce(SeatPool.capacity, 1) > 0,
        SeatPool.paused_at.is_(None),
        or_(opens_at.is_(None), opens_at <= at),
    )


def _tell(event: Event, at: datetime) -> int:
    alerts = db.session.scalars(
        select(OpeningAlert).where(OpeningAlert.event_id == event.id).order_by(OpeningAlert.id).limit(BATCH)
    ).all()
    about = {"event": notifying.event_facts(event, at)}
    letters = [
        # With the moment of asking: a later opening is another mail.
        Letter(
            one.email,
            one.email_key,
            f"{event.id}/{address_digest(one.email_key)}/{one.asked_at.timestamp()}",
            about,
            one.language,
        )
        for one in alerts
    ]
    queue_letters(MessageKind.REGISTRATION_OPEN, letters, at=at, event_id=event.id)
    db.session.execute(delete(OpeningAlert).where(OpeningAlert.id.in_([one.id for one in alerts])))
    if len(alerts) < BATCH:
        _log("told that registration is open", event, at)
    return len(alerts)


def _forget(event: Event, at: datetime) -> int:
    result = db.session.execute(
        delete(OpeningAlert).where(OpeningAlert.event_id == event.id).returning(OpeningAlert.id)
    )
    _log("forgot who waited for registration", event, at)
    return len(result.all())


def _log(act: str, event: Event, at: datetime) -> None:
    auditing.record(act, actor="worker", subject="event", subject_id=event.id, event_id=event.id, at=at)
