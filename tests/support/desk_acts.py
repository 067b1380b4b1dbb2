"""What people and staff do at the desk, done at the real one and on paper alike."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from app import clock
from app.db import db, transact
from app.models import (
    Event,
    EventSession,
    Mode,
    Registration,
    RegistrationRules,
)
from app.operations.program import arranging, pausing, planning
from app.operations.program.details import SessionDetails
from app.operations.program.session_seats import SessionSeats
from app.operations.registration import (
    admitting,
    allotting,
    approving,
    booking,
    by_hand,
    capping,
    changing,
    closing,
    fitting,
    following,
    inviting,
    keeping_turn,
    offering,
    offering_sessions,
    picking,
    placing,
    placing_sessions,
    registering,
    switching,
    waiting,
)
from app.operations.registration.by_hand import Asked, Channel, register_by_hand
from app.operations.registration.cancelling import cancel
from app.operations.registration.details import RegistrationDetails
from tests.conftest import NOON
from tests.support.desk import details, make_event, take_offers
from tests.support.paper_people import EVENT, ONLINE, ROOM, Person, RefusedError
from tests.support.paper_room import PaperRoom
from tests.support.sessions import hold_sessions

REFUSALS = (
    admitting.InvitationNeededError,
    allotting.CapacityBelowTakenError,
    allotting.NoSuchEventError,
    approving.NoQuestionError,
    approving.NotPendingError,
    booking.NotSeatsForAllError,
    booking.TooManyColleaguesError,
    by_hand.AlreadyRegisteredError,
    capping.OrganizationFullError,
    changing.NoSeatError,
    changing.NotLiveError,
    fitting.SessionRefusedError,
    inviting.InvitationUsedError,
    inviting.NotByInvitationError,
    keeping_turn.NotWaitingError,
    offering.NoOfferError,
    offering.OfferEndedError,
    placing_sessions.NoEventSeatError,
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


CAPACITIES = (0, 1, 1, 2, 2, 3, 4, 5)
MOST_PEOPLE, MOST_COLLEAGUES = 15, 3
MOST_LATE = timedelta(hours=1)  # Stories end before the event begins.


class NothingToDoError(Exception):
    """Nobody is there whom the act fits."""


def address(number: int) -> str:
    return f"person{number}@importer.example"


class DeskActs:
    """Each act does the same at the real desk and on paper. Every story is an event of its own."""

    def __init__(self, seed: int) -> None:
        self.seed, self.random, self.at = seed, Random(seed), NOON
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
            rules = {"offer_hours": hours, "organization_cap": cap, "most_colleagues": MOST_COLLEAGUES}
            transact(lambda _: db.session.add(RegistrationRules(event_id=self.event_id, **rules)))
        starts_at = db.session.get_one(Event, self.event_id).starts_at
        assert starts_at
        self.starts_at = starts_at
        begins = [starts_at + timedelta(hours=hour) for hour in HOURS_OF_SESSIONS]
        self.paper = PaperRoom(hours, CLASHES, {ROOM: starts_at - timedelta(hours=24), ONLINE: starts_at}, begins)
        self.paper.cap, self.paper.most_colleagues = cap, MOST_COLLEAGUES
        self.paper.open({EVENT: {ROOM: room, ONLINE: online}} | dict(enumerate(picked)))

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
        among = [person for person in people if fits(person)] if self.random.random() < 0.8 else people
        if not among:
            raise NothingToDoError
        person = self.random.choice(among)
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
        number, mode, picks = self.number(), self.mode(), self.picks()
        email, firm = address(number), ORGANIZATIONS[number % 2]
        chosen, turn = tuple(self.sessions[one] for one in picks), mode is ONLINE and self.random.random() < 0.5
        typed = details(mode=mode, email=email, keeps_turn=turn, sessions=chosen, organization=firm)
        return Person(email, mode, firm), typed, picks

    def number(self) -> int:
        """Fifteen people of two organizations come again and again."""
        return self.random.randrange(MOST_PEOPLE)

    def enter_by_hand(self) -> None:
        person, typed, picks = self.form()
        adds_seat = self.random.random() < 0.5
        asked = Asked(Channel.PHONE, "Invited.", adds_seat=adds_seat)
        self.act(
            lambda: self.paper.register_by_hand(person, picks, self.at, adds_seat=adds_seat),
            partial(register_by_hand, self.event_id, typed.with_values(keeps_turn=False), asked, **STAFF),
        )

    def cancel(self) -> None:
        person, id_ = self.one(lambda one: one.sits)
        self.act(lambda: self.paper.cancel(person, self.at), cancel, id_)

    def change_sessions(self) -> None:
        if not self.sessions:
            raise NothingToDoError
        picks, (person, id_) = self.picks(), self.one(lambda one: not one.gone)
        self.swap(person, id_, picks)

    def swap(self, person: Person, id_: int, picks: frozenset[int]) -> None:
        chosen = picking.Wanted(tuple(self.sessions[one] for one in picks))
        self.act(lambda: self.paper.change_sessions(person, picks, self.at), picking.change, id_, chosen)

    def accept_session(self) -> None:
        if not self.sessions:
            raise NothingToDoError
        person, id_ = self.one(lambda one: one.held)
        place = min(person.held, default=0)
        verb = partial(offering_sessions.accept, id_, self.sessions[place])
        self.act(lambda: self.paper.accept_session(person, place, self.at), verb)

    def leave_session(self) -> None:
        if not self.sessions:
            raise NothingToDoError
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
        self.act(lambda: self.paper.attend_online(person, self.at), keeping_turn.attend_online, id_)

    def leave_line(self) -> None:
        person, id_ = self.one(lambda one: one.keeps_turn)
        self.act(lambda: self.paper.leave_line(person, self.at), keeping_turn.leave_line, id_)

    def accept(self) -> None:
        person, id_ = self.one(lambda one: one.until)
        verb = partial(offering.accept, known=self.sessions)
        self.act(lambda: self.paper.accept(person, self.at), verb, id_)

    def decline(self) -> None:
        person, id_ = self.one(lambda one: one.until)
        self.act(lambda: self.paper.decline(person, self.at), offering.decline, id_)

    def move_in_line(self) -> None:
        ahead, (person, id_) = self.random.randint(0, 4), self.one(lambda one: one.turn and not one.until)
        self.act(lambda: self.paper.move(person, ahead), placing.move, id_, ahead, reason="Asked.", **STAFF)

    def add_one_seat(self) -> None:
        person, id_ = self.one(lambda one: one.turn)
        self.act(lambda: self.paper.give_seat(person, self.at), placing.give_seat, id_, reason="Asked.", **STAFF)

    def move_in_session_line(self) -> None:
        ahead, (person, id_, place) = self.random.randint(0, 4), self.one_with_session()
        verb = partial(placing_sessions.move, id_, self.sessions[place], ahead, reason="Asked.", **STAFF)
        self.act(lambda: self.paper.move_in_session_line(person, place, ahead), verb)

    def give_session_seat(self) -> None:
        person, id_, place = self.one_with_session()
        verb = partial(placing_sessions.give_seat, id_, self.sessions[place], reason="Asked.", **STAFF)
        self.act(lambda: self.paper.give_session_seat(person, place), verb)

    def one_with_session(self) -> tuple[Person, int, int]:
        """Mostly somebody who stands in a session's line, or for whom a seat there is held."""
        if not self.sessions:
            raise NothingToDoError
        lines = {
            (place, one) for (place, _mode), pool in self.paper.pools.items() if place != EVENT for one in pool.line
        }
        lines |= {(place, one) for one in self.paper.people for place in one.held}
        person, id_ = self.one(lambda one: any(one is other for _place, other in lines))
        waits = sorted(place for place, other in lines if other is person)
        return person, id_, self.random.choice(waits or range(len(self.sessions)))

    def resize_event(self) -> None:
        mode, capacity, shrinking = self.mode(), self.random.choice(CAPACITIES), self.random.random() < 0.5
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
            raise NothingToDoError
        place, mode = self.random.choice(places)
        capacity, shrinking = self.random.choice(CAPACITIES), self.random.random() < 0.5
        pool, session = self.paper.pools[place, mode], db.session.get_one(EventSession, self.sessions[place])
        said = SessionDetails.read(session, session.event.zone)
        seats = SessionSeats(SessionSeats.of(session).by_mode | {mode: capacity}, shrinking=shrinking)
        self.act(
            lambda: self.paper.set_capacity(pool, capacity, self.at, shrinking=shrinking),
            partial(arranging.save, self.event_id, said, part_id=session.id, version=None, seats=seats, **STAFF),
        )

    def set_cap(self) -> None:
        cap = self.random.choice((None, 1, 2, 3))
        self.both(lambda: self.paper.set_cap(cap, self.at), lambda: self.change_rules(organization_cap=cap))

    def change_rules(self, **given: Any) -> None:
        def work(at: datetime) -> None:
            event = allotting.lock_event(self.event_id)
            for name, value in given.items():
                setattr(event.rules, name, value)
            following.follow(event, at, rested=False)
            waiting.promote(event, at)

        transact(work)

    def pause_or_resume(self) -> None:
        """All of it, or one way of attending; mostly what is paused goes on."""
        paused = sorted(self.paper.paused, key=str)
        goes_on = bool(paused) and self.random.random() < 0.8
        mode = self.random.choice(paused if goes_on else (None, ROOM, ONLINE))
        verb = pausing.resume if goes_on else pausing.pause
        change = self.paper.paused.discard if goes_on else self.paper.paused.add
        self.act(lambda: change(mode), verb, self.event_id, mode=mode, **STAFF)

    def let_time_pass(self) -> None:
        """The worker may come a little late."""
        hours = timedelta(hours=self.random.choice((1, 12, 25, 25, 25)))
        self.at = min(self.at + hours, self.starts_at - MOST_LATE)
        if self.random.random() < 0.7:
            self.work()

    def work(self) -> None:
        take_offers()
        self.act(lambda: self.paper.lapse(self.at), offering.lapse_due)
        self.act(lambda: self.paper.lapse_sessions(self.at), offering_sessions.lapse_due)
        self.act(lambda: None, closing.close_lines)
