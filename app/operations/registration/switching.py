"""Attending the other way: a seat there is taken and the one held is given up in the same step, never both lost."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from app.models import Event, EventSession, EventState, Mode, PickState, Registration, RegistrationState, SeatPool
from app.models.availability import takes
from app.operations.registration import allotting, fitting, questioning, room_wishes, seating, waiting
from app.operations.registration.admitting import needs_approval
from app.operations.registration.cancelling import BOOKER, PERSON
from app.operations.registration.changing import Change, NoSeatError, finish, lock_live
from app.operations.registration.questioning import Difference
from app.operations.registration.standing import changed_since, standing


class WayClosedError(Exception):
    """Registration for this way of attending is not open now; what is held is kept."""


class ApprovalNeededError(WayClosedError):
    """The office approves who comes into the room, and has not approved this person for it."""


class SessionsAtStakeError(Exception):
    """The other way of attending costs sessions that were not named beforehand; what is held is kept."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__(*titles)
        self.titles = titles


@dataclass(frozen=True)
class Stake:
    """A picked session that its person loses by attending another way: given up, or its seat for a place in line."""

    session_id: int
    title: str
    waits: bool
    has_begun: bool = False  # And all its seats of that way are taken, so that nobody can wait for one.


def change_mode(
    registration_id: int,
    mode: Mode,
    *,
    at: datetime,
    by: str = PERSON,
    known: Collection[int] = (),
    reason: str = "",
    adds_seat: bool = False,
) -> None:
    """Move to the other way of attending, if it has a seat. ``known`` are the sessions whose loss is known.

    With a reason staff may do so outside the times in which people can, and add a seat where none is free.

    Raises NotLiveError, EventOverError, WayClosedError, ApprovalNeededError, NoSeatError, SessionsAtStakeError; then
    the registration keeps what it has.
    """
    registration = lock_live(registration_id, at, by)
    event = registration.event
    if mode is registration.mode:
        return
    refuse_closed(event, mode, at, by=by, reason=reason)
    if by in (PERSON, BOOKER):
        refuse_unapproved(event, mode, is_pending=registration.is_pending)
    refuse_unknown(at_stake(registration, mode, at), known)
    before = standing(registration)
    pool = seats_of(event, mode)
    if not (registration.is_pending or take_instead(registration, pool, at, adds_seat=adds_seat and bool(reason))):
        raise NoSeatError
    left_out = follow(registration, mode, at)
    room_wishes.forget(registration_id)
    changes = [Change(name, was, now) for name, (was, now) in changed_since(before, registration).items()]
    changes += map(Change.of_answer, left_out)
    finish(registration, changes, at, by, reason=reason)
    waiting.promote(event, at)


def may_attend(event: Event, mode: Mode, *, is_pending: bool) -> bool:
    """Whether somebody may come into the room by themselves. Where the office approves, it approved them for online."""
    return mode is Mode.ONLINE or is_pending or not needs_approval(event)


def refuse_unapproved(event: Event, mode: Mode, *, is_pending: bool) -> None:
    if not may_attend(event, mode, is_pending=is_pending):
        raise ApprovalNeededError


def take_instead(registration: Registration, pool: SeatPool, at: datetime, *, adds_seat: bool = False) -> bool:
    """Take a seat there for what the registration holds. Who waits for approval holds nothing in either way."""
    if not waiting.take(registration, pool, at):
        if not adds_seat:
            return False
        allotting.add_seat(pool)
        allotting.take(pool)
    allotting.give_up(registration)
    registration.state = RegistrationState.CONFIRMED
    registration.confirmed_at = registration.confirmed_at or at
    return True


def follow(registration: Registration, mode: Mode, at: datetime) -> list[Difference]:
    """Let days and sessions follow the way of attending. Returns the answers that are not asked there."""
    registration.mode = mode
    if mode is Mode.ONLINE:
        registration.days = []
    seating.arrive(registration, at)
    return questioning.leave_hidden(registration, at)


def seats_of(event: Event, mode: Mode) -> SeatPool:
    """The seats that may be taken this way. Raises NoSeatError."""
    pool = event.pool(mode)
    if pool is None or event.state is not EventState.PUBLISHED:
        raise NoSeatError
    return pool


def refuse_closed(event: Event, mode: Mode, at: datetime, *, by: str, reason: str = "") -> None:
    """Each way of attending keeps its own times. Raises WayClosedError unless staff say why it is passed over."""
    if not takes(event, mode, at) and (by == PERSON or not reason):
        raise WayClosedError


def refuse_unknown(stakes: Iterable[Stake], known: Collection[int]) -> None:
    """Nobody loses a session unawares. Raises SessionsAtStakeError."""
    if unknown := [one.title for one in stakes if one.session_id not in known]:
        raise SessionsAtStakeError(unknown)


def at_stake(registration: Registration, mode: Mode, at: datetime) -> list[Stake]:
    """The sessions that attending the other way would cost, as things stand now."""
    return stakes_of([(pick.session, pick.state) for pick in registration.live_picks], mode, at)


def stakes_of(held: Iterable[tuple[EventSession, PickState]], mode: Mode, at: datetime) -> list[Stake]:
    """The same for whoever has these sessions so."""
    found = [(session, state, fitting.has_room(session, mode, at)) for session, state in held]
    return [
        Stake(session.id, session.title, waits=has_room, has_begun=not has_room and session.pool(mode) is not None)
        for session, state, has_room in found
        if not has_room
        or (state.holds_seat and seating.newcomers_state(session, mode, attends=True) is PickState.WAITLISTED)
    ]
