"""Offers of seats in sessions: held for an answer as a seat at the event is, where the event says so.

Whoever is asked attends the event anyway, so nothing else depends on the answer.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.db import db
from app.models import Event, EventSession, EventState, MessageKind, Pick, PickState, Registration
from app.models.registration import LINE
from app.operations import notifying, withdrawing
from app.operations.registration import allotting, moving_up, reaching, seating
from app.operations.registration.cancelling import PERSON, record
from app.operations.registration.changing import lock_live
from app.operations.registration.offering import BATCH, NoOfferError, OfferEndedError


def accept(registration_id: int, session_id: int, *, at: datetime) -> Registration:
    """Take the seat that is held in a session. Raises NotLiveError, EventOverError, NoOfferError, OfferEndedError."""
    registration = lock_live(registration_id, at, PERSON)
    pick = next((one for one in registration.live_picks if one.session_id == session_id), None)
    if pick is None or pick.offered_until is None:
        raise NoOfferError
    if has_ended(pick, at):
        raise OfferEndedError
    seating.take_held(pick)
    registration.calendar_sequence += 1
    extra = {"promoted": [pick.session.title], "accepted": True}
    notifying.queue(MessageKind.SESSION_PROMOTED, registration, at=at, extra=extra)
    _record(registration, "accepted session offer", pick, by=PERSON, at=at)
    return registration


def has_ended(pick: Pick, at: datetime) -> bool:
    """Whether an offer's time is over. While an event has no date, nobody has to decide."""
    state = pick.registration.event.state
    if state is EventState.CANCELLED:
        return True
    return state is EventState.PUBLISHED and pick.offered_until is not None and pick.offered_until <= at


def is_due() -> bool:
    """Whether an offer has run out."""
    return db.session.scalar(_lapsed(clock.now()).with_only_columns(Pick.id).limit(1)) is not None


def lapse_due(at: datetime) -> int:
    """Pass on the seats in the sessions of one event whose offers have run out. Returns how many.

    Which ones is found out anew under the event's lock: an answer that came first counts.
    """
    event_id = db.session.scalar(_lapsed(at).with_only_columns(Registration.event_id).limit(1))
    if event_id is None:
        return 0
    event = allotting.lock_event(event_id)
    query = _lapsed(at).where(Registration.event_id == event_id).order_by(Pick.session_id, Pick.position).limit(BATCH)
    parts = (joinedload(Pick.registration), joinedload(Pick.session).selectinload(EventSession.pools))
    lapsed = db.session.scalars(query.options(*parts).execution_options(populate_existing=True)).all()
    _pass_on(lapsed, at)
    moving_up.promote(event, at)
    return len(lapsed)


def _lapsed(at: datetime) -> Select[Pick]:
    return (
        select(Pick)
        .join(Pick.registration)
        .join(Registration.event)
        .where(Pick.offered_until <= at, Event.state == EventState.PUBLISHED)
    )


def _pass_on(picks: Collection[Pick], at: datetime) -> None:
    """Who did not answer is out of the session's line, keeps the event, and may pick the session again."""
    lost: dict[Registration, list[EventSession]] = defaultdict(list)
    unasked = reaching.not_asked([pick.registration for pick in picks], MessageKind.SESSION_OFFERED)
    if older := unasked - _offered_another(unasked, at):
        withdrawing.withdraw_older(*older, at=at, kinds=[MessageKind.SESSION_OFFERED])
    for pick in picks:
        if pick.registration_id in unasked:  # Nobody could ask them: they wait where they waited.
            seating.back_in_line(pick)
            _record(pick.registration, "offer not arrived", pick, by=LINE, at=at)
            continue
        _record(pick.registration, "session offer lapsed", pick, by=LINE, at=at)
        seating.give_up(pick)
        lost[pick.registration].append(pick.session)
    for registration, sessions in lost.items():
        registration.calendar_sequence += 1
        again = any(session.starts_at > at for session in sessions)
        extra = {"lost": [session.title for session in sessions], "may_choose_again": again}
        notifying.queue(MessageKind.SESSION_OFFER_LAPSED, registration, at=at, extra=extra)


def _offered_another(people: Collection[int], at: datetime) -> set[int]:
    """Who of these has an offer that goes on: the mail that waits is about it."""
    query = select(Pick.registration_id).where(Pick.registration_id.in_(people), Pick.offered_until > at)
    return set(db.session.scalars(query))


def _record(registration: Registration, act: str, pick: Pick, *, by: str, at: datetime) -> None:
    record(registration, act, by=by, at=at, detail={"sessions": [pick.session.title]})


def keep_in_time(event: Event, at: datetime, *, rested: bool) -> None:
    """After a locked event has changed: no offer outlasts its session's line; one that ran out at rest runs anew."""
    query = select(Pick).join(Pick.session).where(EventSession.event_id == event.id, Pick.state == PickState.OFFERED)
    for pick in db.session.scalars(query.options(selectinload(Pick.session))):
        assert pick.offered_until
        anew = event.session_offer_ends_at(pick.session, at) or at
        until = anew if rested and pick.offered_until <= at else pick.offered_until
        pick.offered_until = min(until, pick.session.starts_at)
