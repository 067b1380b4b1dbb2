"""Events as files: in and out without a loss, and every fault told by its line."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.cli import DEMO
from app.db import db, transact
from app.formats import content_files
from app.formats.plain_yaml import UnreadableFileError
from app.models import Event, EventState, Mode, Series
from app.operations.program import event_files, importing
from app.operations.program.event_file import EventFileError
from app.operations.program.event_file_keys import COLUMNS, keys_of

pytestmark = pytest.mark.slow

TODAY = date(2027, 3, 31)
CATALOGUE = content_files.catalogue("series"), content_files.catalogue("topics")
WHOLE = Path(__file__).with_name("whole-event.yaml").read_text(encoding="utf-8")
SHORT = """title: Proving Origin
slug: proving-origin
series: webinars
state: draft

time_zone: America/New_York
"""


@pytest.fixture(autouse=True)
def _catalogue(app: Flask) -> None:
    transact(lambda _: importing.import_catalogue(*CATALOGUE))


def taken_in(text: str) -> Event:
    file = event_files.load(text, TODAY)
    event_id = transact(
        lambda at: importing.import_event(file, actor="test", at=at, restriction_reason="A small room").id
    )
    return db.session.get_one(Event, event_id)


def removed(event: Event) -> None:
    event_id = event.id
    transact(lambda _: db.session.execute(delete(Event).where(Event.id == event_id)))


@pytest.mark.parametrize("path", sorted((DEMO / "past").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_past_event_comes_out_as_it_went_in(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert event_files.export_event(taken_in(text)) == text


@pytest.mark.parametrize("text", [WHOLE, SHORT])
def test_every_key_survives(text: str) -> None:
    event = taken_in(text)
    once = event_files.export_event(event)
    removed(event)
    assert once == text
    assert event_files.export_event(taken_in(once)) == text


def test_the_whole_event_names_every_key() -> None:
    for part in COLUMNS:
        for key in set(keys_of(part)) - {"sample_registrations"}:
            assert re.search(rf"^[ -]*{key}:", WHOLE, re.MULTILINE), f"{key} of {part}"


# Of a way of attending: its seats, which the capacity says, and what moves while people come.
SEATS = {
    *("session_id", "mode", "capacity", "taken", "waiting", "last_position", "shrink_to", "line_closed_at"),
    "paused_at",
}


def test_every_column_is_a_key_or_known_to_be_none() -> None:
    besides = {
        "event": {
            *("id", "series_id", "search_key", "is_demo", "asked_fields", "urgent_notice", "calendar_sequence"),
            "version",
            *("published_at", "changed_at"),
        },
        "joining": {"event_id", "mailed_at", "told_since"},
        "session_joining": {"session_id", "release_at", "mailed_at", "told_since", "edition"},
        "wordings": {"series_id", "sentences"},
        "reminders": {"done_for", "done_at", "recipients"},
        "in_person": SEATS,
        "online": SEATS,
        # Whether it is held just now is no rule. What follows cannot be edited yet.
        "rules": {"event_id", "paused_at"},
    }
    for part, (model, names) in COLUMNS.items():
        derived = {name.removesuffix("_local") + "_at" for name in names if name.endswith("_local")}
        known = {*names, *derived, "id", "event_id", "place", *besides.get(part, ())}
        assert set(model.__table__.c.keys()) <= known


def test_the_readme_explains_every_key() -> None:
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    for part in COLUMNS:
        assert not [key for key in keys_of(part) if f"`{key}`" not in readme]


def test_an_event_whose_file_names_no_reminders_gets_those_of_its_series() -> None:
    event = taken_in(SHORT)
    assert event.series.leads
    assert {one.lead for one in event.reminders} == set(event.series.leads)
    assert event_files.export_event(event) == SHORT


@pytest.mark.parametrize(
    ("said", "count"), [("reminders: []\n", 0), ("reminders:\n  - amount: 1\n    unit: weeks\n", 1)]
)
def test_other_reminders_than_the_series_has_are_said_and_so_is_none_on_purpose(said: str, count: int) -> None:
    event = taken_in(f"{SHORT}\n{said}")
    assert len(event.reminders) == count
    assert event_files.export_event(event) == f"{SHORT}\n{said}"


def test_texts_that_no_form_would_give_survive() -> None:
    event = taken_in(WHOLE)
    title, description = "  12: 'a' # \"b\" ", "\n Two\n\n\ttabs \n"

    def work(_: datetime) -> None:
        row = db.session.get_one(Event, event.id)
        row.title, row.description = title, description

    transact(work)
    text = event_files.export_event(db.session.get_one(Event, event.id))
    removed(event)
    again = taken_in(text)
    assert (again.title, again.description) == (title, description)


def test_two_speakers_of_one_name_are_told_apart() -> None:
    text = SHORT + (
        "speakers:\n  - name: Broker\n    organization: One\n  - name: Broker\n    organization: Two\n"
        "sessions:\n  - title: Panel\n    starts_local: 2027-05-04 10:00\n    ends_local: 2027-05-04 11:00\n"
        "    speakers: [2]\n"
    )
    event = taken_in(text)
    assert [speaker.organization for speaker in event.sessions[0].speakers] == ["Two"]
    assert "    speakers:\n      - 2\n" in event_files.export_event(event)


@pytest.mark.parametrize(
    ("given", "local"),
    [
        ("2027-05-04 10:00", "2027-05-04T10:00:00"),
        ("+45d 13:00", "2027-05-15T13:00:00"),
        ("-1d 09:30", "2027-03-30T09:30:00"),
        ("+0w Mon 09:00", "2027-03-29T09:00:00"),
        ("+6w Tue 13:00:30", "2027-05-11T13:00:30"),
    ],
)
def test_days_may_be_counted(given: str, local: str) -> None:
    starts_local = taken_in(f"{SHORT}starts_local: {given}\n").starts_local
    assert starts_local is not None
    assert starts_local.isoformat() == local


def test_a_time_that_happens_twice_says_which() -> None:
    event = taken_in(f"{SHORT}starts_local: 2027-11-07 01:30 (second)\n")
    assert event.starts_at is not None
    assert event.starts_at.hour == 6
    assert "starts_local: 2027-11-07 01:30 (second)\n" in event_files.export_event(event)


FAULTS = [
    ("", 1, "holds no event"),
    ("- a\n", 1, "holds no event"),
    (SHORT.replace("title: Proving Origin\n", ""), 1, "title: is missing"),
    (SHORT + "titel: x\n", 7, "titel: there is no such key"),
    (SHORT.replace("proving-origin", "Proving Origin"), 2, "slug: expected small letters"),
    (SHORT.replace("webinars", "operas"), 3, "series: there is no series “operas”"),
    (SHORT.replace("draft", "open"), 4, "state: expected one of: draft, published, postponed, cancelled"),
    (SHORT.replace("draft", "published"), 4, "state: a published event needs starts_local"),
    (SHORT.replace("America/New_York", "EST5"), 6, "time_zone: expected a zone"),
    (SHORT + "topics: [usmca, opera]\n", 7, "topics: there is no topic “opera”"),
    (SHORT + "topics: usmca\n", 7, "topics: expected short names"),
    (SHORT + "starts_local: tomorrow\n", 7, "starts_local: expected a time such as"),
    (SHORT + "starts_local: 2027-02-30 10:00\n", 7, "starts_local: there is no such day"),
    (SHORT + "starts_local: 2027-03-01 25:00\n", 7, "starts_local: there is no such time of day"),
    (SHORT + "starts_local: 9999-12-31 10:00\n", 7, "starts_local: the year must be"),
    (SHORT + "starts_local: 2027-03-14 02:30\n", 7, "starts_local: this time does not exist"),
    (SHORT + "starts_local: 2027-11-07 01:30\n", 7, "starts_local: this time happens twice"),
    (SHORT + "starts_local: 2027-03-02 10:00\nends_local: 2027-03-02 10:00\n", 8, "ends_local: must be later"),
    (SHORT + "accessibility_by: soon\n", 7, "accessibility_by: expected a day"),
    (SHORT + "capacity: 50\n", 7, "capacity: expected keys below it"),
    (SHORT + "capacity:\n  hybrid: 50\n", 8, "hybrid: expected in-person or online"),
    (SHORT + "capacity:\n  online: -1\n", 8, "online: expected a whole number"),
    (SHORT + "capacity:\n  online: 2147483648\n", 8, "online: expected a whole number"),
    (SHORT + "asked_fields:\n  shoe_size: optional\n", 8, "shoe_size: expected one of"),
    (SHORT + "asked_fields:\n  role: maybe\n", 8, "role: expected one of: optional, required"),
    (SHORT + "contact_email: nobody\n", 7, "contact_email: expected an email address"),
    (SHORT + "credit_live: 1.3\n", 7, "credit_live: expected credits"),
    (SHORT + "may_end_early: perhaps\n", 7, "may_end_early: expected true or false"),
    (SHORT + "omb_burden_minutes: two\n", 7, "omb_burden_minutes: expected a whole number"),
    (SHORT + "summary: |\n  One\n  Two\n", 7, "summary: must be one line"),
    (SHORT + f"summary: {'x' * 401}\n", 7, "summary: is longer than 400"),
    (SHORT + 'summary: "a\\0b"\n', 7, "summary: holds a character"),
    (SHORT + "summary: [a]\n", 7, "summary: expected text"),
    (SHORT + "joining:\n  link: javascript:alert(1)\n", 8, "link: expected an address"),
    (SHORT + "venue: here\n", 7, "venue: expected keys below it"),
    (SHORT + "reminders:\n" + "  - amount: 1\n    unit: days\n" * 2, 7, "reminders: expected each time before"),
    (SHORT + "reminders:\n  - amount: 9\n    unit: weeks\n", 7, "reminders: expected at most 60 days"),
    (SHORT + "reminders:\n  - amount: 0\n    unit: weeks\n", 8, "amount: expected a whole number"),
    (SHORT + "sessions: none\n", 7, "sessions: expected a list"),
    (SHORT + "sessions:\n  - title: A\n", 8, "starts_local: is missing"),
    (SHORT + "materials:\n  - kind: song\n    title: A\n    url: https://a.example\n", 8, "kind: expected one of: rec"),
    (
        SHORT
        + "sessions:\n  - title: A\n    starts_local: +1d 10:00\n    ends_local: +1d 11:00\n    speakers: [Nobody]\n",
        11,
        "speakers: “Nobody” is not one of the speakers",
    ),
]


@pytest.mark.parametrize(("text", "line", "sentence"), FAULTS)
def test_a_fault_is_told_with_its_line_and_nothing_is_written(text: str, line: int, sentence: str) -> None:
    with pytest.raises((EventFileError, UnreadableFileError)) as refused:
        taken_in(text)
    faults = getattr(refused.value, "faults", None) or [refused.value]
    assert (faults[0].line, sentence in str(faults[0])) == (line, True), str(refused.value)
    assert not db.session.scalars(select(Event)).all()


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(EventFileError) as refused:
        event_files.load(SHORT + "may_end_early: perhaps\ncredit_live: 7.7\n", TODAY)
    assert [fault.line for fault in refused.value.faults] == [7, 8]


def test_an_address_is_given_once() -> None:
    taken_in(SHORT)
    with pytest.raises(EventFileError, match="Line 2: slug: an event with this address"):
        taken_in(SHORT)


def test_what_follows_from_the_file_is_filled_in() -> None:
    event = taken_in(WHOLE)
    assert event.state is EventState.PUBLISHED
    assert event.published_at == event.changed_at
    assert {pool.mode: pool.capacity for pool in event.pools} == {Mode.IN_PERSON: 800, Mode.ONLINE: None}
    assert event.starts_at is not None
    assert event.starts_at.isoformat() == "2027-05-04T12:30:00+00:00"
    assert "agreement usmca" in event.search_key


@pytest.mark.parametrize(
    ("times", "has_hours"),
    [
        ("starts_local: 2018-08-14 00:00\nends_local: 2018-08-15 23:59\n", False),
        ("starts_local: 2018-08-14 09:00\nends_local: 2018-08-15 23:59\n", True),
        ("starts_local: 2018-08-14 09:00\nends_local: 2018-08-15 16:00\ndates_are_approximate: true\n", False),
        ("", True),
    ],
)
def test_dates_without_hours_are_known_as_such(times: str, has_hours: bool) -> None:
    assert taken_in(SHORT + times).has_hours is has_hours


def test_a_series_gives_new_events_trimmed_texts() -> None:
    defaults = db.session.scalars(select(Series.defaults)).all()
    assert all(default["privacy_statement"] == default["privacy_statement"].strip() for default in defaults)
    assert all(set(default) - {"times"} <= set(keys_of("event")) for default in defaults)
