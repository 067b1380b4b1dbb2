"""Keep my seat, or give it up: the page that the postponement's mail leads to."""

import pytest

from tests.operations.registration.test_standing_by import postponed_event
from tests.support.desk import make_event, registrations, sign_up
from tests.support.pages import CheckedClient
from tests.web.public.test_my_registration import own_page, press, words

pytestmark = pytest.mark.usefixtures("at")


def test_keeping_is_one_press_and_staff_see_it(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = postponed_event(2)
    address = f"{own_page(event_id)}/postponed"
    assert address in [link.get("href") for link in client.page(own_page(event_id)).main.all("a")]
    assert press(client, client.page(address), f"{address}/keep") == 303
    assert "You told us that you keep it." in words(client.page(address))
    seen = " ".join(editor.page(f"/staff/events/{event_id}").main.text.split())
    assert "keep their place for the new date 1" in seen
    assert "did not answer, and keep it 1" in seen


def test_giving_up_is_one_press(client: CheckedClient) -> None:
    event_id = postponed_event(1)
    address = f"{own_page(event_id)}/postponed"
    page = client.page(address)
    assert press(client, page, f"{address}/give-up") == 303
    assert "You gave your place up" in words(client.page(address))
    assert press(client, page, f"{address}/keep") == 409


def test_looking_answers_nothing(client: CheckedClient) -> None:
    event_id = postponed_event(1)
    client.page(f"{own_page(event_id)}/postponed")
    assert client.get(f"{own_page(event_id)}/postponed/keep").status_code == 405
    assert registrations(event_id)[0].postponed_answer is None


def test_with_a_date_there_is_nothing_to_answer(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    address = f"{own_page(event_id)}/postponed"
    page = client.page(address)
    assert "The event has a date." in words(page)
    assert not page.main.all("form")
