"""Registering through the web: what a person types becomes a registration, and the page after it tells no secrets."""

from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.db import db, transact
from app.models import Access, EventState, FormSubmission, Mode, OutgoingEmail, Venue
from app.operations.program import rescheduling
from app.operations.registration.cancelling import cancel
from tests.operations.registration.test_untold_dates import NEW_DATE, office, tell
from tests.support import factories
from tests.support.desk import details, make_event, registrations, sign_up, with_rules
from tests.support.html import Page
from tests.support.letters import deliver, text_of
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.usefixtures("at")
DANA = {
    "first_name": "Dana",
    "last_name": "Okafor",
    "email": "dana@importer.example",
    "organization": "Okafor Imports",
}


def address_of(event_id: int) -> str:
    from app.models import Event

    return f"/events/{db.session.get_one(Event, event_id).slug}/register"


def send(client: CheckedClient, event_id: int, **typed: Any) -> TestResponse:
    page = client.page(address_of(event_id))
    return client.submit(page, **{**DANA, **typed})


def shown(client: CheckedClient, response: TestResponse) -> Page:
    assert response.status_code == 303, response.text
    return client.page(response.location)


def words(page: Page) -> str:
    return " ".join(page.main.text.split())


def test_it_works(client: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    page = shown(client, send(client, event_id))
    [person] = registrations(event_id)
    assert person.number in words(page)
    assert "dana@importer.example" in words(page)
    assert "Your seat is confirmed. In person." in words(page)


def test_the_public_site_sets_no_cookie(client: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    form = client.get(address_of(event_id))
    sent = send(client, event_id)
    confirmation = client.get(sent.location)
    for response in (form, sent, confirmation):
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")
        assert response.headers["Cache-Control"] == "no-store"


def test_a_known_address_sees_the_same_page_as_a_new_one(client: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    first = words(shown(client, send(client, event_id)))
    again = words(shown(client, send(client, event_id)))
    other = words(shown(client, send(client, event_id, email="lee@importer.example")))
    assert again == first
    [number, other_number] = [person.number for person in registrations(event_id)]
    assert other == first.replace("dana@importer.example", "lee@importer.example").replace(number, other_number)


def test_reloading_the_answer_makes_one_registration(client: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    page = client.page(address_of(event_id))
    places = {client.submit(page, **DANA).location for _ in range(3)}
    assert len(places) == 1
    assert len(registrations(event_id)) == 1


def test_the_page_says_when_a_race_was_lost(client: CheckedClient) -> None:
    event_id = make_event(capacity=1)
    page = client.page(address_of(event_id))
    sign_up(event_id)
    assert "All seats are taken now. You are on the waiting list." in words(shown(client, client.submit(page, **DANA)))


@pytest.mark.parametrize("rules", [{}, {"offer_hours": 48}])
def test_no_page_says_that_all_is_taken_while_a_seat_is_free_and_the_line_rests(
    client: CheckedClient, rules: dict[str, int]
) -> None:
    event_id = make_event(capacity=1)
    if rules:
        with_rules(event_id, **rules)
    for _ in range(2):
        sign_up(event_id)
    office(rescheduling.postpone, event_id)
    tell()
    office(rescheduling.reschedule, event_id, NEW_DATE)
    leaves = registrations(event_id)[0].id
    transact(lambda at: cancel(leaves, at=at).id)
    form = address_of(event_id)
    pages = [words(client.page(address)) for address in (form, form.removesuffix("/register"), "/events")]
    pages.append(words(shown(client, send(client, event_id))))
    assert "Free seats go first to those who wait. Send this form to join the waiting list." in pages[0]
    assert "Free seats go first to those who wait. Who is on the waiting list moves up in order." in pages[1]
    assert "Waiting list" in pages[2]
    assert "You are on the waiting list. In person." in pages[3]
    assert "All seats are taken" not in " ".join(pages)


def test_a_full_event_offers_its_waiting_list_before_the_form_is_filled(client: CheckedClient) -> None:
    event_id = make_event(capacity=1)
    sign_up(event_id)
    page = client.page(address_of(event_id))
    assert "join the waiting list" in words(page)
    assert "You are on the waiting list." in words(shown(client, client.submit(page, **DANA)))


def test_a_choice_of_mode_says_how_things_stand_with_each(client: CheckedClient) -> None:
    event_id = make_event(capacity=1, online=None)
    sign_up(event_id)
    page = client.page(address_of(event_id))
    assert "All seats are taken. You join the waiting list." in words(page)
    shown(client, client.submit(page, **DANA, mode="online"))
    assert registrations(event_id)[1].mode is Mode.ONLINE


def test_one_name_is_enough_and_none_is_not(client: CheckedClient) -> None:
    event_id = make_event()
    shown(client, send(client, event_id, first_name="Suharto", last_name=""))
    assert registrations(event_id)[0].full_name == "Suharto"
    assert send(client, event_id, first_name="", last_name="").status_code == 422


def test_a_refusal_keeps_what_was_typed_and_leads_to_the_field(client: CheckedClient) -> None:
    event_id = make_event()
    response = send(client, event_id, email="dana@", first_name="Zoë")
    page = Page(response.text)
    assert response.status_code == 422
    assert 'value="Zoë"' in response.text
    assert [link.get("href") for link in page.main.all("a") if link.get("href") == "#email"]
    assert registrations(event_id) == []


def test_a_refusal_names_the_fields_in_the_order_of_the_page(client: CheckedClient) -> None:
    event_id = make_event(online=None, asked_fields={"job_title": "required"})
    page = Page(send(client, event_id, email="", organization="", first_name="", last_name="").text)
    summary = page.one("div", id="error-summary")
    assert [link.get("href") for link in summary.all("a")] == [
        "#first_name",
        "#email",
        "#organization",
        "#job_title",
        "#mode-0",
    ]


def test_only_asked_fields_are_read(client: CheckedClient) -> None:
    event_id = make_event(asked_fields={"job_title": "required"})
    assert send(client, event_id).status_code == 422
    shown(client, send(client, event_id, job_title="Trade manager", country="FR", role="importer", middle_name="X"))
    [person] = registrations(event_id)
    assert (person.job_title, person.country, person.role, person.middle_name) == ("Trade manager", "", None, "")


def test_a_key_we_do_not_know_brings_the_filled_form_back(client: CheckedClient) -> None:
    event_id = make_event()
    response = send(client, event_id, form_key="not-ours")
    assert response.status_code == 400
    assert 'value="Dana"' in response.text
    shown(client, client.submit(Page(response.text)))
    assert len(registrations(event_id)) == 1


def test_a_key_of_another_event_does_not_fit(client: CheckedClient) -> None:
    here, there = make_event(), make_event()
    page = client.page(address_of(there))
    key = next(field.get("value") for field in page.main.all("input", name="form_key"))
    assert send(client, here, form_key=key).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "null"}, 400),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({}, 303),
    ],
)
def test_a_form_of_another_site_is_refused(client: CheckedClient, headers: dict[str, str], status: int) -> None:
    event_id = make_event()
    page = client.page(address_of(event_id))
    key = next(field.get("value") for field in page.main.all("input", name="form_key"))
    response = client.post(address_of(event_id), data={**DANA, "form_key": key}, headers=headers)
    assert response.status_code == status


def test_after_closing_nothing_typed_is_lost(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(registration_closes_at=at + timedelta(hours=1))
    page = client.page(address_of(event_id))
    with clock.stopped_at(at + timedelta(hours=1)):
        response = client.submit(page, **DANA)
    assert response.status_code == 409
    assert "Okafor Imports" in response.text
    assert "Registration ended on" in response.text


@pytest.mark.parametrize(
    ("event", "rules", "heading"),
    [
        ({"state": EventState.CANCELLED}, {}, "This event is cancelled"),
        ({}, {"access": Access.INVITED}, "Registration is by invitation"),
        ({}, {"paused_at": factories.on("2026-03-01")}, "You cannot register right now"),
    ],
)
def test_where_nobody_registers_it_says_why_and_whom_to_ask(
    client: CheckedClient, event: dict[str, Any], rules: dict[str, Any], heading: str
) -> None:
    event_id = with_rules(make_event(contact_email="desk@example.gov", **event), **rules)
    page = client.page(address_of(event_id))
    assert page.main.one("h1").text == heading
    assert page.main.all("a", href="mailto:desk@example.gov")


def test_the_confirmation_dies_after_two_days(client: CheckedClient, at: datetime) -> None:
    response = send(client, make_event())
    with clock.stopped_at(at + timedelta(hours=48)):
        assert client.get(response.location).status_code == 404


def test_wrong_address_shows_the_corrected_page(client: CheckedClient) -> None:
    event_id = make_event()
    page = shown(client, send(client, event_id, email="dana@imporetr.example"))
    assert "We are writing to dana@imporetr.example" in words(page)
    corrected = shown(client, client.submit(page, email="dana@importer.example"))
    assert "Corrected: we now write to dana@importer.example" in words(corrected)
    assert registrations(event_id)[0].email == "dana@importer.example"


def test_the_calendar_file_holds_the_mails_entry_and_no_link(client: CheckedClient) -> None:
    event = factories.event(contact_email="desk@events.example.gov")
    factories.joining(event, link="https://meet.example.gov/secret")
    response = send(client, event.id)
    text = client.get(response.location + ".ics").text
    uid = db.session.scalars(db.select(OutgoingEmail.facts)).one()["registration"]["calendar_uid"]
    assert f"UID:{uid}@" in text.replace("\r\n ", "")
    # Another organizer's change would be refused by some calendars.
    assert ":mailto:trade-events@events.example.gov" in text.replace("\r\n ", "")
    assert "secret" not in text


@pytest.mark.parametrize(("mode", "place"), [("in-person", "Harbor Hall, Baltimore, MD"), ("online", "Online")])
def test_the_calendar_file_names_the_place_one_goes_to(client: CheckedClient, mode: str, place: str) -> None:
    venue = Venue(name="Harbor Hall", city="Baltimore", region="MD")
    event_id = make_event(capacity=5, online=None, venue=venue)
    sent = send(client, event_id, mode=mode)
    (entry,) = icalendar.Calendar.from_ical(client.get(sent.location + ".ics").data).walk("VEVENT")
    assert entry["location"] == place


def test_a_hidden_field_filled_by_a_program_stops_it(client: CheckedClient) -> None:
    event_id = make_event()
    assert send(client, event_id, website="https://spam.example").status_code == 422
    assert registrations(event_id) == []


def test_x22_no_browser_and_no_finger_comes_to_the_hidden_field(client: CheckedClient) -> None:
    trap = client.page(address_of(make_event())).main.one("input", name="website")
    assert (trap.get("autocomplete"), trap.get("tabindex"), trap.get("value")) == ("off", "-1", "")
    assert trap.parent
    ancestors = [trap.parent]
    while ancestors[-1].parent:
        ancestors.append(ancestors[-1].parent)
    assert any(one.get("aria-hidden") == "true" for one in ancestors)


def test_many_from_one_network_are_asked_to_wait_and_lose_nothing(client: CheckedClient) -> None:
    event_id = make_event()
    page = client.page(address_of(event_id))
    results = [client.submit(page, **{**DANA, "email": f"p{n}@importer.example"}) for n in range(101)]
    assert [response.status_code for response in results] == [303] * 100 + [429]
    assert 'value="Okafor Imports"' in results[-1].text
    assert results[-1].headers["Retry-After"]


def test_an_address_corrected_too_often_is_told_when_to_try_again(client: CheckedClient) -> None:
    page = shown(client, send(client, make_event()))
    for _ in range(31):
        answer = client.submit(page, email="")
    assert answer.status_code == 429
    assert "This was sent very often from your network." in Page(answer.text).main.text
    assert answer.headers["Retry-After"]


def test_what_the_page_token_names_holds_no_personal_data(client: CheckedClient) -> None:
    response = send(client, make_event())
    assert "dana" not in response.location.lower()
    assert db.session.scalar(db.select(db.func.count()).select_from(FormSubmission)) == 1


def test_the_form_of_a_person_registered_by_the_verb_is_the_same(client: CheckedClient) -> None:
    """A registration through the verb and one through the page leave the same row behind."""
    event_id = make_event()
    sign_up(event_id, details(email="lee@importer.example", first_name="Dana", last_name="Okafor"))
    shown(client, send(client, event_id))
    one, two = registrations(event_id)
    assert (one.name_key, one.state, one.mode) == (two.name_key, two.state, two.mode)


def test_a_covered_question_falls_away_when_its_clearance_expires(client: CheckedClient, at: datetime) -> None:
    clearance = {"omb_number": "1651-0000", "omb_expires_on": at.date()}
    event_id = make_event(asked_fields={"role": "required"}, **clearance)
    assert client.page(address_of(event_id)).main.all("select", name="role")
    with clock.stopped_at(at + timedelta(days=1)):
        assert not client.page(address_of(event_id)).main.all("select", name="role")
        assert send(client, event_id).status_code == 303


class TestAMistypedDomain:
    """The form comes back once and asks; whoever insists is believed."""

    def test_it_asks(self, client: CheckedClient) -> None:
        event_id = make_event(capacity=5)
        answer = send(client, event_id, email="dana@gmial.com")
        assert answer.status_code == 422
        assert "Did you mean dana@gmail.com?" in Page(answer.text).main.text
        assert not registrations(event_id)

    @pytest.mark.parametrize("chosen", ["dana@gmail.com", "dana@gmial.com"])
    def test_the_choice_is_believed(self, client: CheckedClient, chosen: str) -> None:
        event_id = make_event(capacity=5)
        asked = Page(send(client, event_id, email="dana@gmial.com").text)
        assert client.submit(asked, address_choice=chosen).status_code == 303
        assert [person.email for person in registrations(event_id)] == [chosen]

    def test_a_corrected_address_needs_no_choice(self, client: CheckedClient) -> None:
        event_id = make_event(capacity=5)
        asked = Page(send(client, event_id, email="dana@gmial.com").text)
        assert client.submit(asked, email="dana@gmail.com").status_code == 303

    def test_no_other_address_can_be_slipped_in(self, client: CheckedClient) -> None:
        event_id = make_event(capacity=5)
        asked = Page(send(client, event_id, email="dana@gmial.com").text)
        assert client.submit(asked, address_choice="lee@broker.example").status_code == 422
        assert not registrations(event_id)


@pytest.mark.parametrize(
    ("hours", "link", "said"),
    [
        (-3, "https://meet.example.gov/entry", ("Join with the button in our mail", "link is yours alone")),
        (-3, "", ("Get the way to join We mail it to you.", "way to join before the event.")),
        (3, "", ("Get the way to join Monday, March 2, 2026, 3:00 p.m.", "on Mon, Mar 2, 2026 at 3:00")),
    ],
)
def test_no_mail_is_promised_for_a_time_that_is_over(
    app: Flask, client: CheckedClient, hours: int, link: str, said: tuple[str, str]
) -> None:
    event = factories.event(starts_local=factories.wall("2026-03-03 13:00"))
    factories.joining(event, link=link, release_at=clock.now() + timedelta(hours=hours))
    assert said[0] in words(shown(client, send(client, event.id)))
    assert any(said[1] in " ".join(text_of(letter).split()) for letter in deliver(app))


def test_the_room_stands_on_form_and_answer(client: CheckedClient) -> None:
    hall = Venue(name="Trade Hall", room="Classroom 1A", street="1300 Main Street", city="Washington", region="DC")
    event_id = make_event(venue=hall)
    assert "Trade Hall, Classroom 1A, 1300 Main Street" in words(client.page(address_of(event_id)))
    assert "Trade Hall, Classroom 1A, 1300 Main Street" in words(shown(client, send(client, event_id)))


@pytest.mark.parametrize(("online", "begins"), [(None, "If you come in person, give your name"), ("none", "Give your")])
def test_only_who_comes_in_person_needs_an_id(client: CheckedClient, online: str | None, begins: str) -> None:
    event_id = make_event(venue=Venue(name="Trade Hall", id_checked=True), online=online)
    lines = [one.text for one in client.page(f"{address_of(event_id)}").main.all("p")]
    assert any(line.startswith(begins) and line.endswith("ID you will bring.") for line in lines)
