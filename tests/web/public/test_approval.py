"""Registering where the office approves: said beforehand, on the confirmation, by mail, and on one's own page."""

import pytest

from app.db import db, transact
from app.models import Event
from app.operations.registration import approving
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.public.test_admission import DANA, address_of
from tests.web.public.test_my_registration import own_page, press, words

pytestmark = pytest.mark.usefixtures("at")


@pytest.fixture
def event_id(client: CheckedClient) -> int:
    return with_rules(make_event(capacity=1, online=None), needs_approval=True)


def ask_back(event_id: int, question: str = "Which ports?") -> None:
    person_id = registrations(event_id)[0].id
    transact(lambda at: approving.ask(person_id, question, by="ed@example.gov", at=at).id)


def test_it_works(client: CheckedClient, event_id: int) -> None:
    slug = db.session.get_one(Event, event_id).slug
    assert "The office approves each registration." in client.page(f"/events/{slug}").main.text
    form = client.page(address_of(event_id))
    assert "You hold no seat until we write that it is approved" in words(form)
    sent = client.submit(form, **DANA, mode="in-person")
    page = client.page(sent.location)
    assert "It waits for approval. You hold no seat yet." in words(page)
    assert "Wait for our answer" in words(page)
    assert not page.main.all("ul", **{"class": "calendar-links"})
    mine = client.page(own_page(event_id))
    assert "Waiting for approval" in words(mine)
    assert "Hand your seat over" not in words(mine)


def test_the_page_is_the_same_for_an_address_that_is_approved_or_declined(client: CheckedClient, event_id: int) -> None:
    def shown() -> str:
        sent = client.submit(client.page(address_of(event_id)), **DANA, mode="online")
        return words(client.page(sent.location))

    new = shown()
    for decide in (approving.decline, approving.approve):
        person_id = registrations(event_id)[0].id
        transact(lambda at, decide=decide, one=person_id: decide(one, by="ed@example.gov", at=at).id)
        assert shown() == new
    assert standings(event_id) == ["online confirmed"]


def test_the_question_is_answered_on_ones_own_page(client: CheckedClient, event_id: int) -> None:
    sign_up(event_id)
    address = own_page(event_id)
    assert "There is no question to answer." in words(client.page(f"{address}/question"))
    ask_back(event_id)
    assert "Which ports?" in words(client.page(address))
    page = client.page(f"{address}/question")
    assert client.submit(page, answer=" ").status_code == 422
    assert client.submit(page, answer="Laredo.").status_code == 303
    assert "Your answer Laredo." in words(client.page(address))


def test_an_answer_to_an_older_question_is_not_taken_for_one_to_the_new(client: CheckedClient, event_id: int) -> None:
    sign_up(event_id)
    address = own_page(event_id)
    ask_back(event_id)
    page = client.page(f"{address}/question")
    ask_back(event_id, "And which license?")
    late = client.submit(page, answer="Laredo.")
    assert late.status_code == 409
    assert "And which license?" in words(Page(late.text))
    assert ">Laredo.</textarea>" in late.text.replace("\r\n", "").replace("\n", "")
    for number in ("", "-1", "x", "9" * 40):
        assert client.submit(page, answer="Laredo.", number=number).status_code == 409


def test_declined_with_a_word(client: CheckedClient, event_id: int) -> None:
    sign_up(event_id)
    person_id = registrations(event_id)[0].id
    transact(lambda at: approving.decline(person_id, words="For brokers alone.", by="ed@example.gov", at=at).id)
    address = own_page(event_id)
    page = client.page(address)
    assert "The office did not approve this registration." in words(page)
    assert "For brokers alone." in words(page)
    assert not [form for form in page.main.all("form") if "/news" not in form.get("action")]


def test_who_waits_can_change_the_way_of_attending_and_cancel(client: CheckedClient, event_id: int) -> None:
    sign_up(event_id, details())
    address = own_page(event_id)
    page = client.page(address)
    assert "nobody looks at your registration any more" in words(page)
    assert press(client, page, f"{address}/mode", mode="online") == 303
    assert standings(event_id) == ["online pending-approval"]
    assert press(client, client.page(address), f"{address}/cancellation") == 303
    assert standings(event_id) == ["online cancelled"]
