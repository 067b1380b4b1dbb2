"""Somebody approved for online asks for the room: what they hold stays until the office says yes or no."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.mail.rendering import render
from app.models import Event, Mode, OutgoingEmail
from app.operations.registration import answering_for_room, approving, asking_for_room, keeping_turn, room_wishes
from app.operations.registration.approving import NotPendingError
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import NoSeatError
from app.operations.registration.switching import SessionsAtStakeError, WayClosedError, change_mode
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules
from tests.support.sessions import hold_sessions, session_ids, states

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app", "at")]
RUTH = "ruth@example.gov"


def approved_online(event_id: int) -> int:
    """Somebody whom the office approved for online. Returns their id."""
    sign_up(event_id, details(mode=Mode.ONLINE))
    person = registrations(event_id)[-1].id
    transact(lambda at: approving.approve(person, by=RUTH, at=at).id)
    return person


def guarded(**given: int | None) -> int:
    return with_rules(make_event(**{"capacity": 1, "online": 5} | given), needs_approval=True)


def ask(person: int) -> None:
    transact(lambda at: asking_for_room.ask(person, at=at).id)


def say_yes(person: int, *known: int) -> None:
    transact(lambda at: answering_for_room.say_yes(person, known=known, by=RUTH, at=at).id)


def wishes(event_id: int) -> list[int]:
    return [wish.registration_id for wish in room_wishes.of_event(event_id, clock.now())]


def last_mail() -> str:
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert mail
    rendered = render(mail.kind, mail.facts)
    return " ".join(f"{rendered.subject} {rendered.text}".split())


def test_it_works() -> None:
    event_id = guarded()
    person = approved_online(event_id)
    ask(person)
    ask(person)
    assert (standings(event_id), wishes(event_id)) == (["online confirmed"], [person])
    assert room_wishes.count_by_event([event_id], clock.now()) == {event_id: 1}
    say_yes(person)
    assert (standings(event_id), wishes(event_id)) == (["in-person confirmed"], [])
    assert seats(event_id) == {"in-person": (1, 0), "online": (0, 0)}
    assert "The office looked at the wish that you attend in person, and approved it." in last_mail()
    with pytest.raises(NotPendingError):
        say_yes(person)


def test_a_yes_to_a_full_room_is_a_place_in_its_line() -> None:
    event_id = guarded()
    asks, sits = approved_online(event_id), approved_online(event_id)
    ask(sits)
    say_yes(sits)
    ask(asks)
    say_yes(asks)
    assert standings(event_id) == ["online confirmed > in-person", "in-person confirmed"]
    assert "Waiting list" in last_mail()
    transact(lambda at: cancel(sits, at=at).id)
    assert standings(event_id) == ["in-person confirmed", "in-person cancelled"]


def test_a_yes_says_that_the_site_asks_for_more() -> None:
    event_id = with_rules(make_event(capacity=1, online=5), needs_approval=True, asks_us_person=True)
    for held in ("in-person confirmed", "online confirmed > in-person"):
        person = approved_online(event_id)
        ask(person)
        say_yes(person)
        assert standings(event_id)[-1] == held
        assert "The site must know of everybody who comes whether they are a U.S. person." in last_mail()


def test_a_no_changes_nothing() -> None:
    event_id = guarded()
    person = approved_online(event_id)
    ask(person)
    no = {"words": "The site takes brokers alone.", "by": RUTH}
    transact(lambda at: answering_for_room.say_no(person, **no, at=at).id)
    assert (standings(event_id), wishes(event_id)) == (["online confirmed"], [])
    text = last_mail()
    assert "did not approve" in text
    assert "The site takes brokers alone." in text
    assert "Not approved: attending" in text
    ask(person)
    assert wishes(event_id) == [person]


def test_a_wish_is_taken_back_or_comes_true_otherwise() -> None:
    event_id = guarded(capacity=5)
    person, moved, left = (approved_online(event_id) for _ in range(3))
    for one in (person, moved, left):
        ask(one)
    transact(lambda at: asking_for_room.take_back(person, at=at).id)
    transact(lambda at: change_mode(moved, Mode.IN_PERSON, at=at, by=RUTH))
    transact(lambda at: change_mode(moved, Mode.ONLINE, at=at))
    transact(lambda at: cancel(left, at=at).id)
    assert wishes(event_id) == []


def test_a_wish_ends_where_staff_put_its_person_in_the_line() -> None:
    event_id = guarded()
    sits, asks = approved_online(event_id), approved_online(event_id)
    for one in (sits, asks):
        ask(one)
    say_yes(sits)
    transact(lambda at: keeping_turn.wait_for_room(asks, at=at, by=RUTH).id)
    transact(lambda at: keeping_turn.leave_line(asks, at=at).id)
    assert wishes(event_id) == []


def test_an_event_that_is_over_has_no_wishes(at: datetime) -> None:
    event_id = guarded()
    ask(approved_online(event_id))
    ends = db.session.get_one(Event, event_id).ends_at
    assert ends
    with clock.stopped_at(ends):
        assert wishes(event_id) == []
        assert room_wishes.count_by_event([event_id], clock.now()) == {}


def test_nobody_asks_who_need_not_or_cannot(at: datetime) -> None:
    free, full, guarded_room = make_event(capacity=1, online=5), guarded(capacity=0), guarded()
    sign_up(free, details(mode=Mode.ONLINE))
    pending = with_rules(make_event(capacity=1, online=5), needs_approval=True)
    sign_up(pending, details(mode=Mode.ONLINE))
    late = approved_online(guarded_room)
    for person in (registrations(free)[0].id, approved_online(full), registrations(pending)[0].id):
        with pytest.raises(WayClosedError):
            ask(person)
    starts = db.session.get_one(Event, guarded_room).starts_at
    assert starts
    with clock.stopped_at(starts + timedelta(minutes=1)), pytest.raises(WayClosedError):
        ask(late)


def test_a_closed_line_takes_nobody_and_the_wish_stays() -> None:
    event_id = guarded()
    asks, sits = approved_online(event_id), approved_online(event_id)
    ask(asks)
    ask(sits)
    say_yes(sits)
    starts = db.session.get_one(Event, event_id).starts_at
    assert starts
    with clock.stopped_at(starts - timedelta(hours=1)), pytest.raises(NoSeatError):
        say_yes(asks)
    assert wishes(event_id) == [asks]


def test_the_sessions_that_it_costs_are_named() -> None:
    event_id = guarded(capacity=5)
    hold_sessions(event_id, {"seats": {Mode.ONLINE: 5}, "title": "Origin clinic"})
    sign_up(event_id, details(mode=Mode.ONLINE, sessions=tuple(session_ids(event_id))))
    person = registrations(event_id)[0].id
    transact(lambda at: approving.approve(person, by=RUTH, at=at).id)
    ask(person)
    with pytest.raises(SessionsAtStakeError):
        say_yes(person)
    say_yes(person, *session_ids(event_id))
    assert (standings(event_id), states(registrations(event_id)[0])) == (["in-person confirmed"], [])
