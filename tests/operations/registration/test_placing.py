"""Staff place somebody in the line or on a seat: with a reason, in the log, and everybody else as before."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import AuditEntry, Event, Mode
from app.operations.registration import placing
from app.operations.registration.cancelling import EventOverError, cancel
from app.operations.registration.keeping_turn import NotWaitingError
from app.operations.registration.waiting import ahead_of
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules

pytestmark = pytest.mark.usefixtures("app", "at")
BY = "ed@example.gov"


@pytest.fixture
def event_id() -> int:
    """One seat, taken; A, B, C and D wait for it."""
    made = make_event(capacity=1, online=None)
    for name in ("Holder", "A", "B", "C", "D"):
        sign_up(made, details(last_name=name))
    return made


def line(event_id: int) -> str:
    waiting = [person for person in registrations(event_id) if person.waits_for]
    in_order = sorted(waiting, key=lambda one: one.position or 0)
    assert [ahead_of(person) for person in in_order] == list(range(len(waiting)))
    return "".join(person.last_name for person in in_order)


def move(event_id: int, name: str, ahead: int) -> None:
    [person_id] = [person.id for person in registrations(event_id) if person.last_name == name]
    transact(lambda at: placing.move(person_id, ahead, reason="Speaks on Tuesday.", by=BY, at=at).id)


@pytest.mark.parametrize(
    ("name", "ahead", "after"),
    [("D", 0, "DABC"), ("A", 2, "BCAD"), ("B", 99, "ACDB"), ("C", 2, "ABCD"), ("C", 1, "ACBD")],
)
def test_one_moves_and_the_others_keep_their_order(event_id: int, name: str, ahead: int, after: str) -> None:
    move(event_id, name, ahead)
    assert line(event_id) == after
    assert sorted(person.position or 0 for person in registrations(event_id)) == [0, 1, 2, 3, 4]
    sign_up(event_id, details(last_name="E"))
    assert line(event_id) == after + "E"


def test_it_is_logged_with_its_reason(event_id: int) -> None:
    move(event_id, "D", 0)
    [entry] = db.session.scalars(db.select(AuditEntry).filter_by(act="moved in line"))
    assert (entry.actor, entry.detail) == (BY, {"ahead": [3, 0], "reason": "Speaks on Tuesday."})
    with pytest.raises(NotWaitingError):
        move(event_id, "Holder", 0)


def give(event_id: int, index: int) -> None:
    person_id = registrations(event_id)[index].id
    transact(lambda at: placing.give_seat(person_id, reason="Invited by the chair.", by=BY, at=at).id)


def test_one_seat_more_for_one_person(event_id: int) -> None:
    give(event_id, 3)
    assert line(event_id) == "ABD"
    assert standings(event_id)[3] == "in-person confirmed"
    assert seats(event_id)["in-person"] == (2, 3)
    assert db.session.get_one(Event, event_id).pools[0].capacity == 2
    holder_id = registrations(event_id)[0].id
    transact(lambda at: cancel(holder_id, at=at).id)
    assert line(event_id) == "BD"
    [entry] = db.session.scalars(db.select(AuditEntry).filter_by(act="seated by staff"))
    assert entry.detail == {"mode": "in-person", "reason": "Invited by the chair.", "capacity": [1, 2]}
    with pytest.raises(NotWaitingError):
        give(event_id, 3)


def test_after_the_line_is_closed_a_free_seat_is_used_first(event_id: int, at: datetime) -> None:
    with clock.stopped_at(at + timedelta(days=13, hours=2)):
        holder_id = registrations(event_id)[0].id
        transact(lambda at: cancel(holder_id, at=at).id)
        give(event_id, 4)
    assert seats(event_id)["in-person"] == (1, 3)
    assert db.session.get_one(Event, event_id).pools[0].capacity == 1
    with clock.stopped_at(at + timedelta(days=15)), pytest.raises(EventOverError):
        give(event_id, 1)


def test_an_offered_seat_becomes_theirs_without_another(event_id: int) -> None:
    with_rules(event_id, offer_hours=24)
    holder_id = registrations(event_id)[0].id
    transact(lambda at: cancel(holder_id, at=at).id)
    assert standings(event_id)[1] == "in-person offered (held)"
    with pytest.raises(NotWaitingError):
        move(event_id, "A", 2)
    give(event_id, 1)
    assert standings(event_id)[1] == "in-person confirmed"
    assert seats(event_id)["in-person"] == (1, 3)


def test_who_attends_online_meanwhile_changes_over(event_id: int) -> None:
    sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True))
    give(event_id, 5)
    assert standings(event_id)[5] == "in-person confirmed"
    assert seats(event_id) == {"in-person": (2, 4), "online": (0, 0)}
