"""Following by mail over the web: the same answer for everybody, a button for every change, one press to stop."""

import re
from typing import Any

import pytest
from flask import Flask

from app import clock, links
from app.db import db
from app.models import FollowRequest, MessageKind, OutgoingEmail, Rhythm, Series, Subscriber, Topic
from app.operations.communication import following, wishing
from app.operations.communication.wishing import Wish
from app.web import limits
from tests.operations.communication.test_digesting import LATER
from tests.support import factories as make
from tests.support import letters
from tests.support.following import follower, note, rows, told
from tests.support.html import Page
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.usefixtures("at")
ANA = "ana@example.com"
BAD_ADDRESSES = ["", "ana", "ana@", "a@b@c.com", "ana@example.com\r\nBcc: b@example.com", "ä@example.com", "a" * 255]


@pytest.fixture(autouse=True)
def series(client: CheckedClient, at: object) -> None:
    make.series(slug="webinars", name="Webinars", place=1)
    make.series(slug="trade-week", name="Trade Week", place=2)
    make.topic(slug="origin", name="Origin")


def ask(client: CheckedClient, **values: object) -> Page:
    sent = client.submit(client.page("/follow"), **{"email": ANA, "series": ["webinars"], **values})
    assert sent.status_code == 200, sent.text
    return Page(sent.text)


def links_in(letter: object) -> list[str]:
    return re.findall(r"https?://[^/\s]+(/(?:follow|subscriptions)/[^\s]+)", letters.text_of(letter))  # type: ignore[arg-type]


def ticked(page: Page) -> list[str]:
    return [box.get("value") for box in page.main.all("input", type="checkbox") if "checked" in box.attributes]


def followed() -> list[str]:
    db.session.rollback()
    return wishing.names(Wish.followed(following.of_address(ANA)))


@pytest.mark.slow
def test_from_the_series_page_to_a_confirmed_address(app: Flask, client: CheckedClient) -> None:
    ways = [link.get("href") for link in client.page("/series/webinars").main.all("a")]
    form = client.page(next(way for way in ways if way.startswith("/follow")))
    assert [box.get("value") for box in form.main.all("input", name="series") if "checked" in box.attributes] == [
        "webinars"
    ]
    sent = client.submit(form, email=ANA)
    assert ANA in sent.text
    assert "Set-Cookie" not in sent.headers
    [letter] = letters.deliver(app)
    [confirm] = links_in(letter)
    page = client.page(confirm)
    assert not followed()
    done = client.submit(page)
    assert done.status_code == 303
    assert followed() == ["Webinars"]
    own = client.page(done.location)
    assert "You follow this from now on." in own.main.text
    assert "This link is over" in client.page(confirm).main.text
    assert client.submit(page).status_code == 409


def test_the_answer_is_the_same_for_known_and_unknown_addresses(client: CheckedClient) -> None:
    unknown = ask(client).main.text
    follower(*db.session.scalars(db.select(Series)))
    assert ask(client).main.text == unknown  # Once more, and known by now.
    assert ask(client, email="ben@example.com").main.text.replace("ben@", "ana@") == unknown


@pytest.mark.parametrize("email", BAD_ADDRESSES)
def test_a_bad_address_is_refused_in_words(client: CheckedClient, email: str) -> None:
    sent = client.submit(client.page("/follow"), email=email, series=["webinars"])
    assert sent.status_code == 422
    assert not db.session.scalars(db.select(FollowRequest)).all()


@pytest.mark.parametrize(
    "values",
    [{"series": []}, {"series": ["nope"]}, {"topics": ["webinars"]}, {"rhythm": "hourly"}, {"website": "x"}],
    ids=str,
)
def test_what_the_form_does_not_offer_is_refused(client: CheckedClient, values: dict[str, object]) -> None:
    sent = client.submit(client.page("/follow"), **{"email": ANA, "series": ["webinars"], **values})
    assert sent.status_code == 422
    assert not rows(MessageKind.CONFIRM_FOLLOWING)


def test_a_stale_key_and_another_site_are_refused(client: CheckedClient) -> None:
    sent = {"email": ANA, "series": "webinars"}
    assert client.post("/follow", data={**sent, "form_key": "made-up"}).status_code == 400
    assert client.post("/follow", data=sent, headers={"Origin": "https://elsewhere.example"}).status_code == 400


def test_many_tries_are_stopped(client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FOLLOW", "1/hour")
    ask(client)
    assert client.submit(client.page("/follow"), email="ben@example.com", series=["webinars"]).status_code == 429


def test_what_the_link_names_is_ticked_and_nothing_else(client: CheckedClient) -> None:
    page = client.page("/follow?topic=origin&series=nope&series=%00")
    assert [box.get("value") for box in page.main.all("input", type="checkbox") if "checked" in box.attributes] == [
        "origin"
    ]


def test_the_page_of_an_event_offers_its_series_and_its_topics(client: CheckedClient) -> None:
    chosen = {"series": find(Series, "webinars"), "topics": [find(Topic, "origin")]}
    page = client.page(f"/events/{make.event(**chosen).slug}")
    offered = {link.text: link.get("href") for link in page.main.all("a") if link.get("href").startswith("/follow")}
    assert list(offered) == ["Follow “Webinars”", f"Follow “{chosen['topics'][0].name}”"]
    assert [ticked(client.page(address)) for address in offered.values()] == [["webinars"], ["origin"]]


@pytest.mark.parametrize("is_known", [False, True])
def test_so_does_the_confirmation_page_without_asking_for_the_address(client: CheckedClient, is_known: bool) -> None:
    event = make.event(series=find(Series, "webinars"))
    if is_known:
        make.registration(event, email=ANA)
    person = {"first_name": "Ana", "last_name": "Lopez", "email": ANA, "organization": "Harbor Brokers"}
    sent = client.submit(client.page(f"/events/{event.slug}/register"), **person)
    page = client.page(sent.location)
    (offered,) = [link.get("href") for link in page.main.all("a") if link.get("href").endswith("/follow")]
    form = client.page(offered)
    assert ticked(form) == ["webinars"]
    assert form.one("input", name="email").get("value") == ANA
    answer = client.submit(form)
    assert answer.status_code == 200
    assert ANA in Page(answer.text).main.text
    assert "Set-Cookie" not in answer.headers
    (asked,) = db.session.scalars(db.select(FollowRequest.email)).all()
    assert asked == ANA
    assert client.get(f"{offered[:-10]}/follow").status_code == 404


def find(table: Any, slug: str) -> Any:
    return db.session.scalars(db.select(table).filter_by(slug=slug)).one()


def own_page() -> str:
    from_mail = following.of_address(ANA)
    assert from_mail
    return links.subscriptions(from_mail.digest).partition("8000")[2]


def test_changing_what_and_how_often(client: CheckedClient) -> None:
    follower(*db.session.scalars(db.select(Series)))
    page = client.page(own_page())
    sent = client.submit(page, "following", series=["trade-week"], topics=["origin"], rhythm="daily")
    assert sent.status_code == 303
    assert followed() == ["Trade Week", "Origin"]
    assert db.session.scalars(db.select(Subscriber.rhythm)).one() is Rhythm.DAILY
    assert client.submit(page, "following", series=["trade-week"], rhythm="hourly").status_code == 422
    assert client.submit(page, "following", series=[], topics=[]).status_code == 200
    assert not followed()


def test_looking_changes_nothing_and_links_open_one_thing(client: CheckedClient) -> None:
    follower(*db.session.scalars(db.select(Series)))
    address = own_page()
    client.get(address)
    token = address.rpartition("/")[2]
    assert client.get(f"/subscriptions/{token}/stop").status_code == 404
    assert client.post(f"/subscriptions/{token}/stop").status_code == 404
    assert client.get(f"/follow/{token}").status_code == 404
    assert client.get(f"/registrations/{token}").status_code == 404
    assert len(followed()) == 2


def news(app: Flask) -> object:
    """A digest, as it left."""
    series = db.session.scalars(db.select(Series)).first()
    assert series
    follower(series)
    make.event(title="Filing", series=series)
    note()
    told(LATER)
    with clock.stopped_at(LATER):
        return next(one for one in letters.deliver(app) if "Filing" in one["Subject"])


def test_a_digest_names_the_way_out_in_its_headers(app: Flask, client: CheckedClient) -> None:
    letter = news(app)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<http://127\.0\.0\.1:8000(/subscriptions/\S+/stop)>", letter["List-Unsubscribe"])
    assert address
    assert letter["List-Id"] == "<news.127.0.0.1>"
    page = client.page(address[1])
    assert followed()
    # The press of the page's own button.
    assert client.submit(page).status_code == 200
    assert not followed()
    assert "You follow nothing by mail" in client.page(address[1]).main.text


PART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
ONE_CLICK = {
    "application/x-www-form-urlencoded": b"List-Unsubscribe=One-Click",
    "multipart/form-data; boundary=x": PART,
}


@pytest.mark.parametrize("kind", ONE_CLICK)
def test_one_press_in_a_mail_program_stops_everything(app: Flask, client: CheckedClient, kind: str) -> None:
    address = re.search(r"/subscriptions/[^>]+", news(app)["List-Unsubscribe"])
    assert address
    elsewhere = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    for _ in range(2):
        answer = client.post(address[0], data=ONE_CLICK[kind], content_type=kind, headers=elsewhere)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert not followed()


@pytest.mark.slow
def test_mail_about_a_registration_has_no_such_header_and_goes_on(app: Flask, client: CheckedClient) -> None:
    letter = news(app)
    event = make.event(slug="filing")
    form = client.page("/events/filing/register")
    client.submit(form, first_name="Ana", last_name="Lopez", email=ANA, organization="Harbor Brokers")
    client.post(re.search(r"/subscriptions/[^>]+", letter["List-Unsubscribe"])[0])  # type: ignore[index]
    waiting = db.session.scalars(db.select(OutgoingEmail).filter_by(event_id=event.id)).all()
    assert [row.state.is_waiting for row in waiting] == [True]
    confirmed = next(one for one in letters.deliver(app) if one["Subject"].startswith("Confirmed"))
    assert confirmed["List-Unsubscribe"] is None
