"""Who is next: the lowest position that may take the seat now. The blocked keep their position and stop nobody."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.event import listen, remove

from app.db import db, locks_rows, transact
from app.models import Event, EventState, Registration, SeatPool
from app.operations.registration import allotting, waiting
from app.operations.registration.cancelling import cancel
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def count_statements(app: Flask) -> Iterator[Callable[[], int]]:
    """How many statements were sent so far; many rows in one are one."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    listen(db.engine, "before_cursor_execute", note)
    yield lambda: len(sent)
    remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Organizations that may take no seat just now."""
    names: set[str] = set()

    def check(_event: Event) -> Callable[[Registration, SeatPool], bool] | None:
        return (lambda person, _pool: person.organization not in names) if names else None

    monkeypatch.setattr(waiting, "CHECKS", (check,))
    return names


def line_of(*organizations: str) -> int:
    """One seat, taken; people of these organizations wait for it."""
    event_id = with_rules(make_event(capacity=1))
    for name in ("Holder", *organizations):
        sign_up(event_id, details(organization=name))
    return event_id


def leave(event_id: int, index: int = 0) -> None:
    person_id = registrations(event_id)[index].id
    transact(lambda at: cancel(person_id, at=at).id)


def test_the_next_who_may_is_seated(blocked: set[str]) -> None:
    event_id = line_of("Full House", "Full House", "Free")
    blocked.add("Full House")
    leave(event_id)
    assert [person.state.value for person in registrations(event_id)] == [
        "cancelled",
        "waitlisted",
        "waitlisted",
        "confirmed",
    ]
    assert [person.position for person in registrations(event_id)] == [None, 1, 2, 3]


def test_the_blocked_stop_no_newcomer(blocked: set[str]) -> None:
    event_id = line_of("Full House")
    blocked.add("Full House")
    leave(event_id)
    assert seats(event_id) == {"in-person": (0, 1)}
    sign_up(event_id)
    assert standings(event_id)[1:] == ["in-person waitlisted", "in-person confirmed"]
    blocked.clear()
    leave(event_id, 2)
    assert standings(event_id)[1] == "in-person confirmed"


def test_a_long_line_is_read_to_its_end(blocked: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LEAST_READ", 2)
    event_id = line_of(*["Full House"] * 5, "Free")
    blocked.add("Full House")
    leave(event_id)
    assert standings(event_id)[-1] == "in-person confirmed"


def test_nobody_moves_up_at_a_cancelled_event(at: datetime) -> None:
    event_id = line_of("Waiting")
    transact(lambda _: setattr(db.session.get_one(Event, event_id), "state", EventState.CANCELLED))
    person_id = registrations(event_id)[0].id
    transact(lambda at: cancel(person_id, at=at, by="ed@example.gov").id)
    assert standings(event_id)[1] == "in-person waitlisted"


@pytest.mark.slow
def test_five_hundred_move_up_with_few_statements(count_statements: Callable[[], int]) -> None:
    event_id = make_event(capacity=1)
    for _ in range(501):
        sign_up(event_id)

    def work(at: datetime) -> int:
        event = allotting.lock_event(event_id)
        allotting.set_capacity(event.pools[0], 501)
        return len(waiting.promote(event, at))

    before = count_statements()
    assert transact(work) == 500
    # SQLite, which is in the same process, takes new rows one by one: an audit entry and a mail for each.
    assert count_statements() - before < (25 if locks_rows() else 25 + 2 * 500)
    assert seats(event_id) == {"in-person": (501, 0)}
