"""Registering by invitation: the public page says so and no more, and the mailed link opens the form once."""

from datetime import datetime

import pytest
from flask import Flask

from app import links
from app.db import db, transact
from app.models import Access, Event, EventState
from app.operations.registration import inviting
from tests.operations.registration.test_inviting import ANA, BEN, invitation, invite
from tests.support.desk import make_event, registrations, standings, with_rules
from tests.support.html import Page
from tests.support.letters import deliver, text_of, to
from tests.support.pages import CheckedClient
from tests.web.public.test_admission import DANA, address_of
from tests.web.public.test_my_registration import own_page, press, words

pytestmark = pytest.mark.usefixtures("at")
FORM = {name: value for name, value in DANA.items() if name != "email"}


@pytest.fixture
def event_id(client: CheckedClient) -> int:
    return with_rules(make_event(capacity=1), access=Access.INVITED)


def link(event_id: int, address: str = ANA) -> str:
    mine = invitation(event_id, address)
    return f"/invitations/{links.sign_reference(links.INVITED, mine.id, mine.link_version)}"


def test_it_works(app: Flask, client: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA)
    [letter] = to(deliver(app), ANA)
    address = link(event_id)
    assert address in text_of(letter)
    form = client.page(address)
    assert ANA in words(form)
    assert not form.main.all("input", name="email")
    sent = client.submit(form, **FORM)
    assert sent.status_code == 303, sent.text
    page = client.page(sent.location)
    assert ANA in words(page)
    assert "Wrong address?" not in words(page)
    assert standings(event_id) == ["in-person confirmed"]
    assert "This invitation was used." in words(client.page(address))


def test_the_public_pages_say_that_it_is_by_invitation_and_no_more(client: CheckedClient, event_id: int) -> None:
    slug = db.session.get_one(Event, event_id).slug

    def shown() -> list[str]:
        return [words(client.page(path)) for path in (f"/events/{slug}", f"/events/{slug}/register", "/events")]

    nobody = shown()
    assert "By invitation" in nobody[0]
    assert "Registration is by invitation." in nobody[1]
    assert not client.page(f"/events/{slug}").main.all("a", href=f"/events/{slug}/register")
    invite(event_id, ANA, BEN)
    client.submit(client.page(link(event_id)), **FORM)
    assert shown() == nobody  # Neither who is invited nor who came, nor that the one seat is gone.


def test_the_open_form_takes_nobody(client: CheckedClient, event_id: int) -> None:
    transact(lambda _: setattr(db.session.get_one(Event, event_id).rules, "access", Access.EVERYONE))
    form = client.page(address_of(event_id))
    transact(lambda _: setattr(db.session.get_one(Event, event_id).rules, "access", Access.INVITED))
    invite(event_id, ANA)
    answers = {}
    for address in (ANA, BEN):
        refused = client.submit(form, **{**DANA, "email": address})
        assert refused.status_code == 409
        answers[address] = words(Page(refused.text)).replace(address, "…")
    assert answers[ANA] == answers[BEN]
    assert registrations(event_id) == []


def test_what_was_typed_comes_back(client: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA)
    refused = client.submit(client.page(link(event_id)), **{**FORM, "organization": ""})
    assert refused.status_code == 422
    page = Page(refused.text)
    assert 'value="Dana"' in refused.text
    assert client.submit(page, **{**FORM, "email": BEN}).status_code == 303
    assert registrations(event_id)[0].email == ANA


def test_a_link_that_was_taken_back_replaced_or_made_up_opens_nothing(client: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA)
    address, form = link(event_id), client.page(link(event_id))
    number = invitation(event_id).id
    transact(lambda at: inviting.revoke(number, by="ed@example.gov", at=at).id)
    for path in (address, link(event_id)):
        assert "This invitation is not valid any more." in words(client.page(path))
    assert client.submit(form, **FORM).status_code == 409
    for token in ("x", links.sign_reference(links.INVITED, 999, 1), links.sign_reference(links.MANAGE, number, 1)):
        assert client.get(f"/invitations/{token}").status_code == 404
    assert registrations(event_id) == []


def test_who_is_invited_hears_when_registration_is_not_open(client: CheckedClient, event_id: int, at: datetime) -> None:
    invite(event_id, ANA)
    form = client.page(link(event_id))
    transact(lambda now: setattr(db.session.get_one(Event, event_id), "registration_closes_at", now))
    assert "Registration ended" in words(client.page(link(event_id)))
    refused = client.submit(form, **FORM)
    assert refused.status_code == 409
    assert "Okafor Imports" in refused.text
    transact(lambda _: setattr(db.session.get_one(Event, event_id), "state", EventState.CANCELLED))
    assert "will not take place" in words(client.page(link(event_id)))


def test_ones_own_page_offers_no_other_address(client: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA)
    client.submit(client.page(link(event_id)), **FORM)
    page = client.page(own_page(event_id))
    assert "Use another address" not in words(page)
    assert "Hand your seat over" not in words(page)


def test_whoever_cancels_reads_that_it_takes_a_new_invitation(app: Flask, client: CheckedClient, event_id: int) -> None:
    invite(event_id, ANA)
    address = link(event_id)
    client.submit(client.page(address), **FORM)
    mine = own_page(event_id)
    page = client.page(mine)
    assert "you need a new invitation" in words(page)
    assert press(client, page, f"{mine}/cancellation") == 303
    *_, letter = to(deliver(app), ANA)
    assert "You can register again" not in text_of(letter)
    assert "Reply to this message" in text_of(letter)
    over = client.page(address)
    assert "the registration ended" in words(over)
    assert not over.main.all("a", href="/registrations/find")
