"""Questions in files: the library that comes ready, and every fault told by its line."""

from datetime import date

import pytest

from app.db import db, transact
from app.formats import content_files
from app.formats.plain_yaml import UnreadableFileError, read
from app.models import Event, EventState, Question, QuestionKind
from app.operations.program import asking, cloning, event_files, importing
from app.operations.program.event_file import EventFileError
from app.operations.program.moments import Moment
from app.operations.program.question_details import Home, Wording, questions_of
from app.operations.program.starting import NewEvent
from tests.support import factories as make
from tests.support.desk import make_event
from tests.support.questions import ask, lunch

pytestmark = pytest.mark.usefixtures("app", "at")
TODAY = date(2027, 3, 31)
EVENT = "title: Proving Origin\nslug: proving-origin\nseries: webinars\ntime_zone: America/New_York\nquestions:\n"
BROKER = "  - key: broker\n    text: Broker?\n    kind: yes-no\n"
LICENSE = "  - key: license\n    text: License\n    kind: text\n"
LUNCH = "  - key: lunch\n    text: Lunch?\n    kind: choice\n    options:\n      - label: Fish\n"
FAULTS = [
    ("  none\n", "questions: expected a list"),
    ("  - text: Broker?\n    kind: yes-no\n", "Line 6: key: is missing"),
    (BROKER.replace("yes-no", "maybe"), "Line 8: kind: expected one of: text"),
    (BROKER.replace("key: broker", "key: Broker?"), "Line 6: key: expected small letters"),
    (BROKER.replace("Broker?", "x" * 301), "Line 7: text: is longer than 300"),
    (BROKER + "    size: 3\n", "Line 9: size: there is no such key"),
    (BROKER + "    mode: by-mail\n", "Line 9: mode: expected one of: in-person, online"),
    (BROKER + "    is_required: perhaps\n", "Line 9: is_required: expected true or false"),
    (BROKER + BROKER, "Line 9: key: another question has this key"),
    (BROKER + "    options:\n      - label: A\n", "Line 9: options: only choices have options"),
    (LUNCH, "Line 9: options: expected at least two options"),
    (LUNCH + "      - label: ''\n", "label: expected one line"),
    (LUNCH + "      - label: Fish\n        key: fish\n", "key: expected small letters"),
    (LUNCH + "      - label: Meat\n        capacity: -1\n", "Line 12: capacity: expected a whole number"),
    (LUNCH + "      - label: Meat\n        capacity: 2147483648\n", "capacity: expected a whole number"),
    (LICENSE + "    shown_when: broker\n    shown_values: ['yes']\n" + BROKER, "Line 9: shown_when: expected the key"),
    (
        BROKER + LICENSE + "    shown_when: broker\n    shown_values: [maybe]\n",
        "shown_values: expected some of: no, yes",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), FAULTS)
def test_a_fault_is_told_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(EventFileError) as refused:
        event_files.load(EVENT + text, TODAY)
    assert sentence in str(refused.value)


def load_library() -> None:
    transact(lambda at: importing.import_library(content_files.catalogue("questions"), at))


def test_the_library_comes_ready_and_staff_have_the_last_word() -> None:
    load_library()
    ready = {one.key: one for one in questions_of(Home())}
    assert ready["license-number"].current.shown_when == "licensed-broker"
    assert ready["question-for-speakers"].is_for_speakers
    assert {"licensed-broker", "topics-of-interest", "heard-of-us", "wants-credit"} <= set(ready)
    reworded, gone = ready["wants-credit"].id, ready["license-number"].id
    wording = Wording("Do you want credit?")
    transact(lambda at: asking.reword(reworded, wording, by="ed@example.gov", at=at).id)
    transact(lambda at: asking.remove(gone, by="ed@example.gov", at=at))
    load_library()
    again = {one.key: one for one in questions_of(Home())}
    assert set(again) == set(ready)
    assert again["wants-credit"].current.text == "Do you want credit?"
    assert not again["license-number"].is_asked


def test_a_fault_of_the_library_names_the_file() -> None:
    with pytest.raises(UnreadableFileError, match=r"questions\.yaml"):
        transact(lambda at: importing.import_library(read("- key: a\n"), at))


def test_a_series_that_names_an_unknown_question_is_refused_with_its_line() -> None:
    entry = read("- slug: fair\n  name: Fair\n  questions: [heard-of-us, herd-of-us]\n")
    load_library()
    with pytest.raises(UnreadableFileError, match=r"no question herd-of-us\.") as refused:
        transact(lambda at: importing.begin_with_questions(importing.import_catalogue(entry, []), at))
    assert refused.value.line == 3


def test_a_copied_event_asks_the_same_with_fresh_seats() -> None:
    event_id = make_event()
    lunch(event_id, fish=3)
    retired = ask(event_id, "Asked no more", QuestionKind.TEXT)
    transact(lambda at: setattr(db.session.get_one(Question, retired.id), "retired_at", at))
    new = NewEvent(
        "Again", "America/New_York", Moment(make.wall("2026-07-14 09:00")), Moment(make.wall("2026-07-14 10:00"))
    )
    copy_id = transact(lambda at: cloning.clone(event_id, new, by="ed@example.gov", at=at).id)
    [copied] = questions_of(Home(copy_id))
    assert db.session.get_one(Event, copy_id).state is EventState.DRAFT
    assert (copied.current.text, copied.current.number) == ("What will you eat?", 1)
    assert [(limit.option, limit.capacity, limit.taken) for limit in copied.limits] == [("fish", 3, 0)]
