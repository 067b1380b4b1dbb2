"""The next event of the series with one press, when everything that it requires is known from the last time."""

from datetime import datetime
from typing import Any

import pytest

from app.db import db, transact
from app.models import Event, Question, QuestionKind, Registration
from app.operations.registration.continuing import next_event, register_again
from tests.support import factories as make
from tests.support.desk import details, registrations, sign_up
from tests.support.questions import LUNCH, ask, given

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def events() -> tuple[int, int]:
    """Two events of one series; the second is a day later."""
    series = make.series()
    first = make.event(series=series).id
    series = db.session.get_one(Event, first).series
    hours = {"starts_local": make.wall("2026-03-20 13:00"), "ends_local": make.wall("2026-03-20 14:00")}
    return first, make.event(series=series, **hours).id


def registered(event_id: int, *answers: object) -> Registration:
    mode = db.session.get_one(Event, event_id).modes[0]
    sign_up(event_id, details(mode=mode, answers=answers))
    return registrations(event_id)[-1]


def pair(events: tuple[int, int], kind: QuestionKind = QuestionKind.YES_NO, **told: Any) -> list[Question]:
    return [ask(event_id, "Asked", kind, key="asked", **told) for event_id in events]


def test_it_works(events: tuple[int, int], at: datetime) -> None:
    first, second = pair(events, is_required=True)
    person = registered(events[0], given(first, "yes"))
    assert next_event(person, at)
    person_id, mode = person.id, person.mode
    transact(lambda at: register_again(person_id, events[1], mode, at=at))
    [answer] = registrations(events[1])[0].answers
    assert (answer.question_id, answer.version_id, answer.value) == (second.id, second.current.id, ["yes"])


def test_what_is_not_known_must_be_asked(events: tuple[int, int], at: datetime) -> None:
    ask(events[1], is_required=True)
    assert next_event(registered(events[0]), at) is None


def test_what_is_not_required_stays_unasked(events: tuple[int, int], at: datetime) -> None:
    first, _second = pair(events)
    person = registered(events[0], given(first, "yes"))
    assert next_event(person, at)
    person_id, mode = person.id, person.mode
    transact(lambda at: register_again(person_id, events[1], mode, at=at))
    assert registrations(events[1])[0].answers == []


def test_what_depends_on_an_answer_is_asked_only_then(events: tuple[int, int], at: datetime) -> None:
    first, _second = pair(events, is_required=True)
    ask(events[1], "License", QuestionKind.TEXT, shown_when="asked", shown_values=["yes"], is_required=True)
    assert next_event(registered(events[0], given(first, "no")), at)
    assert next_event(registered(events[0], given(first, "yes")), at) is None


@pytest.mark.parametrize(("kind", "value"), [(QuestionKind.CONSENT, "yes"), (QuestionKind.LONG_TEXT, "Why?")])
def test_consent_and_long_texts_hold_for_one_event(
    events: tuple[int, int], at: datetime, kind: QuestionKind, value: str
) -> None:
    first, _second = pair(events, kind, is_required=True)
    assert next_event(registered(events[0], given(first, value)), at) is None


def test_an_option_that_is_full_or_gone_must_be_chosen_anew(events: tuple[int, int], at: datetime) -> None:
    first = ask(events[0], "Lunch", QuestionKind.CHOICE, key="lunch", options=LUNCH, is_required=True)
    ask(events[1], "Lunch", QuestionKind.CHOICE, key="lunch", options=LUNCH, limits={"fish": 0}, is_required=True)
    assert next_event(registered(events[0], given(first, "meat")), at)
    assert next_event(registered(events[0], given(first, "fish")), at) is None
    assert next_event(registered(events[0], given(first, "cake")), at) is None
