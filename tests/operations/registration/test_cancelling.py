"""Cancelling: the seat goes to whoever waits longest, in the same transaction, with a mail."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import Event, Mode, RegistrationState
from app.operations.registration import allotting
from app.operations.registration.cancelling import EventOverError, cancel
from app.operations.registration.waiting import promote
from tests.operations.registration.test_registering import kinds, pool
from tests.support.desk import details, make_event, registrations, sign_up

pytestmark = pytest.mark.usefixtures("app", "at")


def leave(registration_id: int, by: str = "person") -> None:
    transact(lambda at: cancel(registration_id, at=at, by=by).id)


def states(event_id: int) -> list[str]:
    return [person.state.value for person in registrations(event_id)]


def test_it_works() -> None:
    event_id = make_event(capacity=1)
    for _ in range(3):
        sign_up(event_id)
    leave(registrations(event_id)[0].id)
    assert states(event_id) == ["cancelled", "confirmed", "waitlisted"]
    assert (pool(event_id).taken, pool(event_id).waiting) == (1, 1)
    # The first one's "confirmed" had not left yet and is withdrawn; "promoted" follows the waiting list's mail.
    assert [kind.value for kind in kinds()] == ["confirmed", "waitlisted", "waitlisted", "cancelled", "promoted"]


def test_twice_is_harmless() -> None:
    event_id = make_event(capacity=5)
    sign_up(event_id)
    for _ in range(2):
        leave(registrations(event_id)[0].id)
    assert pool(event_id).taken == 0
    assert len(kinds()) == 2


def test_leaving_the_line_moves_nobody_up() -> None:
    event_id = make_event(capacity=1)
    for _ in range(3):
        sign_up(event_id)
    leave(registrations(event_id)[1].id)
    assert states(event_id) == ["confirmed", "cancelled", "waitlisted"]
    assert (pool(event_id).taken, pool(event_id).waiting) == (1, 1)


def test_a_newcomer_never_passes_somebody_who_waits() -> None:
    event_id = make_event(capacity=1)
    for _ in range(2):
        sign_up(event_id)
    set_capacity(event_id, 1)
    leave(registrations(event_id)[0].id)
    sign_up(event_id)
    assert states(event_id) == ["cancelled", "confirmed", "waitlisted"]


def test_the_same_address_may_come_back_as_a_new_row() -> None:
    event_id = make_event()
    sign_up(event_id, details(email="dana@importer.example"))
    leave(registrations(event_id)[0].id)
    sign_up(event_id, details(email="dana@importer.example"))
    assert states(event_id) == ["cancelled", "confirmed"]


def test_in_person_promotion_ends_a_day_before(at: datetime) -> None:
    event_id = make_event(capacity=1)
    for _ in range(2):
        sign_up(event_id)
    with clock.stopped_at(at + timedelta(days=13, hours=2)):
        leave(registrations(event_id)[0].id)
    assert states(event_id) == ["cancelled", "waitlisted"]


def test_nobody_cancels_after_the_end_but_staff(at: datetime) -> None:
    event_id = make_event()
    sign_up(event_id)
    with clock.stopped_at(at + timedelta(days=15)):
        with pytest.raises(EventOverError):
            leave(registrations(event_id)[0].id)
        leave(registrations(event_id)[0].id, by="editor@events.example.gov")
    assert registrations(event_id)[0].cancelled_by == "editor@events.example.gov"


def set_capacity(event_id: int, capacity: int | None, *, shrinking: bool = False) -> int:
    def work(at: datetime) -> int:
        event = allotting.lock_event(event_id)
        allotting.set_capacity(allotting.pool_of(event, Mode.IN_PERSON), capacity, shrinking=shrinking)
        return len(promote(event, at))

    return transact(work)


def test_raising_the_capacity_promotes_as_many_as_fit() -> None:
    event_id = make_event(capacity=1)
    for _ in range(5):
        sign_up(event_id)
    assert set_capacity(event_id, 3) == 2
    assert states(event_id) == ["confirmed"] * 3 + ["waitlisted"] * 2
    assert set_capacity(event_id, None) == 2


def test_lowering_the_capacity_needs_a_decision_and_then_shrinks() -> None:
    event_id = make_event(capacity=3)
    for _ in range(4):
        sign_up(event_id)
    with pytest.raises(allotting.CapacityBelowTakenError):
        set_capacity(event_id, 1)
    set_capacity(event_id, 1, shrinking=True)
    people = registrations(event_id)
    for person, capacity in zip(people[:2], (2, 1), strict=True):
        leave(person.id)
        assert pool(event_id).capacity == pool(event_id).taken == capacity
    assert states(event_id)[3] == "waitlisted"
    leave(people[2].id)
    assert states(event_id)[3] == "confirmed"
    assert db.session.get_one(Event, event_id).pools[0].shrink_to is None


def test_state_says_when_and_by_whom(at: datetime) -> None:
    event_id = make_event()
    sign_up(event_id)
    leave(registrations(event_id)[0].id)
    [person] = registrations(event_id)
    assert (person.state, person.cancelled_at, person.cancelled_by) == (RegistrationState.CANCELLED, at, "person")
