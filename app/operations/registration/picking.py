"""Picking sessions: what somebody gets of them on registering, and swapping them later.

One session that is full keeps nobody from the others: the rest is confirmed and that one waits in its own line. The
picks of somebody who waits for the event wait along and hold no seats (seating.py).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.models import Event, EventSession, Mode, PickState, Registration, RegistrationState
from app.operations import meanwhile
from app.operations.registration import fitting, moving_up, seating
from app.operations.registration.cancelling import PERSON
from app.operations.registration.changing import Change, finish, lock_live
from app.operations.registration.details import RegistrationDetails


class SessionFullError(fitting.SessionRefusedError):
    """Somebody would give up a session for one that has no seat: they keep what they have."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__(*titles)
        self.titles = titles


@dataclass(frozen=True)
class Wanted:
    """The sessions that somebody wants to have, and the overlaps among them that are meant (fitting.key_of)."""

    sessions: tuple[int, ...]
    noticed: tuple[str, ...] = ()


def wanted_sessions(event: Event, details: RegistrationDetails, at: datetime) -> list[EventSession]:
    """The sessions that a form asks for. The event must be locked. Raises fitting.SessionRefusedError."""
    if not details.sessions:
        return []
    sessions = seating.sessions_of(event)
    return fitting.sessions_that_fit(
        sessions,
        details.sessions,
        details.mode,
        event,
        at,
        noticed=details.noticed_overlaps,
        days=details.days,
    )


def foresee(sessions: Sequence[EventSession], mode: Mode, state: RegistrationState) -> list[tuple[int, str]]:
    """What a newcomer of this state would get of each session, by id, for the page that confirms it."""
    attends = state is RegistrationState.CONFIRMED
    states = (seating.newcomers_state(session, mode, attends=attends) for session in sessions)
    return [(session.id, state.value) for session, state in zip(sessions, states, strict=True)]


def keep(registration: Registration, sessions: Sequence[EventSession], at: datetime) -> None:
    """Give a new registration of a locked event its sessions, as far as there are seats."""
    for session in sessions:
        seating.pick(registration, session, at)


@dataclass(frozen=True)
class Swap:
    """What a choice of sessions comes to for somebody: these are taken, and these, by id, given up."""

    added: list[EventSession]
    dropped: list[int]


def weigh(
    event: Event,
    wanted: Wanted,
    at: datetime,
    *,
    mode: Mode,
    state: RegistrationState,
    standing: Collection[int],
    days: Collection[str] = (),
) -> Swap:
    """What it comes to for whoever stands so at a locked event and has the sessions that are ``standing``.

    Nobody loses a session for one that is full: SessionFullError. To wait for a full session, one picks it without
    giving anything up. Raises fitting.SessionRefusedError.
    """
    sessions = fitting.sessions_that_fit(
        seating.sessions_of(event),
        wanted.sessions,
        mode,
        event,
        at,
        noticed=wanted.noticed,
        standing=standing,
        days=days,
    )
    added = [session for session in sessions if session.id not in standing]
    dropped = [session_id for session_id in standing if session_id not in wanted.sessions]
    if dropped and state is RegistrationState.CONFIRMED:  # Who waits for the event has no seat to lose.
        _refuse_full(added, mode)
    return Swap(added, dropped)


def shown(registration: Registration) -> str:
    """A mark of the sessions that a form was shown with."""
    return mark_of(registration.mode, [pick.session_id for pick in registration.live_picks])


def mark_of(mode: Mode, sessions: Collection[int]) -> str:
    """The same of sessions that somebody has, or chooses, this way."""
    return meanwhile.mark([mode.value, sorted(set(sessions))])


def change(
    registration_id: int, wanted: Wanted, *, at: datetime, by: str = PERSON, version: str | None = None
) -> list[Change]:
    """Give up what is not wanted any more and take what is wanted now, in one step.

    ``version`` is the mark of what the form showed. Raises meanwhile.ChangedMeanwhileError,
    fitting.SessionRefusedError, NotLiveError, EventOverError; then everything stays.
    """
    registration = lock_live(registration_id, at, by)
    meanwhile.refuse(version, standing=shown(registration), typed=mark_of(registration.mode, wanted.sessions))
    picks = {pick.session_id: pick for pick in registration.live_picks}
    swap = weigh(
        registration.event,
        wanted,
        at,
        mode=registration.mode,
        state=registration.state,
        standing=picks.keys(),
        days=registration.coming_days,
    )
    if not (swap.added or swap.dropped):
        return []
    before = registration.session_titles
    for session_id in swap.dropped:
        seating.give_up(picks[session_id])
    keep(registration, swap.added, at)
    changes = [Change("sessions", before, registration.session_titles)]
    finish(registration, changes, at, by)
    moving_up.promote(registration.event, at)
    return changes


def leave(registration_id: int, session_id: int, *, at: datetime, by: str = PERSON) -> list[Change]:
    """Give up one session: a seat, a seat that is held, or a place in its line. Doing so twice is harmless.

    Raises NotLiveError, EventOverError.
    """
    registration = lock_live(registration_id, at, by)
    rest = tuple(pick.session_id for pick in registration.live_picks if pick.session_id != session_id)
    return change(registration_id, Wanted(rest), at=at, by=by)


def _refuse_full(added: Sequence[EventSession], mode: Mode) -> None:
    states = dict(foresee(added, mode, RegistrationState.CONFIRMED))
    full = [session.title for session in added if states[session.id] == PickState.WAITLISTED.value]
    if full:
        raise SessionFullError(full)
