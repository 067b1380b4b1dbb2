"""The questions of an event on its form: shown when they apply, checked alike everywhere, never lost."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app import clock, links
from app.db import db, transact
from app.models import Answer, Event, Mode, Question, QuestionKind, QuestionVersion
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.html import Element, Page
from tests.support.pages import CheckedClient
from tests.support.questions import ask, given, lunch

pytestmark = pytest.mark.usefixtures("at")
DANA = {
    "first_name": "Dana",
    "last_name": "Okafor",
    "email": "dana@importer.example",
    "organization": "Okafor Imports",
}


def form_of(client: CheckedClient, event_id: int) -> Page:
    return client.page(f"/events/{db.session.get_one(Event, event_id).slug}/register")


def send(client: CheckedClient, event_id: int, **typed: Any) -> TestResponse:
    return client.submit(form_of(client, event_id), **{**DANA, **typed})


def answers(event_id: int) -> dict[str, list[str]]:
    """Question → value, of the one person there is."""
    [person] = registrations(event_id)
    return {one.version.text: one.value for one in person.answers}


def field(page: Page, question: Question) -> list[Element]:
    return page.main.all("input", "select", "textarea", name=question.field_name)


def is_open(element: Element) -> bool:
    """Whether a browser without scripts shows it and sends it."""
    fieldset = element.above("fieldset")
    while fieldset is not None:
        if "hidden" in fieldset.attributes or "disabled" in fieldset.attributes:
            return False
        fieldset = fieldset.above("fieldset")
    return True


def broker(event_id: int) -> tuple[Question, Question]:
    """A question, and one that is shown for its "yes"."""
    first = ask(event_id, key="licensed-broker")
    second = ask(
        event_id,
        "License number",
        QuestionKind.TEXT,
        shown_when="licensed-broker",
        shown_values=["yes"],
        is_required=True,
    )
    return first, second


def test_it_works(client: CheckedClient) -> None:
    event_id = make_event()
    question = ask(event_id, help_text="As it stands in your permit.", is_required=True)
    page = form_of(client, event_id)
    group = page.main.one("fieldset", id=question.field_name)
    assert group.one("legend").text == "Are you a licensed broker?"
    assert page.one("span", id=group.get("aria-describedby")).text == "As it stands in your permit."
    assert send(client, event_id, **{question.field_name: "yes"}).status_code == 303
    assert answers(event_id) == {"Are you a licensed broker?": ["yes"]}


def test_a_required_question_is_demanded_beside_its_field(client: CheckedClient) -> None:
    event_id = make_event()
    question = ask(event_id, "License number", QuestionKind.TEXT, is_required=True)
    response = send(client, event_id)
    page = Page(response.text)
    assert response.status_code == 422
    [typed] = field(page, question)
    assert "Answer “License number”" in page.one("span", id=typed.get("aria-describedby")).text
    assert page.one("div", id="error-summary").all("a", href=f"#{question.field_name}")
    assert client.submit(page, **{question.field_name: "12345"}).status_code == 303


WRONG = {
    QuestionKind.TEXT: ["x" * 201, "a\x00b", "two\nlines", "hidden\u202etext"],
    QuestionKind.LONG_TEXT: ["x" * 2001, "a\x00b"],
    QuestionKind.CHOICE: ["bread", "meat\x00", "x" * 5000],
    QuestionKind.CHOICES: ["bread", "fish\x00"],
    QuestionKind.YES_NO: ["maybe", "1"],
    QuestionKind.NUMBER: ["1e5", "-1", "2147483648", "1.5", "\u0661\u0662", "0x10", "1 2", "12\x00", "½", "9" * 400],
    QuestionKind.DATE: [
        "0001-01-01",
        "1899-12-31",
        "2026-02-30",
        "9999-12-31",
        "2026-03-0\x00",
        "soon",
        "\u0662026-01-01",
    ],
    QuestionKind.COUNTRY: ["ZZ", "usa", "U\x00", "x" * 300],
}
RIGHT = {
    QuestionKind.TEXT: [("x" * 200, ["x" * 200]), ("  José  Núñez ", ["José Núñez"]), ("'; DROP", ["'; DROP"])],
    QuestionKind.LONG_TEXT: [("one\r\ntwo", ["one\ntwo"]), ("=1+1", ["=1+1"])],
    QuestionKind.CHOICE: [("fish", ["fish"]), ("", None)],
    QuestionKind.CHOICES: [(["meat", "fish", "fish"], ["meat", "fish"]), ([], None)],
    QuestionKind.YES_NO: [("no", ["no"]), ("", None)],
    QuestionKind.NUMBER: [("999,999,999", ["999999999"]), ("007", ["7"]), (" 0 ", ["0"]), ("", None)],
    QuestionKind.DATE: [("2026-03-02", ["2026-03-02"]), ("3/2/2026", ["2026-03-02"]), ("1900-01-01", ["1900-01-01"])],
    QuestionKind.COUNTRY: [("US", ["US"]), ("", None)],
    QuestionKind.CONSENT: [("yes", ["yes"]), ([], None)],
}


def test_every_kind_has_its_row() -> None:
    assert set(RIGHT) == set(QuestionKind)
    assert set(WRONG) == set(QuestionKind) - {QuestionKind.CONSENT}


def asked(event_id: int, kind: QuestionKind) -> Question:
    return ask(event_id, "Asked", kind, options=("meat", "fish") if kind.has_options else ())


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "typed"), [(kind, typed) for kind, all_typed in WRONG.items() for typed in all_typed])
def test_what_cannot_be_kept_is_refused_beside_the_field(client: CheckedClient, kind: QuestionKind, typed: str) -> None:
    event_id = make_event()
    question = asked(event_id, kind)
    response = send(client, event_id, **{question.field_name: typed})
    assert response.status_code == 422
    assert f'id="{question.field_name}-error"' in response.text
    assert registrations(event_id) == []


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "typed", "kept"), [(kind, *pair) for kind, pairs in RIGHT.items() for pair in pairs])
def test_what_can_be_kept_is_kept_alike(
    client: CheckedClient, kind: QuestionKind, typed: Any, kept: list[str] | None
) -> None:
    event_id = make_event()
    question = asked(event_id, kind)
    assert send(client, event_id, **{question.field_name: typed}).status_code == 303
    assert answers(event_id) == ({"Asked": kept} if kept else {})


def test_two_answers_to_one_choice_are_no_form_of_ours(client: CheckedClient) -> None:
    event_id = make_event()
    assert send(client, event_id, **{ask(event_id).field_name: ["yes", "no"]}).status_code == 400


def test_consent_that_is_needed_must_be_given(client: CheckedClient) -> None:
    event_id = make_event()
    question = ask(event_id, "I agree to be photographed", QuestionKind.CONSENT, is_required=True)
    assert "Tick this box" in send(client, event_id).text
    assert send(client, event_id, **{question.field_name: "yes"}).status_code == 303


def test_without_scripts_a_follow_up_comes_in_a_second_step(client: CheckedClient) -> None:
    event_id = make_event()
    first, second = broker(event_id)
    page = form_of(client, event_id)
    assert not is_open(field(page, second)[0])
    response = client.submit(page, **DANA, **{first.field_name: "yes"})
    again = Page(response.text)
    assert response.status_code == 200
    assert not again.title.startswith("Error:")
    assert "Nothing is wrong, and nothing was sent yet" in again.main.text
    assert again.one("div", id="more-questions").all("a", href=f"#{second.field_name}")
    assert is_open(field(again, second)[0])
    assert 'value="Okafor Imports"' in response.text
    assert registrations(event_id) == []
    assert client.submit(again).status_code == 422
    assert client.submit(again, **{second.field_name: "12345"}).status_code == 303
    assert answers(event_id) == {"Are you a licensed broker?": ["yes"], "License number": ["12345"]}


def test_with_scripts_one_step_is_enough(client: CheckedClient) -> None:
    event_id = make_event()
    first, second = broker(event_id)
    typed = {first.field_name: "yes", second.field_name: "12345", "shown": str(second.id)}
    assert send(client, event_id, **typed).status_code == 303
    assert len(answers(event_id)) == 2


def test_an_answer_to_a_hidden_question_is_ignored_and_a_hidden_one_not_demanded(client: CheckedClient) -> None:
    event_id = make_event()
    first, second = broker(event_id)
    assert send(client, event_id, **{first.field_name: "no", second.field_name: "x" * 900}).status_code == 303
    assert answers(event_id) == {"Are you a licensed broker?": ["no"]}


def test_what_depends_on_a_hidden_question_is_hidden_too(client: CheckedClient) -> None:
    event_id = make_event()
    first, _second = broker(event_id)
    lead = ask(event_id, "Do you file yourself?", key="files", shown_when="licensed-broker", shown_values=["yes"])
    last = ask(event_id, "How often?", QuestionKind.NUMBER, shown_when="files", shown_values=["yes"], is_required=True)
    typed = {first.field_name: "no", lead.field_name: "yes", last.field_name: "7"}
    assert send(client, event_id, **typed).status_code == 303
    assert list(answers(event_id)) == ["Are you a licensed broker?"]


def test_a_question_for_the_room_is_asked_of_those_who_come(client: CheckedClient) -> None:
    event_id = make_event(online=None)
    question = ask(event_id, "Do you need parking?", mode=Mode.IN_PERSON, is_required=True)
    assert "Only for people in person." in form_of(client, event_id).main.text
    assert send(client, event_id, mode="online").status_code == 303
    response = send(client, event_id, mode="in-person", email="lee@importer.example")
    assert response.status_code == 200
    assert client.submit(Page(response.text), **{question.field_name: "no"}).status_code == 303
    assert [len(person.answers) for person in registrations(event_id)] == [0, 1]


def test_a_full_option_is_marked_and_cannot_be_chosen(client: CheckedClient) -> None:
    event_id = make_event()
    question = lunch(event_id, fish=1)
    before = form_of(client, event_id)
    sign_up(event_id, details(answers=(given(question, "fish"),)))
    page = form_of(client, event_id)
    [fish] = [one for one in field(page, question) if one.get("value") == "fish"]
    assert "disabled" in fish.attributes
    assert "Taken. Nobody more can choose this." in page.main.text
    response = client.submit(before, **DANA, **{question.field_name: "fish"})
    assert response.status_code == 422
    assert "Others have just taken the last of what you chose" in response.text
    assert 'value="Okafor Imports"' in response.text


def test_a_question_reworded_meanwhile_is_shown_again(client: CheckedClient) -> None:
    event_id = make_event()
    question = ask(event_id)
    page = form_of(client, event_id)
    reword(question.id, "Do you hold a broker license?")
    response = client.submit(page, **DANA, **{question.field_name: "yes"})
    assert response.status_code == 200
    assert "Do you hold a broker license?" in response.text
    assert client.submit(Page(response.text)).status_code == 303
    assert answers(event_id) == {"Do you hold a broker license?": ["yes"]}


def reword(question_id: int, text: str) -> None:
    def work(at: datetime) -> None:
        question = db.session.get_one(Question, question_id)
        question.versions.append(QuestionVersion(number=2, made_at=at, text=text))

    transact(work)


def test_a_covered_question_falls_away_the_day_its_clearance_expires(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(omb_number="1651-0000", omb_expires_on=at.date())
    question = ask(event_id, is_covered=True, is_required=True)
    assert field(form_of(client, event_id), question)
    with clock.stopped_at(at + timedelta(days=1)):
        assert not field(form_of(client, event_id), question)
        assert send(client, event_id, **{question.field_name: "yes"}).status_code == 303
    assert answers(event_id) == {}


def test_a_retired_question_is_not_asked(client: CheckedClient, at: datetime) -> None:
    event_id = make_event()
    question = ask(event_id, is_required=True)
    transact(lambda at: setattr(db.session.get_one(Question, question.id), "retired_at", at))
    assert not field(form_of(client, event_id), question)
    assert send(client, event_id).status_code == 303


def test_a_corrected_address_takes_the_answers_along(client: CheckedClient) -> None:
    event_id = make_event()
    question = ask(event_id)
    sign_up(event_id, details(email="lee@importer.example"))
    typed = {**DANA, "email": "lee@importer.example", question.field_name: "yes"}
    shown = client.page(send(client, event_id, **typed).location)
    assert client.submit(shown, email="dana@importer.example").status_code == 303
    assert [len(person.answers) for person in registrations(event_id)] == [0, 1]
    assert db.session.scalars(db.select(Answer.value)).all() == [["yes"]]


def test_no_page_of_a_form_with_questions_tells_figures(client: CheckedClient) -> None:
    event_id = make_event()
    lunch(event_id, fish=64711)
    assert not re.search("64,?711", form_of(client, event_id).main.text)


def test_after_closing_the_answers_are_shown_as_they_were_typed(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(registration_closes_at=at + timedelta(hours=1))
    food, why = lunch(event_id), ask(event_id, "Why?", QuestionKind.TEXT)
    agreed = ask(event_id, "I agree", QuestionKind.CONSENT)
    page = form_of(client, event_id)
    typed = {food.field_name: "fish", why.field_name: "Because", agreed.field_name: "yes"}
    with clock.stopped_at(at + timedelta(hours=1)):
        answer = client.submit(page, **DANA, **typed)
    words = Page(answer.text).main.text
    assert answer.status_code == 409
    assert "What will you eat? Fish" in words
    assert "Why? Because" in words
    assert "True" not in words


def test_one_changes_answers_on_the_own_page(client: CheckedClient) -> None:
    event_id = make_event()
    first, second = broker(event_id)
    sign_up(event_id, details(answers=(given(first, "yes"), given(second, "12345"))))
    [person] = registrations(event_id)
    own = links.manage(person.id, person.link_version).replace(client.application.config["BASE_URL"], "")
    page = client.page(f"{own}/change")
    assert [one.get("value") for one in field(page, second)] == ["12345"]
    assert client.submit(page, **{second.field_name: ""}).status_code == 422
    assert client.submit(page, **{first.field_name: "no"}).status_code == 303
    assert answers(event_id) == {"Are you a licensed broker?": ["no"]}
    back = client.submit(client.page(f"{own}/change"), **{first.field_name: "yes"})
    assert back.status_code == 200
    assert client.submit(Page(back.text), **{second.field_name: "777"}).status_code == 303
    assert "License number 777" in client.page(own).main.text


def test_a_corrected_address_whose_option_is_gone_is_told_so(client: CheckedClient) -> None:
    event_id = make_event()
    food = lunch(event_id, fish=1)
    sign_up(event_id, details(email="lee@importer.example"))
    shown = client.page(send(client, event_id, email="lee@importer.example", **{food.field_name: "fish"}).location)
    sign_up(event_id, details(answers=(given(food, "fish"),)))
    answer = client.submit(shown, email="dana@importer.example")
    assert answer.status_code == 409
    assert "Others have just taken the last of what you chose." in answer.text
    assert len(registrations(event_id)) == 2
