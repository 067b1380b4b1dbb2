"""No form opens where nothing can be changed any more: the page says why, and leads back."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import Event, EventState, Mode, RegistrationState
from app.operations.registration import approving
from app.operations.registration.switching import change_mode
from tests.support import factories as make
from tests.support.booking import booked_form, bookers_page, group_event, places
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.pages import CheckedClient
from tests.web.public.test_my_registration import own_page, press, words
from tests.web.public.test_what_became_of_it import become

pytestmark = pytest.mark.usefixtures("app", "at")
FORMS = ("change", "sessions", "address", "hand-over", "question", "us-person")
CALLED_OFF = "The event is cancelled, so there is nothing left to change."


def look(client: CheckedClient, address: str, reason: str) -> None:
    """The page says this, offers no form, and what an older page sends is answered so too."""
    page = client.page(address)
    assert reason in words(page), address
    assert not page.main.all("form")
    assert client.post(address, data={"form_key": "older"}).status_code == 409


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_cancelled_event_opens(client: CheckedClient, form: str) -> None:
    event_id = make_event()
    sign_up(event_id)
    become(event_id, EventState.CANCELLED)
    look(client, f"{own_page(event_id)}/{form}", CALLED_OFF)


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_past_event_opens(client: CheckedClient, form: str) -> None:
    event_id = make_event()
    sign_up(event_id)
    ends = db.session.get_one(Event, event_id).ends_at
    assert ends
    with clock.stopped_at(ends + timedelta(minutes=1)):
        look(client, f"{own_page(event_id)}/{form}", "The event is over")


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (RegistrationState.CANCELLED, "This registration is cancelled"),
        (RegistrationState.NOT_APPROVED, "The office did not approve this registration"),
    ],
)
def test_no_form_opens_for_what_will_not_be_a_seat(
    client: CheckedClient, state: RegistrationState, reason: str
) -> None:
    event_id = make_event()
    make.registration(db.session.get_one(Event, event_id), state=state, mode=Mode.IN_PERSON)
    look(client, f"{own_page(event_id)}/change", reason)


@pytest.mark.parametrize("form", ["change", "sessions", "address"])
def test_a_booker_changes_nobody_at_a_cancelled_event(client: CheckedClient, form: str) -> None:
    event_id = group_event()
    sign_up(event_id, booked_form("Ana"))
    become(event_id, EventState.CANCELLED)
    look(client, f"{bookers_page()}/{places()[0].id}/{form}", CALLED_OFF)


@pytest.mark.parametrize("answer", ["keep", "give-up"])
def test_who_waits_for_approval_has_nothing_to_keep_of_a_postponed_event(client: CheckedClient, answer: str) -> None:
    event_id = make_event()
    make.registration(db.session.get_one(Event, event_id), state=RegistrationState.PENDING_APPROVAL)
    page = client.page(f"{own_page(event_id)}")
    become(event_id, EventState.POSTPONED)
    assert press(client, page, f"{own_page(event_id)}/postponed/{answer}") == 409
    [person] = registrations(event_id)
    assert (person.state, person.postponed_answer) == (RegistrationState.PENDING_APPROVAL, None)


def test_there_is_nothing_to_join_of_a_cancelled_event(client: CheckedClient) -> None:
    event_id = make_event(online=None)
    sign_up(event_id, details(mode=Mode.ONLINE))
    assert "The way to join is not released yet." in words(client.page(f"{own_page(event_id)}/join"))
    become(event_id, EventState.CANCELLED)
    page = client.page(f"{own_page(event_id)}/join")
    assert "The event is cancelled, so there is nothing to join." in words(page)
    assert "not released yet" not in words(page)


def test_who_was_approved_for_online_needs_a_yes_for_the_room(client: CheckedClient) -> None:
    event_id = with_rules(make_event(capacity=5, online=5), needs_approval=True)
    sign_up(event_id, details(mode=Mode.ONLINE))
    [person] = registrations(event_id)
    waiting = client.page(own_page(event_id))
    assert "Attend in person instead" in words(waiting)  # Who still waits for the office says which way.
    transact(lambda at: approving.approve(person.id, by="ed@example.gov", at=at).id)
    page = client.page(own_page(event_id))
    assert "The office approves who comes into the room." in words(page)
    assert "Attend in person instead" not in words(page)
    assert press(client, page, f"{own_page(event_id)}/mode", mode="in-person") == 409
    assert standings(event_id) == ["online confirmed"]
    transact(lambda at: change_mode(person.id, Mode.IN_PERSON, at=at, by="ed@example.gov"))
    page = client.page(own_page(event_id))
    assert "To come back into the room you need another yes of the office." in words(page)
    assert press(client, page, f"{own_page(event_id)}/mode", mode="online") == 303
    assert standings(event_id) == ["online confirmed"]
