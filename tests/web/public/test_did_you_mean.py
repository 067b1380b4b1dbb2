"""A mistyped address is asked about wherever one is typed: nothing is sent before the right one was chosen."""

from datetime import datetime, timedelta

import pytest

from app import links
from app.db import db
from app.models import Event, FollowRequest, OpeningAlert, PendingMove, Series
from tests.support.booking import booked_form, bookers_page, group_event, places
from tests.support.desk import make_event, registrations, sign_up
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.public.test_my_registration import own_page

pytestmark = pytest.mark.usefixtures("at")
TYPED, LIKELY = "ana@gmial.com", "ana@gmail.com"


def choose(client: CheckedClient, address: str, form: str = "", **more: str | list[str]) -> str:
    """Send a form with a mistyped address, then with the right one chosen; what the answer says."""
    refused = client.submit(client.page(address), form, email=TYPED, **more)
    assert refused.status_code == 422
    page = Page(refused.text)
    assert f"Did you mean {LIKELY}?" in page.main.text
    sent = client.submit(page, form, email=TYPED, address_choice=LIKELY, **more)
    assert sent.status_code in {200, 303}
    return sent.text


def test_it_works_where_a_link_is_asked_for(client: CheckedClient) -> None:
    assert LIKELY in choose(client, "/registrations/find")


def test_whoever_means_what_they_typed_is_believed(client: CheckedClient) -> None:
    page = Page(client.submit(client.page("/registrations/find"), email=TYPED).text)
    assert TYPED in client.submit(page, email=TYPED, address_choice=TYPED).text


def test_one_mail_when_registration_opens(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(registration_opens_at=at + timedelta(days=1))
    choose(client, f"/events/{db.session.get_one(Event, event_id).slug}/opening")
    assert db.session.scalars(db.select(OpeningAlert.email)).all() == [LIKELY]


def test_following(client: CheckedClient) -> None:
    make_event()
    choose(client, "/follow", series=[db.session.scalars(db.select(Series.slug)).all()[0]])
    assert db.session.scalars(db.select(FollowRequest.email)).all() == [LIKELY]


@pytest.mark.parametrize(("path", "more"), [("address", {}), ("hand-over", {"first_name": "Ben"})])
def test_a_registration_that_goes_elsewhere(client: CheckedClient, path: str, more: dict[str, str]) -> None:
    event_id = make_event()
    sign_up(event_id)
    choose(client, f"{own_page(event_id)}/{path}", **more)
    assert db.session.scalars(db.select(PendingMove.email)).all() == [LIKELY]


def test_the_address_of_somebody_who_was_booked(client: CheckedClient) -> None:
    sign_up(group_event(), booked_form("Ana"))
    choose(client, f"{bookers_page()}/{places()[0].id}/address")
    assert places()[0].new_email == LIKELY


def test_the_address_of_a_form_that_was_just_sent(client: CheckedClient) -> None:
    event_id = make_event()
    token = links.sign_reference(links.CONFIRMATION, sign_up(event_id))
    choose(client, f"/registrations/{token}/confirmation")
    assert registrations(event_id)[0].email == LIKELY
