"""People at the venue without a registration, through the console."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.db import db
from app.models import Event, Helper, HelperRole, Mode
from tests.support import factories as make
from tests.support.html import fields
from tests.support.pages import CheckedClient


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    hours = {"starts_local": make.wall("2026-03-16 09:00"), "ends_local": make.wall("2026-03-17 17:00")}
    return make.event(seats={Mode.IN_PERSON: 50}, contact_name="Ruth Quinn", **hours)


def add(client: CheckedClient, event: Event, **typed: Any) -> Any:
    page = client.page(f"/staff/events/{event.id}/helpers/new")
    return client.submit(page, **{"role": "member", "last_name": "Weber", "first_name": "Ivan", **typed})


def helpers() -> list[Helper]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Helper)))


def test_it_works(editor: CheckedClient, event: Event) -> None:
    answer = add(editor, event, days=["2026-03-17"])
    assert (answer.status_code, answer.location) == (303, f"/staff/events/{event.id}/helpers")
    shown = editor.page(answer.location).main.text
    assert "Weber, Ivan Committee member – Tuesday, March 17, 2026 Ruth Quinn" in shown
    helper = helpers()[0]
    assert (helper.role, helper.days) == (HelperRole.MEMBER, ["2026-03-17"])


def test_one_is_changed(editor: CheckedClient, event: Event) -> None:
    add(editor, event, role="speaker", host="Ana Lopez")
    page = editor.page(f"/staff/events/{event.id}/helpers/{helpers()[0].id}")
    sent = fields(page.main.all("form")[0])
    assert (sent["role"], sent["host"], sent["first_name"]) == (["speaker"], ["Ana Lopez"], ["Ivan"])
    editor.submit(page, organization="Port of Erie")
    helper = helpers()[0]
    assert (helper.organization, helper.role, helper.host) == ("Port of Erie", HelperRole.SPEAKER, "Ana Lopez")


def test_one_is_taken_off(editor: CheckedClient, event: Event) -> None:
    add(editor, event)
    page = editor.page(f"/staff/events/{event.id}/helpers")
    form = next(form for form in page.main.all("form") if form.get("action").endswith("/removal"))
    answer = editor.post(form.get("action"), data=fields(form))
    assert "Weber is off the list." in editor.page(answer.location).text
    assert helpers() == []


@pytest.mark.parametrize("typed", [{"last_name": ""}, {"role": "king"}, {"days": ["2026-04-01"]}, {"host": "x" * 201}])
def test_poor_input_comes_back(editor: CheckedClient, event: Event, typed: dict[str, Any]) -> None:
    answer = add(editor, event, **typed)
    assert answer.status_code == 422
    assert helpers() == []


def test_another_events_helper_is_not_there(editor: CheckedClient, event: Event) -> None:
    add(editor, event)
    elsewhere = make.event().id
    assert editor.get(f"/staff/events/{elsewhere}/helpers/{helpers()[0].id}").status_code == 404


def test_the_door_looks_and_changes_nothing(door_staff: CheckedClient, editor: CheckedClient, event: Event) -> None:
    add(editor, event)
    assert "Remove" not in door_staff.page(f"/staff/events/{event.id}/helpers").main.text
    assert door_staff.get(f"/staff/events/{event.id}/helpers/new").status_code == 403
