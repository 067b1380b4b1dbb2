"""Whatever happens in whatever order, a plain model beside it says who has which seat, who waits, and who is asked.

The model keeps lists: who sits in the room, who sits online, who stands in which line, whose answer is awaited.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.db import db, transact
from app.models import Event, Mode, Registration, RegistrationRules, SeatPool
from app.operations.registration import allotting, offering, placing, waiting
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import NoSeatError, NotLiveError
from app.operations.registration.keeping_turn import NotWaitingError, attend_online, leave_line
from tests.conftest import NOON
from tests.support.desk import details, make_event, registrations, sign_up

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow]
ROOM, ONLINE = Mode.IN_PERSON, Mode.ONLINE
HOURS = 24
REFUSALS = (NotLiveError, NotWaitingError, NoSeatError, offering.NoOfferError, offering.OfferEndedError)


class Model:
    """People are numbers, in the order in which they came."""

    def __init__(self, room: int, online: int, *, offers: bool) -> None:
        self.capacity, self.offers = {ROOM: room, ONLINE: online}, offers
        self.seated: dict[Mode, set[int]] = {ROOM: set(), ONLINE: set()}
        self.held: dict[Mode, dict[int, datetime]] = {ROOM: {}, ONLINE: {}}
        self.line: dict[Mode, list[int]] = {ROOM: [], ONLINE: []}

    def taken(self, mode: Mode) -> int:
        return len(self.seated[mode]) + len(self.held[mode])

    def has_seat(self, mode: Mode) -> bool:
        return self.taken(mode) < self.capacity[mode] and not self.line[mode]

    def come(self, person: int, mode: Mode, *, keeps_turn: bool) -> None:
        if keeps_turn and (self.has_seat(ROOM) or not self.has_seat(ONLINE)):
            mode, keeps_turn = ROOM, False
        if self.has_seat(mode):
            self.seated[mode].add(person)
        else:
            self.line[mode].append(person)
        if keeps_turn:
            self.line[ROOM].append(person)

    def leave_line(self, person: int, mode: Mode) -> None:
        self.held[mode].pop(person, None)
        if person in self.line[mode]:
            self.line[mode].remove(person)

    def go(self, person: int) -> None:
        for mode in (ROOM, ONLINE):
            self.seated[mode].discard(person)
            self.leave_line(person, mode)

    def sit(self, person: int, mode: Mode) -> None:
        self.go(person)
        self.seated[mode].add(person)

    def move_up(self, at: datetime) -> None:
        for mode in (ROOM, ONLINE):
            while self.line[mode] and self.taken(mode) < self.capacity[mode]:
                first = self.line[mode].pop(0)
                if self.offers:
                    self.held[mode][first] = at + timedelta(hours=HOURS)
                else:
                    self.sit(first, mode)

    def lapse(self, at: datetime) -> None:
        for mode in (ROOM, ONLINE):
            for person, until in list(self.held[mode].items()):
                if until <= at:
                    del self.held[mode][person]
        self.move_up(at)


class Desk(RuleBasedStateMachine):
    """Each rule does the same to the real desk and to the model."""

    @initialize(
        room=some.integers(1, 3),
        online=some.integers(1, 3),
        offers=some.booleans(),
        crowd=some.lists(some.tuples(some.sampled_from(Mode), some.booleans()), min_size=5, max_size=9),
    )
    def open(self, room: int, online: int, offers: bool, crowd: list[tuple[Mode, bool]]) -> None:
        self.at, self.count = NOON, 0
        self.event_id = make_event(capacity=room, online=online)
        rules = {"offer_hours": HOURS} if offers else {}
        transact(lambda _: db.session.add(RegistrationRules(event_id=self.event_id, **rules)))
        self.model = Model(room, online, offers=offers)
        for mode, keeps_turn in crowd:
            self.enter(mode, keeps_turn)

    def do(self, verb: Callable[[int, datetime], Any], person: int) -> bool:
        """Do it to the real desk. Whether it was done."""
        person_id = registrations(self.event_id)[person].id
        try:
            transact(lambda _: verb(person_id, self.at) and None)
        except REFUSALS:
            return False
        return True

    def pick(self, number: int) -> int:
        return number % self.count

    @rule(mode=some.sampled_from(Mode), keeps_turn=some.booleans())
    def come(self, mode: Mode, keeps_turn: bool) -> None:
        self.enter(mode, keeps_turn)

    def enter(self, mode: Mode, keeps_turn: bool) -> None:
        keeps_turn = keeps_turn and mode is ONLINE
        sign_up(self.event_id, details(mode=mode, keeps_turn=keeps_turn))
        self.model.come(self.count, mode, keeps_turn=keeps_turn)
        self.count += 1

    @precondition(lambda self: self.count)
    @rule(number=some.integers(0, 99))
    def cancel(self, number: int) -> None:
        person = self.pick(number)
        self.do(lambda one, at: cancel(one, at=at), person)
        self.model.go(person)
        self.model.move_up(self.at)

    @precondition(lambda self: self.count)
    @rule(number=some.integers(0, 99), accepts=some.booleans())
    def answer(self, number: int, accepts: bool) -> None:
        person = self.pick(number)
        verb = offering.accept if accepts else offering.decline
        mode = next((one for one in Mode if person in self.model.held[one]), None)
        done = self.do(lambda one, at: verb(one, at=at), person)
        late = mode is not None and self.model.held[mode][person] <= self.at
        assert done is (mode is not None and not (accepts and late))
        if done and mode:
            self.model.sit(person, mode) if accepts else self.model.leave_line(person, mode)
            self.model.move_up(self.at)

    @precondition(lambda self: self.count)
    @rule(number=some.integers(0, 99))
    def attend_online(self, number: int) -> None:
        person = self.pick(number)
        waits = person in self.model.line[ROOM] and person not in self.model.seated[ONLINE]
        done = self.do(lambda one, at: attend_online(one, at=at), person)
        assert done is (waits and self.model.has_seat(ONLINE))
        if done:
            self.model.seated[ONLINE].add(person)

    @precondition(lambda self: self.count)
    @rule(number=some.integers(0, 99))
    def stop_waiting(self, number: int) -> None:
        person = self.pick(number)
        keeps = person in self.model.seated[ONLINE] and person in (*self.model.line[ROOM], *self.model.held[ROOM])
        assert self.do(lambda one, at: leave_line(one, at=at), person) is keeps
        if keeps:
            self.model.leave_line(person, ROOM)
            self.model.move_up(self.at)

    @precondition(lambda self: self.count)
    @rule(number=some.integers(0, 99), ahead=some.integers(0, 4))
    def move(self, number: int, ahead: int) -> None:
        person = self.pick(number)
        line = next((one for one in self.model.line.values() if person in one), None)
        moved = self.do(lambda one, at: placing.move(one, ahead, reason="Why.", by="x@y", at=at), person)
        assert moved is (line is not None)
        if line is not None:
            line.remove(person)
            line.insert(ahead, person)

    @precondition(lambda self: self.count)
    @rule(number=some.integers(0, 99))
    def give_seat(self, number: int) -> None:
        person = self.pick(number)
        modes = [one for one in Mode if person in (*self.model.line[one], *self.model.held[one])]
        assert self.do(lambda one, at: placing.give_seat(one, reason="Why.", by="x@y", at=at), person) is bool(modes)
        if modes:
            if person in self.model.line[modes[0]]:
                self.model.capacity[modes[0]] = max(self.model.capacity[modes[0]], self.model.taken(modes[0]) + 1)
            self.model.sit(person, modes[0])
            self.model.move_up(self.at)

    @rule(mode=some.sampled_from(Mode), capacity=some.integers(1, 5))
    def set_capacity(self, mode: Mode, capacity: int) -> None:
        capacity = max(capacity, self.model.taken(mode))

        def work(_: datetime) -> None:
            event = allotting.lock_event(self.event_id)
            allotting.set_capacity(allotting.pool_of(event, mode), capacity)
            waiting.promote(event, self.at)

        transact(work)
        self.model.capacity[mode] = capacity
        self.model.move_up(self.at)

    @rule(hours=some.integers(1, 30))
    def let_time_pass(self, hours: int) -> None:
        if self.at + timedelta(hours=hours) < NOON + timedelta(days=12):
            self.at += timedelta(hours=hours)

    @rule()
    def lapse(self) -> None:
        transact(lambda _: offering.lapse_due(self.at))
        self.model.lapse(self.at)

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "model"):
            return
        db.session.rollback()
        people = registrations(self.event_id)
        number_of = {person.id: number for number, person in enumerate(people)}
        for pool in db.session.get_one(Event, self.event_id).pools:
            self.check(pool, people, number_of)

    def check(self, pool: SeatPool, people: list[Registration], number_of: dict[int, int]) -> None:
        mode, model = pool.mode, self.model
        line = [one for one in people if one.waits_for is mode and one.offered_until is None]
        in_order = sorted(line, key=lambda one: one.position or 0)
        assert [number_of[one.id] for one in in_order] == model.line[mode]
        assert {number_of[one.id] for one in people if _sits(one, mode)} == model.seated[mode]
        held = {number_of[one.id]: one.offered_until for one in people if one.waits_for is mode and one.offered_until}
        assert held == model.held[mode]
        counts = (pool.taken, pool.waiting, pool.capacity)
        assert counts == (model.taken(mode), len(model.line[mode]), model.capacity[mode])


def _sits(person: Registration, mode: Mode) -> bool:
    return person.mode is mode and person.state.value == "confirmed"


RUNS = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,  # The same examples on every machine.
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_desk_does_what_the_model_says(app: Flask) -> None:
    run_state_machine_as_test(Desk, settings=RUNS)
