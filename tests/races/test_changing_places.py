"""Bookers let their colleagues attend online, where one seat is left: one gets it and nobody loses theirs, on both
databases.
"""

from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transact
from app.models import BookedPlace, Mode, SeatPool
from app.operations.registration import attending_places, waiting
from app.operations.registration.changing import NoSeatError
from tests.races.conftest import at_once
from tests.support.booking import booked_form, places
from tests.support.desk import make_event, registrations, sign_up, with_rules

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


def two_bookers(app: Flask) -> tuple[int, list[object]]:
    event_id = with_rules(make_event(capacity=9, online=1), most_colleagues=2)
    for name in ("Ana", "Bo"):
        sign_up(event_id, booked_form(name, email=f"booker-of-{name}@broker.example"))

    def attend(place_id: int) -> object:
        try:
            return transact(lambda at: attending_places.attend(place_id, Mode.ONLINE, at=at))
        except NoSeatError as refusal:
            return refusal

    return event_id, at_once(app, [partial(attend, place.id) for place in places()])


def check(event_id: int) -> None:
    """Figures and rows agree, and each colleague's place says what their registration does."""
    db.session.rollback()
    ways = [person.mode for person in registrations(event_id)]
    pools = {pool.mode: pool.taken for pool in db.session.scalars(select(SeatPool).filter_by(event_id=event_id))}
    assert pools == {mode: ways.count(mode) for mode in Mode}
    assert ways.count(Mode.ONLINE) == 1
    for place in db.session.scalars(select(BookedPlace)):
        assert place.registration
        assert place.mode is place.registration.mode


def test_one_gets_the_last_seat_and_nobody_loses_theirs(app: Flask) -> None:
    event_id, results = two_bookers(app)
    assert sum(isinstance(result, NoSeatError) for result in results) == 1, results
    check(event_id)


# The control: both bookers wait for each other once they have seen that the seat is free.


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    barrier, has_seat, met = Barrier(2), waiting.has_seat, set[int]()

    def seen_together(event: Any, pool: Any, at: Any) -> bool:
        found = has_seat(event, pool, at)
        if pool.mode is Mode.ONLINE and id(event) not in met:
            met.add(id(event))
            barrier.wait(timeout=30)
        return found

    monkeypatch.setattr(waiting, "has_seat", seen_together)


@pytest.mark.usefixtures("without_the_lock", "together")
def test_without_the_lock_the_seat_is_given_twice(app: Flask) -> None:
    event_id, results = two_bookers(app)
    assert not any(isinstance(result, NoSeatError) for result in results), results
    with pytest.raises(AssertionError):
        check(event_id)
