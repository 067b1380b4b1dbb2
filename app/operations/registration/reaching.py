"""Who cannot be reached: people whose mail came back. The flag hangs on their address and goes with it.

Nobody loses a seat for want of an answer who was never asked. Who could not be asked keeps the place in line: a mail
that still waited to leave is written anew with the next offer; after one that failed the person is passed over until
staff have seen to it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select, true, update

from app.db import db
from app.models import BouncedAddress, EmailState, Event, MessageKind, OutgoingEmail, Registration, SeatPool
from app.models.failure_reason import FINAL
from app.models.labels import Labelled
from app.models.outgoing_email import TO_DO
from app.models.registration_state import HOLD_OR_WAIT
from app.models.taking_back import OFFERS

FAILED = (EmailState.FAILED, EmailState.BOUNCED)
WAITS = (EmailState.QUEUED, EmailState.RETRY, EmailState.CLAIMED, EmailState.SENDING)
NOT_ARRIVED = {*WAITS, *FAILED, EmailState.WITHDRAWN}
MOST = 50  # Shown on one page; the list of attendees shows them all.
_DEAD = select(BouncedAddress.email_key).where(BouncedAddress.reason.in_(FINAL))  # Nothing arrives there any more.


class Reach(Labelled):
    """How people of a list can be told apart by their mail."""

    BOUNCED = "bounced", _l("Mail came back")

    @property
    def condition(self) -> ColumnElement[bool]:
        return Registration.email_key.in_(select(BouncedAddress.email_key))


def flag_of(registration: Registration) -> BouncedAddress | None:
    """The flag on the person's address, if mail came back from it."""
    return db.session.get(BouncedAddress, registration.email_key) if registration.email_key else None


def is_dead(email_key: str | None) -> bool:
    """Whether nothing arrives at this address any more."""
    flag = db.session.get(BouncedAddress, email_key) if email_key else None
    return flag is not None and flag.reason.is_final


def dead_among(people: Iterable[Registration]) -> set[str]:
    """The addresses of these people at which nothing arrives any more."""
    keys = {person.email_key for person in people if person.email_key}
    return set(db.session.scalars(_DEAD.where(BouncedAddress.email_key.in_(keys))))


def not_asked(people: Collection[Registration], kind: MessageKind) -> set[int]:
    """Those of these people whom the last mail of a kind of offer has not reached, or at whose address nothing does."""
    keys, dead = {person.id: person.email_key for person in people}, dead_among(people)
    mails = select(OutgoingEmail.registration_id, OutgoingEmail.state).order_by(OutgoingEmail.id)
    rows = db.session.execute(mails.where(OutgoingEmail.registration_id.in_(keys), OutgoingEmail.kind == kind))
    last = {row.registration_id: row.state for row in rows}
    return {number for number, key in keys.items() if key in dead or last.get(number) in NOT_ARRIVED}


def judge(event: Event) -> Callable[[Registration, SeatPool], bool] | None:
    """Where a free seat is held for an answer: whether somebody can be asked at all. Nobody is kept from a seat that
    is given at once, or that they take themselves."""
    if not event.offers_seats:
        return None
    waits = (Registration.event_id == event.id, Registration.waits_for.is_not(None))
    found = set(db.session.scalars(select(Registration.id).where(*waits, ~can_be_asked(event))))
    return (lambda person, _pool: person.id not in found) if found else None


def can_be_asked(event: Event) -> ColumnElement[bool]:
    """The same as a condition."""
    if not event.offers_seats:
        return true()
    failed = select(OutgoingEmail.registration_id).where(
        TO_DO,
        OutgoingEmail.kind.in_(OFFERS),
        OutgoingEmail.state.in_(FAILED),
        OutgoingEmail.registration_id.is_not(None),
    )
    has_no_dead_address = Registration.email_key.is_(None) | Registration.email_key.not_in(_DEAD)
    return has_no_dead_address & Registration.id.not_in(failed)


def unreached(event_id: int) -> Sequence[tuple[Registration, BouncedAddress]]:
    """Who of an event's people cannot be reached, and why: the latest first, no more than a page holds."""
    rows = db.session.execute(
        select(Registration, BouncedAddress)
        .join(BouncedAddress, BouncedAddress.email_key == Registration.email_key)
        .where(Registration.event_id == event_id, Registration.state.in_(HOLD_OR_WAIT))
        .order_by(BouncedAddress.bounced_at.desc(), Registration.id)
        .limit(MOST)
    )
    return [(person, flag) for person, flag in rows]


def count_unreached(event_id: int) -> int:
    """How many of an event's people cannot be reached."""
    live = (Registration.event_id == event_id, Registration.state.in_(HOLD_OR_WAIT), Reach.BOUNCED.condition)
    return db.session.scalar(select(func.count(Registration.id)).where(*live)) or 0


def events_with_unreached(at: datetime) -> Sequence[tuple[Event, int]]:
    """Events to come with people who cannot be reached, and how many each has."""
    counted = (
        select(Registration.event_id, func.count().label("unreached"))
        .join(BouncedAddress, BouncedAddress.email_key == Registration.email_key)
        .where(Registration.state.in_(HOLD_OR_WAIT))
        .group_by(Registration.event_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Event, counted.c.unreached)
        .join(counted, counted.c.event_id == Event.id)
        .where((Event.ends_at.is_(None)) | (Event.ends_at > at))
        .order_by(Event.starts_at)
    )
    return [(event, count) for event, count in rows]


def see_to_mails(registration_id: int, at: datetime) -> None:
    """Take the mails that did not reach this person off the work list: a new one says how things stand."""
    mails = (OutgoingEmail.registration_id == registration_id, TO_DO)
    db.session.execute(update(OutgoingEmail).where(*mails).values(seen_to_at=at))
