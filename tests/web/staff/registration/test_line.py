"""The waiting list in the console: shown in its order, moved in with a reason, passed with a reason."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.db import db, transact
from app.models import Event, Mode
from app.operations.registration import picking
from app.operations.registration.cancelling import cancel
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.support.sessions import conference, hold_sessions, session_ids
from tests.web.staff.registration.test_registration import send


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    """One seat, taken; Zoe, Mia and Ada wait in this order, Mia attends online meanwhile."""
    made = make_event(capacity=1, online=None)
    sign_up(made, details(last_name="Holder"))
    sign_up(made, details(last_name="Zoe"))
    sign_up(made, details(mode=Mode.ONLINE, keeps_turn=True, last_name="Mia"))
    sign_up(made, details(last_name="Ada"))
    return made


def shown(client: CheckedClient, event_id: int, query: str) -> list[str]:
    page = client.page(f"/staff/events/{event_id}/attendees{query}")
    rows = page.main.all("th", scope="row")
    return [row.one("a").text.split(",")[0] for row in rows]


def id_of(event_id: int, name: str) -> int:
    return next(person.id for person in registrations(event_id) if person.last_name == name)


def test_a_line_is_shown_in_its_order(editor: CheckedClient, event_id: int) -> None:
    assert shown(editor, event_id, "") == ["Ada", "Holder", "Mia", "Zoe"]
    assert shown(editor, event_id, "?waits_for=in-person") == ["Zoe", "Mia", "Ada"]
    assert shown(editor, event_id, "?waits_for=in-person&sort=name") == ["Ada", "Mia", "Zoe"]
    assert shown(editor, event_id, "?waits_for=in-person&mode=online") == ["Mia"]
    assert shown(editor, event_id, "?waits_for=online") == []
    assert shown(editor, event_id, "?sort=line") == ["Ada", "Holder", "Mia", "Zoe"]  # No line is named.


def test_the_filter_is_a_chip_that_can_be_taken_off(editor: CheckedClient, event_id: int) -> None:
    page = editor.page(f"/staff/events/{event_id}/attendees?waits_for=in-person")
    assert "Waiting for: In person" in page.main.text
    assert "waits for In person, number 2 in line now" in page.main.text
    [link] = [a for a in page.main.all("a") if a.get("href").endswith("waits_for=in-person") and "waiting" in a.text]
    assert link.text == "waiting, In person"


def test_somebody_is_moved_with_a_reason(editor: CheckedClient, event_id: int) -> None:
    ada = id_of(event_id, "Ada")
    refused = send(editor, ada, "place-in-line", ahead="0")
    assert refused.status_code == 422
    assert "Say why. It stands in the log." in Page(refused.text).main.text
    page = editor.page(send(editor, ada, "place-in-line", ahead="0", reason="Speaks on Tuesday.").location)
    assert shown(editor, event_id, "?waits_for=in-person") == ["Ada", "Zoe", "Mia"]
    assert "Moved in the waiting list People before them: 2 → 0 Reason: Speaks on Tuesday." in page.main.text


@pytest.mark.parametrize("ahead", ["", "-1", "first", "1e3", "9" * 30])
def test_a_place_is_a_number(editor: CheckedClient, event_id: int, ahead: str) -> None:
    assert send(editor, id_of(event_id, "Ada"), "place-in-line", ahead=ahead, reason="Why.").status_code == 422
    assert shown(editor, event_id, "?waits_for=in-person") == ["Zoe", "Mia", "Ada"]


def test_a_seat_is_added_for_one_person(editor: CheckedClient, event_id: int) -> None:
    mia = id_of(event_id, "Mia")
    page = editor.page(f"/staff/registrations/{mia}/seat")
    assert "All seats are taken, so one is added: from 1 to 2." in page.main.text
    assert "Their seat online goes back." in page.main.text
    page = editor.page(send(editor, mia, "seat", reason="Invited by the chair.").location)
    assert standings(event_id)[2] == "in-person confirmed"
    assert "Given a seat by staff" in page.main.text
    again = editor.submit(editor.page(f"/staff/registrations/{mia}/seat"), reason="Twice.")
    assert "does not wait for a seat any more" in editor.page(again.location).text


def test_an_offered_seat_is_seen(editor: CheckedClient, event_id: int) -> None:
    with_rules(event_id, offer_hours=24)
    holder = id_of(event_id, "Holder")
    transact(lambda at: cancel(holder, at=at).id)
    page = editor.page(f"/staff/events/{event_id}/attendees?waits_for=in-person")
    assert "Offered a seat held until" in page.main.text
    page = editor.page(f"/staff/registrations/{id_of(event_id, 'Zoe')}")
    assert "A seat is held until Tue, Mar 3, 2026, 12:00 p.m. EST" in page.main.text
    assert "Offered a seat from the waiting list" in page.main.text
    assert not [link for link in page.main.all("a") if link.get("href").endswith("/place-in-line")]
    assert db.session.get_one(Event, event_id).pools[0].taken == 1


@pytest.fixture
def conference_id(app: Flask, at: datetime) -> int:
    """One seat in a session, taken; Mia and Ada wait for it."""
    made = conference({"title": "Clinic", "seats": {Mode.IN_PERSON: 1}}, {"title": "Tour"})
    for name in ("Holder", "Mia", "Ada"):
        sign_up(made, details(last_name=name, sessions=tuple(session_ids(made))))
    return made


def test_somebody_is_moved_in_the_line_of_a_session(editor: CheckedClient, conference_id: int) -> None:
    ada, clinic = id_of(conference_id, "Ada"), session_ids(conference_id)[0]
    way = f"sessions/{clinic}/place-in-line"
    assert f"/staff/registrations/{ada}/{way}" in editor.get(f"/staff/registrations/{ada}").text
    page = editor.page(f"/staff/registrations/{ada}/{way}")
    assert "For the session “Clinic”" in page.main.text
    assert "2 people wait." in page.main.text
    assert send(editor, ada, way, ahead="0").status_code == 422
    page = editor.page(send(editor, ada, way, ahead="0", reason="Speaks there.").location)
    assert "People before them: 1 → 0 Sessions: Clinic Reason: Speaks there." in page.main.text
    assert "0 people wait before them" in page.main.text


def test_a_seat_in_a_session_is_added_for_one_person(editor: CheckedClient, conference_id: int) -> None:
    ada, (clinic, tour) = id_of(conference_id, "Ada"), session_ids(conference_id)
    way = f"sessions/{clinic}/seat"
    page = editor.page(f"/staff/registrations/{ada}/{way}")
    assert "All seats are taken, so one is added: from 1 to 2." in page.main.text
    done = editor.page(editor.submit(page, reason="The chair asked.").location)
    assert "The seat is theirs" in done.text
    assert way not in done.text
    refused = editor.page(send(editor, ada, way, reason="Twice.").location)
    assert "does not wait for a seat any more" in refused.text
    for gone in (session_ids(conference())[0], 2**40):
        assert editor.get(f"/staff/registrations/{ada}/sessions/{gone}/seat").status_code == 404
    assert f"sessions/{tour}/seat" not in done.text


def test_staff_read_that_the_cap_of_an_organization_is_passed(editor: CheckedClient, event_id: int) -> None:
    zoe, note = id_of(event_id, "Zoe"), "so the line passes them by"
    assert note not in editor.page(f"/staff/registrations/{zoe}/seat").text
    with_rules(event_id, organization_cap=1)
    assert note in editor.page(f"/staff/registrations/{zoe}/seat").text


def test_a_seat_says_which_sessions_it_costs(editor: CheckedClient, event_id: int) -> None:
    [talk] = hold_sessions(event_id, {"title": "Online only", "seats": {Mode.ONLINE: 5}})
    mia = id_of(event_id, "Mia")
    transact(lambda at: picking.change(mia, picking.Wanted((talk,)), at=at) and None)
    page = editor.page(f"/staff/registrations/{mia}/seat")
    assert "It costs them these sessions: Online only: not held in that way, so it is given up" in page.main.text
    page = editor.page(send(editor, mia, "seat", reason="Invited by the chair.").location)
    assert "Sessions: Online only → nothing" in page.main.text


def test_cancelling_says_who_gets_the_seat_and_who_does_not(editor: CheckedClient, event_id: int, at: datetime) -> None:
    address = f"/staff/registrations/{id_of(event_id, 'Holder')}/cancellation"
    assert "The seat goes at once to whoever waits longest." in editor.page(address).main.text
    with_rules(event_id, offer_hours=24)
    assert "The seat is offered at once to whoever waits longest." in editor.page(address).main.text
    soon = at + timedelta(hours=12)  # Then the line for the room is closed.
    transact(lambda _: setattr(db.session.get_one(Event, event_id), "starts_at", soon))
    assert "The seat becomes free for others." in editor.page(address).main.text
