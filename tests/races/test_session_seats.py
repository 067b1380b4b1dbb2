"""Many people at once for the last seats of sessions: no seat twice, none empty, and why the lock is needed."""

from collections.abc import Callable
from threading import Barrier

import pytest
from flask import Flask

from app.db import db, transact
from app.models import Event, EventSession, Mode
from app.operations.registration import picking, seating
from app.operations.registration.cancelling import cancel
from app.operations.registration.picking import Wanted
from tests.races.conftest import at_once
from tests.support.desk import details, registrations, sign_up
from tests.support.sessions import check_sessions, conference, session_ids, states

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
SMALL = {"seats": {Mode.IN_PERSON: 5}}


def sign_up_for(event_id: int, *sessions: int) -> int:
    return sign_up(event_id, details(sessions=sessions))


def test_many_for_the_last_seats_of_two_sessions(app: Flask) -> None:
    event_id = conference(SMALL, SMALL, capacity=60)
    first, second = session_ids(event_id)
    wishes = [(first,), (second,), (first, second)] * 20
    results = at_once(app, [lambda wish=wish: sign_up_for(event_id, *wish) for wish in wishes])
    assert all(isinstance(result, int) for result in results), results
    check_sessions(event_id)
    people = registrations(event_id)
    assert len(people) == 60
    confirmed = [state for person in people for state in states(person)]
    assert (confirmed.count("confirmed"), confirmed.count("waitlisted")) == (10, 70)


def test_people_swap_and_leave_while_others_come(app: Flask) -> None:
    event_id = conference(SMALL, SMALL, {})
    first, second, large = session_ids(event_id)
    for number in range(24):
        sign_up_for(event_id, (first, second)[number % 2])
    there = [person.id for person in registrations(event_id)]
    acts: list[Callable[[], object]] = []
    for person_id in there[:6]:
        acts += [
            lambda person_id=person_id: transact(lambda at: len(picking.change(person_id, Wanted((large,)), at=at))),
            lambda: sign_up_for(event_id, first, second),
        ]
    acts += [lambda person_id=person_id: transact(lambda at: cancel(person_id, at=at).id) for person_id in there[6:12]]
    results = at_once(app, acts)
    assert all(isinstance(result, int) for result in results), results
    check_sessions(event_id)


def two_for_one_seat(app: Flask) -> int:
    event_id = conference({"seats": {Mode.IN_PERSON: 1}})
    [session] = session_ids(event_id)
    results = at_once(app, [lambda: sign_up_for(event_id, session)] * 2)
    assert all(isinstance(result, int) for result in results), results
    return event_id


def test_one_seat_is_given_once(app: Flask) -> None:
    event_id = two_for_one_seat(app)
    check_sessions(event_id)
    assert sorted(state for person in registrations(event_id) for state in states(person)) == [
        "confirmed",
        "waitlisted",
    ]


@pytest.mark.usefixtures("without_the_lock")
def test_without_the_lock_one_seat_is_promised_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    barrier, read = Barrier(2), seating.sessions_of

    def read_together(event: Event) -> list[EventSession]:
        sessions = read(event)
        barrier.wait(timeout=30)
        return sessions

    monkeypatch.setattr(seating, "sessions_of", read_together)
    event_id = two_for_one_seat(app)
    with pytest.raises(AssertionError):
        check_sessions(event_id)
    db.session.rollback()
    assert [states(person) for person in registrations(event_id)] == [["confirmed"], ["confirmed"]]
