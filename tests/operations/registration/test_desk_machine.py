"""Whatever people and staff do in whatever order, a desk kept on paper beside it says who should have what.

Each story is random and always the same; ``DESK_STORIES=500`` tells so many instead of the usual few.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import selectinload

from app import clock
from app.db import db, transact
from app.models import (
    EmailState,
    Event,
    EventSession,
    EventState,
    Mode,
    OutgoingEmail,
    Pick,
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
    by_hand,
    changing,
    closing,
    fitting,
    following,
    keeping_turn,
    offering,
    offering_sessions,
    picking,
    placing,
    registering,
    switching,
)
from app.operations.registration.by_hand import Asked, Channel, register_by_hand
from app.operations.registration.cancelling import cancel
from app.operations.registration.details import RegistrationDetails
from tests.conftest import NOON
from tests.support.desk import details, make_event, sign_up
from tests.support.paper_desk import EVENT, ONLINE, ROOM, PaperDesk, Person, RefusedError
from tests.support.sessions import hold_sessions

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]
REFUSALS = (
    allotting.CapacityBelowTakenError,
    allotting.NoSuchEventError,
    by_hand.AlreadyRegisteredError,
    changing.NoSeatError,
    changing.NotLiveError,
    fitting.SessionRefusedError,
    keeping_turn.NotWaitingError,
    offering.NoOfferError,
    offering.OfferEndedError,
    registering.RegistrationEndedError,
    registering.RegistrationPausedError,
    switching.WayClosedError,
)
STAFF: dict[str, Any] = {"by": "ed@example.gov"}
# The first and the last are held at the same time; the second is held in the room alone.
SESSIONS = ({ROOM: 1, ONLINE: 1}, {ROOM: 1}, {ROOM: 1, ONLINE: None})
HOURS_OF_SESSIONS = (0, 1, 0)
CLASHES = (frozenset({0, 2}),)
ORGANIZATIONS = ("Atlas", "Borealis")


MOST_LATE = timedelta(hours=1)  # Stories end before the event begins.


class Desk:
    """Each act does the same at the real desk and on paper. Every story is an event of its own."""

    def __init__(self, seed: int) -> None:
        self.random, self.at = Random(seed), NOON
        self.told = [f"Seed {seed}"]
        wide = 7 * (seed % 3 == 0)  # There people wait for sessions, elsewhere for the event.
        self.fewest_picks = int(wide > 0)
        room, online = wide + self.random.randint(1, 3), wide + self.random.randint(1, 3)
        hours, cap = (24 if seed % 2 == 0 else None), None if wide else self.random.choice((None, 4))
        picked = SESSIONS if wide or seed % 5 else ()
        with clock.stopped_at(self.at):
            self.event_id = make_event(capacity=room, online=online)
            held = [{"seats": seats, "hour": hour} for seats, hour in zip(picked, HOURS_OF_SESSIONS, strict=False)]
            self.sessions = hold_sessions(self.event_id, *held)
            rules = {"offer_hours": hours, "organization_cap": cap}
            transact(lambda _: db.session.add(RegistrationRules(event_id=self.event_id, **rules)))
        starts_at = db.session.get_one(Event, self.event_id).starts_at
        assert starts_at
        self.starts_at = starts_at
        begins = [starts_at + timedelta(hours=hour) for hour in HOURS_OF_SESSIONS]
        self.paper = PaperDesk(hours, CLASHES, {ROOM: starts_at - timedelta(hours=24), ONLINE: starts_at}, begins)
        self.paper.cap = cap
        self.paper.open({EVENT: {ROOM: room, ONLINE: online}} | dict(enumerate(picked)))

    def go_on(self, steps: int) -> None:
        for _ in range(12):
            self.enter()
        for name in self.random.choices(list(ACTS), ACTS.values(), k=steps):
            self.told.append(name)
            getattr(self, name)()
            self.both_say_the_same()

    def close(self) -> None:
        """No offer of a past story may lapse in the next one."""
        db.session.rollback()
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
        self.told[-1] += "" if done else " (refused)"
        assert done is not refused, "One of them refused, the other did not."

    def act(self, on_paper: Callable[[], None], verb: Callable[..., object], *given: Any, **named: Any) -> None:
        self.both(on_paper, lambda: transact(lambda at: verb(*given, at=at, **named) and None))

    def one(self, fits: Callable[[Person], object]) -> tuple[Person, int]:
        """Mostly somebody whom the act fits, so that not every other step is a refusal."""
        people = self.paper.people
        among = [person for person in people if fits(person)] if self.random.random() < 0.8 else []
        person = self.random.choice(among or people)
        return person, self.ids()[people.index(person)]

    def ids(self) -> list[int]:
        query = db.select(Registration.id).where(Registration.event_id == self.event_id)
        return list(db.session.scalars(query.order_by(Registration.id)))

    def mode(self) -> Mode:
        return self.random.choice((ROOM, ONLINE))

    def picks(self) -> frozenset[int]:
        return (
            frozenset(self.random.sample(range(len(self.sessions)), self.random.randint(self.fewest_picks, 2)))
            if self.sessions
            else frozenset()
        )

    def form(self) -> tuple[Person, RegistrationDetails, frozenset[int]]:
        """Fifteen people of two organizations come again and again."""
        number, mode, picks = self.random.randrange(15), self.mode(), self.picks()
        email, firm = f"person{number}@importer.example", ORGANIZATIONS[number % 2]
        chosen, turn = tuple(self.sessions[one] for one in picks), mode is ONLINE and self.random.random() < 0.5
        typed = details(mode=mode, email=email, keeps_turn=turn, sessions=chosen, organization=firm)
        return Person(email, mode, firm), typed, picks

    def enter(self) -> None:
        person, typed, picks = self.form()
        self.both(
            lambda: self.paper.register(person, picks, self.at, keeps_turn=typed.keeps_turn),
            lambda: sign_up(self.event_id, typed),
        )

    def enter_by_hand(self) -> None:
        person, typed, picks = self.form()
        adds_seat = self.random.random() < 0.5
        asked = Asked(Channel.PHONE, "Invited.", adds_seat=adds_seat)
        self.act(
            lambda: self.paper.register_by_hand(person, picks, adds_seat=adds_seat),
            partial(register_by_hand, self.event_id, typed.with_values(keeps_turn=False), asked, **STAFF),
        )

    def cancel(self) -> None:
        person, id_ = self.one(lambda one: one.sits)
        self.act(lambda: self.paper.cancel(person, self.at), cancel, id_)

    def change_sessions(self) -> None:
        if not self.sessions:
            return
        picks, (person, id_) = self.picks(), self.one(lambda one: not one.gone)
        self.swap(person, id_, picks)

    def swap(self, person: Person, id_: int, picks: frozenset[int]) -> None:
        chosen = picking.Wanted(tuple(self.sessions[one] for one in picks))
        self.act(lambda: self.paper.change_sessions(person, picks, self.at), picking.change, id_, chosen)

    def accept_session(self) -> None:
        if not self.sessions:
            return
        person, id_ = self.one(lambda one: one.held)
        place = min(person.held, default=0)
        verb = partial(offering_sessions.accept, id_, self.sessions[place])
        self.act(lambda: self.paper.accept_session(person, place, self.at), verb)

    def leave_session(self) -> None:
        if not self.sessions:
            return
        person, id_ = self.one(lambda one: one.picks)
        picks, place = frozenset(person.picks), min(person.picks, default=0)
        verb = partial(picking.leave, id_, self.sessions[place])
        self.act(lambda: self.paper.change_sessions(person, picks - {place}, self.at), verb)
        if self.random.random() < 0.6:  # Thinks better of it, and stands at the end of the line.
            self.swap(person, id_, picks)

    def change_mode(self) -> None:
        mode = self.mode()
        person, id_ = self.one(lambda one: not one.gone and one.mode is not mode)
        verb = partial(switching.change_mode, known=self.sessions)
        self.act(lambda: self.paper.change_mode(person, mode, self.at), verb, id_, mode)

    def attend_online(self) -> None:
        person, id_ = self.one(lambda one: one.mode is one.turn is ROOM)
        self.act(lambda: self.paper.attend_online(person), keeping_turn.attend_online, id_)

    def leave_line(self) -> None:
        person, id_ = self.one(lambda one: one.keeps_turn)
        self.act(lambda: self.paper.leave_line(person, self.at), keeping_turn.leave_line, id_)

    def accept(self) -> None:
        person, id_ = self.one(lambda one: one.until)
        self.act(lambda: self.paper.accept(person, self.at), offering.accept, id_)

    def decline(self) -> None:
        person, id_ = self.one(lambda one: one.until)
        self.act(lambda: self.paper.decline(person, self.at), offering.decline, id_)

    def move_in_line(self) -> None:
        ahead, (person, id_) = self.random.randint(0, 4), self.one(lambda one: one.turn and not one.until)
        self.act(lambda: self.paper.move(person, ahead), placing.move, id_, ahead, reason="Asked.", **STAFF)

    def add_one_seat(self) -> None:
        person, id_ = self.one(lambda one: one.turn)
        self.act(lambda: self.paper.give_seat(person, self.at), placing.give_seat, id_, reason="Asked.", **STAFF)

    def resize_event(self) -> None:
        mode, capacity, shrinking = self.mode(), self.random.randint(0, 4), self.random.random() < 0.5
        event = db.session.get_one(Event, self.event_id)
        seats = planning.Seats(planning.Seats.of(event).by_mode | {mode: capacity}, shrinking=shrinking)
        pool = self.paper.pools[EVENT, mode]
        self.act(
            lambda: self.paper.set_capacity(pool, capacity, self.at, shrinking=shrinking),
            partial(planning.edit, self.event_id, [], version=None, seats=seats, **STAFF),
        )

    def resize_session(self) -> None:
        places = [place for place in self.paper.pools if place[0] != EVENT]
        if not places:
            return
        place, mode = self.random.choice(places)
        capacity, shrinking = self.random.randint(0, 4), self.random.random() < 0.5
        pool, session = self.paper.pools[place, mode], db.session.get_one(EventSession, self.sessions[place])
        said = SessionDetails.read(session, session.event.zone)
        seats = SessionSeats(SessionSeats.of(session).by_mode | {mode: capacity}, shrinking=shrinking)
        self.act(
            lambda: self.paper.set_capacity(pool, capacity, self.at, shrinking=shrinking),
            partial(arranging.save, self.event_id, said, part_id=session.id, version=None, seats=seats, **STAFF),
        )

    def set_cap(self) -> None:
        cap = self.random.choice((None, 1, 2, 3))

        def work(at: datetime) -> None:
            event = allotting.lock_event(self.event_id)
            assert event.rules
            event.rules.organization_cap = cap
            following.follow(event, at, rested=False)

        self.both(lambda: self.paper.set_cap(cap, self.at), lambda: transact(work))

    def pause_or_resume(self) -> None:
        paused = not self.paper.paused
        verb = pausing.pause if paused else pausing.resume
        self.act(lambda: setattr(self.paper, "paused", paused), verb, self.event_id, **STAFF)

    def let_time_pass(self) -> None:
        """The worker may come a little late."""
        hours = timedelta(hours=self.random.choice((1, 12, 25, 25, 25)))
        self.at = min(self.at + hours, self.starts_at - MOST_LATE)
        if self.random.random() < 0.7:
            self.work()

    def work(self) -> None:
        self.act(lambda: self.paper.lapse(self.at), offering.lapse_due)
        self.act(lambda: self.paper.lapse_sessions(self.at), offering_sessions.lapse_due)
        self.act(lambda: None, closing.close_lines)

    def both_say_the_same(self) -> None:
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
        promised = {pick.session_id: pick.offered_until for pick in real.live_picks if pick.offered_until}
        assert promised == {self.sessions[one]: until for one, until in paper.held.items()}

    def check_pool(self, pool: SeatPool, people: Sequence[Registration]) -> None:
        place = EVENT if pool.session_id is None else self.sessions.index(pool.session_id)
        paper = self.paper.pools[place, pool.mode]
        seated, line = _of_event(pool, people) if place == EVENT else _of_session(pool, people)
        assert {self.names[one] for one in seated} == set(paper.seated)
        assert [self.names[one] for _position, one in sorted(line)] == paper.line
        assert (pool.taken, pool.waiting) == (len(seated), len(line))
        assert (pool.capacity, pool.shrink_to) == (paper.capacity, paper.shrink_to)
        assert pool.capacity is None or pool.taken <= pool.capacity
        if place == EVENT:
            moves = self.at < self.paper.closes[pool.mode] and any(map(self.paper.may_sit, paper.line))
        else:
            moves = bool(line)
        assert not moves or pool.taken == pool.capacity, "A seat is empty while somebody waits for it."

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
    seated = [pick.registration_id for pick in picks if pick.state.holds_seat]
    line = [(pick.position, pick.registration_id) for pick in picks if pick.position is not None]
    return seated, [one for one in line if one[1] not in seated]


# Act → how often it comes up.
ACTS = {
    **dict.fromkeys(("enter", "cancel", "let_time_pass", "leave_session"), 5),
    **dict.fromkeys(("change_mode", "move_in_line"), 3),
    **dict.fromkeys(
        ("change_sessions", "accept", "accept_session", "attend_online", "resize_event", "resize_session", "set_cap"), 2
    ),
    **dict.fromkeys(("enter_by_hand", "leave_line", "decline", "add_one_seat", "pause_or_resume", "work"), 1),
}
STORIES, STEPS = int(os.environ.get("DESK_STORIES", "12")), 45


def test_the_desk_and_the_paper_agree() -> None:
    for seed in range(STORIES):
        desk = Desk(seed)
        try:
            desk.go_on(STEPS)
        except Exception as fault:
            fault.add_note(" → ".join(desk.told))
            raise
        desk.close()
