"""Whom an announcement is for: counted exactly, listed, walked one by one. Page and mail ask the same question.

The filter is the one of the attendee list. Where it names no state, everybody who holds a seat or waits is meant.
Samples and people without an address are never mailed, and an address gets one mail, however many registered under it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from app.db import db
from app.models import Announcement, MessageKind, OutgoingEmail, Registration, RegistrationSource
from app.models.registration_state import HOLD_OR_WAIT
from app.operations.communication import complaining
from app.operations.registration import filtering
from app.operations.registration.listing import AttendeeFilter
from app.operations.registration.reaching import Reach

COLUMNS = (
    *(Registration.id, Registration.first_name, Registration.middle_name, Registration.last_name, Registration.suffix),
    *(Registration.number, Registration.organization, Registration.email, Registration.mode, Registration.state),
)

IS_UNWANTED = complaining.is_flagged(Registration.email_key)


@dataclass(frozen=True)
class Audience:
    """How many are written to, and who among those meant is not."""

    mailed: int
    without_address: int
    sharing: int  # Registered under an address that gets the mail already.
    unwanted: int  # Addresses that marked such mail as unwanted; nothing goes there.
    came_back: int  # Written to, though earlier mail to them came back; it may come back again, or be withheld.


def filter_of(announcement: Announcement) -> AttendeeFilter:
    return filtering.read(announcement.asked, announcement.event_id)


def still_means(announcement: Announcement) -> bool:
    """Whether all that its filter names is there. Without a session that is gone it would mean many more people."""
    return filtering.written(filter_of(announcement)) == announcement.asked


def audience(asked: AttendeeFilter) -> Audience:
    meant = _meant(asked, func.count(), func.count(Registration.email), func.count(Registration.email_key.distinct()))
    everybody, addressed, addresses = db.session.execute(meant).one()
    refused = _count_addresses(asked, IS_UNWANTED)
    return Audience(
        mailed=addresses - refused,
        without_address=everybody - addressed,
        sharing=addressed - addresses,
        unwanted=refused,
        came_back=_count_addresses(asked, Reach.BOUNCED.condition, ~IS_UNWANTED),
    )


def _count_addresses(asked: AttendeeFilter, *conditions: ColumnElement[bool]) -> int:
    query = _meant(asked, func.count(Registration.email_key.distinct()))
    return db.session.scalar(query.where(*conditions)) or 0


def order_of(asked: AttendeeFilter) -> list[int]:
    """The registrations that are written to, by name: the order in which their mails are looked through."""
    chosen = select(Registration.id).where(Registration.id.in_(_one_for_each_address(asked)))
    return list(db.session.scalars(chosen.order_by(Registration.name_key, Registration.id)))


def rows(ids: Sequence[int]) -> Sequence[Row[Any]]:
    """A page of the list."""
    columns: tuple[Any, ...] = COLUMNS
    chosen: Select[Any] = select(*columns).where(Registration.id.in_(ids))
    return db.session.execute(chosen.order_by(Registration.name_key, Registration.id)).all()


@dataclass(frozen=True)
class Shown:
    """The person whose mail is looked at, and the ones before and after."""

    registration: Registration
    number: int
    previous: int | None
    following: int | None


def shown(ids: Sequence[int], wanted: int | None) -> Shown | None:
    """The wanted person, or the first; None when there is nobody."""
    if not ids:
        return None
    place = ids.index(wanted) if wanted in ids else 0
    registration = db.session.get_one(Registration, ids[place])
    previous = ids[place - 1] if place else None
    return Shown(registration, place + 1, previous, ids[place + 1] if place + 1 < len(ids) else None)


def next_people(announcement: Announcement, asked: AttendeeFilter, *, most: int) -> Sequence[Registration]:
    """The next of those who were registered when it left."""
    chosen = (
        select(Registration)
        .where(
            Registration.id > announcement.reached_id,
            Registration.id.in_(_one_for_each_address(asked)),
            Registration.registered_at <= announcement.left_at,
        )
        .order_by(Registration.id)
        .limit(most)
    )
    return db.session.scalars(chosen).all()


def without_told(announcement: Announcement, people: Sequence[Registration]) -> list[Registration]:
    """Those whose address has not had it: the first of an address may have left while it was leaving."""
    known = OutgoingEmail.recipient_key.in_([person.email_key for person in people])
    had = set(db.session.scalars(select(OutgoingEmail.recipient_key).where(known, *_mails(announcement))))
    return [person for person in people if person.email_key not in had]


def told(announcement: Announcement) -> dict[Any, int]:
    """How many of its mails are in each state."""
    chosen = select(OutgoingEmail.state, func.count()).where(*_mails(announcement)).group_by(OutgoingEmail.state)
    return {row[0]: row[1] for row in db.session.execute(chosen)}


def _mails(announcement: Announcement) -> tuple[ColumnElement[bool], ...]:
    return (
        OutgoingEmail.kind == MessageKind.ANNOUNCEMENT,
        OutgoingEmail.event_id == announcement.event_id,
        OutgoingEmail.dedupe_key.endswith(f"/{announcement.key}"),
    )


def _one_for_each_address(asked: AttendeeFilter) -> Select[Any]:
    query = _meant(asked, func.min(Registration.id)).where(Registration.email.is_not(None), ~IS_UNWANTED)
    return query.group_by(Registration.email_key)


def _meant(asked: AttendeeFilter, *columns: Any) -> Select[Any]:
    query = asked.matching(*columns).order_by(None).where(Registration.source != RegistrationSource.DEMO)
    return query if asked.state else query.where(Registration.state.in_(HOLD_OR_WAIT))
