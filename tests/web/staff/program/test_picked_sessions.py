"""Sessions that people pick, as staff set them up: seats, repeated slots, and what people hold already."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.db import db
from app.models import EventSession, MessageKind, Mode, OutgoingEmail
from tests.support import desk
from tests.support.pages import CheckedClient
from tests.support.sessions import check_sessions, conference, session_ids, states


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    return conference()


def page_of(event_id: int, session_id: int | None = None) -> str:
    return f"/staff/events/{event_id}/sessions/{session_id or 'new'}"


def change(editor: CheckedClient, event_id: int, session_id: int | None, **typed: Any) -> TestResponse:
    return editor.submit(editor.page(page_of(event_id, session_id)), **typed)


def session(session_id: int) -> EventSession:
    db.session.expire_all()
    return db.session.get_one(EventSession, session_id)


def seats(session_id: int) -> dict[Mode, int | None]:
    return {pool.mode: pool.capacity for pool in session(session_id).pools}


def pick(event_id: int, session_id: int, people: int) -> None:
    for _ in range(people):
        desk.sign_up(event_id, desk.details(sessions=(session_id,)))


def test_it_works(editor: CheckedClient, event_id: int) -> None:
    typed = {"title": "Clinic", "is_picked": "y", "repeat_key": "clinic"}
    answer = change(editor, event_id, None, in_person="limited", in_person_seats="12", **typed)
    assert answer.status_code == 303, answer.text
    made = session(session_ids(event_id)[-1])
    assert (made.is_picked, made.repeat_key, seats(made.id)) == (True, "clinic", {Mode.IN_PERSON: 12})
    assert "0 of 12 repeated: clinic" in editor.page(f"/staff/events/{event_id}/agenda").main.text


def test_a_session_is_open_to_all_unless_somebody_says_otherwise(editor: CheckedClient, event_id: int) -> None:
    assert change(editor, event_id, None, title="Opening").status_code == 303
    made = session(session_ids(event_id)[-1])
    assert (made.is_picked, made.pools) == (False, [])


def test_only_the_ways_of_the_event_and_of_the_session_have_seats(editor: CheckedClient, at: datetime) -> None:
    event_id = conference(online=None)
    typed = {"title": "Studio", "is_picked": "y", "mode": "online"}
    assert change(editor, event_id, None, **typed).status_code == 303
    assert seats(session_ids(event_id)[-1]) == {Mode.ONLINE: None}
    refused = change(editor, event_id, None, **typed, online="no")
    assert refused.status_code == 422
    assert "Say below for whom it has seats." in refused.text
    room_only = editor.page(page_of(conference()))
    assert room_only.all("input", name="in_person")
    assert not room_only.all("input", name="online")


def test_more_seats_go_at_once_to_those_who_wait(editor: CheckedClient, event_id: int) -> None:
    small, _large = session_ids(event_id)
    pick(event_id, small, 4)
    assert "2 of 2, 2 wait" in editor.page(f"/staff/events/{event_id}/agenda").main.text
    assert change(editor, event_id, small, in_person_seats="3").status_code == 303
    check_sessions(event_id)
    assert [states(person) for person in desk.registrations(event_id)] == [
        ["confirmed"],
        ["confirmed"],
        ["confirmed"],
        ["waitlisted"],
    ]
    told = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.SESSION_PROMOTED))
    assert [mail.facts["promoted"] for mail in told] == [["Session 1"]]


def test_fewer_seats_than_are_taken_ask_what_to_do(editor: CheckedClient, event_id: int) -> None:
    small, _large = session_ids(event_id)
    pick(event_id, small, 2)
    refused = change(editor, event_id, small, in_person_seats="1")
    assert refused.status_code == 422
    assert "2 seats are taken." in refused.text
    assert change(editor, event_id, small, in_person_seats="1", shrinking="yes").status_code == 303
    [pool] = session(small).pools
    assert (pool.capacity, pool.shrink_to) == (2, 1)


def test_what_people_picked_is_not_opened_to_all(editor: CheckedClient, event_id: int) -> None:
    small, _large = session_ids(event_id)
    pick(event_id, small, 1)
    page = editor.page(page_of(event_id, small))
    refused = editor.submit(page, is_picked=[])
    assert refused.status_code == 422
    assert "1 person has picked this session." in refused.text
    assert session(small).is_picked


def test_removing_a_session_asks_first_and_writes_to_whoever_picked_it(editor: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    pick(event_id, small, 1)
    [person] = desk.registrations(event_id)
    page = editor.page(f"/staff/events/{event_id}/agenda")
    form = next(form for form in page.main.all("form") if f"/sessions/{small}/" in form.get("action"))
    token = {"csrf_token": form.one("input", name="csrf_token").get("value")}
    asked = editor.post(form.get("action"), data=token)
    assert "1 person has picked this session." in asked.text
    assert session_ids(event_id) == [small, large]
    assert editor.post(form.get("action"), data=token | {"release": "y"}).status_code == 303
    assert session_ids(event_id) == [large]
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert mail
    assert (mail.kind, mail.registration_id) == (MessageKind.CHANGED, person.id)
    assert mail.facts["changes"] == [["sessions", ["Session 1"], []]]


def test_whoever_picked_a_session_hears_that_it_moves(editor: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    pick(event_id, small, 1)
    pick(event_id, large, 1)
    assert change(editor, event_id, small, description="More about it").status_code == 303
    assert change(editor, event_id, small, room="Room 7").status_code == 303
    told = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.CHANGED)).all()
    assert [mail.registration_id for mail in told] == [desk.registrations(event_id)[0].id]
    [[field, before, now]] = told[0].facts["changes"]
    assert (field, before["room"], now["room"]) == ("session", "", "Room 7")
