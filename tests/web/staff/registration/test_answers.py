"""Staff write down what they were told, and see what was answered and changed."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.models import Mode, QuestionKind
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.pages import CheckedClient
from tests.support.questions import ask, given, lunch


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    return make_event(online=None)


def enter(editor: CheckedClient, event_id: int, **typed: Any) -> Any:
    page = editor.page(f"/staff/events/{event_id}/attendees/new")
    filled = {"channel": "phone", "first_name": "Dana", "organization": "Okafor Imports", "mode": "in-person"}
    return editor.submit(page, **filled, **typed)


def answers(event_id: int) -> list[list[str]]:
    [person] = registrations(event_id)
    return [answer.value for answer in person.answers]


def test_it_works(editor: CheckedClient, event_id: int) -> None:
    food = lunch(event_id, fish=1)
    made = enter(editor, event_id, **{food.field_name: "fish"})
    assert made.status_code == 303
    assert "What will you eat? Fish" in editor.page(made.location).main.text
    again = enter(editor, event_id, **{food.field_name: "fish"})
    assert "Others have just taken the last of what you chose" in again.text


def test_nothing_is_demanded_of_staff(editor: CheckedClient, event_id: int) -> None:
    ask(event_id, is_required=True)
    assert enter(editor, event_id).status_code == 303
    assert answers(event_id) == []


def test_what_does_not_apply_is_left_out(editor: CheckedClient, event_id: int) -> None:
    lead = ask(event_id, key="broker")
    follow = ask(event_id, "License", QuestionKind.TEXT, shown_when="broker", shown_values=["yes"])
    online = ask(event_id, "Which browser?", QuestionKind.TEXT, mode=Mode.ONLINE)
    page = editor.page(f"/staff/events/{event_id}/attendees/new").main
    assert "Only after “Yes” to “Are you a licensed broker?”." in page.text
    assert "Only for people online." in page.text
    typed = {lead.field_name: "no", follow.field_name: "12345", online.field_name: "Any"}
    assert enter(editor, event_id, **typed).status_code == 303
    assert answers(event_id) == [["no"]]


def test_old_and_new_stand_in_the_history(editor: CheckedClient, event_id: int) -> None:
    food = lunch(event_id, fish=1)
    sign_up(event_id, details(answers=(given(food, "fish"),)))
    [person] = registrations(event_id)
    page = editor.page(f"/staff/registrations/{person.id}/details")
    assert editor.submit(page, **{food.field_name: "meat"}).status_code == 303
    assert answers(event_id) == [["meat"]]
    assert "What will you eat?: Fish → Meat" in editor.page(f"/staff/registrations/{person.id}").main.text


def test_changing_a_name_leaves_the_answers(editor: CheckedClient, event_id: int) -> None:
    food = lunch(event_id)
    sign_up(event_id, details(answers=(given(food, "fish"),)))
    [person] = registrations(event_id)
    assert editor.submit(editor.page(f"/staff/registrations/{person.id}/details"), first_name="Ana").status_code == 303
    assert answers(event_id) == [["fish"]]
