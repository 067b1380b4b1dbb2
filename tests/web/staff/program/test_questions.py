"""Questions through the console: taken, worded, ordered, retired; the sheet for the speakers."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.db import db
from app.models import AnsweredQuestion, Event, Mode, Question, QuestionKind
from app.operations.program.question_details import Home, questions_of
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient, compared
from tests.support.questions import LUNCH, ask, given, lunch


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    return make_event(online=None)


def new(editor: CheckedClient, home: str, kind: str, **typed: Any) -> Any:
    return editor.submit(editor.page(f"/staff/{home}questions/new/{kind}"), **typed)


def press(client: CheckedClient, address: str, ending: str) -> Any:
    """Press the button of the form whose address ends so."""
    page = client.page(address)
    form = next(form for form in page.main.all("form") if form.get("action").endswith(ending))
    return client.post(form.get("action"), data=fields(form))


def asked(home: Home) -> list[str]:
    db.session.expire_all()
    return [one.current.text for one in questions_of(home) if one.is_asked]


def test_it_works(editor: CheckedClient, event_id: int) -> None:
    typed = {"option-1": "Fish", "option-2": "Meat", "option-2-seats": "3", "is_required": "y", "mode": "in-person"}
    answer = new(editor, f"events/{event_id}/", "choice", text="Lunch?", help_text="Or bring yours.", **typed)
    assert (answer.status_code, answer.location) == (303, f"/staff/events/{event_id}/questions")
    [question] = questions_of(Home(event_id))
    now = question.current
    assert (now.text, now.is_required, now.mode, list(now.labels)) == ("Lunch?", True, Mode.IN_PERSON, ["fish", "meat"])
    shown = editor.page(answer.location).main.text
    assert "Lunch? required One choice of several In person Meat: 0 / 3" in shown


def test_every_kind_is_offered_and_can_be_made(editor: CheckedClient, event_id: int) -> None:
    kinds = editor.page(f"/staff/events/{event_id}/questions/new").main.all("a")
    assert {kind.value for kind in QuestionKind} <= {link.get("href").rpartition("/")[2] for link in kinds}
    for kind in QuestionKind:
        options = {"option-1": "A", "option-2": "B"} if kind.has_options else {}
        assert new(editor, f"events/{event_id}/", kind.value, text=kind.value, **options).status_code == 303
    assert len(asked(Home(event_id))) == len(QuestionKind)
    assert editor.get(f"/staff/events/{event_id}/questions/new/nonsense").status_code == 404


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("text", {"text": ""}, "Write the question."),
        ("text", {"text": "x" * 301}, "Shorten this to 300 characters."),
        ("text", {"text": "a\x00b"}, "hidden character"),
        ("choice", {"text": "Lunch?", "option-1": "Fish"}, "at least two options"),
        ("choice", {"text": "Lunch?", "option-1": "Fish", "option-2": "Fish"}, "stands here twice"),
        ("choice", {"text": "L", "option-1": "A", "option-2": "B", "option-1-seats": "2147483648"}, "whole number"),
        ("choice", {"text": "L", "option-1": "A", "option-2": "B", "option-3-seats": "2"}, "Name the option"),
        ("text", {"text": "L", "mode": "by-mail"}, "Choose one of these."),
    ],
)
def test_a_refusal_stands_beside_its_field(
    editor: CheckedClient, event_id: int, kind: str, typed: dict[str, str], words: str
) -> None:
    answer = new(editor, f"events/{event_id}/", kind, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert asked(Home(event_id)) == []


def test_other_words_make_a_version(editor: CheckedClient, event_id: int) -> None:
    question = lunch(event_id)
    sign_up(event_id, details(answers=(given(question, "fish"),)))
    page = editor.page(f"/staff/questions/{question.id}")
    assert "What they answered keeps the words they read" in page.main.text
    stale = editor.submit(page, **{"option-2": "Trout"})
    assert stale.status_code == 303
    assert db.session.get_one(Question, question.id).current.labels == {"meat": "Meat", "fish": "Trout"}
    again = editor.submit(page, text="Lunch?")
    assert again.status_code == 409
    assert compared(Page(again.text)) == {
        "Question": ("What will you eat?", "Lunch?"),
        "Options": ("Meat, Trout", "Meat, Fish"),
    }
    assert editor.submit(Page(again.text)).status_code == 303
    [person] = registrations(event_id)
    shown = editor.page(f"/staff/registrations/{person.id}").main.text
    assert "What will you eat? Fish" in shown
    assert "asked now as “Lunch?”" in shown


def test_seats_below_what_is_chosen_say_how_many(editor: CheckedClient, event_id: int) -> None:
    question = lunch(event_id)
    for _ in range(2):
        sign_up(event_id, details(answers=(given(question, "fish"),)))
    answer = editor.submit(editor.page(f"/staff/questions/{question.id}"), **{"option-2-seats": "1"})
    assert "2 people chose this." in answer.text


def test_an_answer_that_leads_to_a_question(editor: CheckedClient, event_id: int) -> None:
    lead = ask(event_id)
    new(editor, f"events/{event_id}/", "text", text="License number", shown=f"{lead.key}=yes")
    follow = questions_of(Home(event_id))[1].current
    assert (follow.shown_when, follow.shown_values) == (lead.key, ["yes"])
    list_page = f"/staff/events/{event_id}/questions"
    assert "depends on it" in editor.page(press(editor, list_page, f"/{lead.id}/removal").location).main.text
    assert "must be asked before it" in editor.page(press(editor, list_page, f"/{lead.id}/place/down").location).text
    gone = new(editor, f"events/{event_id}/", "text", text="Why?", shown="nothing=yes")
    assert "one of them is gone" in gone.text
    other = ask(event_id, "Do you file?", place=99)
    mixed = new(editor, f"events/{event_id}/", "text", text="Why?", shown=[f"{lead.key}=yes", f"{other.key}=yes"])
    assert "Choose answers of one question only." in mixed.text


def test_order(editor: CheckedClient, event_id: int) -> None:
    first, second = ask(event_id, "First"), ask(event_id, "Second")
    page = f"/staff/events/{event_id}/questions"
    assert press(editor, page, f"/{second.id}/place/up").location == page
    assert asked(Home(event_id)) == ["Second", "First"]
    press(editor, page, f"/{second.id}/place/down")
    assert asked(Home(event_id)) == [first.current.text, "Second"]


def test_from_the_library_over_the_series_to_the_event(editor: CheckedClient, event_id: int) -> None:
    new(editor, "", "yes-no", text="Are you a licensed broker?")
    [ready] = questions_of(Home())
    series_id = db.session.get_one(Event, event_id).series_id
    editor.post(f"/staff/series/{series_id}/questions/taken", data=ticked(editor, f"series/{series_id}", ready.id))
    assert asked(Home(series_id=series_id)) == ["Are you a licensed broker?"]
    [of_series] = questions_of(Home(series_id=series_id))
    page = editor.page(f"/staff/events/{event_id}/questions")
    assert "From the series" in page.main.text
    editor.post(f"/staff/events/{event_id}/questions/taken", data=ticked(editor, f"events/{event_id}", of_series.id))
    assert asked(Home(event_id)) == ["Are you a licensed broker?"]
    assert "From the library" not in editor.page(f"/staff/events/{event_id}/questions").main.text
    assert (
        "Tick the questions"
        in editor.page(
            editor.post(f"/staff/events/{event_id}/questions/taken", data=ticked(editor, f"events/{event_id}")).location
        ).main.text
    )


def ticked(editor: CheckedClient, home: str, *ids: int) -> dict[str, Any]:
    page = editor.page(f"/staff/{home}/questions")
    return {"csrf_token": page.all("input", name="csrf_token")[0].get("value"), "question": [str(one) for one in ids]}


def test_a_new_event_of_the_series_begins_with_its_questions(editor: CheckedClient, event_id: int) -> None:
    series = make.series(slug="coac", defaults={"capacity": {"online": 500}})
    ask(None, "Do you represent a member?", series_id=series.id)
    page = editor.page("/staff/events/new/coac")
    typed = {"title": "COAC meeting", "summary": "It meets.", "starts": "2026-05-04T10:00", "ends": "2026-05-04T12:00"}
    made = editor.submit(page, **typed)
    assert made.status_code == 303, made.text
    newest = db.session.scalars(db.select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert asked(Home(newest.id)) == ["Do you represent a member?"]


def test_removed_and_asked_again(editor: CheckedClient, event_id: int) -> None:
    question = ask(event_id)
    sign_up(event_id, details(answers=(given(question, "yes"),)))
    page = f"/staff/events/{event_id}/questions"
    press(editor, page, f"/{question.id}/removal")
    assert "Asked no more" in editor.page(page).main.text
    press(editor, page, f"/{question.id}/return")
    assert asked(Home(event_id)) == ["Are you a licensed broker?"]


def test_a_covered_question_of_a_public_event_needs_the_number(editor: CheckedClient, event_id: int) -> None:
    answer = new(editor, f"events/{event_id}/", "text", text="Income?", is_covered="y")
    assert "needs an OMB number that has not expired" in answer.text
    assert asked(Home(event_id)) == []


def test_the_form_can_be_tried(viewer: CheckedClient, event_id: int) -> None:
    lead = ask(event_id, key="broker")
    follow = ask(event_id, "License", QuestionKind.TEXT, shown_when="broker", shown_values=["yes"], is_required=True)
    ask(event_id, "Which days?", QuestionKind.CHOICES, options=LUNCH)
    page = viewer.page(f"/staff/events/{event_id}/questions/preview")
    assert page.main.all("input", name=lead.field_name)
    tried = viewer.page(f"/staff/events/{event_id}/questions/preview?mode=online&{lead.field_name}=yes")
    [opened] = tried.main.all("input", name=follow.field_name)
    fieldset = opened.above("fieldset")
    assert fieldset
    assert "hidden" not in fieldset.attributes


def test_the_sheet_for_the_speakers_carries_no_names(editor: CheckedClient, event_id: int) -> None:
    question = ask(event_id, "What would you ask?", QuestionKind.LONG_TEXT, is_for_speakers=True)
    typed = details(first_name="Zebulon", answers=(given(question, "When does\nthe pilot end?"),))
    sign_up(event_id, typed)
    page = editor.page(f"/staff/events/{event_id}/speaker-questions")
    assert "When does the pilot end?" in page.main.text
    for secret in ("Zebulon", typed.last_name, typed.organization, typed.email):
        assert secret not in page.text
    assert "person" not in page.main.text


def test_the_answered_list_becomes_a_material(editor: CheckedClient, client: CheckedClient, event_id: int) -> None:
    question = ask(event_id, "What would you ask?", QuestionKind.LONG_TEXT, is_for_speakers=True)
    sign_up(event_id, details(answers=(given(question, "When does it end?"),)))
    sheet = f"/staff/events/{event_id}/speaker-questions"
    page = editor.page(sheet)
    first, *_rest = [form for form in page.main.all("form") if form.get("action").endswith("/answered")]
    asked = Page(editor.post(first.get("action"), data=fields(first)).text)
    assert editor.submit(asked, answer="In June.").status_code == 303
    address = f"/events/{db.session.get_one(Event, event_id).slug}"
    stranger = editor.application.test_client()
    assert "In June." not in stranger.get(f"{address}/answers").text
    for _ in range(2):
        editor.post(
            f"/staff/events/{event_id}/answered/material",
            data={"csrf_token": page.all("input", name="csrf_token")[0].get("value")},
        )
    assert [material.title for material in db.session.get_one(Event, event_id).materials] == ["Questions and answers"]
    assert f"{address}/answers" in stranger.get(address).text
    assert "When does it end?" in stranger.get(f"{address}/answers").text
    assert "In June." in stranger.get(f"{address}/answers").text
    press(editor, sheet, "/removal")
    assert db.session.scalars(db.select(AnsweredQuestion)).all() == []
    assert editor.post(f"/staff/events/{event_id}/answered/99/removal").status_code in {400, 404}


def test_nothing_is_listed_before_an_answer_is_saved(editor: CheckedClient, event_id: int) -> None:
    address = f"/staff/events/{event_id}/answered"
    page = editor.page(address)
    assert db.session.scalars(db.select(AnsweredQuestion)).all() == []
    refused = editor.submit(page, answer="In June.")
    assert (refused.status_code, "Write the question." in refused.text) == (422, True)
    assert db.session.scalars(db.select(AnsweredQuestion)).all() == []
    assert editor.submit(page, question="When does it end?", answer="In June.").status_code == 303
    listed = db.session.scalars(db.select(AnsweredQuestion)).one()
    assert (listed.question, listed.answer) == ("When does it end?", "In June.")
