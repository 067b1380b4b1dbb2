"""Many people at once: exactly as many seats as there are, in order, on both databases, and why the lock is needed."""

from collections.abc import Callable
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.db import db, transact
from app.models import AuditEntry, Event, FormSubmission, Mode, OutgoingEmail, RegistrationState, SeatPool
from app.operations.registration import allotting
from app.operations.registration.cancelling import cancel
from tests.races.conftest import at_once, beginning
from tests.support import factories
from tests.support.desk import details, make_event, registrations, sign_up

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


def pool(event_id: int) -> SeatPool:
    return db.session.scalars(select(SeatPool).where(SeatPool.event_id == event_id)).one()


def check(event_id: int) -> None:
    """What must hold whenever nobody is writing."""
    db.session.rollback()
    people, seats = registrations(event_id), pool(event_id)
    confirmed = [person for person in people if person.state is RegistrationState.CONFIRMED]
    waiting = [person for person in people if person.state is RegistrationState.WAITLISTED]
    assert (seats.taken, seats.waiting) == (len(confirmed), len(waiting))
    assert seats.capacity is not None
    assert len(confirmed) <= seats.capacity
    assert not waiting or len(confirmed) == seats.capacity, "A seat is empty while somebody waits."
    positions = [person.position for person in people if person.position]
    assert len(positions) == len(set(positions))


def test_five_hundred_for_the_last_fifty_seats(app: Flask) -> None:
    event_id = make_event(capacity=50)
    results = at_once(app, [lambda: sign_up(event_id) for _ in range(500)])
    assert all(isinstance(result, int) for result in results)
    check(event_id)
    people = registrations(event_id)
    assert sum(person.state is RegistrationState.CONFIRMED for person in people) == 50
    waiting = [person.position for person in people if person.state is RegistrationState.WAITLISTED]
    assert sorted(position or 0 for position in waiting) == list(range(1, 451))
    for table in (AuditEntry, OutgoingEmail, FormSubmission):
        assert db.session.scalar(select(db.func.count()).select_from(table)) == 500


def test_one_address_from_many_tabs(app: Flask) -> None:
    event_id = make_event(capacity=5)
    results = at_once(app, [lambda: sign_up(event_id, details(email="dana@importer.example")) for _ in range(40)])
    assert all(isinstance(result, int) for result in results)
    assert len(registrations(event_id)) == pool(event_id).taken == 1


def test_one_form_sent_many_times(app: Flask) -> None:
    event_id, typed = make_event(capacity=5), details()
    results = at_once(app, [lambda: sign_up(event_id, typed, form_key="one form") for _ in range(40)])
    assert len(set(results)) == 1
    assert db.session.scalar(select(db.func.count()).select_from(OutgoingEmail)) == 1


def test_people_leave_while_others_come(app: Flask) -> None:
    event_id = make_event(capacity=20)
    for _ in range(40):
        sign_up(event_id)
    leaving = [person.id for person in registrations(event_id)][:30]
    acts: list[Callable[[], object]] = []
    for person_id in leaving:
        acts += [
            lambda person_id=person_id: transact(lambda at: cancel(person_id, at=at).id),
            lambda: sign_up(event_id),
        ]
    results = at_once(app, acts)
    assert all(isinstance(result, int) for result in results)
    check(event_id)
    promoted = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.act == "promoted").order_by(AuditEntry.id)
    ).all()
    order = [entry["position"] for entry in promoted]
    assert order == sorted(order), "Somebody was promoted before a person who waited longer."


# The controls: the same races with the lock taken out go wrong, so the tests above do test it. Nothing is left to luck:
# both people wait for each other between reading what decides and writing.


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two people read how the seats stand before either of them writes."""
    barrier, lock_desk, free = Barrier(2), allotting.lock_desk, allotting.free

    def read_together(event_id: int, mode: Mode) -> allotting.LockedDesk:
        desk = lock_desk(event_id, mode)
        barrier.wait(timeout=30)
        return desk

    def free_together(pool: SeatPool) -> None:
        barrier.wait(timeout=30)
        free(pool)

    monkeypatch.setattr(allotting, "lock_desk", read_together)
    monkeypatch.setattr(allotting, "free", free_together)


@pytest.mark.usefixtures("without_the_lock", "together")
def test_without_the_lock_two_people_are_promised_one_seat(app: Flask) -> None:
    event_id = make_event(capacity=1)
    results = at_once(app, [lambda: sign_up(event_id), lambda: sign_up(event_id)])
    # The last line of defence, the table's own constraint, refuses the second promise with an error.
    assert sorted(isinstance(result, DBAPIError) and "never_oversold" in str(result) for result in results) == [0, 1]


def leaving_and_coming(app: Flask) -> int:
    """The only seat is given up while somebody comes for it."""
    event_id = make_event(capacity=1)
    leaving = factories.registration(db.session.get_one(Event, event_id)).id
    acts = [lambda: transact(lambda at: cancel(leaving, at=at).id), lambda: sign_up(event_id)]
    results = at_once(app, acts)
    assert all(isinstance(result, int) for result in results), results
    return event_id


def test_a_seat_given_up_goes_to_who_comes_meanwhile(app: Flask) -> None:
    event_id = leaving_and_coming(app)
    check(event_id)
    assert pool(event_id).taken == 1


@pytest.mark.usefixtures("without_the_lock", "together")
def test_without_the_lock_a_seat_stands_empty_while_somebody_waits(app: Flask) -> None:
    event_id = leaving_and_coming(app)
    with pytest.raises(AssertionError, match="A seat is empty while somebody waits"):
        check(event_id)


@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("together")
def test_without_an_immediate_transaction_people_get_errors(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's ordinary BEGIN takes the write lock too late: of two who have read, one can only begin anew."""
    monkeypatch.setitem(transact.__globals__, "REPETITIONS", 0)
    event_id = make_event(capacity=50)
    with beginning(lambda connection: connection.exec_driver_sql("BEGIN")):
        results = at_once(app, [lambda: sign_up(event_id), lambda: sign_up(event_id)])
    assert sorted("database is locked" in str(result) for result in results) == [False, True]
