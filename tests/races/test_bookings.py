"""Two bookings of three for the last four seats: in one piece each, in the order of the forms, on both databases."""

from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.models import BookedPlace, MessageKind, SeatPool
from app.operations.registration import entering
from app.operations.registration.booking import NotSeatsForAllError
from tests.races.conftest import at_once
from tests.support.booking import booked_form, group_event, mails
from tests.support.desk import registrations, seats, sign_up

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


def two_bookings(app: Flask, capacity: int, *, all_or_none: bool, each: int = 1) -> tuple[int, list[object]]:
    """Two senders with two colleagues each, every form sent so many times at once."""
    event_id = group_event(capacity)
    forms = [
        booked_form("Ana", "Bo", email="maria@broker.example", all_or_none=all_or_none),
        booked_form("Cy", "Di", email="noor@broker.example", all_or_none=all_or_none),
    ]

    def send(key: int) -> object:
        try:
            return sign_up(event_id, forms[key], form_key=f"form {key}")
        except NotSeatsForAllError as refusal:
            return refusal

    return event_id, at_once(app, [partial(send, key) for key in range(2)] * each)


def states(event_id: int) -> list[str]:
    db.session.rollback()
    return [person.state.value for person in registrations(event_id)]


def check(event_id: int) -> None:
    """Every seat is somebody's, nobody waits beside an empty one, and each colleague stands in one booking."""
    found = states(event_id)
    [pool] = db.session.scalars(select(SeatPool).where(SeatPool.event_id == event_id))
    assert (pool.taken, pool.waiting) == (found.count("confirmed"), found.count("waitlisted"))
    assert pool.taken <= (pool.capacity or 0)
    booked = [place.registration_id for place in db.session.scalars(select(BookedPlace))]
    assert sorted(one or 0 for one in booked) == [
        person.id for person in registrations(event_id) if person.first_name != "Maria"
    ]


def test_as_many_as_there_are_seats(app: Flask) -> None:
    event_id, results = two_bookings(app, 4, all_or_none=False, each=4)
    assert len(set(results)) == 2
    check(event_id)
    # One form after the other, never a person of this between two of that.
    assert states(event_id) == ["confirmed"] * 4 + ["waitlisted"] * 2
    assert len(mails(MessageKind.BOOKED)) == 2


def test_all_or_none(app: Flask) -> None:
    event_id, results = two_bookings(app, 4, all_or_none=True)
    assert sum(isinstance(result, NotSeatsForAllError) for result in results) == 1, results
    check(event_id)
    assert states(event_id) == ["confirmed"] * 3
    assert seats(event_id) == {"in-person": (3, 0)}


# The control: both bookings wait for each other once they have read how many seats are free.


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    barrier, foresee, met = Barrier(2), entering.foresee, set[int]()

    def foreseen_together(event: Any, details: Any, at: Any) -> entering.Wish:
        wish = foresee(event, details, at)
        if id(event) not in met:
            met.add(id(event))
            barrier.wait(timeout=30)
        return wish

    monkeypatch.setattr(entering, "foresee", foreseen_together)


@pytest.mark.usefixtures("without_the_lock", "together")
@pytest.mark.parametrize("all_or_none", [True, False])
def test_without_the_lock_seats_are_given_twice(app: Flask, *, all_or_none: bool) -> None:
    event_id, results = two_bookings(app, 4, all_or_none=all_or_none)
    assert all(isinstance(result, int) for result in results), results
    with pytest.raises(AssertionError):
        check(event_id)
