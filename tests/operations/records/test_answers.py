"""Answers leave with the list of attendees, in the words of the moment; never with another list."""

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

from app.db import db, transact
from app.models import Mode, Question, QuestionKind, QuestionVersion
from app.operations.records import exporting
from app.operations.records.exporting import Format, Order
from app.operations.records.profiles import PROFILES
from app.operations.records.profiles.profile import Choice
from app.operations.registration.listing import AttendeeFilter
from tests.support.csv_reading import CsvTable, read_csv
from tests.support.desk import details, make_event, sign_up
from tests.support.questions import LUNCH, ask, given, lunch

pytestmark = pytest.mark.usefixtures("app")


def file_of(event_id: int, at: datetime, profile: str = "attendees", kind: Format = Format.CSV) -> io.BytesIO:
    file = io.BytesIO()
    exporting.write(Order(PROFILES[profile], kind, Choice(AttendeeFilter(event_id))), file, at)
    file.seek(0)
    return file


def table(event_id: int, at: datetime, profile: str = "attendees") -> CsvTable:
    return read_csv(file_of(event_id, at, profile))


def column(read: CsvTable, name: str) -> list[str]:
    place = read.columns.index(name)
    return [row[place] for row in read.rows]


@pytest.mark.slow
def test_it_works(at: datetime) -> None:
    event_id = make_event()
    broker, food = ask(event_id), lunch(event_id)
    days = ask(event_id, "Which?", QuestionKind.CHOICES, options=LUNCH)
    country = ask(event_id, "From where?", QuestionKind.COUNTRY)
    when = ask(event_id, "Since when?", QuestionKind.DATE)
    told = (given(broker, "yes"), given(food, "fish"), given(days, *LUNCH))
    told += (given(country, "CA"), given(when, "2026-01-31"))
    sign_up(event_id, details(last_name="A", answers=told))
    sign_up(event_id, details(last_name="B"))
    read = table(event_id, at)
    found = {name: column(read, name) for name in read.columns[-5:]}
    assert found == {
        "Are you a licensed broker?": ["Yes", ""],
        "What will you eat?": ["Fish", ""],
        "Which?": ["Meat; Fish", ""],
        "From where?": ["Canada", ""],
        "Since when?": ["2026-01-31", ""],
    }
    sheet = load_workbook(file_of(event_id, at, kind=Format.XLSX)).active
    assert sheet
    rows = list(sheet.iter_rows(values_only=True))
    assert any("Meat; Fish" in row for row in rows)
    assert any(datetime(2026, 1, 31) in row for row in rows)  # noqa: DTZ001  A day has no zone.


def test_the_words_are_those_of_the_moment_and_a_change_is_noted(at: datetime) -> None:
    event_id = make_event()
    food = lunch(event_id)
    sign_up(event_id, details(last_name="Abara", answers=(given(food, "fish"),)))
    question_id = food.id

    def reword(at: datetime) -> None:
        question = db.session.get_one(Question, question_id)
        options = [{"key": "fish", "label": "Trout"}]
        question.versions.append(QuestionVersion(number=2, made_at=at, text="Your meal?", options=options))

    transact(reword)
    sign_up(event_id, details(last_name="Baker", answers=(given(db.session.get_one(Question, question_id), "fish"),)))
    read = table(event_id, at)
    assert column(read, "Your meal? (asked earlier as “What will you eat?”)") == ["Fish", "Trout"]


def test_what_is_asked_no_more_still_has_its_column(at: datetime) -> None:
    event_id = make_event()
    question = ask(event_id)
    sign_up(event_id, details(answers=(given(question, "yes"),)))
    transact(lambda at: setattr(db.session.get_one(Question, question.id), "retired_at", at))
    assert column(table(event_id, at), "Are you a licensed broker? (asked no more)") == ["Yes"]


def test_an_answer_is_no_formula(at: datetime) -> None:
    event_id = make_event()
    question = ask(event_id, "Why?", QuestionKind.TEXT)
    sign_up(event_id, details(answers=(given(question, "=1+1"),)))
    assert "'=1+1" in file_of(event_id, at).read().decode("utf-8-sig")


def test_security_hears_nothing_of_it(at: datetime) -> None:
    event_id = make_event()
    question = ask(event_id, "Why?", QuestionKind.TEXT)
    sign_up(event_id, details(mode=Mode.IN_PERSON, answers=(given(question, "Because of fish"),)))
    assert b"fish" not in file_of(event_id, at, "building-security").read()


def test_the_sheet_for_the_speakers_names_nobody(at: datetime) -> None:
    event_id = make_event()
    question = ask(event_id, "Ask them", QuestionKind.LONG_TEXT, is_for_speakers=True)
    other = ask(event_id, "Why?", QuestionKind.TEXT)
    typed = details(last_name="Zebulon", answers=(given(question, "When?"), given(other, "private")))
    sign_up(event_id, typed)
    read = table(event_id, at, "speaker-questions")
    assert (read.columns, read.rows) == (["Number", "Question"], [["1", "When?"]])
