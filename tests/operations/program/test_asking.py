"""Staff ask questions: in other words, in another order, from the library, under a clearance, and no more."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.db import db, transact
from app.models import AuditEntry, Event, EventState, Mode, Question, QuestionKind
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.program import asking, planning
from app.operations.program.publishing import Gap, NotReadyError, missing
from app.operations.program.question_details import Home, Option, Wording, questions_of
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.questions import ask, given, lunch

pytestmark = pytest.mark.usefixtures("app", "at")
BY = "editor@example.gov"
READY = {
    "accessibility_contact_name": "Access desk",
    "accessibility_contact_email": "access@example.gov",
    "captions": "Live",
    "privacy_statement": "We keep it short.",
}


def add(home: Home, kind: QuestionKind = QuestionKind.TEXT, **given: Any) -> Question:
    wording = Wording(**{"text": "Who invited you?"} | given)
    made = transact(lambda at: asking.add(home, kind, wording, by=BY, at=at).id)
    return db.session.get_one(Question, made)


def reword(question: Question, version: str | None = None, **given: Any) -> None:
    question_id, wording = question.id, Wording(**{"text": question.current.text} | given)
    transact(lambda at: asking.reword(question_id, wording, version=version, by=BY, at=at).id)


def texts(home: Home) -> list[str]:
    return [one.current.text for one in questions_of(home) if one.is_asked]


def log(act: str) -> list[dict[str, Any]]:
    return list(db.session.scalars(db.select(AuditEntry.detail).where(AuditEntry.act == act).order_by(AuditEntry.id)))


def test_it_works() -> None:
    home = Home(make_event())
    add(home, QuestionKind.CHOICE, text="Your lunch?", options=(Option("Fish"), Option("Meat", capacity=2)))
    [question] = questions_of(home)
    assert (question.key, question.current.labels) == ("your-lunch", {"fish": "Fish", "meat": "Meat"})
    assert [(limit.option, limit.capacity) for limit in question.limits] == [("meat", 2)]
    assert log("added question") == [{"changed": {"question": [None, "Your lunch?"]}, "quietly": False}]


def test_other_words_are_a_new_version_and_what_was_answered_stays() -> None:
    event_id = make_event()
    question = add(Home(event_id), QuestionKind.CHOICE, text="Lunch?", options=(Option("Fish"), Option("Meat")))
    sign_up(event_id, details(answers=(given(question, "fish"),)))
    reword(question, options=(Option("Trout", "fish"), Option("Cake")))
    [answer] = registrations(event_id)[0].answers
    assert (answer.value, answer.version.labels["fish"]) == (["fish"], "Fish")
    assert db.session.get_one(Question, question.id).current.labels == {"fish": "Trout", "cake": "Cake"}
    reword(question, options=(Option("Trout", "fish"), Option("Meat")))
    assert list(db.session.get_one(Question, question.id).current.labels) == ["fish", "meat-2"], "never the old option"


def test_the_same_words_are_no_new_version() -> None:
    question = add(Home(make_event()))
    reword(question)
    assert question.current.number == 1


def test_two_editors_at_once() -> None:
    question = add(Home(make_event()))
    seen = asking.shown(question)
    reword(question, seen, text="Who told you?")
    reword(question, seen, text="Who told you?")  # The same button, twice.
    with pytest.raises(ChangedMeanwhileError):
        reword(question, seen, text="Who called you?")
    assert question.current.number == 2


def test_a_limit_counts_who_chose_already() -> None:
    event_id = make_event()
    question = lunch(event_id)
    for _ in range(3):
        sign_up(event_id, details(answers=(given(question, "fish"),)))
    fish, meat = Option("Fish", "fish", 2), Option("Meat", "meat")
    with pytest.raises(asking.OptionTakenError) as refusal:
        reword(question, options=(meat, fish))
    assert (refusal.value.option, refusal.value.people) == ("fish", 3)
    reword(question, options=(meat, Option("Fish", "fish", 3)))
    assert db.session.get_one(Question, question.id).full_options == ("fish",)
    reword(question, options=(meat, Option("Fish", "fish")))
    assert db.session.get_one(Question, question.id).limits == []


def test_order_and_what_depends_on_what() -> None:
    home = Home(make_event())
    first = add(home, QuestionKind.YES_NO, text="Broker?")
    second = add(home, text="License", shown_when=first.key, shown_values=("yes",))
    third = add(home, text="Else?")
    move = lambda one, up: transact(lambda at: asking.move(one.id, up=up, by=BY, at=at))  # noqa: E731
    move(third, up=True)
    assert texts(home) == ["Broker?", "Else?", "License"]
    move(third, up=True)
    move(third, up=True)
    assert texts(home) == ["Else?", "Broker?", "License"]
    with pytest.raises(asking.OrderError, match="Broker"):
        move(second, up=True)
    with pytest.raises(asking.NeededError, match="License"):
        transact(lambda at: asking.remove(first.id, by=BY, at=at))
    assert texts(home) == ["Else?", "Broker?", "License"]


def test_an_option_on_which_a_question_depends_cannot_go() -> None:
    home = Home(make_event())
    lead = add(home, QuestionKind.CHOICE, text="Topic", options=(Option("Origin"), Option("Other")))
    add(home, text="Which?", shown_when=lead.key, shown_values=("other",))
    with pytest.raises(asking.NeededError, match="Which"):
        reword(lead, options=(Option("Origin", "origin"),))


def test_a_draft_forgets_what_was_removed() -> None:
    event_id = make_event(state=EventState.DRAFT, published_at=None)
    question = ask(event_id)
    transact(lambda at: asking.remove(question.id, by=BY, at=at))
    assert questions_of(Home(event_id)) == []


def test_what_was_public_is_retired_and_can_be_brought_back() -> None:
    event_id = make_event()
    home, question = Home(event_id), ask(event_id)
    before = details(answers=(given(question, "yes"),))
    transact(lambda at: asking.remove(question.id, by=BY, at=at))
    assert [one.is_asked for one in questions_of(home)] == [False]
    sign_up(event_id, before)  # Somebody was filling the form meanwhile.
    transact(lambda at: asking.bring_back(question.id, by=BY, at=at))
    assert texts(home) == ["Are you a licensed broker?"]


def test_taken_from_the_library_with_what_they_depend_on() -> None:
    home = Home(make_event())
    lead = add(Home(), QuestionKind.YES_NO, text="Broker?")
    follow = add(Home(), text="License", shown_when=lead.key, shown_values=("yes",))
    limited = add(Home(), QuestionKind.CHOICE, text="Lunch", options=(Option("Fish", capacity=2),))
    for _ in range(2):
        transact(lambda at: [one.id for one in asking.take(home, [follow.id, limited.id], by=BY, at=at)])
    assert texts(home) == ["Broker?", "License", "Lunch"]
    [_lead, _follow, copy] = questions_of(home)
    assert [(limit.capacity, limit.taken) for limit in copy.limits] == [(2, 0)]
    reword(follow, text="Number of the license", shown_when=lead.key, shown_values=("yes",))
    assert texts(home)[1] == "License", "A copy stands for itself."


def test_the_library_keeps_what_is_removed_as_retired() -> None:
    question = add(Home())
    transact(lambda at: asking.remove(question.id, by=BY, at=at))
    assert [one.is_asked for one in questions_of(Home())] == [False]


def test_a_covered_question_needs_a_clearance_and_its_set_is_logged(at: datetime) -> None:
    draft = make.event(**READY)
    home = Home(draft.id)
    with pytest.raises(NotReadyError):
        add(home, is_covered=True)
    assert questions_of(home) == []
    cleared = make.event(omb_number="1651-0000", omb_expires_on=at.date(), **READY)
    question = add(Home(cleared.id), is_covered=True)
    reword(question, text="Who sent you?", is_covered=True)
    transact(lambda at: asking.remove(question.id, by=BY, at=at))
    assert [(one["before"], one["after"]) for one in log("changed covered questions")] == [
        ([], ["who-invited-you (1)"]),
        (["who-invited-you (1)"], ["who-invited-you (2)"]),
        (["who-invited-you (2)"], []),
    ]


def test_publishing_asks_for_the_clearance(at: datetime) -> None:
    event = make.event(omb_number="1651-0000", omb_expires_on=at.date(), **READY)
    ask(event.id, is_covered=True)
    event = db.session.get_one(Event, event.id)
    assert Gap.OMB not in missing(event, at)
    assert Gap.OMB in missing(event, at + timedelta(days=1))


def test_a_question_for_one_way_of_attending() -> None:
    question = add(Home(make_event()), mode=Mode.IN_PERSON, is_for_speakers=True)
    assert Wording.of(question) == Wording("Who invited you?", mode=Mode.IN_PERSON, is_for_speakers=True)


def test_a_deleted_draft_takes_its_questions_along() -> None:
    event_id = make_event(state=EventState.DRAFT, published_at=None)
    lunch(event_id, fish=2)
    transact(lambda at: planning.discard(event_id, by=BY, at=at))
    assert db.session.scalars(db.select(Question)).all() == []
