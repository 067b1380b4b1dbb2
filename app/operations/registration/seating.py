"""Seats in sessions: what allotting.py is for the event, this is for the sessions that people pick.

Everything here happens under the event's lock. A pick holds a seat, or waits at a position of its session's line, or
waits without a position: then its person has no seat at the event yet. Such a pick takes nothing from anybody. When
the person is seated, it gets a free seat or joins the end of the line, so that nobody is passed by it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.db import db
from app.models import Event, EventSession, Mode, Pick, PickState, Registration, RegistrationState, SeatPool
from app.operations.registration import allotting, fitting, untold_dates

OF_POOLS = ("capacity", "shrink_to", "last_position")


def sessions_of(event: Event) -> list[EventSession]:
    """The sessions of a locked event that people pick, as they now are, with their seats."""
    query = select(EventSession).where(EventSession.event_id == event.id, EventSession.is_picked)
    fresh = query.options(selectinload(EventSession.pools)).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh.order_by(EventSession.starts_at, EventSession.room, EventSession.id)))


def newcomers_state(session: EventSession, mode: Mode, *, attends: bool) -> PickState:
    """What somebody would get who picks this session now.

    Nobody has to be asked before them: whoever waits beside a free seat cannot take it now, or is in a closed line.
    Only while its lines rest whoever stands in one comes first: they are called once people know of the new date.
    """
    pool = session.pool(mode)
    free = attends and pool is not None and pool.has_free
    rests = free and pool is not None and pool.waiting > 0 and untold_dates.lines_rest(session.event)
    return PickState.CONFIRMED if free and not rests else PickState.WAITLISTED


def pick(registration: Registration, session: EventSession, at: datetime) -> Pick:
    """Give a session to somebody who has not got it: a seat, or a place in its line."""
    made = next((one for one in registration.picks if one.session_id == session.id), None)
    if made is None:
        made = Pick(session=session, session_id=session.id)
        registration.picks.append(made)
    made.mode, made.state, made.picked_at = registration.mode, PickState.WAITLISTED, at
    made.position = made.offered_until = None
    _settle(made)
    return made


def arrive(registration: Registration, at: datetime) -> None:
    """Let the picks of somebody follow who was seated at the event just now, or who attends another way now.

    A seat that was held in the other way goes back; where the new way has no seat free, the pick waits in its line. A
    session that is not offered that way, or has begun without a seat there, waits for the turn that the person keeps,
    or is given up.
    """
    for one in registration.live_picks:
        if one.mode is registration.mode and (one.state.holds_seat or one.position is not None):
            continue
        give_up(one)
        if fitting.has_room(one.session, registration.mode, at):
            one.mode, one.state = registration.mode, PickState.WAITLISTED
            _settle(one)
        elif one.mode is registration.waits_for:
            one.state = PickState.WAITLISTED  # Along with the turn for the room.


def _settle(one: Pick) -> None:
    """Seat a pick that holds nothing, or let it join the line."""
    if one.registration.state is not RegistrationState.CONFIRMED:
        return
    pool = pool_of(one)
    one.state = newcomers_state(one.session, one.mode, attends=True)
    if one.state is PickState.CONFIRMED and is_held_up(one):
        one.state = PickState.WAITLISTED
    if one.state is PickState.CONFIRMED:
        pool.taken += 1
        _come_that_day(one)
    else:
        one.position = allotting.join_line(pool)


def is_held_up(one: Pick) -> bool:
    """Whether its person holds a seat beside which this session cannot be had: staff may have moved it there."""
    return bool(in_the_way(one))


def in_the_way(one: Pick) -> list[EventSession]:
    """The sessions in which its person holds a seat, and beside which this one cannot be had."""
    held = [other.session for other in one.registration.live_picks if other is not one and other.state.holds_seat]
    return [session for session in held if fitting.excludes(one.session, session)]


def held_up(registration: Registration) -> list[list[str]]:
    """The sessions that somebody waits for because of others: each with those that stand in its way."""
    waiting = [one for one in registration.live_picks if one.state is PickState.WAITLISTED]
    found = [[one.session.title, *(session.title for session in in_the_way(one))] for one in waiting]
    return [clash for clash in found if len(clash) > 1]


def give_up_all(registration: Registration) -> None:
    """Give back every session of somebody who leaves."""
    for one in registration.live_picks:
        give_up(one)


def give_up(one: Pick) -> None:
    """Give back what a pick holds: its seat, or its place in line."""
    if one.state.holds_seat:
        allotting.free(pool_of(one))
    elif one.state is PickState.WAITLISTED and one.position is not None:
        pool_of(one).waiting -= 1
    one.state, one.position, one.offered_until = PickState.CANCELLED, None, None


def seat_from_line(one: Pick) -> None:
    """Seat a pick that waits; its position stays as the record of the order."""
    _hold(one)
    take_held(one)


def offer_from_line(one: Pick, until: datetime) -> None:
    """Hold a seat for the answer of somebody who waits for the session."""
    _hold(one)
    one.state, one.offered_until = PickState.OFFERED, until


def take_held(one: Pick) -> None:
    """Give somebody the seat that is held for them."""
    one.state, one.offered_until = PickState.CONFIRMED, None
    _come_that_day(one)


def _come_that_day(one: Pick) -> None:
    """Whoever gets a seat in the room is expected on that day too: staff may have moved the session there since."""
    registration = one.registration
    if fitting.on_other_days([one.session], one.mode, registration.coming_days):
        registration.days = sorted({*registration.days, one.session.starts_local.date().isoformat()})


def back_in_line(one: Pick) -> None:
    """Let go of a seat that is held for an answer; the pick waits where it waited."""
    pool = pool_of(one)
    pool.waiting += 1
    allotting.free(pool)
    one.state, one.offered_until = PickState.WAITLISTED, None


def _hold(one: Pick) -> None:
    pool = pool_of(one)
    pool.waiting -= 1
    pool.taken += 1


def add_pool(session: EventSession, mode: Mode, capacity: int | None) -> SeatPool:
    """Open a session to people who attend this way."""
    pool = SeatPool(event_id=session.event_id, mode=mode, capacity=capacity, taken=0, waiting=0, last_position=0)
    session.pools.append(pool)
    return pool


def put_back_pool(session: EventSession, values: dict[str, Any]) -> None:
    """The seats of a session that is back, as they were before anybody picked one."""
    pool = SeatPool(event_id=session.event_id, mode=Mode(values["mode"]), taken=0, waiting=0)
    pool.capacity, pool.shrink_to, pool.last_position = (values[name] for name in OF_POOLS)
    session.pools.append(pool)


def put_back(registration: Registration, session: EventSession, had: dict[str, Any]) -> bool:
    """Give somebody a session again as they had it. Returns whether it can be had beside what they have by now."""
    mode, state = Mode(had["mode"]), PickState(had["state"])
    if mode not in (registration.mode, registration.waits_for) or session.pool(mode) is None:
        return False
    one = Pick(session=session, session_id=session.id, mode=mode, state=PickState.WAITLISTED)
    one.picked_at = datetime.fromisoformat(had["picked_at"])
    registration.picks.append(one)
    if registration.state is not RegistrationState.CONFIRMED:
        return True  # It waits along for a seat at the event.
    if state.holds_seat and is_held_up(one):
        registration.picks.remove(one)
        return False
    _put_back_in_place(one, state, had)
    if mode is registration.mode and one.position is None and not one.state.holds_seat:
        _settle(one)  # Seated at the event since.
    return True


def _put_back_in_place(one: Pick, state: PickState, had: dict[str, Any]) -> None:
    one.state, one.position = state, had["position"]
    if state.holds_seat:
        pool_of(one).taken += 1
        one.offered_until = had["offered_until"] and datetime.fromisoformat(had["offered_until"])
    elif one.position is not None:
        pool_of(one).waiting += 1


def pool_of(one: Pick) -> SeatPool:
    """The seats among which a pick holds its own, or for which it waits."""
    pool = one.session.pool(one.mode)
    if pool is None:
        raise AssertionError("A pick whose session is not open to this way of attending.")
    return pool
