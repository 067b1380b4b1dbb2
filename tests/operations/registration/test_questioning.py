"""Answers: kept as they were worded, with the seats of options that only some may choose."""

from datetime import datetime

import pytest

from app.db import db, transact
from app.models import (
    Answer,
    Mode,
    OptionLimit,
    Question,
    QuestionKind,
    QuestionVersion,
    Registration,
    RegistrationState,
)
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import change_details
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.questioning import OptionFullError
from app.operations.registration.switching import change_mode
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.questions import ask, given, lunch

pytestmark = pytest.mark.usefixtures("app", "at")


def taken(question: Question) -> dict[str, int]:
    rows = db.session.scalars(db.select(OptionLimit).where(OptionLimit.question_id == question.id))
    return {limit.option: limit.taken for limit in rows}


def answers(event_id: int) -> list[list[list[str]]]:
    return [[one.value for one in person.answers] for person in registrations(event_id)]


def test_it_works() -> None:
    event_id = make_event()
    question = ask(event_id)
    sign_up(event_id, details(answers=(given(question, "yes"),)))
    sign_up(event_id)
    [answer] = db.session.scalars(db.select(Answer))
    assert (answer.value, answer.version_id) == (["yes"], question.current.id)
    assert answers(event_id) == [[["yes"]], []]


def test_a_limited_option_is_given_out_as_often_as_there_is() -> None:
    event_id = make_event()
    question = lunch(event_id, fish=1)
    sign_up(event_id, details(answers=(given(question, "fish"),)))
    with pytest.raises(OptionFullError) as refusal:
        sign_up(event_id, details(answers=(given(question, "fish"),)))
    assert refusal.value.field == question.field_name
    sign_up(event_id, details(answers=(given(question, "meat"),)))
    assert answers(event_id) == [[["fish"]], [["meat"]]]
    assert taken(question) == {"fish": 1}


def test_a_full_option_is_refused_alike_whether_the_address_is_known() -> None:
    event_id = make_event()
    question = lunch(event_id, fish=1)
    sign_up(event_id, details(email="dana@importer.example", answers=(given(question, "fish"),)))
    for email in ("dana@importer.example", "lee@importer.example"):
        with pytest.raises(OptionFullError):
            sign_up(event_id, details(email=email, answers=(given(question, "fish"),)))


def test_a_known_address_changes_no_answer() -> None:
    event_id = make_event()
    question = lunch(event_id, fish=5)
    for option in ("fish", "meat"):
        sign_up(event_id, details(email="dana@importer.example", answers=(given(question, option),)))
    assert answers(event_id) == [[["fish"]]]
    assert taken(question) == {"fish": 1}


def test_cancelling_frees_the_option_and_keeps_the_answer() -> None:
    event_id = make_event()
    question = lunch(event_id, fish=1)
    sign_up(event_id, details(answers=(given(question, "fish"),)))
    [person] = registrations(event_id)
    transact(lambda at: cancel(person.id, at=at).id)
    assert (taken(question), answers(event_id)) == ({"fish": 0}, [[["fish"]]])
    sign_up(event_id, details(answers=(given(question, "fish"),)))
    assert taken(question) == {"fish": 1}


def test_who_waits_holds_the_option() -> None:
    event_id = make_event(capacity=1)
    question = lunch(event_id, fish=2)
    for _ in range(2):
        sign_up(event_id, details(answers=(given(question, "fish"),)))
    assert [person.state for person in registrations(event_id)][1] is RegistrationState.WAITLISTED
    assert taken(question) == {"fish": 2}


def test_same_form_with_another_answer_is_another_form() -> None:
    event_id = make_event()
    question = ask(event_id)
    typed = details(email="dana@importer.example", answers=(given(question, "yes"),))
    first = sign_up(event_id, typed, form_key="one")
    assert sign_up(event_id, typed, form_key="one") == first
    assert sign_up(event_id, typed.with_values(answers=(given(question, "no"),)), form_key="one") != first


def change(person: Registration, *answered: object) -> list[tuple[str, str, str]]:
    person_id = person.id
    typed = RegistrationDetails(
        mode=person.mode,
        email=person.email or "",
        first_name=person.first_name,
        last_name=person.last_name,
        organization=person.organization,
        answers=tuple(answered),  # type: ignore[arg-type]
    )

    def work(at: datetime) -> list[tuple[str, str, str]]:
        return [(one.field, one.old, one.new) for one in change_details(person_id, typed, at=at)]

    return transact(work)


def test_changing_an_answer_moves_the_options_seat() -> None:
    event_id = make_event()
    question = lunch(event_id, fish=1, meat=1)
    sign_up(event_id, details(answers=(given(question, "fish"),)))
    [person] = registrations(event_id)
    told = change(person, given(question, "meat"))
    assert told == [(f"answer:{question.key}:What will you eat?", "Fish", "Meat")]
    assert taken(question) == {"fish": 0, "meat": 1}
    sign_up(event_id, details(answers=(given(question, "fish"),)))
    with pytest.raises(OptionFullError):
        change(registrations(event_id)[1], given(question, "meat"))
    assert answers(event_id) == [[["meat"]], [["fish"]]]
    assert taken(question) == {"fish": 1, "meat": 1}


def test_an_answer_that_stays_keeps_its_wording() -> None:
    event_id = make_event()
    question, other = ask(event_id), ask(event_id, "Do you file entries?")
    sign_up(event_id, details(answers=(given(question, "yes"), given(other, "no"))))
    first = question.current.id
    reword(question, "Do you hold a broker license?")
    told = change(registrations(event_id)[0], given(question, "yes"), given(other, "yes"))
    assert [one[2] for one in told] == ["Yes"]
    kept = db.session.get_one(Answer, (registrations(event_id)[0].id, question.id))
    assert kept.version_id == first


def reword(question: Question, text: str) -> None:
    question_id = question.id

    def work(at: datetime) -> None:
        row = db.session.get_one(Question, question_id)
        row.versions.append(QuestionVersion(number=2, made_at=at, text=text))

    transact(work)


def test_another_way_of_attending_drops_what_is_asked_there_no_more() -> None:
    event_id = make_event(online=None)
    question = ask(event_id, "Do you need parking?", mode=Mode.IN_PERSON)
    everybody = ask(event_id)
    sign_up(event_id, details(answers=(given(question, "yes"), given(everybody, "no"))))
    [person] = registrations(event_id)
    transact(lambda at: change_mode(person.id, Mode.ONLINE, at=at))
    assert answers(event_id) == [[["no"]]]


def test_the_answers_go_with_the_registration() -> None:
    event_id = make_event()
    sign_up(event_id, details(answers=(given(ask(event_id), "yes"),)))
    [person] = registrations(event_id)
    transact(lambda _: db.session.execute(db.delete(Registration).where(Registration.id == person.id)).close())
    assert db.session.scalar(db.select(db.func.count()).select_from(Answer)) == 0


def test_what_was_typed_is_kept_sealed_and_comes_back() -> None:
    event_id = make_event()
    typed = details(answers=(given(ask(event_id), "yes"),))
    assert RegistrationDetails.from_json(typed.to_json()) == typed


def test_a_seat_from_the_line_drops_what_was_asked_of_those_online() -> None:
    event_id = make_event(capacity=1, online=None)
    question = ask(event_id, "Which room?", QuestionKind.CHOICE, options=("red",), limits={"red": 1}, mode=Mode.ONLINE)
    sign_up(event_id)
    answered = (given(question, "red"),)
    sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True, answers=answered))
    assert taken(question) == {"red": 1}
    first = registrations(event_id)[0].id
    transact(lambda at: cancel(first, at=at).id)
    [_gone, moved] = registrations(event_id)
    assert (moved.mode, moved.answers, taken(question)) == (Mode.IN_PERSON, [], {"red": 0})
