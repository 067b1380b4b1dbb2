"""Several members decide about the same people at once: each is decided about once, and no seat is given twice."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from threading import Barrier

import pytest
from flask import Flask

from app.db import transact
from app.models import Event, Registration, RegistrationState, SeatPool
from app.operations.registration import approving, waiting
from tests.races.conftest import at_once
from tests.support.desk import make_event, registrations, seats, sign_up, with_rules

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


def waiting_people(count: int, capacity: int) -> tuple[int, list[int]]:
    event_id = with_rules(make_event(capacity=capacity), needs_approval=True)
    for _ in range(count):
        sign_up(event_id)
    return event_id, [person.id for person in registrations(event_id)]


def deciding(person_id: int, verb: Callable[..., Registration]) -> Callable[[], object]:
    """Decide about somebody; what is refused stands in the answer's place."""

    def work(at: datetime) -> int:
        return verb(person_id, by="ed@example.gov", at=at).id

    def act() -> object:
        try:
            return transact(work)
        except approving.NotPendingError as refusal:
            return refusal

    return act


def test_each_is_decided_about_once(app: Flask) -> None:
    event_id, people = waiting_people(12, capacity=5)
    verbs = (approving.approve, approving.decline, approving.approve)
    results = at_once(app, [deciding(one, verb) for one in people for verb in verbs[: 2 + one % 2]])
    assert not [result for result in results if not isinstance(result, int | approving.NotPendingError)]
    states = Counter(person.state for person in registrations(event_id))
    assert states[RegistrationState.PENDING_APPROVAL] == 0
    taken, waits = seats(event_id)["in-person"]
    assert (taken, waits) == (states[RegistrationState.CONFIRMED], states[RegistrationState.WAITLISTED])
    assert taken == min(5, taken + waits)


@pytest.mark.usefixtures("without_the_lock")
def test_without_the_lock_the_last_seat_is_given_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    barrier, has_seat = Barrier(2), waiting.has_seat

    def seen_together(event: Event, pool: SeatPool, at: datetime) -> bool:
        found = has_seat(event, pool, at)
        barrier.wait(timeout=30)
        return found

    event_id, people = waiting_people(2, capacity=1)
    monkeypatch.setattr(waiting, "has_seat", seen_together)
    at_once(app, [deciding(one, approving.approve) for one in people])
    states = [person.state for person in registrations(event_id)]
    assert states == [RegistrationState.CONFIRMED] * 2
