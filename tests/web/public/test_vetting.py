"""A guarded site on the public pages: the lead time before anybody books, the question, and never the answer."""

import pytest

from app.db import db
from app.models import Event, Mode, UsPerson
from app.operations.registration import vetting
from tests.support.desk import details, make_event, sign_up, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.public.test_admission import DANA, address_of
from tests.web.public.test_my_registration import own_page, words

pytestmark = pytest.mark.usefixtures("at")
LEAD = "The site needs ten working days."


@pytest.fixture
def event_id(client: CheckedClient) -> int:
    return with_rules(make_event(capacity=5, online=None), asks_us_person=True, lead_time_text=LEAD)


def told(event_id: int) -> list[UsPerson | None]:
    return [one.told for one in vetting.visitors(event_id)]


def test_it_works(client: CheckedClient, event_id: int) -> None:
    slug = db.session.get_one(Event, event_id).slug
    assert f"Before you book travel {LEAD}" in words(client.page(f"/events/{slug}"))
    form = client.page(address_of(event_id))
    assert words(form).index(LEAD) < words(form).index("About you")
    assert client.submit(form, **DANA, mode="in-person", us_person="contact-me").status_code == 303
    assert told(event_id) == [UsPerson.CONTACT_ME]


def test_who_comes_must_answer_and_who_does_not_need_not(client: CheckedClient, event_id: int) -> None:
    form = client.page(address_of(event_id))
    for typed in ({}, {"us_person": "perhaps"}):
        refused = client.submit(form, **DANA, mode="in-person", **typed)
        assert refused.status_code == 422
        assert Page(refused.text).main.one(id="us_person-error").text
    assert client.submit(form, **DANA, mode="online").status_code == 303
    assert told(event_id) == []


def test_an_event_that_does_not_ask_has_no_such_field(client: CheckedClient) -> None:
    assert "us_person" not in client.get(address_of(make_event())).text
    online = with_rules(make_event(capacity=0, online=None), asks_us_person=True)
    assert "us_person" not in client.get(address_of(online)).text


def test_it_is_answered_on_ones_own_page_which_never_shows_it(client: CheckedClient, event_id: int) -> None:
    sign_up(event_id)
    address = own_page(event_id)
    assert "The site must know" in words(client.page(address))
    page = client.page(f"{address}/us-person")
    assert client.submit(page).status_code == 422
    assert client.submit(page, us_person="no").status_code == 303
    assert told(event_id) == [UsPerson.NO]
    assert "You have told us" in words(client.page(address))
    again = client.page(f"{address}/us-person")
    assert not again.main.all("input", checked="")


def test_who_attends_online_is_not_asked(client: CheckedClient, event_id: int) -> None:
    sign_up(event_id, details(mode=Mode.ONLINE))
    address = own_page(event_id)
    assert "For the site" not in words(client.page(address))
    assert "nothing to answer" in words(client.page(f"{address}/us-person"))
    sent = client.post(f"{address}/us-person", data={"us_person": "no"})
    assert "nothing to answer" in words(Page(sent.text))
