"""Vetting visitors: whether somebody is a U.S. person, sealed, for those alone who prepare visits to the site.

The answer stands in no history, no mail and no export. It goes when the person does not come to the site any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import joinedload

from app import keys
from app.db import db
from app.models import Event, EventState, Mode, Registration, RegistrationRules, SeatPool, UsPerson, UsPersonAnswer
from app.models.registration_state import HOPE_TO_COME

MOST = 2000
_COMES = (Registration.mode == Mode.IN_PERSON) | (Registration.waits_for == Mode.IN_PERSON)


def asks(event: Event) -> bool:
    """Whether those who come to the site are asked."""
    return bool(event.rules and event.rules.asks_us_person and event.pool(Mode.IN_PERSON))


def may_come(registration: Registration) -> bool:
    """Whether the person comes to the site, or waits for a seat there."""
    return Mode.IN_PERSON in registration.ways


def tell(registration: Registration, answer: UsPerson | None, at: datetime) -> None:
    """Keep what somebody answered, in place of an earlier answer."""
    if answer is None or not (asks(registration.event) and may_come(registration)):
        return
    forget(registration.id)
    sealed = keys.seal(answer.value, _row(registration.id))
    db.session.add(UsPersonAnswer(registration_id=registration.id, sealed=sealed, told_at=at))
    db.session.flush()


def answer(registration_id: int, told: UsPerson, *, at: datetime) -> None:
    """The person answers on their own page."""
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    if registration.is_live and may_come(registration):
        tell(registration, told, at)


def forget(registration_id: int) -> None:
    """Erase the answer of somebody who does not come to the site any more."""
    db.session.execute(delete(UsPersonAnswer).where(UsPersonAnswer.registration_id == registration_id))


def forget_unless_coming(registration: Registration) -> None:
    """After a change: who attends online alone need not have answered."""
    if not may_come(registration):
        forget(registration.id)


def has_told(registration_id: int) -> bool:
    return db.session.get(UsPersonAnswer, registration_id) is not None


def lacks(registration: Registration) -> bool:
    """Whether the site has still to learn it of this person."""
    return asks(registration.event) and may_come(registration) and not has_told(registration.id)


@dataclass(frozen=True)
class Visitor:
    """Somebody who comes to the site, and what they answered; None is nothing yet."""

    registration: Registration
    told: UsPerson | None


def visitors(event_id: int) -> list[Visitor]:
    """Everybody who may come to the site, by name, in the clear. Log the look before. Raises keys.UnreadableError."""
    answers = {one.registration_id: one for one in _answers(event_id)}
    people = db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event_id, Registration.state.in_(HOPE_TO_COME), _COMES)
        .order_by(Registration.name_key, Registration.id)
        .limit(MOST)
    )
    return [Visitor(person, _told(answers.get(person.id))) for person in people]


def without_answer(at: datetime) -> Sequence[tuple[Event, int]]:
    """The events to come whose site has still to learn it of somebody, and of how many. Read for the console."""
    of_the_room = (SeatPool.event_id == Event.id, SeatPool.session_id.is_(None), SeatPool.mode == Mode.IN_PERSON)
    told = select(UsPersonAnswer.registration_id).where(UsPersonAnswer.registration_id == Registration.id)
    counted = (
        select(Registration.event_id, func.count().label("left"))
        .where(Registration.state.in_(HOPE_TO_COME), _COMES, ~told.exists())
        .group_by(Registration.event_id)
        .subquery()
    )
    query = (
        select(Event, counted.c.left)
        .join(counted, counted.c.event_id == Event.id)
        .join(RegistrationRules, RegistrationRules.event_id == Event.id)
        .join(SeatPool, and_(*of_the_room))
        .where(Event.state == EventState.PUBLISHED, Event.ends_at > at, RegistrationRules.asks_us_person)
    )
    return [(event, count) for event, count in db.session.execute(query.order_by(Event.starts_at))]


def _answers(event_id: int) -> Sequence[UsPersonAnswer]:
    query = select(UsPersonAnswer).join(UsPersonAnswer.registration).where(Registration.event_id == event_id)
    return db.session.scalars(query.options(joinedload(UsPersonAnswer.registration))).all()


def _told(found: UsPersonAnswer | None) -> UsPerson | None:
    return unsealed(found) if found else None


def unsealed(found: UsPersonAnswer) -> UsPerson:
    """What somebody answered, in the clear. Log the look before. Raises keys.UnreadableError."""
    return UsPerson(keys.unseal(found.sealed, _row(found.registration_id)))


def _row(registration_id: int) -> str:
    return f"us-person:{registration_id}"
