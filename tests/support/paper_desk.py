"""The registration desk on paper: who sits where and who stands in which line, kept in lists.

Tests do the same here and at the real desk, and compare. Nothing here asks the app anything. What the office decides,
and forms for several people, are in paper_office.py.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from app.models import Mode
from tests.support.paper_people import EVENT, ONLINE, ROOM, Person, Pool, RefusedError


class PaperDesk:
    """``clashes`` are pairs of sessions held at the same time; ``closes`` says when a line of the event stops, and
    ``begins`` when a session does. Seats are offered for ``hours``, if any; ``cap`` is for one organization."""

    def __init__(
        self,
        hours: int | None,
        clashes: Collection[frozenset[int]],
        closes: dict[Mode, datetime],
        begins: Sequence[datetime] = (),
    ) -> None:
        self.hours, self.clashes, self.closes, self.begins = hours, clashes, closes, begins
        self.cap: int | None = None
        self.paused: set[Mode | None] = set()  # None is all of it.
        self.needs_approval = False
        self.people: list[Person] = []
        self.told: list[tuple[str, datetime]] = []  # Who got a mail that says what they have.
        self.pools: dict[tuple[int, Mode], Pool] = {}

    def open(self, places: dict[int, dict[Mode, int | None]]) -> None:
        for place, seats in places.items():
            self.pools |= {(place, mode): Pool(capacity) for mode, capacity in seats.items()}

    def register(self, person: Person, wanted: Collection[int], at: datetime, *, keeps_turn: bool) -> bool:
        """Says whether the person is registered now, or was so before. Who is not is told by mail, as is everybody."""
        self._refuse_closed(person.mode, at)
        keeps_turn = self._foresee(person, wanted, at, keeps_turn=keeps_turn)
        if self.is_known(person):
            return True
        if self._is_turned_away(person):
            return False
        self._enter(person, wanted, at, keeps_turn=keeps_turn)
        return True

    def _refuse_closed(self, mode: Mode, at: datetime) -> None:
        pool = self.pools[EVENT, mode]
        if self.is_paused(mode) or pool.capacity == 0 or not (pool.is_free or self.moves(mode, at)):
            raise RefusedError

    def moves(self, mode: Mode, at: datetime) -> bool:
        """A line that is closed takes nobody more, and nobody in it is before a newcomer."""
        return at < self.closes[mode]

    def is_paused(self, mode: Mode) -> bool:
        return bool(self.paused & {None, mode})

    def _foresee(self, person: Person, wanted: Collection[int], at: datetime, *, keeps_turn: bool) -> bool:
        """Settle how a newcomer would attend, and say whether they keep a turn for the room."""
        keeps_turn = keeps_turn and not self.is_paused(ROOM)
        if keeps_turn and not self.needs_approval:
            person.mode, keeps_turn = self._as_it_stands(at)
        self._refuse_misfits(wanted, person.mode, ())
        return keeps_turn

    def register_by_hand(self, person: Person, wanted: Collection[int], at: datetime, *, adds_seat: bool) -> None:
        pool, person.by_staff = self.pools[EVENT, person.mode], True
        if pool.capacity == 0 or self.is_known(person):
            raise RefusedError
        if not (adds_seat or pool.is_free or self.moves(person.mode, at)):
            raise RefusedError
        self._refuse_misfits(wanted, person.mode, ())
        if adds_seat and pool.capacity is not None:
            pool.capacity = max(pool.capacity, len(pool.seated) + 1)
        self._enter(person, wanted, at, past_line=adds_seat)

    def is_known(self, person: Person) -> bool:
        return any(
            (one.email, one.guest) == (person.email, person.guest) and (one.declined or not one.gone)
            for one in self.people
        )

    def _is_turned_away(self, person: Person) -> bool:
        """Where the office approves, it looks at the cap when it does."""
        return not self.needs_approval and self._is_over_cap(person)

    def _is_over_cap(self, person: Person) -> bool:
        return self.cap is not None and len(self._colleagues(person)) >= self.cap

    def _colleagues(self, person: Person) -> list[Person]:
        return [one for one in self.people if one.organization == person.organization and one.has_place]

    def _enter(
        self,
        person: Person,
        wanted: Collection[int],
        at: datetime,
        *,
        keeps_turn: bool = False,
        past_line: bool = False,
    ) -> None:
        self._settle(person, wanted, at, keeps_turn=keeps_turn, past_line=past_line)
        self.people.append(person)
        self.told.append((person.email, at))

    def _settle(
        self, person: Person, wanted: Collection[int], at: datetime, *, keeps_turn: bool, past_line: bool = False
    ) -> None:
        if self.needs_approval and not person.by_staff:
            person.pending, person.keeps = True, keeps_turn
        else:
            self._give(person, at, keeps_turn=keeps_turn, past_line=past_line)
        for session in wanted:
            self._pick(person, session)

    def _give(self, person: Person, at: datetime, *, keeps_turn: bool, past_line: bool = False) -> None:
        """A seat, or the end of the line."""
        pool = self.pools[EVENT, person.mode]
        if past_line or self.has_seat(person.mode, at):
            pool.seated.append(person)
        else:
            pool.line.append(person)
            person.turn = person.mode
        if keeps_turn:
            self.pools[EVENT, ROOM].line.append(person)
            person.turn = ROOM

    def has_seat(self, mode: Mode, at: datetime) -> bool:
        """For a newcomer: whoever waits in a line that moves goes first, unless none of them may take a seat now."""
        pool = self.pools[EVENT, mode]
        return pool.is_free and not (self.moves(mode, at) and any(self.may_sit(one) for one in pool.line))

    def may_sit(self, person: Person) -> bool:
        if self.cap is None or person.sits or person.until or person.by_staff:
            return True
        return sum(one.sits or one.until is not None for one in self._colleagues(person)) < self.cap

    def _as_it_stands(self, at: datetime) -> tuple[Mode, bool]:
        """What "online, and keep my turn for the room" comes to."""
        room = self.pools[EVENT, ROOM]
        if room.capacity == 0 or not (room.is_free or self.moves(ROOM, at)):
            return ONLINE, False
        return (ROOM, False) if self.has_seat(ROOM, at) or not self.has_seat(ONLINE, at) else (ONLINE, True)

    def cancel(self, person: Person, at: datetime) -> None:
        if not person.gone:
            self._end(person)
            self.promote(at)

    def change_sessions(self, person: Person, wanted: Collection[int], at: datetime) -> None:
        if person.gone:
            raise RefusedError
        self._refuse_misfits(wanted, person.mode, person.picks)
        added, dropped = set(wanted) - set(person.picks), set(person.picks) - set(wanted)
        if dropped and person.sits and any(not self.pools[one, person.mode].is_free for one in added):
            raise RefusedError
        for session in dropped:
            self._drop(person, session)
        for session in added:
            self._pick(person, session)
        self._fill_sessions(at)

    def accept_session(self, person: Person, session: int, at: datetime) -> None:
        if person.gone or session not in person.held or person.held[session] <= at:
            raise RefusedError
        del person.held[session]

    def change_mode(self, person: Person, mode: Mode, at: datetime) -> None:
        if person.gone:
            raise RefusedError
        if mode is person.mode:
            return
        unapproved = self.needs_approval and mode is ROOM and not person.pending
        may_sit = person.pending or (self.has_seat(mode, at) and self.may_sit(person))
        if unapproved or self.is_paused(mode) or not may_sit:
            raise RefusedError
        if not person.pending:
            self._stop_waiting(person)
            self.pools[EVENT, person.mode].leave(person)
            self.pools[EVENT, mode].seated.append(person)
        self._arrive(person, mode)
        person.wishes = False
        self.promote(at)

    def attend_online(self, person: Person, at: datetime) -> None:
        waits = person.mode is person.turn is ROOM and person.until is None
        if self.is_paused(ONLINE) or not waits or not self.has_seat(ONLINE, at) or not self.may_sit(person):
            raise RefusedError
        self.pools[EVENT, ONLINE].seated.append(person)
        person.mode = ONLINE
        self._bring_sessions(person)

    def leave_line(self, person: Person, at: datetime) -> None:
        if not person.keeps_turn:
            raise RefusedError
        self._stop_waiting(person)
        self._bring_sessions(person)
        self.promote(at)

    def accept(self, person: Person, at: datetime) -> None:
        if person.turn is None or person.until is None or person.until <= at:
            raise RefusedError
        self._come_in(person, person.turn)
        self.told.append((person.email, at))
        self.promote(at)

    def decline(self, person: Person, at: datetime) -> None:
        if person.until is None:
            raise RefusedError
        if person.keeps_turn:
            self.leave_line(person, at)
        else:
            self.cancel(person, at)

    def lapse(self, at: datetime) -> None:
        for person in [one for one in self.people if one.until and one.until <= at]:
            if person.keeps_turn:
                self._stop_waiting(person)
                self._bring_sessions(person)
            else:
                self._end(person)
        self.promote(at)

    def lapse_sessions(self, at: datetime) -> None:
        for person in self.people:
            for session in [one for one, until in person.held.items() if until <= at]:
                self._drop(person, session)
        self._fill_sessions(at)

    def move(self, person: Person, ahead: int) -> None:
        if person.turn is None or person.until:
            raise RefusedError
        line = self.pools[EVENT, person.turn].line
        line.remove(person)
        line.insert(ahead, person)

    def give_seat(self, person: Person, at: datetime) -> None:
        if person.turn is None:
            raise RefusedError
        pool = self.pools[EVENT, person.turn]
        if not person.until:
            pool.line.remove(person)
            pool.seated.append(person)
            if pool.capacity is not None:
                pool.capacity = max(pool.capacity, len(pool.seated))
        self._come_in(person, person.turn)
        self.told.append((person.email, at))
        self.promote(at)

    def move_in_session_line(self, person: Person, session: int, ahead: int) -> None:
        line = self._line_of(person, session)
        if person not in line:
            raise RefusedError
        line.remove(person)
        line.insert(ahead, person)

    def give_session_seat(self, person: Person, session: int) -> None:
        """A seat that is held, or one that comes on top where all are taken."""
        if person.held.pop(session, None):
            return
        line = self._line_of(person, session)
        if person not in line:
            raise RefusedError
        line.remove(person)
        pool = self.pools[session, person.picks[session]]
        pool.seated.append(person)
        if pool.capacity is not None:
            pool.capacity = max(pool.capacity, len(pool.seated))

    def _line_of(self, person: Person, session: int) -> list[Person]:
        return self.pools[session, person.picks[session]].line if session in person.picks else []

    def set_capacity(self, pool: Pool, capacity: int | None, at: datetime, *, shrinking: bool) -> None:
        if capacity != (pool.capacity if pool.shrink_to is None else pool.shrink_to):
            pool.resize(capacity, shrinking=shrinking)
        self.promote(at)

    def promote(self, at: datetime) -> None:
        for mode in (ROOM, ONLINE):
            pool = self.pools[EVENT, mode]
            while pool.is_free and self.moves(mode, at):
                person = next((one for one in pool.line if self.may_sit(one)), None)
                if person is None:
                    break
                pool.line.remove(person)
                pool.seated.append(person)
                if self.hours:
                    person.until = min(at + timedelta(hours=self.hours), self.closes[mode])
                else:
                    self._come_in(person, mode)
        self._fill_sessions(at)

    def set_cap(self, cap: int | None, at: datetime) -> None:
        self.cap = cap
        self.promote(at)

    def _fill_sessions(self, at: datetime) -> None:
        for (place, _mode), pool in self.pools.items():
            while place != EVENT and pool.line and pool.is_free:
                person = pool.line.pop(0)
                pool.seated.append(person)
                if self.hours:
                    person.held[place] = min(at + timedelta(hours=self.hours), self.begins[place])

    def _come_in(self, person: Person, mode: Mode) -> None:
        """Sit on the seat that was taken for them; another seat goes back."""
        if person.mode is not mode:
            self.pools[EVENT, person.mode].leave(person)
        self._arrive(person, mode)

    def _arrive(self, person: Person, mode: Mode) -> None:
        person.mode, person.turn, person.until = mode, None, None
        self._bring_sessions(person)

    def _bring_sessions(self, person: Person) -> None:
        """The sessions follow to where the person is now; one not held that way waits for the turn, or is lost."""
        for session, mode in list(person.picks.items()):
            pool = self.pools[session, mode]
            if mode is person.mode and person in [*pool.seated, *pool.line]:
                continue
            self._drop(person, session)
            if (session, person.mode) in self.pools:
                self._pick(person, session)
            elif mode is person.turn:
                person.picks[session] = mode

    def _end(self, person: Person) -> None:
        for session in list(person.picks):
            self._drop(person, session)
        self._stop_waiting(person)
        self.pools[EVENT, person.mode].leave(person)
        person.gone, person.pending = True, False

    def _stop_waiting(self, person: Person) -> None:
        if person.turn:
            self.pools[EVENT, person.turn].leave(person)
        person.turn = person.until = None

    def _pick(self, person: Person, session: int) -> None:
        """Who has no seat at the event takes none in a session."""
        person.picks[session] = person.mode
        if person.sits:
            self.pools[session, person.mode].enter(person)

    def _drop(self, person: Person, session: int) -> None:
        person.held.pop(session, None)
        self.pools[session, person.picks.pop(session)].leave(person)

    def _refuse_misfits(self, wanted: Collection[int], mode: Mode, has: Collection[int]) -> None:
        added = set(wanted) - set(has)
        if any(self.pools.get((one, mode), Pool(0)).capacity == 0 for one in added):
            raise RefusedError
        if any(pair <= set(wanted) and pair & added for pair in self.clashes):
            raise RefusedError
