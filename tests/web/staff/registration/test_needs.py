"""Accessibility requests through the console: for those with the right alone, each look in the log."""

from datetime import datetime

import pytest
from flask import Flask

from app.db import db
from app.models import AccessibilityRequest, AuditEntry, Need, RequestState
from app.operations.registration.details import Needs
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.html import fields
from tests.support.pages import CheckedClient

TOLD = "I lip-read: a seat in front."


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    event_id = make_event()
    sign_up(event_id, details(first_name="Dana", last_name="Okafor", needs=Needs((Need.SIGN_LANGUAGE,), TOLD)))
    return event_id


@pytest.fixture
def person_id(event_id: int) -> int:
    return registrations(event_id)[0].id


def looks() -> list[tuple[str, int | None]]:
    entries = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "viewed"))
    return [(entry.actor, entry.subject_id) for entry in entries]


def test_it_works(editor: CheckedClient, event_id: int, person_id: int) -> None:
    listed = editor.page(f"/staff/events/{event_id}/needs")
    assert "Dana Okafor" in listed.main.text
    assert TOLD not in listed.main.text
    assert looks() == []
    page = editor.page(f"/staff/registrations/{person_id}/needs")
    assert TOLD in page.main.text
    assert "American Sign Language interpreter" in page.main.text
    assert [subject for _, subject in looks()] == [person_id]
    form = next(form for form in page.main.all("form") if form.get("action").endswith("/arranged"))
    answer = editor.post(form.get("action"), data=fields(form))
    assert answer.location == f"/staff/events/{event_id}/needs"
    db.session.expire_all()
    assert db.session.get_one(AccessibilityRequest, person_id).state is RequestState.ARRANGED
    assert "No request waits" in editor.page(answer.location).main.text


def test_every_look_is_logged(editor: CheckedClient, person_id: int) -> None:
    for _ in range(3):
        editor.page(f"/staff/registrations/{person_id}/needs")
    assert len(looks()) == 3
    assert len({actor for actor, _ in looks()}) == 1


def test_others_learn_nothing(door_staff: CheckedClient, viewer: CheckedClient, event_id: int, person_id: int) -> None:
    for client in (door_staff, viewer):
        assert client.get(f"/staff/events/{event_id}/needs").status_code == 403
        assert client.get(f"/staff/registrations/{person_id}/needs").status_code == 403
    # Not even that there is a request.
    for address in (f"/staff/registrations/{person_id}", f"/staff/events/{event_id}/attendees"):
        assert "ccessibility" not in door_staff.page(address).main.text
    assert looks() == []


def test_the_registration_page_shows_no_content(editor: CheckedClient, person_id: int) -> None:
    text = editor.page(f"/staff/registrations/{person_id}").text
    assert "Accessibility request" in text
    assert "lip-read" not in text
    assert "Sign Language" not in text


def test_who_asked_for_nothing_has_no_page(editor: CheckedClient, event_id: int) -> None:
    sign_up(event_id)
    without = registrations(event_id)[1].id
    assert editor.get(f"/staff/registrations/{without}/needs").status_code == 404
    assert editor.get(f"/staff/registrations/{without}/needs/arranged").status_code == 405


def test_a_lost_key_is_said_and_breaks_nothing(app: Flask, editor: CheckedClient, person_id: int) -> None:
    app.config["DATA_KEYS"] = ["another-key-that-sealed-nothing-in-here"]
    page = editor.page(f"/staff/registrations/{person_id}/needs", status=409)
    assert "DATA_KEYS" in page.main.text
    assert TOLD not in page.main.text
