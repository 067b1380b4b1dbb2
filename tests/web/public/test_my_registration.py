"""A person's own pages: the mailed link is the key, GET changes nothing, and old links die."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock, links
from app.db import db, transact
from app.models import Access, Event, FollowRequest, Joining, Mode, OutgoingEmail, RegistrationState, Venue
from app.operations.communication.following import of_address
from app.operations.communication.subscribing import ask_who_ticked
from app.operations.communication.wishing import Wish
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import correct_address
from tests.support import factories
from tests.support.desk import details, make_event, registrations, sign_up, with_rules
from tests.support.factories import wall
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.support.sessions import conference, session_ids, states

pytestmark = pytest.mark.usefixtures("at")


def own_page(event_id: int, number: int = 0) -> str:
    person = registrations(event_id)[number]
    return f"/registrations/{links.sign_reference(links.MANAGE, person.id, person.link_version)}"


def words(page: Page) -> str:
    return " ".join(page.main.text.split())


def press(client: CheckedClient, page: Page, address: str, **more: str | list[str]) -> int:
    """Press the button of the form that leads to this address; the status of the answer."""
    key = next(field.get("value") for field in page.main.all("input", name="form_key"))
    return client.post(address, data={"form_key": key, **more}).status_code


def test_it_works(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id, details(first_name="Dana", last_name="Okafor"))
    page = client.page(own_page(event_id))
    assert "Dana Okafor" in words(page)
    assert registrations(event_id)[0].number in words(page)


def test_looking_changes_nothing(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    address = own_page(event_id)
    client.get(address)
    client.get(f"{address}/change")
    client.get(f"{address}/join")
    assert client.get(f"{address}/cancellation").status_code == 405
    assert registrations(event_id)[0].state is RegistrationState.CONFIRMED


def test_cancelling_asks_once_and_shows_it(client: CheckedClient) -> None:
    event_id = make_event(capacity=1)
    for _ in range(2):
        sign_up(event_id)
    address = own_page(event_id)
    page = client.page(address)
    assert "your seat goes to the next person at once" in words(page)
    assert press(client, page, f"{address}/cancellation") == 303
    assert "You hold no seat." in words(client.page(address))
    assert [person.state.value for person in registrations(event_id)] == ["cancelled", "confirmed"]


def test_who_waits_is_told_what_leaving_the_line_means(client: CheckedClient) -> None:
    event_id = make_event(capacity=1)
    for _ in range(2):
        sign_up(event_id)
    seen = words(client.page(own_page(event_id, 1)))
    assert "you give up your place in line" in seen
    assert "your seat goes to" not in seen


def test_days_are_told_as_days(client: CheckedClient) -> None:
    event_id = make_event(ends_local=wall("2026-03-17 16:00"))
    sign_up(event_id, details(days=("2026-03-17",)))
    assert "Tuesday, March 17, 2026" in words(client.page(own_page(event_id)))


def test_who_attends_online_reads_no_street(client: CheckedClient) -> None:
    event_id = make_event(online=None)
    for mode in Mode:
        sign_up(event_id, details(mode=mode))
    seen = [words(client.page(own_page(event_id, number))) for number in (0, 1)]
    assert ["1300 Main Street" in page for page in seen] == [True, False]


def test_details_can_be_changed(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id, details(first_name="Dana"))
    address = own_page(event_id)
    response = client.submit(client.page(f"{address}/change"), first_name="Danielle")
    assert response.status_code == 303
    assert registrations(event_id)[0].first_name == "Danielle"


def test_a_refused_change_keeps_what_was_typed(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    response = client.submit(client.page(f"{own_page(event_id)}/change"), organization="", first_name="Danielle")
    assert response.status_code == 422
    assert 'value="Danielle"' in response.text


def test_the_way_of_attending_can_be_changed(client: CheckedClient) -> None:
    event_id = make_event(capacity=1, online=None)
    sign_up(event_id)
    address = own_page(event_id)
    assert press(client, client.page(address), f"{address}/mode", mode="online") == 303
    assert registrations(event_id)[0].mode is Mode.ONLINE


def test_a_full_room_keeps_the_seat_online(client: CheckedClient) -> None:
    event_id = make_event(capacity=1, online=None)
    sign_up(event_id)
    sign_up(event_id, details(mode=Mode.ONLINE))
    address = own_page(event_id, 1)
    assert press(client, client.page(address), f"{address}/mode", mode="in-person") == 409
    assert registrations(event_id)[1].mode is Mode.ONLINE


def test_joining_is_recorded_and_leads_to_the_link_in_force(client: CheckedClient) -> None:
    event = factories.event(seats={Mode.ONLINE: None})
    starts_at = event.starts_at
    factories.joining(event, link="https://meet.example.gov/first")
    sign_up(event.id, details(mode=Mode.ONLINE))
    address = f"{own_page(event.id)}/join"
    page = client.page(address)
    assert "meet.example.gov" not in page.main.text
    transact(lambda _: setattr(db.session.get_one(Joining, event.id), "link", "https://meet.example.gov/second"))
    key = next(field.get("value") for field in page.main.all("input", name="form_key"))
    assert client.post(address, data={"form_key": key}).location == "https://meet.example.gov/second"
    assert registrations(event.id)[0].joined_at is None  # Days before, people only try the link.
    with clock.stopped_at(starts_at):
        assert client.post(address, data={"form_key": key}).status_code == 303
    assert registrations(event.id)[0].joined_at == starts_at


def test_nobody_joins_before_the_release(client: CheckedClient, at: datetime) -> None:
    event = factories.event(seats={Mode.ONLINE: None})
    factories.joining(event, release_at=at + timedelta(hours=1))
    sign_up(event.id, details(mode=Mode.ONLINE))
    address = own_page(event.id)
    page = client.page(address)
    assert "We mail you the way to join on" in words(page)
    assert press(client, page, f"{address}/join") == 409


def test_people_in_the_room_have_nothing_to_join(client: CheckedClient) -> None:
    event = factories.event(seats={Mode.IN_PERSON: 5, Mode.ONLINE: None})
    factories.joining(event)
    sign_up(event.id)
    address = own_page(event.id)
    assert press(client, client.page(address), f"{address}/join") == 409


def test_the_next_event_of_the_series_takes_one_press(client: CheckedClient, at: datetime) -> None:
    first = make_event()
    series_id = db.session.get_one(Event, first).series_id
    following = factories.event(series=db.session.get_one(Event, first).series, seats={Mode.IN_PERSON: 5}).id
    assert db.session.get_one(Event, following).series_id == series_id
    sign_up(first, details(email="dana@importer.example"))
    address = own_page(first)
    page = client.page(address)
    assert "Next in this series" in words(page)
    assert press(client, page, f"{address}/next-event", mode="in-person") == 303
    assert [person.email for person in registrations(following)] == ["dana@importer.example"]
    assert "Next in this series" not in words(client.page(address))


def test_the_next_event_says_how_one_would_attend_it(client: CheckedClient, at: datetime) -> None:
    first = factories.event(seats={Mode.ONLINE: None}).id
    following = factories.event(series=db.session.get_one(Event, first).series, seats={Mode.IN_PERSON: 1})
    factories.registration(following, mode=Mode.IN_PERSON)
    sign_up(first, details(email="dana@importer.example", mode=Mode.ONLINE))
    page = client.page(own_page(first))
    assert "You would attend in person. All seats are taken. You join the waiting list." in words(page)


@pytest.mark.parametrize(
    "token",
    ["x", "WzEsMV0", "WzEsMV0.forged", "a" * 5000, "%00", "é", "WzEsMV0.H7d04f%0a"],
)
def test_a_link_that_is_not_ours_finds_nothing(client: CheckedClient, token: str) -> None:
    assert client.get(f"/registrations/{token}").status_code == 404


def test_a_link_serves_its_purpose_only(client: CheckedClient) -> None:
    event_id = make_event()
    submission = sign_up(event_id)
    token = links.sign_reference(links.CONFIRMATION, submission)
    assert client.get(f"/registrations/{token}").status_code == 404
    assert client.get(f"{own_page(event_id)}/confirmation").status_code == 404


def test_a_corrected_address_kills_the_old_link(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    old = own_page(event_id)
    person_id = registrations(event_id)[0].id
    transact(lambda at: correct_address(person_id, "new@importer.example", at=at, by="staff"))
    for page in (old, f"{old}/change", f"{old}/sessions", f"{old}/postponed"):
        seen = client.page(page, 404)
        assert "moved to another address, or was handed over" in words(seen)
        assert seen.main.all("a", href="/registrations/find")
    assert "This link was replaced" not in client.get(f"{old}x").text
    assert client.get(own_page(event_id)).status_code == 200


def test_links_signed_with_an_older_key_still_open(client: CheckedClient, app: Flask) -> None:
    event_id = make_event()
    sign_up(event_id)
    old = own_page(event_id)
    app.config["SECRET_KEY_FALLBACKS"], app.config["SECRET_KEY"] = [app.config["SECRET_KEY"]], "k" * 40
    assert client.get(old).status_code == 200
    assert own_page(event_id) != old
    app.config["SECRET_KEY_FALLBACKS"] = []
    assert client.get(old).status_code == 404


def test_an_act_without_the_pages_key_is_refused(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    assert client.post(f"{own_page(event_id)}/cancellation", data={"form_key": "x"}).status_code == 400
    assert registrations(event_id)[0].is_live


def test_my_links_are_mailed_and_the_answer_tells_nothing(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id, details(email="dana@importer.example"))
    answers = []
    for address in ("dana@importer.example", "lee@importer.example"):
        response = client.submit(client.page("/registrations/find"), email=address)
        answers.append(response.text.replace(address, "…"))
    assert answers[0] == answers[1]
    mails = db.session.scalars(db.select(OutgoingEmail).filter_by(kind="my-links").order_by(OutgoingEmail.id)).all()
    assert [(mail.recipient, len(mail.facts["registrations"])) for mail in mails] == [
        ("dana@importer.example", 1),
        ("lee@importer.example", 0),
    ]


def test_my_links_are_mailed_once_an_hour(client: CheckedClient, at: datetime) -> None:
    for _ in range(3):
        client.submit(client.page("/registrations/find"), email="dana@importer.example")
    with clock.stopped_at(at + timedelta(hours=1, seconds=1)):
        client.submit(client.page("/registrations/find"), email="dana@importer.example")
    assert db.session.scalar(db.select(db.func.count()).select_from(OutgoingEmail)) == 2


def test_what_the_other_way_costs_is_said_before_it_is_done(client: CheckedClient) -> None:
    both = {Mode.IN_PERSON: 5, Mode.ONLINE: 1}
    event_id = conference({"title": "Tour", "seats": {Mode.IN_PERSON: 5}}, {"title": "Talk", "seats": both}, online=5)
    tour, talk = session_ids(event_id)
    sign_up(event_id, details(sessions=(talk,), mode=Mode.ONLINE))
    sign_up(event_id, details(sessions=(tour, talk)))
    address, person = own_page(event_id, 1), registrations(event_id)[1]
    page = client.page(address)
    assert "Tour: not held that way, so you give it up" in words(page)
    assert "Talk: all seats there are taken, so you join its waiting list" in words(page)
    assert press(client, page, f"{address}/mode", mode="online", known=str(talk)) == 409
    assert states(person) == ["confirmed", "confirmed"]
    form = next(one for one in page.main.all("form") if one.get("action").endswith("/mode"))
    assert [field.get("value") for field in form.all("input", name="known")] == [str(tour), str(talk)]
    assert press(client, page, f"{address}/mode", mode="online", known=[str(tour), str(talk)]) == 303
    assert [(pick.session_id, pick.state.value) for pick in person.live_picks] == [(talk, "waitlisted")]


def test_a_held_seat_in_a_session_is_answered_on_ones_own_page(client: CheckedClient) -> None:
    seats = {"seats": {Mode.IN_PERSON: 1}}
    event_id = with_rules(conference(seats | {"title": "Tour"}, seats | {"title": "Talk"}), offer_hours=24)
    tour, talk = session_ids(event_id)
    for _ in range(2):
        sign_up(event_id, details(sessions=(tour, talk)))
    address, person = own_page(event_id, 1), registrations(event_id)[1]
    assert "When it is your turn, we mail you and hold the seat for 24 hours at most." in words(client.page(address))
    first = registrations(event_id)[0].id
    transact(lambda at: cancel(first, at=at).id)
    page = client.page(address)
    assert "It is yours if you accept by Tuesday, March 3, 2026, 12:00 p.m. Eastern Time." in words(page)
    assert press(client, page, f"{address}/sessions/{tour}/accept") == 303
    assert press(client, page, f"{address}/sessions/{talk}/leave") == 303
    assert [(pick.session_id, pick.state.value) for pick in person.live_picks] == [(tour, "confirmed")]
    for again in (f"sessions/{tour}/accept", f"sessions/{talk}/accept", f"sessions/{talk}/leave"):
        assert press(client, client.page(address), f"{address}/{again}") == 303
    assert states(person) == ["confirmed"]


def test_who_waits_for_a_session_can_stop_waiting(client: CheckedClient) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 1}})
    for _ in range(2):
        sign_up(event_id, details(sessions=tuple(session_ids(event_id))))
    address = own_page(event_id, 1)
    page = client.page(address)
    assert "You are next." in words(page)
    assert "When it is your turn, the seat is yours at once, and we mail you." in words(page)
    assert press(client, page, f"{address}/sessions/{session_ids(event_id)[0]}/leave") == 303
    assert states(registrations(event_id)[1]) == []


class TestNewsOfTheSeries:
    """Shown and stopped where the person looks anyway; the mailed link of the page proves the mailbox."""

    def test_it_is_followed_and_stopped_with_a_press(self, client: CheckedClient) -> None:
        event_id = make_event()
        sign_up(event_id, details(email="dana@importer.example"))
        address = own_page(event_id)
        page = client.page(address)
        assert "No such mail comes to you now." in words(page)
        assert client.submit(page, "follow-news").status_code == 303
        assert "comes to dana@importer.example: once a week." in words(client.page(address))
        assert len(Wish.followed(of_address("dana@importer.example")).series) == 1
        assert client.submit(client.page(address), "stop-news").status_code == 303
        assert "No such mail comes to you now." in words(client.page(address))
        assert of_address("dana@importer.example") is None

    def test_a_ticked_wish_waits_to_be_confirmed_here_or_by_mail(self, client: CheckedClient) -> None:
        event_id = make_event()
        sign_up(event_id, details(wants_mail=True))
        transact(ask_who_ticked)
        address = own_page(event_id)
        assert "It comes as soon as you confirm it" in words(client.page(address))
        assert client.submit(client.page(address), "stop-news").status_code == 303
        assert "No such mail comes to you now." in words(client.page(address))
        assert not registrations(event_id)[0].wants_mail

    def test_it_needs_the_key_of_the_page_and_the_right_link(self, client: CheckedClient) -> None:
        event_id = make_event()
        sign_up(event_id)
        address = own_page(event_id)
        assert client.post(f"{address}/news/follow", data={"form_key": "made-up"}).status_code == 400
        assert client.post("/registrations/made-up/news/follow", data={"form_key": "x"}).status_code == 404
        assert client.get(f"{address}/news/follow").status_code == 405
        assert client.post(f"{address}/news/other", data={"form_key": "x"}).status_code == 404

    def test_a_corrected_address_is_asked_itself(self, client: CheckedClient) -> None:
        event_id = make_event()
        sign_up(event_id, details(email="dna@importer.example", wants_mail=True))
        transact(ask_who_ticked)
        person = registrations(event_id)[0].id
        transact(lambda at: correct_address(person, "dana@importer.example", at=at, by="lee@example.gov"))
        transact(ask_who_ticked)
        asked = db.session.scalars(db.select(FollowRequest.email).order_by(FollowRequest.id)).all()
        assert asked == ["dna@importer.example", "dana@importer.example"]


@pytest.mark.parametrize(
    "rules",
    [
        {"access": Access.CODE, "access_code": "tariff"},
        {"access": Access.LINK},
        {"access": Access.INVITED},
        {"access": Access.DOMAINS, "access_domains": "elsewhere.example"},
        {"asks_us_person": True},
    ],
)
def test_an_event_that_asks_more_or_is_not_for_everybody_is_not_offered(
    client: CheckedClient, rules: dict[str, object]
) -> None:
    event_id, following = make_event(), make_event(title="The Following")
    sign_up(event_id, details(email="dana@importer.example"))
    assert "The Following" in words(client.page(own_page(event_id)))
    with_rules(following, **rules)
    assert "The Following" not in words(client.page(own_page(event_id)))


def test_who_has_no_day_left_after_a_move_is_asked_to_choose_again(client: CheckedClient) -> None:
    event_id = make_event(ends_local=wall("2026-03-17 16:00"))
    sign_up(event_id, details(days=("2026-03-18",)))
    page = client.page(own_page(event_id))
    assert "you are expected on every day" in words(page)
    assert "Choose your days" in [link.text for link in page.all("a", href=f"{own_page(event_id)}/change")]


def test_where_ids_are_checked_names_are_asked_as_they_stand_there(client: CheckedClient) -> None:
    venue = Venue(name="Trade Hall", city="Washington", id_checked=True)
    event_id = make_event(online=None, ends_local=wall("2026-03-17 16:00"), venue=venue)
    sign_up(event_id)
    sign_up(event_id, details(mode=Mode.ONLINE))
    page = words(client.page(f"{own_page(event_id)}/change"))
    assert "Give your name as it stands on the ID you will bring." in page
    assert "No day ticked means every day." in page
    assert "Give your name" not in words(client.page(f"{own_page(event_id, 1)}/change"))
    assert "Your ID is checked at the door." in words(client.page(own_page(event_id, 1)))
