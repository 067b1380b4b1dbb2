"""Extending registration: one field, true at once, and never past the event."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db
from app.models import AuditEntry, Event, Mode
from tests.support.desk import make_event, registrations
from tests.support.factories import wall
from tests.support.pages import CheckedClient
from tests.web.public.test_register import DANA, address_of
from tests.web.public.test_way_times import own_times

pytestmark = pytest.mark.usefixtures("at")


def is_offered(editor: CheckedClient, event_id: int) -> bool:
    links = editor.page(f"/staff/events/{event_id}").main.all("a")
    return f"/staff/events/{event_id}/extension" in [link.get("href") for link in links]


def test_it_works(client: CheckedClient, editor: CheckedClient, at: datetime) -> None:
    event_id = make_event(registration_closes_at=at)
    assert client.get(address_of(event_id)).text.count("Registration ended on") == 1
    assert is_offered(editor, event_id)
    page = editor.page(f"/staff/events/{event_id}/extension")
    assert editor.submit(page, registration_closes="2026-03-04T12:00").status_code == 303
    assert client.submit(client.page(address_of(event_id)), **DANA).status_code == 303
    assert len(registrations(event_id)) == 1
    with clock.stopped_at(at + timedelta(days=2)):
        assert "Registration ended on" in client.get(address_of(event_id)).text
    acts = db.session.scalars(db.select(AuditEntry.act).filter_by(event_id=event_id)).all()
    assert "extended registration" in acts


def test_it_is_offered_when_the_end_is_near(editor: CheckedClient, at: datetime) -> None:
    later = make_event(registration_closes_at=at + timedelta(days=3))
    soon = make_event(registration_closes_at=at + timedelta(days=1))
    assert [is_offered(editor, event_id) for event_id in (later, soon)] == [False, True]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a date and a time."),
        ("2026-03-01T12:00", "Enter a time that is still to come"),
        ("2026-04-01T12:00", "Registration must end before the event does."),
        ("2026-03-08T02:30", "does not exist"),
    ],
)
def test_other_times_are_refused_beside_the_field(editor: CheckedClient, at: datetime, typed: str, words: str) -> None:
    event_id = make_event(registration_closes_at=at)
    answer = editor.submit(editor.page(f"/staff/events/{event_id}/extension"), registration_closes=typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.get_one(Event, event_id).registration_closes_at == at


def test_one_way_of_attending_is_extended_alone(client: CheckedClient, editor: CheckedClient, at: datetime) -> None:
    event_id = make_event(capacity=5, online=5)
    room_ends = {"closes_at": at, "closes_local": wall("2026-03-02 12:00")}
    own_times(event_id, Mode.IN_PERSON, **room_ends)
    assert is_offered(editor, event_id)
    page = editor.page(f"/staff/events/{event_id}/extension")
    assert "In person: now Mon, Mar 2, 2026, 12:00 p.m. EST" in page.main.text
    refused = editor.submit(page, registration_closes="2026-03-04T12:00")
    assert "Say what ends later." in refused.text
    assert editor.submit(page, way="in-person", registration_closes="2026-03-04T12:00").status_code == 303
    event = db.session.get_one(Event, event_id)
    assert event.registration_closes_at is None
    assert event.in_person is not None
    assert event.in_person.closes_at == at + timedelta(days=2)
    with clock.stopped_at(at + timedelta(days=2) - timedelta(seconds=1)):
        form = client.page(address_of(event_id))
        assert client.submit(form, **DANA, mode="in-person").status_code == 303
    entry = db.session.scalars(db.select(AuditEntry).filter_by(act="extended registration")).one()
    assert entry.detail["changed"] == {"in_person_closes": [at.isoformat(), (at + timedelta(days=2)).isoformat()]}


def test_the_others_are_extended_without_the_one_that_has_its_own_end(editor: CheckedClient, at: datetime) -> None:
    event_id = make_event(capacity=5, online=5, registration_closes_at=at)
    own_times(event_id, Mode.IN_PERSON, closes_at=at + timedelta(days=1), closes_local=wall("2026-03-03 12:00"))
    page = editor.page(f"/staff/events/{event_id}/extension")
    assert editor.submit(page, way="all", registration_closes="2026-03-02T18:00").status_code == 303
    event = db.session.get_one(Event, event_id)
    assert event.registration_closes_at == at + timedelta(hours=6)
    assert event.in_person is not None
    assert event.in_person.closes_at == at + timedelta(days=1)
    late = editor.submit(page, way="in-person", registration_closes="2026-04-02T18:00")
    assert late.status_code == 422
    assert "Registration must end before the event does." in late.text
