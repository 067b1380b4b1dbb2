"""Offers: a seat from the waiting list that is held for somebody's answer, and passes on when none comes in time."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select

from app import clock
from app.db import db
from app.models import Event, EventState, MessageKind, Registration
from app.models.availability import availability
from app.models.registration import LINE
from app.operations import notifying, withdrawing
from app.operations.registration import (
    allotting,
    questioning,
    reaching,
    seating,
    switching,
    vetting,
    waiting,
    welcoming,
)
from app.operations.registration.cancelling import PERSON, cancel, end, lock, record
from app.operations.registration.keeping_turn import leave_line
from app.operations.registration.standing import changed_since, standing

BATCH = 500


class NoOfferError(Exception):
    """No seat is held for this person: they answered already, or the offer has passed on."""


class OfferEndedError(Exception):
    """The answer came after the time for which the seat was held."""


def accept(registration_id: int, *, known: Collection[int] = (), at: datetime) -> Registration:
    """Take the seat that is held; a seat held otherwise meanwhile goes back. ``known`` are the sessions that it costs.

    Raises NoOfferError, OfferEndedError, switching.SessionsAtStakeError.
    """
    registration = _lock_offered(registration_id)
    if has_ended(registration, at):
        raise OfferEndedError
    line = registration.waits_for
    assert line
    switching.refuse_unknown(switching.at_stake(registration, line, at), known)
    before = standing(registration)
    allotting.take_held(registration, allotting.pool_of(registration.event, line))
    welcoming.welcome(registration, before, "accepted offer", by=PERSON, at=at)
    return registration


def decline(registration_id: int, *, at: datetime) -> Registration:
    """Let the seat go to the next person. Who attends otherwise meanwhile keeps that seat. Raises NoOfferError."""
    registration = _lock_offered(registration_id)
    record(registration, "declined offer", by=PERSON, at=at)
    if registration.keeps_turn:
        return leave_line(registration_id, at=at)
    return cancel(registration_id, at=at)


def _lock_offered(registration_id: int) -> Registration:
    registration = lock(registration_id)
    if registration.offered_until is None:
        raise NoOfferError
    return registration


def has_ended(registration: Registration, at: datetime) -> bool:
    """Whether an offer's time is over. While an event has no date, nobody has to decide."""
    until, state = registration.offered_until, registration.event.state
    if state is EventState.CANCELLED:
        return True
    return state is EventState.PUBLISHED and until is not None and until <= at


def is_due() -> bool:
    """Whether an offer has run out."""
    return db.session.scalar(_lapsed(clock.now()).with_only_columns(Registration.event_id).limit(1)) is not None


def lapse_due(at: datetime) -> int:
    """Pass on the seats of one event whose offers have run out. Returns how many.

    Who lapsed is found out anew under the event's lock: an answer that came first counts.
    """
    event_id = db.session.scalar(_lapsed(at).with_only_columns(Registration.event_id).limit(1))
    if event_id is None:
        return 0
    event = allotting.lock_event(event_id)
    query = _lapsed(at).where(Registration.event_id == event_id).order_by(Registration.position).limit(BATCH)
    lapsed = db.session.scalars(query.execution_options(populate_existing=True)).all()
    unasked = reaching.not_asked(lapsed, MessageKind.OFFERED)
    if unasked:
        _wait_on([person for person in lapsed if person.id in unasked], at)
    _pass_on(event, [person for person in lapsed if person.id not in unasked], at)
    waiting.promote(event, at)
    return len(lapsed)


def _lapsed(at: datetime) -> Select[Registration]:
    return (
        select(Registration)
        .join(Registration.event)
        .where(Registration.offered_until <= at, Event.state == EventState.PUBLISHED)
    )


def _wait_on(people: Sequence[Registration], at: datetime) -> None:
    """Whom nobody could ask keeps the place in line. What has not left would tell them of a time that is over."""
    withdrawing.withdraw_older(*(person.id for person in people), at=at, kinds=[MessageKind.OFFERED])
    for person in people:
        assert person.waits_for
        allotting.back_in_line(person, allotting.pool_of(person.event, person.waits_for))
        waiting.note("offer not arrived", person, at, {"position": person.position})


def _pass_on(event: Event, people: Sequence[Registration], at: datetime) -> None:
    """Who holds no other seat is out of the line, and may come back at its end."""
    for person in people:
        before = standing(person)
        if person.keeps_turn:
            allotting.leave_line(person)
            seating.arrive(person, at)
            questioning.arrive(person, at)
            vetting.forget_unless_coming(person)
        else:
            end(person, by=LINE, at=at)
        waiting.note("offer lapsed", person, at, changed=changed_since(before, person))
    again = availability(event, at).takes_registrations
    about = {"event": notifying.event_facts(event, at), "may_register_again": again}
    about |= {"by_invitation": True} if event.is_by_invitation else {}
    key = f"lapsed-{at:%Y%m%dT%H%M%S}"
    notifying.queue_many(MessageKind.OFFER_LAPSED, people, about, at=at, key=key, priority=notifying.SERVICE)
