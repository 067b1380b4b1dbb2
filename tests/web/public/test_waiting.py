"""Waiting as a trade member meets it: the first choice at a full room, the place in line, an answer for a held seat."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock, links
from app.db import db, transact
from app.models import Event, EventSession, Mode
from app.operations.registration.cancelling import cancel
from app.operations.registration.offering import lapse_due
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, take_offers, with_rules
from tests.support.html import Page
from tests.support.letters import deliver, text_of
from tests.support.pages import CheckedClient
from tests.support.sessions import conference, session_ids
from tests.web.public.test_my_registration import own_page, press, words

pytestmark = pytest.mark.usefixtures("at")
TURN = "Attend online and keep my turn for the room"
FORM = {"first_name": "Ana", "last_name": "Lopez", "email": "ana@harbor.example", "organization": "Harbor Brokers"}


@pytest.fixture
def event_id(app: Flask) -> int:
    """A room of one seat, taken; online there is room."""
    made = make_event(capacity=1, online=5)
    sign_up(made)
    return made


def form_of(client: CheckedClient, event_id: int) -> Page:
    return client.page(f"/events/{db.session.get_one(Event, event_id).slug}/register")


def leave(event_id: int, number: int = 0) -> None:
    person_id = registrations(event_id)[number].id
    transact(lambda at: cancel(person_id, at=at).id)


def test_weekends_that_do_not_count_are_told(app: Flask, client: CheckedClient, event_id: int) -> None:
    with_rules(event_id, offer_hours=4, offers_skip_weekends=True)
    sign_up(event_id)
    told = "hold the seat for 4 hours at most. Saturdays and Sundays do not count."
    assert told in words(client.page(own_page(event_id, 1)))
    said = "hold the seat for 4 hours at most. Accept it in that time. Saturdays and Sundays do not count."
    assert any(said in " ".join(text_of(letter).split()) for letter in deliver(app))


class TestTheFullRoom:
    def test_the_turn_is_the_first_choice_before_anything_is_typed(self, client: CheckedClient, event_id: int) -> None:
        page = form_of(client, event_id)
        fields = [one for one in page.main.all("input") if one.get("type") not in {"hidden", "submit"}]
        assert fields[0].get("value") == "online-keeping-turn"
        assert TURN in words(page)
        assert "All seats in the room are taken." in words(page)

    def test_a_refusal_names_first_what_stands_first(self, client: CheckedClient, event_id: int) -> None:
        refused = client.submit(form_of(client, event_id), **FORM | {"first_name": "", "last_name": ""})
        links = Page(refused.text).one("div", id="error-summary").all("a")
        assert [link.get("href") for link in links] == ["#mode-0", "#first_name"]

    def test_one_registration_holds_both(self, client: CheckedClient, event_id: int) -> None:
        answer = client.submit(form_of(client, event_id), **FORM, mode="online-keeping-turn")
        shown = words(client.page(answer.location))
        assert "Your seat is confirmed. Online." in shown
        assert "You keep your turn for a seat in the room." in shown
        assert "until Sunday, March 15, 2026" in shown
        assert standings(event_id)[1] == "online confirmed > in-person"

    def test_cancelling_loses_the_turn_as_well(self, client: CheckedClient, event_id: int) -> None:
        sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True))
        said = words(client.page(own_page(event_id, 1)))
        assert "you give up your seat online and your place in line for the room." in said

    def test_a_seat_without_a_limit_goes_to_nobody(self, client: CheckedClient, app: Flask) -> None:
        unlimited = make_event(capacity=1, online=None)
        sign_up(unlimited, details(mode=Mode.ONLINE))
        assert "If you cancel, you give up your seat at once." in words(client.page(own_page(unlimited)))

    def test_a_known_address_is_answered_alike(self, client: CheckedClient, event_id: int) -> None:
        sign_up(event_id, details(email=FORM["email"]))
        answer = client.submit(form_of(client, event_id), **FORM, mode="online-keeping-turn")
        assert "You keep your turn for a seat in the room." in words(client.page(answer.location))
        assert standings(event_id)[1:] == ["in-person waitlisted"]

    def test_it_is_offered_where_it_helps(self, client: CheckedClient, app: Flask) -> None:
        for event_id in (make_event(capacity=5, online=5), make_event(capacity=0, online=5)):
            assert TURN not in words(form_of(client, event_id))
        full = make_event(capacity=1, online=1)
        sign_up(full)
        sign_up(full, details(mode=Mode.ONLINE))
        assert TURN not in words(form_of(client, full))

    def test_it_is_no_choice_elsewhere(self, client: CheckedClient, app: Flask) -> None:
        event_id = make_event(capacity=5, online=5)
        answer = client.submit(form_of(client, event_id), **FORM, mode="online-keeping-turn")
        assert answer.status_code == 422

    def test_when_the_line_is_closed_the_room_is_no_choice(
        self, client: CheckedClient, event_id: int, at: datetime
    ) -> None:
        with clock.stopped_at(at + timedelta(days=13, hours=2)):
            assert "In person" not in words(form_of(client, event_id))


class TestTheOwnPage:
    def test_it_says_how_many_are_before_you(self, client: CheckedClient, event_id: int) -> None:
        for _ in range(3):
            sign_up(event_id)
        assert "You are next in line." in words(client.page(own_page(event_id, 1)))
        assert "2 people are before you." in words(client.page(own_page(event_id, 3)))
        leave(event_id, 1)
        assert "1 person is before you." in words(client.page(own_page(event_id, 3)))

    def test_who_waits_may_attend_online_meanwhile_and_stop_waiting(self, client: CheckedClient, event_id: int) -> None:
        sign_up(event_id)
        address = own_page(event_id, 1)
        assert press(client, client.page(address), f"{address}/line/attend-online") == 303
        assert standings(event_id)[1] == "online confirmed > in-person"
        page = client.page(address)
        assert "You are next in line." in words(page)
        assert TURN not in words(page)
        assert press(client, page, f"{address}/line/leave") == 303
        assert standings(event_id)[1] == "online confirmed"
        assert press(client, page, f"{address}/line/leave") == 409
        assert "waiting list" not in words(client.page(address))

    def test_a_closed_list_says_so(self, client: CheckedClient, event_id: int, at: datetime) -> None:
        sign_up(event_id)
        with clock.stopped_at(at + timedelta(days=13, hours=2)):
            page = client.page(own_page(event_id, 1))
        assert "The waiting list is closed: nobody moves up any more. You hold no seat." in words(page)
        assert "Attend online" in words(page)

    @pytest.mark.parametrize(
        ("number", "said"), [(0, "you give up your seat at once. To come"), (1, "you leave the waiting list, which is")]
    )
    def test_no_seat_is_said_to_move_on_once_the_list_is_closed(
        self, client: CheckedClient, event_id: int, at: datetime, number: int, said: str
    ) -> None:
        sign_up(event_id)
        with clock.stopped_at(at + timedelta(days=13, hours=2)):
            assert said in words(client.page(own_page(event_id, number)))


class TestTheAnswer:
    @pytest.fixture
    def offered(self, event_id: int) -> int:
        with_rules(event_id, offer_hours=24)
        sign_up(event_id)
        sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True))
        leave(event_id)
        return event_id

    def address(self, event_id: int, number: int = 1) -> str:
        person = registrations(event_id)[number]
        return f"/registrations/{links.sign_reference(links.OFFER, person.id, person.link_version)}/offer"

    def test_the_page_asks_and_changes_nothing(self, client: CheckedClient, offered: int) -> None:
        page = client.page(self.address(offered))
        assert "A seat is held for you" in words(page)
        assert "Answer by Tuesday, March 3, 2026, 12:00 p.m. Eastern Time" in words(page)
        assert client.get(f"{self.address(offered)}/accept").status_code == 405
        assert standings(offered)[1] == "in-person offered (held)"

    def test_accepting_twice_is_harmless(self, client: CheckedClient, offered: int) -> None:
        address = self.address(offered)
        page = client.page(address)
        for _ in range(2):
            assert press(client, page, f"{address}/accept") == 303
        shown = words(client.page(address))
        assert "Confirmed" in shown
        assert "In person" in shown
        assert standings(offered)[1] == "in-person confirmed"

    def test_declining_passes_it_on(self, client: CheckedClient, offered: int) -> None:
        address = self.address(offered)
        assert press(client, client.page(address), f"{address}/decline") == 303
        shown = words(client.page(address))
        assert "no seat is held for you any more. To come all the same, register once more." in shown
        next_page = words(client.page(self.address(offered, 2)))
        assert "Decline, and keep my seat online" in next_page
        assert "If you decline, you keep it." in next_page

    def test_too_late_is_told(self, client: CheckedClient, offered: int, at: datetime) -> None:
        address = self.address(offered)
        page = client.page(address)
        with clock.stopped_at(at + timedelta(hours=24)):
            assert press(client, page, f"{address}/accept") == 409
            take_offers()
            transact(lapse_due)
            assert press(client, page, f"{address}/accept") == 303
            assert "The time to answer is over, so no seat is held for you any more." in words(client.page(address))
            mine = words(client.page(own_page(offered, 1)))
            assert "The time to answer for the seat that we held for you is over" in mine
            assert "Offer lapsed" in mine
            assert "This registration is cancelled" not in mine
        assert seats(offered)["in-person"] == (1, 0)

    def test_the_own_page_leads_there(self, client: CheckedClient, offered: int) -> None:
        page = client.page(own_page(offered, 1))
        assert "A seat is held for you until Tuesday, March 3, 2026, 12:00 p.m. Eastern Time." in words(page)
        assert [link.get("href") for link in page.main.all("a") if link.get("href").endswith("/offer")] == [
            self.address(offered)
        ]
        assert "Offered a seat" in words(page)

    def test_a_link_opens_one_thing_alone(self, client: CheckedClient, offered: int) -> None:
        token = self.address(offered).split("/")[2]
        assert client.get(f"/registrations/{token}").status_code == 404
        assert client.get(own_page(offered, 1) + "/offer").status_code == 404
        assert client.get("/registrations/nothing/offer").status_code == 404

    def test_an_answer_without_the_page_is_refused(self, client: CheckedClient, offered: int) -> None:
        assert client.post(f"{self.address(offered)}/accept", data={"form_key": ""}).status_code == 400
        key = client.page(own_page(offered, 1))
        assert press(client, key, f"{self.address(offered)}/accept") == 400
        assert standings(offered)[1] == "in-person offered (held)"


def test_who_is_next_reads_why_no_seat_comes(client: CheckedClient, editor: CheckedClient) -> None:
    """Staff moved a session of theirs to the hour of the one they wait for."""
    seats = {"seats": {Mode.IN_PERSON: 1}}
    event_id = conference(seats | {"title": "Tour"}, {"title": "Talk"})
    tour, talk = session_ids(event_id)
    for _ in range(2):
        sign_up(event_id, details(sessions=(tour, talk)))
    assert "You are next." in words(client.page(own_page(event_id, 1)))

    def collide(_at: datetime) -> None:
        moved, stays = (db.session.get_one(EventSession, number) for number in (talk, tour))
        moved.starts_at, moved.ends_at = stays.starts_at, stays.ends_at

    transact(collide)
    waits = registrations(event_id)[1].id
    seen, seen_by_staff = client.page(own_page(event_id, 1)), editor.page(f"/staff/registrations/{waits}")
    assert "No seat goes to you while you have one in “Talk”" in words(seen)
    assert "You are next." not in words(seen)
    assert "No seat goes to them while they have one in “Talk”" in words(seen_by_staff)


def test_who_is_first_reads_that_their_organization_has_its_seats(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = make_event(capacity=1)
    for _ in range(2):
        sign_up(event_id, details(organization="Harbor Freight Lines"))
    with_rules(event_id, organization_cap=1)
    seen = words(client.page(own_page(event_id, 1)))
    assert "Nobody is before you. Your organization has as many seats as one may have here." in seen
    seen_by_staff = words(editor.page(f"/staff/registrations/{registrations(event_id)[1].id}"))
    assert "their organization has the places that one may have" in seen_by_staff


def test_a_page_of_the_line_counts_each_thing_once(client: CheckedClient, asked: list[str]) -> None:
    event_id = with_rules(make_event(capacity=1), organization_cap=5)
    for _ in range(2):
        sign_up(event_id)
    page = own_page(event_id, 1)
    asked.clear()
    client.page(page)
    counts = [one for one in asked if "count(" in one and "FROM registration " in one]
    assert sum("position <" in one for one in counts) == 1
    assert ["LIKE" in one for one in counts if "GROUP BY" in one] == [True]


def test_on_a_closed_list_a_free_seat_is_taken_with_one_press(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(capacity=1)
    for _ in range(2):
        sign_up(event_id)
    first, address = registrations(event_id)[0].id, own_page(event_id, 1)
    with clock.stopped_at(at + timedelta(days=13, hours=12)):
        page = client.page(address)
        assert "If a seat still becomes free, it goes to whoever takes it first: you can take it here." in words(page)
        assert press(client, page, f"{address}/line/free-seat") == 409
        transact(lambda at: cancel(first, at=at).id)
        page = client.page(address)
        assert "The waiting list is closed, and a seat is free." in words(page)
        assert press(client, page, f"{address}/line/free-seat") == 303
        assert "waiting list" not in words(client.page(address)).lower()
    assert standings(event_id) == ["in-person cancelled", "in-person confirmed"]
