"""A series is changed in the console: for new events, with a tick for those to come, and no file takes it back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, update

from app.db import db, transact
from app.models import AuditEntry, Event, EventState, OutgoingEmail, Series
from app.operations.program import importing, keeping_series
from app.operations.program.moments import Moment
from app.operations.program.series_details import SeriesDetails
from app.operations.program.starting import NewEvent, create
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient, compared

DESK = {"contact_name": "Trade desk", "contact_email": "desk@office.example", "contact_phone": "202-555-0140"}
FILE = {
    "slug": "webinars",
    "name": "Webinars",
    "summary": "One subject, online.",
    "defaults": {**DESK, "captions": "Live captions", "times": {"registration_closes_hours_before": 1, "days": 2}},
}


@pytest.fixture
def series(app: Flask, at: datetime) -> Series:
    return make.series(**FILE)


def save(client: CheckedClient, series: Series, **typed: Any) -> Any:
    return client.submit(client.page(f"/staff/series/{series.id}/edit"), **typed)


def fresh(series: Series) -> Series:
    db.session.expire_all()
    return db.session.get_one(Series, series.id)


def after(client: CheckedClient, answer: Any) -> Page:
    assert answer.status_code == 303
    return client.page(answer.location)


def test_new_events_begin_with_it(administrator: CheckedClient, series: Series, at: datetime) -> None:
    typed = {"contact_phone": "202-555-0199", "registration_closes_hours_before": "48", "omb_expires_on": "2030-05-31"}
    assert "Saved." in after(administrator, save(administrator, series, name="Web seminars", **typed)).text
    assert fresh(series).name == "Web seminars"
    start = Moment((at + timedelta(days=40)).replace(tzinfo=None, microsecond=0))
    new = NewEvent("Filing", "UTC", start, Moment(start.local + timedelta(hours=1)))
    event = transact(lambda at: create(series.id, new, by="ed@office.example", at=at))
    assert (event.contact_phone, event.captions) == ("202-555-0199", "Live captions")
    assert event.registration_closes_local == start.local - timedelta(hours=48)
    assert event.omb_expires_on == make.on("2030-05-31").date()
    told = db.session.scalars(db.select(AuditEntry).filter_by(act="changed series")).one()
    assert told.detail["changed"]["contact_phone"] == ["202-555-0140", "202-555-0199"]
    assert told.actor in administrator.page("/staff/").text


def test_coming_events_follow_where_they_say_the_same(administrator: CheckedClient, series: Series) -> None:
    same = make.event(series=series, **DESK)
    own = make.event(series=series, **DESK | {"contact_name": "Another desk"}, title="Other desk")
    past = make.event(
        series=series, **DESK, starts_local=make.wall("2020-03-03T12:00"), ends_local=make.wall("2020-03-03T13:00")
    )
    gone = make.event(series=series, **DESK, state=EventState.CANCELLED)
    asked = administrator.page(f"/staff/series/{series.id}/edit")
    assert "Other desk keeps its own: the contact" in asked.main.text
    answer = administrator.submit(asked, contact_phone="202-555-0199", also_coming="y")
    page = after(administrator, answer)
    assert "1 coming event says the same. 1 has words of its own there and keeps them." in page.text
    db.session.expire_all()
    phones = [db.session.get_one(Event, one.id).contact_phone for one in (same, own, past, gone)]
    assert phones == ["202-555-0199", "202-555-0140", "202-555-0140", "202-555-0140"]
    assert page.main.all("a", href=f"/staff/events/{own.id}/edit/people")
    assert not page.main.all("a", href=f"/staff/events/{same.id}/edit/people")
    assert db.session.scalars(db.select(AuditEntry.subject_id).filter_by(act="changed event")).all() == [same.id]
    assert not db.session.scalars(db.select(OutgoingEmail)).all()


def test_without_the_tick_no_event_changes(administrator: CheckedClient, series: Series) -> None:
    event = make.event(series=series, **DESK)
    save(administrator, series, contact_phone="202-555-0199")
    db.session.expire_all()
    assert db.session.get_one(Event, event.id).contact_phone == "202-555-0140"


def test_a_published_event_loses_nothing_it_must_say(administrator: CheckedClient, series: Series) -> None:
    event = make.event(series=series, **DESK)
    answer = save(administrator, series, contact_name="", also_coming="y")
    assert answer.status_code == 422
    assert "Name a contact with an email address or a phone number." in answer.text
    assert fresh(series).defaults["contact_name"] == db.session.get_one(Event, event.id).contact_name == "Trade desk"


def test_whoever_saves_second_sees_what_the_first_saved(administrator: CheckedClient, series: Series) -> None:
    page = administrator.page(f"/staff/series/{series.id}/edit")
    save(administrator, series, contact_phone="202-555-0199")
    second = administrator.submit(page, contact_phone="202-555-0123")
    assert second.status_code == 409
    assert compared(Page(second.text)) == {"Phone": ("202-555-0199", "202-555-0123")}
    assert fresh(series).defaults["contact_phone"] == "202-555-0199"
    administrator.submit(Page(second.text))
    assert fresh(series).defaults["contact_phone"] == "202-555-0123"


def test_a_file_leaves_alone_what_the_office_changed(administrator: CheckedClient, series: Series) -> None:
    save(administrator, series, name="Web seminars", contact_phone="", registration_closes_hours_before="48")
    new = FILE["defaults"] | {"captions": "None", "times": {"registration_closes_hours_before": 2, "days": 3}}
    for _time in range(2):
        transact(lambda _at: importing.import_catalogue([FILE | {"summary": "New.", "defaults": new}], []))
    standing = fresh(series)
    assert (standing.name, standing.summary, standing.defaults["captions"]) == ("Web seminars", "New.", "None")
    assert standing.defaults["times"]["registration_closes_hours_before"] == 48
    assert standing.defaults["times"]["days"] == 3
    assert "contact_phone" not in standing.defaults


def test_events_are_found_by_the_new_name(administrator: CheckedClient, series: Series) -> None:
    """Whoever edits one of them meanwhile has lost nothing, and reads nothing of it."""
    event = make.event(series=series, title="Filing day")
    event_id, version = event.id, event.version
    assert "Filing day" not in administrator.page("/events?q=seminars").main.text
    save(administrator, series, name="Seminars")
    assert "Filing day" in administrator.page("/events?q=seminars").main.text
    assert db.session.get_one(Event, event_id, populate_existing=True).version == version


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Give the series a title."),
        ({"contact_email": "nobody"}, "Enter an address like name@example.com."),
        ({"omb_number": "1"}, "Like 1651-0001."),
        ({"accessibility_days_before": ""}, "each event needs a last day to ask."),
        ({"registration_closes_hours_before": "0"}, "Enter a whole number from 1 to 8,760."),
    ],
)
def test_what_is_wrong_is_said(administrator: CheckedClient, series: Series, typed: Any, words: str) -> None:
    answer = save(administrator, series, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert not db.session.scalars(db.select(AuditEntry).filter_by(act="changed series")).all()


def test_others_read_who_changes_it(editor: CheckedClient, series: Series) -> None:
    assert editor.get(f"/staff/series/{series.id}/edit").status_code == 403
    assert "An administrator changes them." in editor.page(f"/staff/series/{series.id}").main.text


@pytest.mark.database("postgresql")
def test_what_somebody_saved_in_an_event_meanwhile_stays(series: Series) -> None:
    event_id = make.event(series=series, **DESK, accessibility_contact_name="Coordinator").id

    def work(at: datetime) -> None:
        event = db.session.get_one(Event, event_id)  # What was read before the lock is old by now.
        assert event.accessibility_contact_name == "Coordinator"
        with create_engine(db.engine.url, poolclass=NullPool).begin() as other:
            other.execute(update(Event).values(accessibility_contact_name="Somebody new", version=Event.version + 1))
        moved = replace(SeriesDetails.of(series), contact_phone="202-555-0199")
        keeping_series.change(series.id, moved, by="ed@office.example", at=at, also_coming=True)

    transact(work)
    found = db.session.get_one(Event, event_id, populate_existing=True)
    assert (found.contact_phone, found.accessibility_contact_name) == ("202-555-0199", "Somebody new")
