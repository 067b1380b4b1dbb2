"""Mail me when registration opens: offered while it is not open, one field, the same answer for everybody."""

from datetime import datetime, timedelta

import pytest

from app.db import db
from app.models import MessageKind, OpeningAlert, OutgoingEmail
from app.web import limits
from tests.support import factories as make
from tests.support.pages import CheckedClient

OPENING = "/events/filing/opening"
pytestmark = pytest.mark.usefixtures("at")


@pytest.fixture(autouse=True)
def event(client: CheckedClient, at: datetime) -> None:
    opens = at + timedelta(days=2)
    make.event(slug="filing", registration_opens_at=opens, registration_opens_local=make.wall("2026-03-04 12:00"))


def kept() -> list[str]:
    return list(db.session.scalars(db.select(OpeningAlert.email)))


def test_it_works(client: CheckedClient) -> None:
    links = [link.get("href") for link in client.page("/events/filing").main.all("a")]
    assert OPENING in links
    sent = client.submit(client.page(OPENING), email="ana@example.com")
    assert sent.status_code == 200
    assert "ana@example.com" in sent.text
    assert kept() == ["ana@example.com"]
    assert "Set-Cookie" not in sent.headers


def test_the_closed_form_offers_it_too(client: CheckedClient) -> None:
    assert OPENING in [link.get("href") for link in client.page("/events/filing/register").main.all("a")]


def test_the_answer_is_the_same_for_a_known_address(client: CheckedClient) -> None:
    first, second = (client.submit(client.page(OPENING), email="ana@example.com") for _ in range(2))
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert kept() == ["ana@example.com"]


def test_asking_sends_nothing(client: CheckedClient) -> None:
    client.submit(client.page(OPENING), email="ana@example.com")
    assert not db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.REGISTRATION_OPEN)).all()


@pytest.mark.parametrize(
    "email", ["", "ana", "ana@", "a@b@c.com", "ana@example.com\r\nBcc: b@example.com", "ä@example.com"]
)
def test_a_bad_address_is_refused_in_words(client: CheckedClient, email: str) -> None:
    assert client.submit(client.page(OPENING), email=email).status_code == 422
    assert not kept()


def test_a_filled_trap_a_foreign_site_and_a_stale_key_are_refused(client: CheckedClient) -> None:
    page = client.page(OPENING)
    assert client.submit(page, email="ana@example.com", website="https://spam.example").status_code == 422
    assert client.submit(page, email="ana@example.com", form_key="made-up").status_code == 400
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(OPENING, data={"email": "ana@example.com"}, headers=elsewhere).status_code == 400
    assert not kept()


def test_many_tries_are_stopped(client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FOLLOW", "1/hour")
    page = client.page(OPENING)
    assert client.submit(page, email="ana@example.com").status_code == 200
    assert client.submit(page, email="ben@example.com").status_code == 429
    assert kept() == ["ana@example.com"]


def test_an_open_event_has_nothing_to_offer(client: CheckedClient) -> None:
    page = client.page(OPENING)
    make.event(slug="open")
    assert "/events/open/opening" not in client.page("/events/open").main.text
    assert not client.page("/events/open/opening").main.all("form")
    key = page.one("input", name="form_key").get("value")
    assert client.post("/events/open/opening", data={"email": "a@example.com", "form_key": key}).status_code == 400
    assert client.get("/events/nothing/opening").status_code == 404
