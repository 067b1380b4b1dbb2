"""The days on which people come, when their event moves."""

import re
from datetime import datetime

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.mail.line_words import line_words
from app.mail.people import person as as_person
from app.models import Event, FormSubmission, MessageKind, Mode, Registration
from app.operations.facts import event_facts, registration_facts
from app.operations.program import rescheduling, telling
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from app.operations.registration import picturing
from app.operations.registration.readdressing import readdress
from tests.support import factories as make
from tests.support.booking import booked_form, group_event, places
from tests.support.desk import details, registrations, sign_up
from tests.support.factories import wall

BY = "ed@example.gov"


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    """Monday the 16th and Tuesday the 17th of March."""
    return make.event(seats={Mode.IN_PERSON: None}, ends_local=wall("2026-03-17 16:00"))


def comes(event: Event, *days: int) -> int:
    return make.registration(event, days=[f"2026-03-{day}" for day in days]).id


def move(event: Event, first: str, last: str) -> None:
    event_id, span = event.id, Move(Moment(wall(f"{first} 13:00")), Moment(wall(f"{last} 16:00")))
    transact(lambda at: rescheduling.reschedule(event_id, span, version=None, by=BY, at=at, tell=Telling()))


def postpone(event: Event) -> None:
    event_id = event.id
    transact(lambda at: rescheduling.postpone(event_id, version=None, by=BY, at=at, tell=Telling()))


def undo(event: Event) -> None:
    event_id, notice = event.id, telling.waiting_notice(event.id)
    assert notice
    notice_id = notice.id
    transact(lambda at: telling.undo(event_id, notice_id, by=BY, at=at))


def days(*people: int) -> list[list[str]]:
    """On which days of a month each of them is expected."""
    db.session.expire_all()
    return [[day[8:] for day in db.session.get_one(Registration, one).coming_days] for one in people]


def test_they_move_with_it_first_day_to_first_day(event: Event) -> None:
    people = comes(event, 16), comes(event, 17), comes(event, 16, 17)
    move(event, "2026-04-22", "2026-04-23")
    assert days(*people) == [["22"], ["23"], ["22", "23"]]


def test_who_came_every_day_does_so_when_it_lasts_longer(event: Event) -> None:
    people = comes(event, 16), comes(event, 16, 17)
    move(event, "2026-04-22", "2026-04-24")
    assert days(*people) == [["22"], ["22", "23", "24"]]


def test_an_evening_that_ends_after_midnight_is_one_day(event: Event) -> None:
    person = comes(event, 16, 17)
    event_id, evening = event.id, Move(Moment(wall("2026-04-22 20:00")), Moment(wall("2026-04-23 00:30")))
    transact(lambda at: rescheduling.reschedule(event_id, evening, version=None, by=BY, at=at, tell=Telling()))
    assert days(person) == [["22"]]
    move(event, "2026-04-22", "2026-04-23")
    assert days(person) == [["22", "23"]]


def test_nobody_is_read_when_no_day_moves(event: Event, asked: list[str]) -> None:
    comes(event, 16)
    event_id, later = event.id, Move(Moment(wall("2026-03-16 14:00")), Moment(wall("2026-03-17 16:00")))
    asked.clear()
    transact(lambda at: rescheduling.reschedule(event_id, later, version=None, by=BY, at=at, tell=Telling()))
    assert not [one for one in asked if re.match(r"SELECT \w+\.id, \w+\.days", one)]
    asked.clear()
    move(event, "2026-04-22", "2026-04-23")
    assert len([one for one in asked if re.match(r"SELECT \w+\.id, \w+\.days", one)]) == 2


def test_who_has_no_day_left_must_choose_again_and_undo_brings_it_back(event: Event) -> None:
    move(event, "2026-03-16", "2026-03-18")
    first, last = comes(event, 16), comes(event, 18)
    move(event, "2026-04-22", "2026-04-23")
    assert days(first, last) == [["22"], []]
    assert [db.session.get_one(Registration, one).lost_its_days for one in (first, last)] == [False, True]
    undo(event)  # Both changes: the event is on the 16th and 17th again, where the 18th never was.
    move(event, "2026-03-16", "2026-03-18")
    assert days(last) == [["18"]]


def test_they_keep_to_an_event_that_was_put_off(event: Event) -> None:
    people = comes(event, 17), comes(event, 16, 17)
    postpone(event)
    assert days(*people) == [[], []]
    assert not db.session.get_one(Registration, people[0]).lost_its_days
    move(event, "2026-05-04", "2026-05-06")
    assert days(*people) == [["05"], ["04", "05", "06"]]


def test_what_a_booker_sees_of_colleagues_moves_too(app: Flask, at: datetime) -> None:
    event_id = group_event()
    event = db.session.get_one(Event, event_id)
    move(event, "2026-03-16", "2026-03-17")
    sign_up(event_id, booked_form("Jun", days=("2026-03-17",)))
    move(event, "2026-04-22", "2026-04-23")
    assert days(*(person.id for person in registrations(event_id))) == [["23"], ["23"]]
    assert picturing.whole(places()[0]).days == ("2026-04-23",)


def test_the_page_that_confirms_a_form_says_the_day_that_it_is_now(event: Event) -> None:
    typed = details(days=("2026-03-17",))
    submission_id = sign_up(event.id, typed)
    move(event, "2026-03-17", "2026-03-18")
    assert db.session.get_one(FormSubmission, submission_id).outcome["days"] == ["2026-03-18"]
    undo(event)
    assert db.session.get_one(FormSubmission, submission_id).outcome["days"] == ["2026-03-17"]


def test_who_waits_is_told_of_the_days_only_for_a_seat(event: Event) -> None:
    person = comes(event, 16)
    kept = registration_facts(db.session.get_one(Registration, person)) | {"days": ["2026-04-22"]}
    times = (("2026-03-16T09:00", "2026-03-17T16:00"), ("2026-04-22T09:00", "2026-04-23T16:00"))
    told = event_facts(event, clock.now())
    was, now = (told | {"starts_local": start, "ends_local": end} for start, end in times)
    said = {}
    for state in ("confirmed", "waitlisted"):
        facts = {"registration": kept | {"state": state}, "event": now, "before": was}
        said[state] = line_words(MessageKind.EVENT_CHANGED, as_person(facts["registration"], "en"), facts)[0]
    assert said == {
        "confirmed": "You are expected on these days: Wednesday, April 22, 2026.",
        "waitlisted": "If you get a seat, it is for these days: Wednesday, April 22, 2026.",
    }


def test_wrong_address_after_a_move_registers_for_the_days_of_the_move(event: Event) -> None:
    make.registration(event, email="taken@importer.example", days=["2026-03-16"])
    shown = sign_up(event.id, details(email="taken@importer.example", days=("2026-03-17",)))
    move(event, "2026-04-22", "2026-04-23")
    transact(lambda at: readdress(shown, "right@importer.example", at=at))
    [made] = [one for one in registrations(event.id) if one.email == "right@importer.example"]
    assert days(made.id) == [["23"]]
