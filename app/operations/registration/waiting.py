"""The waiting list: a free seat goes to whoever waits longest and may take it, in the transaction that freed it.

As the event says, the seat is theirs at once or held for their answer (offering.py). Who may not take it now keeps
their position and stops nobody.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.db import db
from app.models import Event, EventSession, EventState, MessageKind, Mode, Pick, Registration, SeatPool
from app.models.registration import LINE
from app.operations import auditing, notifying
from app.operations.registration import allotting, capping, moving_up, questioning, reaching, seating, untold_dates
from app.operations.registration.standing import Standing, changed_since, standing, told_of_move

LEAST_READ = 50
MayTake = Callable[[Registration, SeatPool], bool]
# What may keep somebody from a seat: a clash, an organization's cap. Each looks at the event once for a promotion and
# gives a judge, or None when it has nothing against anybody. Who passes all judges is seated, so one that counts
# people comes last.
CHECKS: tuple[Callable[[Event], MayTake | None], ...] = (capping.judge,)


def promote(event: Event, at: datetime) -> list[Registration]:
    """Give or offer every seat that is free to those who wait, in order, at the event and in its sessions.

    The event must be locked.
    """
    # In person first: who comes into the room may leave a seat online.
    promoted = [person for mode in event.modes for person in _promote_in(event, mode, at)]
    moving_up.promote(event, at)
    return promoted


def moves(event: Event, mode: Mode, at: datetime) -> bool:
    """Whether this line moves now. A seat at an event without a date can be given, but nobody is asked to decide."""
    if event.state is EventState.POSTPONED:
        return not event.offers_seats
    is_on = event.state is EventState.PUBLISHED and not event.line_is_closed(mode, at)
    return is_on and not untold_dates.has_one(event)


def _promote_in(event: Event, mode: Mode, at: datetime) -> list[Registration]:
    pool = allotting.pool_of(event, mode)
    free = allotting.free_seats(pool)
    chosen = _next(event, pool, free) if free > 0 and pool.waiting and moves(event, mode, at) else []
    until = event.offer_ends_at(mode, at)
    if until and (asked := [person for person in chosen if person.can_be_asked]):
        _offer(event, pool, asked, until, at)
    if seated := [person for person in chosen if not (until and person.can_be_asked)]:
        moving_up.promote(event, at)  # Who waits in a session goes before those who come to it now.
        _seat(event, pool, seated, at)
    return chosen


def _next(event: Event, pool: SeatPool, count: int) -> list[Registration]:
    """So many of those who wait longest, may take a seat now, and can be told where an answer is needed."""
    judges = [judge for check in (reaching.judge, *CHECKS) if (judge := check(event))]
    if not judges:
        return list(line(event, pool.mode, limit=count))
    found: list[Registration] = []
    read: Sequence[Registration] = line(event, pool.mode, limit=max(count, LEAST_READ))
    while read and len(found) < count:
        for person in read:
            if len(found) < count and all(judge(person, pool) for judge in judges):
                found.append(person)
        read = line(event, pool.mode, after=read[-1].position or 0, limit=max(count, LEAST_READ))
    return found


def has_seat(event: Event, pool: SeatPool, at: datetime) -> bool:
    """Whether a newcomer is seated at once: a seat is free, and nobody who waits may take it now.

    Once the line is closed nobody in it is called any more, so nobody in it is before a newcomer.
    """
    return pool.has_free and (not pool.waiting or event.line_is_closed(pool.mode, at) or not _next(event, pool, 1))


def take(registration: Registration, pool: SeatPool, at: datetime) -> bool:
    """Take a seat for somebody who comes from the other way of attending, if they may have one as a newcomer would."""
    if may_take := has_seat_for(registration, pool, at):
        allotting.take(pool)
    return may_take


def has_seat_for(registration: Registration, pool: SeatPool, at: datetime) -> bool:
    """Whether somebody who comes from the other way of attending would be seated at once."""
    judges = [judge for check in CHECKS if (judge := check(registration.event))]
    return has_seat(registration.event, pool, at) and all(judge(registration, pool) for judge in judges)


def is_passed_by(registration: Registration) -> bool:
    """Whether a seat goes to somebody behind this person, who waits but may not take it now."""
    waits = registration.waits_for is not None and registration.offered_until is None
    return waits and capping.keeps_waiting(registration)


def line(event: Event, mode: Mode, *, after: int = 0, limit: int) -> Sequence[Registration]:
    """Those who wait, who came first first."""
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.waits_for == mode,
            Registration.offered_until.is_(None),
            Registration.position > after,
        )
        .order_by(Registration.position)
        .limit(limit)
        .options(selectinload(Registration.picks).joinedload(Pick.session).selectinload(EventSession.pools))
    ).all()


def ahead_of(registration: Registration) -> int:
    """How many wait in the same line and came earlier. The position alone does not tell: it counts those who left."""
    query = select(func.count()).where(
        Registration.event_id == registration.event_id,
        Registration.waits_for == registration.waits_for,
        Registration.offered_until.is_(None),
        Registration.position < registration.position,
    )
    return db.session.scalar(query) or 0


def places(event_id: int, ids: list[int]) -> dict[int, int]:
    """Which number in their line these people are now, as far as they wait."""
    place = func.row_number().over(partition_by=Registration.waits_for, order_by=Registration.position)
    line = (
        select(Registration.id, place.label("place"))
        .where(
            Registration.event_id == event_id,
            Registration.waits_for.is_not(None),
            Registration.offered_until.is_(None),
        )
        .subquery()
    )
    found = db.session.execute(select(line.c.id, line.c.place).where(line.c.id.in_(ids)))
    return {row.id: row.place for row in found}


def _seat(event: Event, pool: SeatPool, people: Sequence[Registration], at: datetime) -> None:
    """One mail to each; who attended otherwise meanwhile is told that this seat stands in place of that one."""
    alike: dict[str, list[Registration]] = defaultdict(list)  # People by what is told beside the seat.
    for person in people:
        before = standing(person)
        allotting.seat_from_line(person, pool)
        welcome(person, at)
        changed = changed_since(before, person)
        note("promoted", person, at, {"position": person.position}, changed)
        alike[json.dumps(told_of_move(changed, person, at))].append(person)
    about = {"event": notifying.event_facts(event, at)}
    for told, group in alike.items():
        notifying.queue_many(MessageKind.PROMOTED, group, about | json.loads(told), at=at, priority=notifying.SERVICE)


def welcome(person: Registration, at: datetime) -> None:
    """What a seat from the line brings along: its time, the days and sessions there, a newer calendar entry."""
    person.confirmed_at = at
    person.calendar_sequence += 1
    if person.mode is Mode.IN_PERSON and not person.days:
        person.days = person.event.day_keys
    seating.arrive(person, at)
    questioning.arrive(person, at)


def _offer(event: Event, pool: SeatPool, people: Sequence[Registration], until: datetime, at: datetime) -> None:
    for person in people:
        allotting.offer_from_line(person, pool, until)
        note("offered seat", person, at, {"position": person.position, "until": until.isoformat()})
    about = {"event": notifying.event_facts(event, at)}
    notifying.queue_many(
        MessageKind.OFFERED,
        people,
        about,
        at=at,
        key=f"offer-{event.version}-{at:%Y%m%dT%H%M%S}",
        priority=notifying.SERVICE,
        own=lambda person: questioning.still_open(person, at),
    )


def note(
    act: str,
    person: Registration,
    at: datetime,
    detail: dict[str, object] | None = None,
    changed: Standing | None = None,
) -> None:
    """Write down what the line did with somebody."""
    auditing.record(
        act,
        actor=LINE,
        subject="registration",
        subject_id=person.id,
        event_id=person.event_id,
        detail=detail,
        personal=changed or None,
        at=at,
    )
