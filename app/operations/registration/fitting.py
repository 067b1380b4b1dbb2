"""Which sessions one person can pick together: they must be offered, and must not be held at the same time.

What is refused here depends on the event and on the form alone, never on who is registered.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from app.models import Event, EventSession, Mode, OverlapRule
from app.operations.registration.submitting import RefusedInFieldError


@dataclass(frozen=True)
class Held:
    """A session as a refusal names it: plain values, because the transaction that read them is over by then."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str

    @classmethod
    def of(cls, session: EventSession) -> "Held":
        return cls(session.id, session.title, session.starts_at, session.ends_at, session.event.time_zone)


Pair = tuple[Held, Held]


class SessionRefusedError(RefusedInFieldError):
    """The sessions that were picked cannot be had together."""

    field = "sessions"


class SessionGoneError(SessionRefusedError):
    """One of them is not among those that people pick at this event."""


class SessionOverError(SessionRefusedError):
    """One of them has been held already."""

    def __init__(self, session: Held) -> None:
        super().__init__(session.id)
        self.session = session


class SessionTakenError(SessionRefusedError):
    """One of them has begun with every seat taken, and its waiting list is closed."""

    def __init__(self, session: Held) -> None:
        super().__init__(session.id)
        self.session = session


class SessionNotThisWayError(SessionRefusedError):
    """One of them is not open to people who attend this way."""

    def __init__(self, session: Held, mode: Mode) -> None:
        super().__init__(session.id)
        self.session, self.mode = session, mode


class SessionOtherDayError(SessionRefusedError):
    """One of them is held in the room on a day on which the person does not come."""

    def __init__(self, session: Held) -> None:
        super().__init__(session.id)
        self.session = session


class SameSessionTwiceError(SessionRefusedError):
    """Two of them are one session, held several times."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(*(one.id for one in pair))
        self.pair = pair


class SessionsOverlapError(SessionRefusedError):
    """Some of them are held at the same time, and the event lets nobody pick both."""

    may_be_meant = False

    def __init__(self, pairs: list[Pair]) -> None:
        super().__init__([key_of(pair) for pair in pairs])
        self.pairs = pairs


class OverlapUnnoticedError(SessionsOverlapError):
    """Some of them are held at the same time, and the person has not said yet that this is meant."""

    may_be_meant = True


def sessions_that_fit(
    sessions: Iterable[EventSession],
    wanted: Collection[int],
    mode: Mode,
    event: Event,
    at: datetime,
    *,
    noticed: Collection[str] = (),
    standing: Collection[int] = (),
    days: Collection[str] = (),
) -> list[EventSession]:
    """The sessions with these ids, if somebody who attends this way can pick them together.

    ``noticed`` are overlaps that the person means (``key_of``). Of sessions that are ``standing`` already nothing is
    asked again: staff may have moved them since. ``days`` are those on which the person comes; none is every day.
    Raises a SessionRefusedError.
    """
    chosen = [session for session in sessions if session.is_picked and session.id in wanted]
    if len(chosen) != len(set(wanted)):
        raise SessionGoneError
    fresh_ones = [session for session in chosen if session.id not in standing]
    _refuse_unoffered(fresh_ones, mode, at)
    if others := on_other_days(fresh_ones, mode, days):
        raise SessionOtherDayError(Held.of(others[0]))
    fresh = [(one, two) for one, two in combinations(chosen, 2) if not {one.id, two.id} <= set(standing)]
    for one, two in fresh:
        if is_repeated(one, two):
            raise SameSessionTwiceError((Held.of(one), Held.of(two)))
    _refuse_overlaps(event, [(Held.of(one), Held.of(two)) for one, two in fresh if one.overlaps(two)], noticed)
    return chosen


def on_other_days(sessions: Iterable[EventSession], mode: Mode, days: Collection[str]) -> list[EventSession]:
    """Those of the sessions that somebody misses who comes into the room on these days alone."""
    if mode is not Mode.IN_PERSON or not days:
        return []
    held = [(session, session.starts_local.date().isoformat()) for session in sessions]
    return [session for session, day in held if day not in days and day in session.event.day_keys]


def _refuse_unoffered(chosen: list[EventSession], mode: Mode, at: datetime) -> None:
    for session in chosen:
        if not is_offered(session, mode):
            raise SessionNotThisWayError(Held.of(session), mode)
        if session.ends_at <= at:
            raise SessionOverError(Held.of(session))
        if not has_room(session, mode, at):
            raise SessionTakenError(Held.of(session))


def _refuse_overlaps(event: Event, pairs: list[Pair], noticed: Collection[str]) -> None:
    if not pairs:
        return
    if overlap_rule(event) is OverlapRule.REFUSE:
        raise SessionsOverlapError(pairs)
    if not {key_of(pair) for pair in pairs} <= set(noticed):
        raise OverlapUnnoticedError(pairs)


def overlap_rule(event: Event) -> OverlapRule:
    return event.rules.overlap_rule if event.rules else OverlapRule.REFUSE


def key_of(pair: Pair) -> str:
    """Names a pair of sessions in a form."""
    return "-".join(str(number) for number in sorted(one.id for one in pair))


def is_offered(session: EventSession, mode: Mode) -> bool:
    """Whether people who attend this way can pick it; of a capacity of none there is nothing to pick."""
    pool = session.pool(mode)
    return session.is_picked and pool is not None and pool.capacity != 0


def has_room(session: EventSession, mode: Mode, at: datetime) -> bool:
    """Whether there is a seat in it or a line that moves: once a session has begun, its waiting list is closed."""
    pool = session.pool(mode)
    return pool is not None and (pool.has_free or session.starts_at > at)


def excludes(one: EventSession, two: EventSession) -> bool:
    """Whether whoever has a seat in one of them cannot have one in the other."""
    refuses = overlap_rule(one.event) is OverlapRule.REFUSE
    return is_repeated(one, two) or (refuses and one.overlaps(two))


def is_repeated(one: EventSession, two: EventSession) -> bool:
    return bool(one.repeat_key) and one.repeat_key == two.repeat_key
