"""Staff change the capacity, pause the desk, ask for approval or call the event off while people come and go.

No seat is given too often or stands empty, and what staff decided holds for everybody who comes after it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.db import db, transact
from app.models import AuditEntry, Event, Mode
from app.models import RegistrationState as State
from app.operations.program import pausing, planning, rescheduling
from app.operations.program.details import Rules
from app.operations.program.telling import Telling
from app.operations.registration import allotting
from app.operations.registration.cancelling import cancel
from app.operations.registration.registering import RegistrationEndedError, RegistrationPausedError
from tests.races.conftest import at_once
from tests.races.test_seats import check, pool
from tests.support.desk import make_event, registrations, sign_up

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
Act = Callable[[], object]
EDITOR = "ed@example.gov"


def resize(event_id: int, capacity: int) -> Act:
    """More seats, or fewer as people leave."""
    seats = planning.Seats({Mode.IN_PERSON: capacity}, shrinking=True)
    return lambda: transact(lambda at: planning.edit(event_id, [], version=None, seats=seats, by=EDITOR, at=at).id)


def come(event_id: int) -> Act:
    def act() -> object:
        try:
            return sign_up(event_id)
        except (RegistrationPausedError, RegistrationEndedError):
            return "refused"

    return act


def leave(person_id: int) -> Act:
    return lambda: transact(lambda at: cancel(person_id, at=at).id)


def spread(few: list[Act], many: list[Act]) -> Iterator[Act]:
    """A few acts among many, evenly."""
    each = len(many) // (len(few) + 1)
    for number, act in enumerate(many):
        yield act
        if few and number % each == each - 1:
            yield few.pop(0)


def test_the_capacity_goes_up_and_down_while_people_come_and_go(app: Flask) -> None:
    event_id = make_event(capacity=12)
    for _ in range(20):
        sign_up(event_id)
    people = [leave(person.id) for person in registrations(event_id)[:10]]
    acts = spread([resize(event_id, size) for size in (18, 6, 0, 9, 15)], [*people, *[come(event_id)] * 30])
    results = at_once(app, list(acts))
    assert all(isinstance(result, int) for result in results), results
    check(event_id)
    found = pool(event_id)
    assert found.capacity is not None
    assert found.shrink_to is None or found.shrink_to < found.taken == found.capacity


def meanwhile(app: Flask, event_id: int, decide: Callable[[datetime], Event]) -> tuple[list[State], list[State]]:
    """Forty people come, and staff decide something amid them: how those stand who came before, and those after."""
    results = at_once(app, list(spread([lambda: transact(lambda at: decide(at).id)], [come(event_id)] * 40)))
    assert {type(result) for result in results} <= {int, str}, results
    states = {person.id: person.state for person in registrations(event_id)}
    entries = db.session.execute(select(AuditEntry.act, AuditEntry.subject_id).order_by(AuditEntry.id)).all()
    decided = next(number for number, (act, _) in enumerate(entries) if act != "registered")
    before, after = ([states[one] for act, one in some if act == "registered"] for some in halves(entries, decided))
    assert len(before) + len(after) == 40 - results.count("refused")
    return before, after


def halves(entries: Sequence[Any], place: int) -> tuple[Sequence[Any], Sequence[Any]]:
    return entries[:place], entries[place:]


DOORS: dict[str, Callable[[int, datetime], Event]] = {
    "paused": lambda event_id, at: pausing.pause(event_id, by=EDITOR, at=at),
    "paused for the room": lambda event_id, at: pausing.pause(event_id, by=EDITOR, at=at, mode=Mode.IN_PERSON),
    "called off": lambda event_id, at: rescheduling.cancel(event_id, version=None, by=EDITOR, at=at, tell=Telling()),
}


@pytest.mark.parametrize("close", DOORS.values(), ids=DOORS)
def test_nobody_gets_in_once_the_door_is_closed(app: Flask, close: Callable[[int, datetime], Event]) -> None:
    event_id = make_event(capacity=100)
    before, after = meanwhile(app, event_id, lambda at: close(event_id, at))
    assert set(before) == {State.CONFIRMED}
    assert after == []


def test_whoever_comes_after_it_was_asked_for_waits_for_approval(app: Flask) -> None:
    event_id, rules = make_event(capacity=100), [Rules(needs_approval=True)]
    given = {"version": None, "by": EDITOR}
    before, after = meanwhile(app, event_id, lambda at: planning.edit(event_id, rules, at=at, **given))
    assert set(before) == {State.CONFIRMED}
    assert set(after) <= {State.PENDING_APPROVAL}


# The control: with the lock taken out, somebody is promised a seat that staff take away at the same moment.


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    barrier, lock_desk, set_capacity = Barrier(2), allotting.lock_desk, allotting.set_capacity

    def read_together(event_id: int, mode: Mode) -> allotting.LockedDesk:
        desk = lock_desk(event_id, mode)
        barrier.wait(timeout=30)
        return desk

    def resize_together(*given: object, **more: object) -> None:
        barrier.wait(timeout=30)
        set_capacity(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(allotting, "lock_desk", read_together)
    monkeypatch.setattr(allotting, "set_capacity", resize_together)


@pytest.mark.usefixtures("without_the_lock", "together")
def test_without_the_lock_a_seat_is_promised_that_is_taken_away(app: Flask) -> None:
    event_id = make_event(capacity=1)
    results = at_once(app, [come(event_id), resize(event_id, 0)])
    # The table's own constraint refuses whichever of the two comes second.
    assert [isinstance(result, DBAPIError) and "never_oversold" in str(result) for result in results].count(True) == 1
