"""Whatever people and staff do in whatever order, a desk kept on paper beside it says who should have what.

``DESK_EXAMPLES=500`` tries so many random stories instead of the few that are always the same, and shortens one that
fails.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import selectinload

from app import clock
from app.db import db, transact
from app.models import (
    EmailState,
    Event,
    EventSession,
    EventState,
    OutgoingEmail,
    Pick,
    PickState,
    Registration,
    RegistrationRules,
    RegistrationState,
    SeatPool,
)
from app.models.outgoing_email import STATE_KINDS
from app.operations.program import arranging, pausing, planning
from app.operations.program.details import SessionDetails
from app.operations.program.session_seats import SessionSeats
from app.operations.registration import (
    allotting,
    changing,
    closing,
    fitting,
    keeping_turn,
    offering,
    picking,
    placing,
    registering,
    switching,
)
from app.operations.registration.cancelling import cancel
from tests.conftest import NOON
from tests.support.desk import details, make_event, sign_up
from tests.support.paper_desk import EVENT, ONLINE, ROOM, PaperDesk, Person, RefusedError
from tests.support.sessions import hold_sessions

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]
REFUSALS = (
    allotting.CapacityBelowTakenError,
    changing.NoSeatError,
    changing.NotLiveError,
    fitting.SessionRefusedError,
    keeping_turn.NotWaitingError,
    offering.NoOfferError,
    offering.OfferEndedError,
    registering.RegistrationEndedError,
    registering.RegistrationPausedError,
)
STAFF: dict[str, Any] = {"by": "ed@example.gov"}
# The first and the last are held at the same time; the second is held in the room alone.
SESSIONS = ({ROOM: 1, ONLINE: 1}, {ROOM: 2}, {ROOM: 1, ONLINE: None})
HOURS_OF_SESSIONS = (0, 1, 0)
CLASHES = (frozenset({0, 2}),)
numbers, wanted = some.integers(0, 59), some.frozensets(some.integers(0, 2), max_size=2)
modes, capacities = some.sampled_from((ROOM, ONLINE)), some.integers(0, 4)
forms = some.tuples(numbers, modes, some.booleans(), wanted)


class Desk(RuleBasedStateMachine):
    """Each rule does the same at the real desk and on paper. Every example is an event of its own."""

    event_id = 0

    @initialize(
        room=some.integers(1, 3),
        online=some.integers(1, 3),
        hours=some.sampled_from((None, 24)),
        picked=some.sampled_from((True, True, False)),
        crowd=some.lists(forms, min_size=5, max_size=9),
    )
    def open(self, room: int, online: int, hours: int | None, picked: bool, crowd: list[Any]) -> None:
        self.at = NOON
        with clock.stopped_at(self.at):
            self.event_id = make_event(capacity=room, online=online)
            held = [{"seats": seats, "hour": hour} for seats, hour in zip(SESSIONS, HOURS_OF_SESSIONS, strict=True)]
            self.sessions = hold_sessions(self.event_id, *held) if picked else []
            if hours:
                transact(lambda _: db.session.add(RegistrationRules(event_id=self.event_id, offer_hours=hours)))
        starts_at = db.session.get_one(Event, self.event_id).starts_at
        assert starts_at
        self.starts_at = starts_at
        self.paper = PaperDesk(hours, CLASHES, {ROOM: starts_at - timedelta(hours=24), ONLINE: starts_at})
        self.paper.open({EVENT: {ROOM: room, ONLINE: online}} | dict(enumerate(SESSIONS if picked else ())))
        for form in crowd:
            self.enter(form)

    def teardown(self) -> None:
        """No offer of a past example may lapse in the next one."""
        db.session.rollback()
        if self.event_id:
            transact(lambda _: setattr(db.session.get_one(Event, self.event_id), "state", EventState.CANCELLED))

    def both(self, on_paper: Callable[[], None], at_the_desk: Callable[[], object]) -> None:
        """Both do it, or both refuse."""
        try:
            on_paper()
            refused = False
        except RefusedError:
            refused = True
        try:
            with clock.stopped_at(self.at):
                at_the_desk()
            done = True
        except REFUSALS:
            done = False
        assert done is not refused, "One of them refused, the other did not."

    def act(self, on_paper: Callable[[], None], verb: Callable[..., object], *given: Any, **named: Any) -> None:
        self.both(on_paper, lambda: transact(lambda at: verb(*given, at=at, **named) and None))

    def one(self, number: int, fits: Callable[[Person], object]) -> tuple[Person, int]:
        """Mostly somebody whom the act fits, so that not every other step is a refusal."""
        people = self.paper.people
        among = [person for person in people if fits(person)] if number % 5 else []
        person = (among or people)[number % len(among or people)]
        return person, self.ids()[people.index(person)]

    def ids(self) -> list[int]:
        query = db.select(Registration.id).where(Registration.event_id == self.event_id)
        return list(db.session.scalars(query.order_by(Registration.id)))

    @rule(form=forms)
    def enter(self, form: tuple[int, Any, bool, frozenset[int]]) -> None:
        number, mode, turn, picks = form
        turn, picks = turn and mode is ONLINE, picks if self.sessions else frozenset()
        email, chosen = f"person{number % 15}@importer.example", tuple(self.sessions[one] for one in picks)
        typed = details(mode=mode, email=email, keeps_turn=turn, sessions=chosen)
        self.both(
            lambda: self.paper.register(email, mode, picks, self.at, keeps_turn=turn),
            lambda: sign_up(self.event_id, typed),
        )

    @rule(number=numbers)
    def cancel(self, number: int) -> None:
        person, id_ = self.one(number, lambda one: not one.gone)
        self.act(lambda: self.paper.cancel(person, self.at), cancel, id_)

    @rule(number=numbers, picks=wanted)
    def change_sessions(self, number: int, picks: frozenset[int]) -> None:
        if not self.sessions:
            return
        person, id_ = self.one(number, lambda one: not one.gone)
        chosen = picking.Wanted(tuple(self.sessions[one] for one in picks))
        self.act(lambda: self.paper.change_sessions(person, picks), picking.change, id_, chosen)

    @rule(number=numbers, mode=modes)
    def change_mode(self, number: int, mode: Any) -> None:
        person, id_ = self.one(number, lambda one: not one.gone and one.mode is not mode)
        self.act(lambda: self.paper.change_mode(person, mode, self.at), switching.change_mode, id_, mode)

    @rule(number=numbers)
    def attend_online(self, number: int) -> None:
        person, id_ = self.one(number, lambda one: one.mode is one.turn is ROOM)
        self.act(lambda: self.paper.attend_online(person), keeping_turn.attend_online, id_)

    @rule(number=numbers)
    def leave_line(self, number: int) -> None:
        person, id_ = self.one(number, lambda one: one.keeps_turn)
        self.act(lambda: self.paper.leave_line(person, self.at), keeping_turn.leave_line, id_)

    @rule(number=numbers)
    def accept(self, number: int) -> None:
        person, id_ = self.one(number, lambda one: one.until)
        self.act(lambda: self.paper.accept(person, self.at), offering.accept, id_)

    @rule(number=numbers)
    def decline(self, number: int) -> None:
        person, id_ = self.one(number, lambda one: one.until)
        self.act(lambda: self.paper.decline(person, self.at), offering.decline, id_)

    @rule(number=numbers, ahead=some.integers(0, 4))
    def move_in_line(self, number: int, ahead: int) -> None:
        person, id_ = self.one(number, lambda one: one.turn)
        self.act(lambda: self.paper.move(person, ahead), placing.move, id_, ahead, reason="Asked.", **STAFF)

    @rule(number=numbers)
    def add_one_seat(self, number: int) -> None:
        person, id_ = self.one(number, lambda one: one.turn)
        self.act(lambda: self.paper.give_seat(person, self.at), placing.give_seat, id_, reason="Asked.", **STAFF)

    @rule(mode=modes, capacity=capacities, shrinking=some.booleans())
    def resize_event(self, mode: Any, capacity: int, shrinking: bool) -> None:
        event = db.session.get_one(Event, self.event_id)
        seats = planning.Seats(planning.Seats.of(event).by_mode | {mode: capacity}, shrinking=shrinking)
        pool = self.paper.pools[EVENT, mode]
        self.act(
            lambda: self.paper.set_capacity(pool, capacity, self.at, shrinking=shrinking),
            partial(planning.edit, self.event_id, [], version=None, seats=seats, **STAFF),
        )

    @rule(number=some.integers(0, 2), mode=modes, capacity=capacities, shrinking=some.booleans())
    def resize_session(self, number: int, mode: Any, capacity: int, shrinking: bool) -> None:
        pool = self.paper.pools.get((number, mode))
        if pool is None:
            return
        session = db.session.get_one(EventSession, self.sessions[number])
        said = SessionDetails.read(session, session.event.zone)
        seats = SessionSeats(SessionSeats.of(session).by_mode | {mode: capacity}, shrinking=shrinking)
        self.act(
            lambda: self.paper.set_capacity(pool, capacity, self.at, shrinking=shrinking),
            partial(arranging.save, self.event_id, said, part_id=session.id, version=None, seats=seats, **STAFF),
        )

    @rule(paused=some.booleans())
    def pause_or_resume(self, paused: bool) -> None:
        verb = pausing.pause if paused else pausing.resume
        self.act(lambda: setattr(self.paper, "paused", paused), verb, self.event_id, **STAFF)

    @rule(hours=some.sampled_from((1, 12, 25, 25, 25, 200)), worker=some.booleans())
    def let_time_pass(self, hours: int, worker: bool) -> None:
        """The worker may come a little late."""
        self.at = min(self.at + timedelta(hours=hours), self.starts_at - timedelta(hours=1))
        if worker:
            self.work()

    @rule()
    def work(self) -> None:
        self.act(lambda: self.paper.lapse(self.at), offering.lapse_due)
        self.act(lambda: None, closing.close_lines)

    @invariant()
    def both_say_the_same(self) -> None:
        if not self.event_id:
            return
        db.session.rollback()
        query = db.select(Registration).where(Registration.event_id == self.event_id).order_by(Registration.id)
        people = db.session.scalars(query.options(selectinload(Registration.picks).joinedload(Pick.session))).all()
        assert len(people) == len(self.paper.people)
        self.names = dict(zip((one.id for one in people), self.paper.people, strict=True))
        for registration in people:
            self.check_person(registration, self.names[registration.id])
        for pool in db.session.scalars(db.select(SeatPool).filter_by(event_id=self.event_id)):
            self.check_pool(pool, people)
        self.check_mails(people)

    def check_person(self, real: Registration, paper: Person) -> None:
        held = (real.email, real.is_live, real.mode, real.waits_for, real.offered_until)
        assert held == (paper.email, not paper.gone, paper.mode, paper.turn, paper.until)
        waits = RegistrationState.OFFERED if paper.until else RegistrationState.WAITLISTED
        expected = RegistrationState.CONFIRMED if paper.sits else waits
        assert real.state is (RegistrationState.CANCELLED if paper.gone else expected)
        picks = {self.sessions.index(pick.session_id): pick.mode for pick in real.live_picks}
        assert picks == paper.picks

    def check_pool(self, pool: SeatPool, people: Sequence[Registration]) -> None:
        place = EVENT if pool.session_id is None else self.sessions.index(pool.session_id)
        paper = self.paper.pools[place, pool.mode]
        seated, line = _of_event(pool, people) if place == EVENT else _of_session(pool, people)
        assert {self.names[one] for one in seated} == set(paper.seated)
        assert [self.names[one] for _position, one in sorted(line)] == paper.line
        assert (pool.taken, pool.waiting) == (len(seated), len(line))
        assert (pool.capacity, pool.shrink_to) == (paper.capacity, paper.shrink_to)
        assert pool.capacity is None or pool.taken <= pool.capacity
        moves = place != EVENT or self.at < self.paper.closes[pool.mode]
        assert not (line and moves) or pool.taken == pool.capacity, "A seat is empty while somebody waits for it."

    def check_mails(self, people: Sequence[Registration]) -> None:
        """Of the mails that say how somebody stands one is left to send, and it says how they stand."""
        query = db.select(OutgoingEmail).where(
            OutgoingEmail.event_id == self.event_id,
            OutgoingEmail.kind.in_(STATE_KINDS),
            OutgoingEmail.state != EmailState.WITHDRAWN,
        )
        told: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
        for mail in db.session.scalars(query):
            told[mail.registration_id].append(mail.facts["registration"])
        for person in people:
            (facts,) = told[person.id]
            picks = {pick.session.title: pick.state.value for pick in person.live_picks}
            assert {session["title"]: session["state"] for session in facts["sessions"]} == picks
            stands = (person.state.value, person.mode.value, person.waits_for and person.waits_for.value)
            assert (facts["state"], facts["mode"], facts["waits_for"]) == stands
            until = person.offered_until and person.offered_until.isoformat()
            assert facts["offered_until"] == until


def _of_event(pool: SeatPool, people: Sequence[Registration]) -> tuple[list[int], list[tuple[int, int]]]:
    """Who holds a seat, and who waits at which position."""
    sits = [one.id for one in people if one.mode is pool.mode and one.state is RegistrationState.CONFIRMED]
    turns = [one for one in people if one.waits_for is pool.mode]
    held = [one.id for one in turns if one.offered_until]
    return sits + held, [(one.position or 0, one.id) for one in turns if not one.offered_until]


def _of_session(pool: SeatPool, people: Sequence[Registration]) -> tuple[list[int], list[tuple[int, int]]]:
    picks = [pick for one in people for pick in one.live_picks if pick.session_id == pool.session_id]
    picks = [pick for pick in picks if pick.mode is pool.mode]
    seated = [pick.registration_id for pick in picks if pick.state is PickState.CONFIRMED]
    line = [(pick.position, pick.registration_id) for pick in picks if pick.position is not None]
    return seated, [one for one in line if one[1] not in seated]


EXAMPLES = os.environ.get("DESK_EXAMPLES")
STORIES = settings(
    max_examples=int(EXAMPLES or 25),
    stateful_step_count=20,
    derandomize=EXAMPLES is None,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
)


def test_the_desk_and_the_paper_agree() -> None:
    run_state_machine_as_test(Desk, settings=STORIES)
