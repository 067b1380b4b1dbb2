"""Picking sessions through the web: the agenda is the form, and what cannot be had together is named beside it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import clock, links
from app.db import db, transact
from app.models import Event, Mode, Registration, Venue
from app.operations.registration.cancelling import cancel
from tests.support import desk
from tests.support.factories import wall
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient, main_form
from tests.support.sessions import conference, hold_sessions, session_ids, states

DANA = {"first_name": "Dana", "last_name": "Okafor", "email": "dana@importer.example", "organization": "Okafor Imports"}


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    return conference()


def form_of(event_id: int) -> str:
    return f"/events/{db.session.get_one(Event, event_id).slug}/register"


def send(client: CheckedClient, event_id: int, *sessions: int, **typed: Any) -> TestResponse:
    picked = [str(number) for number in sessions]
    return client.submit(client.page(form_of(event_id)), **{**DANA, "sessions": picked, **typed})


def words(page: Page) -> str:
    return " ".join(page.main.text.split())


def own_page(registration: Registration, act: str = "") -> str:
    token = links.sign_reference(links.MANAGE, registration.id, registration.link_version)
    return f"/registrations/{token}{act}"


def test_it_works(client: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    sent = send(client, event_id, small, large)
    assert sent.status_code == 303, sent.text
    shown = words(client.page(sent.location))
    assert "Session 1 Mon, Mar 16, 2026, 1:00–2:00 p.m. Seat confirmed" in shown
    entry = client.get(f"{sent.location}.ics").text.replace("\r\n ", "")
    assert "SUMMARY:Session 1\r\nDTSTART;TZID=America/New_York:20260316T130000" in entry
    [person] = desk.registrations(event_id)
    assert states(person) == ["confirmed", "confirmed"]
    assert "Session 2 Mon, Mar 16, 2026, 2:00–3:00 p.m. Seat confirmed" in words(client.page(own_page(person)))


def test_the_agenda_is_the_form(client: CheckedClient, event_id: int) -> None:
    hold_sessions(event_id, {"title": "Opening", "is_picked": False, "seats": {}, "hour": -1, "room": "Hall"})
    for _ in range(2):
        desk.sign_up(event_id, desk.details(sessions=(session_ids(event_id)[0],)))
    page = client.page(form_of(event_id))
    legends = [legend.text for legend in page.main.all("legend")]
    assert "Monday, March 16, 2026, 1:00 p.m." in legends
    labels = [page.one("label", **{"for": box.get("id")}).text for box in page.main.all("input", name="sessions")]
    assert [" ".join(label.split()) for label in labels] == [
        "Session 1 1:00–2:00 p.m. Waiting list",
        "Session 2 2:00–3:00 p.m. Open",
    ]
    assert "12:00 p.m. Opening open to everyone" in words(page)
    assert "Choose the sessions you want to attend. Those marked “open to everyone” need no choice." in words(page)


def test_a_full_session_waits_and_the_rest_is_confirmed(client: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    for _ in range(3):
        desk.sign_up(event_id, desk.details(sessions=(small,)))
    shown = words(client.page(send(client, event_id, small, large).location))
    assert "Your seat is confirmed." in shown
    assert "Session 1 Mon, Mar 16, 2026, 1:00–2:00 p.m. Waiting list" in shown
    person = desk.registrations(event_id)[-1]
    assert "Waiting list 1 person waits before you." in words(client.page(own_page(person)))


def test_a_known_address_sees_the_same_page(client: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    first = words(client.page(send(client, event_id, large).location))
    again = words(client.page(send(client, event_id, large).location))
    assert again == first
    send(client, event_id, small, email="lee@importer.example")
    assert len(desk.registrations(event_id)) == 2


def test_an_overlap_is_refused_with_both_named_and_everything_kept(client: CheckedClient, at: datetime) -> None:
    event_id = conference({"minutes": 90}, {"hour": 1}, {"hour": 3})
    first, second, later = session_ids(event_id)
    refused = send(client, event_id, first, second, later, organization="Harbor")
    assert refused.status_code == 422
    page = Page(refused.text)
    both = "“Session 1” (Mon, Mar 16, 2026, 1:00–2:30 p.m.) and “Session 2” (Mon, Mar 16, 2026, 2:00–3:00 p.m.)"
    assert f"{both} are held at the same time. Nobody can attend both: choose one." in words(page)
    kept = fields(main_form(page))
    assert (kept["sessions"], kept["organization"]) == ([str(first), str(second), str(later)], ["Harbor"])
    marked = [box.get("value") for box in page.main.all("input", name="sessions") if box.get("aria-invalid")]
    assert marked == [str(first), str(second)]
    assert not page.main.all("input", name="noticed_overlaps")
    assert desk.registrations(event_id) == []


def test_an_overlap_stands_in_the_summary_beside_what_is_missing(client: CheckedClient, at: datetime) -> None:
    event_id = conference({"minutes": 90}, {"hour": 1})
    refused = send(client, event_id, *session_ids(event_id), organization="")
    assert refused.status_code == 422
    summary = Page(refused.text).one(id="error-summary").text
    assert "Enter your organization." in summary
    assert "Nobody can attend both: choose one." in summary
    assert len(Page(refused.text).main.all("input", name="sessions", aria_invalid="true")) == 2


def test_where_it_is_left_to_people_one_tick_keeps_both(client: CheckedClient, at: datetime) -> None:
    event_id = conference({"minutes": 90}, {"hour": 1}, {"hour": 1.25}, rule="warn")
    first, second, third = session_ids(event_id)
    warned = send(client, event_id, first, second)
    assert warned.status_code == 422
    page = Page(warned.text)
    [tick] = page.main.all("input", name="noticed_overlaps")
    agreed = fields(main_form(page)) | {"noticed_overlaps": tick.get("value")}
    # The tick is about those two: a third one that was not named is asked about.
    more = client.post(form_of(event_id), data=agreed | {"sessions": [str(first), str(second), str(third)]})
    assert more.status_code == 422
    assert client.post(form_of(event_id), data=agreed).status_code == 303
    assert states(desk.registrations(event_id)[0]) == ["confirmed", "confirmed"]


def test_two_slots_of_one_session_are_refused(client: CheckedClient, at: datetime) -> None:
    event_id = conference({"repeat_key": "clinic", "title": "Clinic"}, {"repeat_key": "clinic", "title": "Clinic"})
    refused = send(client, event_id, *session_ids(event_id))
    assert refused.status_code == 422
    assert "are the same session, held twice. Choose one of them." in refused.text
    assert "Held several times: choose one of them." in refused.text


def test_a_session_of_the_other_way_of_attending_is_refused(client: CheckedClient, at: datetime) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 5}}, {"seats": {Mode.ONLINE: 5}}, online=5)
    room, online = session_ids(event_id)
    refused = send(client, event_id, room, mode="online")
    assert refused.status_code == 422
    assert "has no seats online. Choose another one, or attend in person." in refused.text
    assert "In person only" in refused.text
    assert send(client, event_id, online, mode="online").status_code == 303


@pytest.mark.parametrize("wrong", ["abc", "999999", str(2**70), "-1", "1\x00", "1.5", ""])
def test_what_was_not_offered_is_no_choice(client: CheckedClient, event_id: int, wrong: str) -> None:
    refused = send(client, event_id, sessions=[wrong])
    assert refused.status_code == 422
    assert "One of these sessions cannot be chosen any more." in refused.text
    assert desk.registrations(event_id) == []


def test_public_pages_show_no_figures(client: CheckedClient, event_id: int) -> None:
    small, _large = session_ids(event_id)
    before = client.page(form_of(event_id)).main.text
    assert "Few seats left" in before
    desk.sign_up(event_id, desk.details(sessions=(small,)))
    assert client.page(form_of(event_id)).main.text == before


def test_sessions_are_swapped_on_ones_own_page(client: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    send(client, event_id, small)
    [person] = desk.registrations(event_id)
    page = client.page(own_page(person, "/sessions"))
    assert fields(main_form(page))["sessions"] == [str(small)]
    answer = client.submit(page, sessions=[str(large)])
    assert (answer.status_code, answer.location) == (303, own_page(person))
    assert [pick.session_id for pick in person.live_picks] == [large]
    client.submit(client.page(own_page(person, "/sessions")), sessions=[])
    assert person.live_picks == []
    assert "You have not chosen any session yet." in words(client.page(own_page(person)))


def test_nobody_swaps_a_session_for_a_full_one(client: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    for _ in range(2):
        desk.sign_up(event_id, desk.details(sessions=(small,)))
    send(client, event_id, large)
    person = desk.registrations(event_id)[-1]
    refused = client.submit(client.page(own_page(person, "/sessions")), sessions=[str(small)])
    assert refused.status_code == 422
    assert "“Session 1” is full by now, so nothing was changed: you keep what you have." in words(Page(refused.text))
    assert [pick.session_id for pick in person.live_picks] == [large]


def test_a_link_that_is_not_ones_own_opens_no_sessions(client: CheckedClient, event_id: int) -> None:
    send(client, event_id)
    [person] = desk.registrations(event_id)
    address = own_page(person, "/sessions")
    assert client.post(address, data={"sessions": "1"}).status_code == 400
    transact(lambda _at: setattr(db.session.get_one(Registration, person.id), "link_version", 2))
    client.page(address, status=404)


def test_after_the_end_and_after_cancelling_nothing_changes(client: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    send(client, event_id, large)
    [person] = desk.registrations(event_id)
    page = client.page(own_page(person, "/sessions"))
    transact(lambda at: cancel(person.id, at=at).id)
    assert client.submit(page, sessions=[str(small)]).status_code == 409
    assert "This registration is cancelled." in client.page(own_page(person, "/sessions")).main.text
    send(client, event_id, large, email="lee@importer.example")
    other = desk.registrations(event_id)[-1]
    page = client.page(own_page(other, "/sessions"))
    with clock.stopped_at(clock.now() + timedelta(days=30)):
        assert client.submit(page, sessions=[str(large)]).status_code in {303, 409}
    assert [pick.session_id for pick in other.live_picks] == [large]


@pytest.mark.usefixtures("at")
def test_nobody_picks_a_session_on_a_day_on_which_they_do_not_come(app: Flask, client: CheckedClient) -> None:
    monday, tuesday = "2026-03-16", "2026-03-17"
    hall = Venue(name="Trade Hall", id_checked=True)
    event_id = conference({}, {"hour": 24}, ends_local=wall("2026-03-17 16:00"), venue=hall)
    first, second = session_ids(event_id)
    refused = send(client, event_id, first, second, days=[monday])
    assert refused.status_code == 422
    assert "is held on a day on which you do not come. Choose that day too" in words(Page(refused.text))
    sent = client.submit(Page(refused.text), sessions=[str(first)])
    assert sent.status_code == 303, sent.text
    [person] = desk.registrations(event_id)
    page = client.page(own_page(person, "/sessions"))
    assert client.submit(page, sessions=[str(first), str(second)]).status_code == 422
    details = own_page(person, "/change")
    assert client.submit(client.page(details), days=[monday, tuesday]).status_code == 303
    assert client.submit(client.page(own_page(person, "/sessions")), sessions=[str(second)]).status_code == 303
    refused = client.submit(client.page(details), days=[monday])
    assert refused.status_code == 422
    assert "Keep that day, or give the session up first." in words(Page(refused.text))
    [person] = desk.registrations(event_id)
    assert (person.days, states(person)) == ([monday, tuesday], ["confirmed"])
