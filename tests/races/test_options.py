"""The last seat of an option: given out once, on both databases, and why the event's lock is needed for it."""

from collections.abc import Callable, Iterable
from threading import Barrier

import pytest
from flask import Flask

from app.db import db, transact
from app.models import Answer, Event, OptionLimit, Question, Registration, RegistrationState
from app.operations.registration import questioning
from app.operations.registration.cancelling import cancel
from app.operations.registration.details import GivenAnswer
from app.operations.registration.questioning import OptionFullError
from tests.races.conftest import at_once
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.questions import given, lunch

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


def choosing(event_id: int, question: Question, option: str = "fish") -> Callable[[], object]:
    """Register somebody who chooses an option; what is refused stands in the answer's place."""
    answer = given(question, option)

    def act() -> object:
        try:
            return sign_up(event_id, details(answers=(answer,)))
        except OptionFullError as refusal:
            return refusal

    return act


def check(event_id: int, question_id: int) -> int:
    """What must hold whenever nobody is writing. Returns how many hold a seat of the option."""
    db.session.rollback()
    limit = db.session.get_one(OptionLimit, (question_id, "fish"))
    live = (
        db.select(Answer.value)
        .join(Registration)
        .where(Answer.question_id == question_id, Registration.state != RegistrationState.CANCELLED)
    )
    holding = [value for value in db.session.scalars(live) if value == ["fish"]]
    assert limit.taken == len(holding) <= limit.capacity
    assert all(len(person.answers) == 1 for person in registrations(event_id))
    return len(holding)


def test_many_want_the_last_ten(app: Flask) -> None:
    event_id = make_event()
    question = lunch(event_id, fish=10)
    results = at_once(app, [choosing(event_id, question) for _ in range(80)])
    assert sum(isinstance(result, int) for result in results) == 10
    assert sum(isinstance(result, OptionFullError) for result in results) == 70
    assert check(event_id, question.id) == 10
    assert len(registrations(event_id)) == 10, "Whoever was refused holds nothing."


def test_some_leave_while_others_come(app: Flask) -> None:
    event_id = make_event()
    question = lunch(event_id, fish=5)
    for act in [choosing(event_id, question) for _ in range(5)]:
        act()
    acts: list[Callable[[], object]] = []
    for person_id in [person.id for person in registrations(event_id)]:
        acts += [
            lambda person_id=person_id: transact(lambda at: cancel(person_id, at=at).id),
            choosing(event_id, question),
            choosing(event_id, question, "meat"),
        ]
    results = at_once(app, acts)
    assert not [result for result in results if not isinstance(result, int | OptionFullError)]
    check(event_id, question.id)


# The control: both people wait for each other between reading what decides and writing, so nothing is left to luck.


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    barrier, refuse_full = Barrier(2), questioning.refuse_full

    def read_together(event: Event, answers: Iterable[GivenAnswer]) -> None:
        refuse_full(event, answers)
        barrier.wait(timeout=30)

    monkeypatch.setattr(questioning, "refuse_full", read_together)


@pytest.mark.usefixtures("without_the_lock", "together")
def test_without_the_lock_two_people_get_the_last_one(app: Flask) -> None:
    event_id = make_event()
    question = lunch(event_id, fish=1)
    results = at_once(app, [choosing(event_id, question) for _ in range(2)])
    assert all(isinstance(result, int) for result in results), results
    with pytest.raises(AssertionError):
        check(event_id, question.id)
