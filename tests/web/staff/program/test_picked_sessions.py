"""Sessions that people pick, as staff set them up: seats, repeated slots, and what people hold already."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.db import db, transact
from app.models import Event, EventSession, MessageKind, Mode, OutgoingEmail, Registration
from app.operations.communication import announcing
from tests.support import desk
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient, main_form
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
    assert "1 person has picked this session. When you move it" in page.main.text
    refused = editor.submit(page, is_picked=[])
    assert refused.status_code == 422
    assert "1 person has picked this session." in refused.text
    assert session(small).is_picked


def test_removing_a_session_asks_first_and_writes_to_whoever_picked_it(
    editor: CheckedClient, event_id: int, at: datetime
) -> None:
    small, large = session_ids(event_id)
    pick(event_id, small, 1)
    [person] = desk.registrations(event_id)
    page = editor.page(f"/staff/events/{event_id}/agenda")
    form = next(form for form in page.main.all("form") if f"/sessions/{small}/" in form.get("action"))
    token = {"csrf_token": form.one("input", name="csrf_token").get("value")}
    asked = editor.post(form.get("action"), data=token)
    assert "1 person has picked this session." in asked.text
    assert session_ids(event_id) == [small, large]
    why = {"is_sure": "y", "reason": "The speaker had to cancel."}
    assert editor.post(form.get("action"), data=token | why | {"reason": "x" * 501}).status_code == 422
    assert editor.post(form.get("action"), data=token | why).status_code == 303
    assert session_ids(event_id) == [large]
    waits = editor.page(f"/staff/events/{event_id}").main.text
    assert "(Session removed: Session 1). 1 person is written to" in waits
    assert "Held again: “Session 1”" in waits
    after_ten_minutes(at)
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert mail
    assert (mail.kind, mail.registration_id) == (MessageKind.CHANGED, person.id)
    assert mail.facts["changes"] == [["sessions", ["Session 1"], []]]
    assert (mail.facts["dropped"], mail.facts["reason"]) == (["Session 1"], "The speaker had to cancel.")
    ((what, _since, reason, _told, people, *_rest),) = rows(editor.page(f"/staff/events/{event_id}/told"))
    assert (what, reason) == ("Session removed: Session 1", "The speaker had to cancel.")
    assert people.startswith("1")
    (who,) = [a.get("href") for a in editor.page(f"/staff/events/{event_id}/told").one("tbody").all("a")]
    assert rows(editor.page(who))[0][0] == person.email


def test_whoever_removes_a_session_reads_whether_anybody_is_told(editor: CheckedClient, event_id: int) -> None:
    small, _large = session_ids(event_id)
    pick(event_id, small, 1)

    def without_address(_at: datetime) -> None:
        person = db.session.get_one(Registration, desk.registrations(event_id)[0].id)
        person.email = person.email_key = None

    transact(without_address)
    agenda = f"/staff/events/{event_id}/agenda"
    form = next(form for form in editor.page(agenda).main.all("form") if f"/sessions/{small}/" in form.get("action"))
    token = {"csrf_token": form.one("input", name="csrf_token").get("value")}
    assert editor.post(form.get("action"), data=token | {"is_sure": "y"}).status_code == 303
    assert "Removed. There is nobody to write to." in editor.page(agenda).text


def rows(page: Page) -> list[list[str]]:
    return [[cell.text for cell in row.all("th", "td")] for row in page.one("tbody").all("tr")]


def after_ten_minutes(at: datetime) -> list[OutgoingEmail]:
    with clock.stopped_at(at + timedelta(minutes=11)):
        transact(announcing.send_due_notices)
    query = db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.SESSION_MOVED)
    return list(db.session.scalars(query.order_by(OutgoingEmail.id)))


def test_whoever_picked_a_session_hears_that_it_moves(editor: CheckedClient, event_id: int, at: datetime) -> None:
    small, large = session_ids(event_id)
    pick(event_id, small, 1)
    pick(event_id, large, 1)
    assert change(editor, event_id, small, description="More about it").status_code == 303
    assert "People will be told at" not in editor.page(f"/staff/events/{event_id}").main.text
    assert change(editor, event_id, small, room="Room 7").status_code == 303
    shown = editor.page(f"/staff/events/{event_id}").main.text
    assert "(Session held at another time or place)" in shown
    assert "1 person" in shown
    (told,) = after_ten_minutes(at)
    person = desk.registrations(event_id)[0]
    assert (told.registration_id, told.facts["collides"]) == (person.id, [])
    [[field, before, now]] = told.facts["changes"]
    assert (field, before["room"], now["room"]) == ("session", "", "Room 7")
    assert "Session: Session 1" in editor.page(f"/staff/registrations/{person.id}").main.text
    assert after_ten_minutes(at) == [told]


def test_a_moved_session_can_be_put_back_before_anybody_hears(
    editor: CheckedClient, event_id: int, at: datetime
) -> None:
    small, _large = session_ids(event_id)
    pick(event_id, small, 1)
    with clock.stopped_at(at + timedelta(minutes=1)):
        change(editor, event_id, small, room="Room 7", title="Clinic")
        pick(event_id, small, 1)  # Was told of Room 7 on registering.
    page = editor.page(f"/staff/events/{event_id}")
    form = next(form for form in page.main.all("form") if "/undo/" in form.get("action"))
    token = {"csrf_token": form.one("input", name="csrf_token").get("value")}
    assert editor.post(form.get("action"), data=token).status_code == 303
    assert (session(small).room, session(small).title) == ("", "Session 1")
    late = desk.registrations(event_id)[1]
    assert [mail.registration_id for mail in after_ten_minutes(at)] == [late.id]


def test_moving_a_session_beside_another_of_the_same_people_asks_first(
    editor: CheckedClient, event_id: int, at: datetime
) -> None:
    small, large = session_ids(event_id)
    desk.sign_up(event_id, desk.details(sessions=(small, large)))
    begins = session(small).starts_local
    times = {"starts": f"{begins:%Y-%m-%dT%H:%M}", "ends": f"{begins + timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    assert not editor.page(page_of(event_id, large)).all("input", name="collides")
    refused = change(editor, event_id, large, **times)
    assert refused.status_code == 422
    words = "1 person has picked “Session 1” and “Session 2”, which would be held at the same time."
    assert words in Page(refused.text).main.text
    assert session(large).starts_local != begins
    assert editor.submit(Page(refused.text), collides="y").status_code == 303
    assert session(large).starts_local == begins
    assert [mail.facts["collides"] for mail in after_ten_minutes(at)] == [["Session 1"]]
    # Where nothing new clashes nobody is asked.
    assert change(editor, event_id, large, room="Room 7").status_code == 303


def test_a_session_moved_to_where_nobody_has_both_is_just_moved(editor: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    pick(event_id, small, 1)
    pick(event_id, large, 1)
    begins = session(small).starts_local
    times = {"starts": f"{begins:%Y-%m-%dT%H:%M}", "ends": f"{begins + timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    assert change(editor, event_id, large, **times).status_code == 303


def half_moved(editor: CheckedClient, event_id: int) -> Page:
    """The event an hour later, the second session left behind: there the first one comes to lie."""
    event = db.session.get_one(Event, event_id)
    assert event.starts_local
    assert event.ends_local
    later = {
        name: f"{moment + timedelta(hours=1):%Y-%m-%dT%H:%M}"
        for name, moment in (("starts", event.starts_local), ("ends", event.ends_local))
    }
    page = editor.page(f"/staff/events/{event_id}/rescheduling")
    check = Page(editor.submit(page, **later).text)
    small, _large = session_ids(event_id)
    answer = editor.submit(check, along=[f"session-{small}"])
    assert answer.status_code == 422
    return Page(answer.text)


def test_moving_the_event_and_only_some_of_its_sessions_asks_first(
    editor: CheckedClient, event_id: int, at: datetime
) -> None:
    small, large = session_ids(event_id)
    desk.sign_up(event_id, desk.details(sessions=(small, large)))
    refused, began = half_moved(editor, event_id), session(small).starts_local
    words = "1 person has picked “Session 1” and “Session 2”, which would be held at the same time."
    assert words in refused.main.text
    # What was ticked stays so.
    assert fields(main_form(refused))["along"] == [f"session-{small}"]
    assert editor.submit(refused, collides="y").status_code == 303
    assert session(small).starts_local == session(large).starts_local == began + timedelta(hours=1)
    with clock.stopped_at(at + timedelta(minutes=11)):
        transact(announcing.send_due_notices)
    told = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.EVENT_CHANGED)).one()
    # Old and new of each session of theirs that moved, beside those of the event.
    [[field, old, new]] = told.facts["changes"]
    assert (field, old["title"]) == ("session", "Session 1")
    assert datetime.fromisoformat(new["starts_at"]) - datetime.fromisoformat(old["starts_at"]) == timedelta(hours=1)
    assert told.facts["collides"] == ["Session 2"]


def test_moving_all_of_an_event_asks_nothing_and_tells_each_their_own(
    editor: CheckedClient, event_id: int, at: datetime
) -> None:
    small, large = session_ids(event_id)
    for chosen in ((small, large), (large,), ()):
        desk.sign_up(event_id, desk.details(sessions=chosen))
    page = editor.page(f"/staff/events/{event_id}/rescheduling")
    check = Page(editor.submit(page, starts="2026-03-17T13:00", ends="2026-03-17T20:00").text)
    assert editor.submit(check).status_code == 303
    with clock.stopped_at(at + timedelta(minutes=11)):
        transact(announcing.send_due_notices)
    query = db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.EVENT_CHANGED)
    mails = db.session.scalars(query.order_by(OutgoingEmail.registration_id))
    told = [[old["title"] for _field, old, _new in mail.facts["changes"]] for mail in mails]
    assert told == [["Session 1", "Session 2"], ["Session 2"], []]
