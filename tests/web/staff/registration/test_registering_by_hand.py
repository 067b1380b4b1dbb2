"""Registering somebody through the console: by phone, without an address, at the door."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.db import db
from app.models import AccessibilityRequest, EventState, Mode, Registration, RegistrationState
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, seats, sign_up, with_rules
from tests.support.factories import wall
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.public.test_way_times import own_times


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    return make_event(capacity=1, online=None)


def enter(client: CheckedClient, event_id: int, **typed: Any) -> Any:
    page = client.page(f"/staff/events/{event_id}/attendees/new")
    filled = {"channel": "phone", "first_name": "Dana", "last_name": "Okafor", "organization": "Okafor Imports"}
    return client.submit(page, **{**filled, "mode": "in-person", **typed})


def test_it_works(editor: CheckedClient, event_id: int) -> None:
    answer = enter(editor, event_id)
    person = registrations(event_id)[0]
    assert (answer.status_code, answer.location) == (303, f"/staff/registrations/{person.id}")
    assert (person.email, person.state) == (None, RegistrationState.CONFIRMED)
    shown = editor.page(answer.location).text
    assert "Dana Okafor: Confirmed." in shown
    assert "none: call them" in shown
    assert "By phone" in shown


def test_door_staff_register_who_stands_there_and_add_no_seat(door_staff: CheckedClient, event_id: int) -> None:
    assert "Register somebody" in door_staff.page(f"/staff/events/{event_id}/attendees").main.text
    shown = door_staff.page(enter(door_staff, event_id).location).text
    assert "Dana Okafor: Confirmed." in shown
    assert "At the door" in shown
    enter(door_staff, event_id, first_name="Lee", adds_seat="y", reason="Says so")
    assert seats(event_id)["in-person"] == (1, 1)


def test_door_staff_of_a_full_event_with_a_closed_list_learn_who_can_help(
    door_staff: CheckedClient, event_id: int, at: datetime
) -> None:
    sign_up(event_id)
    with clock.stopped_at(at + timedelta(days=13, hours=12)):
        answer = enter(door_staff, event_id, reason="Stands here")
    assert answer.status_code == 422
    assert "the waiting list is closed. An editor can add a seat." in Page(answer.text).main.text
    assert len(registrations(event_id)) == 1


def test_a_full_event_says_so(editor: CheckedClient, event_id: int) -> None:
    sign_up(event_id)
    assert "Dana Okafor: On the waiting list." in editor.page(enter(editor, event_id).location).text


def test_a_seat_is_added_in_one_step_for_a_reason(editor: CheckedClient, event_id: int) -> None:
    for _ in range(2):
        sign_up(event_id)
    refused = enter(editor, event_id, adds_seat="y")
    assert "Say why this person is registered all the same." in Page(refused.text).main.one(id="reason-error").text
    answer = enter(editor, event_id, adds_seat="y", reason="Speaks for the chair")
    shown = editor.page(answer.location).text
    assert "Dana Okafor: Confirmed." in shown
    assert "Reason: Speaks for the chair" in shown
    assert seats(event_id)["in-person"] == (2, 1)
    assert [person.state.value for person in registrations(event_id)] == ["confirmed", "waitlisted", "confirmed"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"state": EventState.DRAFT}, "this event is a draft. Publish it first."),
        ({"state": EventState.POSTPONED}, "this event is postponed. Set a new date first."),
        ({"state": EventState.CANCELLED}, "this event is cancelled. To hold it after all, copy it"),
        ({"starts_local": wall("2026-02-03 13:00"), "ends_local": wall("2026-02-03 14:00")}, "this event is over."),
        ({"seats": {}}, "no way of attending is offered. Set the seats first."),
    ],
)
def test_where_nobody_can_be_registered_the_page_says_why(
    editor: CheckedClient, at: datetime, given: dict[str, Any], words: str
) -> None:
    event = make.event(**{"seats": {Mode.IN_PERSON: 5}} | given)
    address = f"/staff/events/{event.id}/attendees/new"
    page = editor.page(address)
    assert words in page.main.text
    assert not page.main.all("form", method="post")
    has_button = bool(editor.page(f"/staff/events/{event.id}/attendees").main.all("a", href=address))
    assert has_button is not event.is_settled(at)


def test_without_seats_the_page_says_so_and_leads_to_them(
    editor: CheckedClient, door_staff: CheckedClient, at: datetime
) -> None:
    address = f"/staff/events/{make_event(capacity=0)}"
    new, seats_page = f"{address}/attendees/new", f"{address}/edit/place"
    assert not editor.page(new).main.all("form", method="post")
    assert editor.page(new).main.one("a", href=seats_page).text == "Set the seats"
    assert "An editor can set the seats." in door_staff.page(new).main.text
    editor.submit(editor.page(seats_page), in_person="limited", in_person_seats="3")
    assert editor.page(new).main.all("form", method="post")


def test_of_two_ways_the_one_without_seats_is_named(editor: CheckedClient, at: datetime) -> None:
    event_id = make_event(capacity=0, online=None)
    main = editor.page(f"/staff/events/{event_id}/attendees/new").main
    assert "In person: no seats are set, so nobody can be registered there. Set the seats" in main.text
    assert enter(editor, event_id, mode="online").status_code == 303


def test_each_way_keeps_its_own_end(editor: CheckedClient, event_id: int, at: datetime) -> None:
    own_times(event_id, Mode.ONLINE, closes_at=at)
    page = editor.page(f"/staff/events/{event_id}/attendees/new")
    assert page.main.text.count("Registration is not open for it now: give a reason.") == 1
    assert enter(editor, event_id, mode="online").status_code == 422
    assert enter(editor, event_id, mode="in-person").status_code == 303
    assert enter(editor, event_id, mode="online", reason="Called in time").status_code == 303


def test_a_known_address_leads_to_its_registration(editor: CheckedClient, event_id: int) -> None:
    sign_up(event_id, details(email="dana@example.com"))
    answer = enter(editor, event_id, email="dana@example.com", mode="online")
    assert answer.status_code == 422
    assert f'<a href="/staff/registrations/{registrations(event_id)[0].id}">' in answer.text
    assert 'value="Okafor Imports"' in answer.text
    assert len(registrations(event_id)) == 1


def test_after_the_deadline_it_asks_for_a_reason(editor: CheckedClient, event_id: int, at: datetime) -> None:
    with clock.stopped_at(at + timedelta(days=14, minutes=30)):
        # The event is under way: somebody stands at the door.
        answer = enter(editor, event_id, channel="door")
        assert answer.status_code == 422
        assert "Say why this person is registered" in answer.text
        enter(editor, event_id, channel="door", reason="Invited by the chair")
    assert registrations(event_id)[0].state is RegistrationState.CONFIRMED


@pytest.mark.parametrize(
    "typed",
    [
        {"last_name": "", "first_name": ""},
        {"organization": ""},
        {"email": "dana@"},
        {"mode": "by-post"},
        {"channel": ""},
        {"last_name": "x" * 101},
        {"last_name": "Oka\u202efor"},
    ],
)
def test_poor_input_comes_back_filled(editor: CheckedClient, event_id: int, typed: dict[str, str]) -> None:
    answer = enter(editor, event_id, **{"job_title": "", **typed})
    assert answer.status_code == 422
    assert "Please mend this" in answer.text
    assert registrations(event_id) == []


def test_what_they_need_is_kept(editor: CheckedClient, event_id: int) -> None:
    enter(editor, event_id, needs="captions", needs_text="A seat in front")
    assert db.session.scalars(db.select(AccessibilityRequest)).one().registration_id == registrations(event_id)[0].id


def test_only_what_the_event_asks_is_asked(editor: CheckedClient, app: Flask, at: datetime) -> None:
    clearance = {"omb_number": "1651-0000", "omb_expires_on": date(2026, 12, 31)}
    asking = make_event(capacity=5, asked_fields={"country": "optional", "role": "required"}, **clearance)
    page = editor.page(f"/staff/events/{asking}/attendees/new")
    assert {field.get("name") for field in page.main.all("select")} == {"country", "role"}
    enter(editor, asking, country="MX", role="broker")
    person = db.session.scalars(db.select(Registration)).one()
    assert (person.country, person.role.value, person.mode) == ("MX", "broker", Mode.IN_PERSON)


def test_viewers_may_not(viewer: CheckedClient, event_id: int) -> None:
    assert viewer.get(f"/staff/events/{event_id}/attendees/new").status_code == 403


@pytest.mark.parametrize("field", ["channel", "mode", "needs"])
def test_what_was_not_offered_is_refused_in_our_words(editor: CheckedClient, event_id: int, field: str) -> None:
    answer = enter(editor, event_id, **{field: "moon"})
    assert answer.status_code == 422
    words = "Choose from these; one of them is gone." if field == "needs" else "Choose one of these."
    assert words in Page(answer.text).main.text
    assert not registrations(event_id)


def test_more_of_an_organization_than_the_event_takes_need_a_reason(editor: CheckedClient, event_id: int) -> None:
    with_rules(event_id, organization_cap=1)
    sign_up(event_id, details(organization="Okafor Imports, Inc."))
    answer = enter(editor, event_id, mode="online")
    assert answer.status_code == 422
    sentence = "1 person of this organization is registered, and the event takes no more."
    assert sentence in Page(answer.text).main.one(id="reason-error").text
    assert 'value="Okafor Imports"' in answer.text
    assert len(registrations(event_id)) == 1
    enter(editor, event_id, mode="online", reason="Interprets for the speaker")
    assert registrations(event_id)[1].state is RegistrationState.CONFIRMED


def test_a_likely_slip_is_asked_about_by_hand_and_when_it_is_corrected(editor: CheckedClient, event_id: int) -> None:
    answer = enter(editor, event_id, email="dana@gmial.com")
    assert "Did you mean dana@gmail.com?" in Page(answer.text).main.text
    assert editor.submit(Page(answer.text), address_choice="dana@gmail.com").status_code == 303
    person = registrations(event_id)[0]
    assert person.email == "dana@gmail.com"
    page = editor.page(f"/staff/registrations/{person.id}/address")
    answer = editor.submit(page, email="dana@yahooo.com")
    assert "Did you mean dana@yahoo.com?" in Page(answer.text).main.text
    assert editor.submit(Page(answer.text), address_choice="dana@yahooo.com").status_code == 303
    db.session.expire_all()
    assert registrations(event_id)[0].email == "dana@yahooo.com"


def test_the_address_and_the_way_come_before_what_the_event_asks(editor: CheckedClient) -> None:
    event = make.event(asked_fields={"job_title": "optional"})
    page = editor.page(f"/staff/events/{event.id}/attendees/new")
    names = [one.get("name") for one in page.main.all("input")]
    wanted = ("first_name", "organization", "email", "mode", "job_title")
    assert sorted(wanted, key=names.index) == list(wanted)
