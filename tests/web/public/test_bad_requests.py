"""Requests that no browser of an honest person sends: forged links, replays, strange methods and headers.

Each case begins with the number of its line in docs/bad-inputs.md.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from app import clock, links
from app.db import db, transact
from app.models import Event
from app.operations.records.retaining import forget_submissions
from tests.support import letters
from tests.support.desk import make_event, registrations, sign_up
from tests.support.pages import CheckedClient
from tests.support.site import PERSON, prepare, public_pages

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


def everything() -> dict[str, object]:
    """Every row there is."""
    db.session.rollback()
    return {table.name: db.session.execute(db.select(table)).all() for table in db.metadata.sorted_tables}


def own_token(event_id: int, number: int = 0) -> str:
    person = registrations(event_id)[number]
    return links.sign_reference(links.MANAGE, person.id, person.link_version)


def form_key(client: CheckedClient, address: str) -> str:
    return client.page(address).main.all("input", name="form_key")[0].get("value")


def with_another_key(token: str) -> str:
    digest = {"digest_method": hashlib.sha256}
    return str(URLSafeSerializer("k" * 40, salt=links.MANAGE, signer_kwargs=digest).dumps([1, 1]))


FORGED: dict[str, Callable[[str], str]] = {
    "J03 a link for a confirmation": lambda token: links.sign_reference(links.CONFIRMATION, 1),
    "J03 the key of a form": lambda token: links.sign(links.FORM, 1, 1),
    "J03 an invitation for staff": lambda token: links.sign(links.INVITATION, 1, 1),
    "J08 very long": lambda token: "a" * 100_000,
    "J08 NUL": lambda token: f"{token}%00",
    "J08 line feed": lambda token: f"{token}%0a",
    "J08 other letters": lambda token: f"{token}é",
    "J08 packed": lambda token: f".{token}",
    "J09 another key": with_another_key,
    "J09 unsigned": lambda token: token.partition(".")[0],
    "J09 no algorithm": lambda token: base64.urlsafe_b64encode(b'{"alg":"none"}').decode() + "." + token,
    "J09 an empty signature": lambda token: token.rpartition(".")[0] + ".",
    "J09 another number": lambda token: base64.urlsafe_b64encode(b"[2,1]").decode() + "." + token.rpartition(".")[2],
    "J05 a version that was revoked": lambda token: links.sign_reference(links.MANAGE, 1, 0),
    "J05 a version to come": lambda token: links.sign_reference(links.MANAGE, 1, 2),
    "J03 nobody's number": lambda token: links.sign_reference(links.MANAGE, 2_147_483_647),
}


# Their token is that of the page after the form.
OF_CONFIRMATIONS = {"confirmation", "confirmation_calendar", "correct_address", "follow_after_registering"}
VALUES = re.compile(r"<any\('?([\w-]+)[^>]*>")


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_link_opens_nothing(app: Flask, client: CheckedClient, name: str) -> None:
    event_id = make_event(capacity=5)
    sign_up(event_id)
    good = own_token(event_id)
    key = form_key(client, f"/registrations/{good}")
    token, before, tried = FORGED[name](good), everything(), 0
    theirs = OF_CONFIRMATIONS if name == "J03 a link for a confirmation" else set()
    for rule in app.url_map.iter_rules():
        if "/registrations/<token>" in rule.rule and rule.endpoint.partition(".")[2] not in theirs:
            tried += 1
            address = VALUES.sub(r"\1", rule.rule).replace("<int:session_id>", "1").replace("<token>", token)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                response = client.open(address, method=method, data={"form_key": key} if method == "POST" else None)
                assert response.status_code == 404, f"{method} {address[:80]}: {response.status}"
    assert everything() == before
    assert tried > 15


def test_j02_another_persons_number_in_the_body_changes_nothing(client: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    for _ in range(2):
        sign_up(event_id)
    mine, other = registrations(event_id)
    address = f"/registrations/{own_token(event_id)}"
    foreign = {"id": other.id, "registration_id": other.id, "token": own_token(event_id, 1)}
    response = client.post(f"{address}/cancellation", data={"form_key": form_key(client, address), **foreign})
    assert response.status_code == 303
    assert [person.state.value for person in registrations(event_id)] == ["cancelled", "confirmed"]
    assert mine.id != other.id


def test_j02_the_key_of_another_persons_page_does_not_fit(client: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    for _ in range(2):
        sign_up(event_id)
    mine, others = (f"/registrations/{own_token(event_id, number)}" for number in (0, 1))
    response = client.post(f"{mine}/cancellation", data={"form_key": form_key(client, others)})
    assert response.status_code == 400
    assert all(person.is_live for person in registrations(event_id))


REPLAYED = {
    "J13 after a minute": timedelta(minutes=1),
    "J13 after an hour": timedelta(hours=1),
    "J13 after 25 hours": timedelta(hours=25),
    "J15 at once": timedelta(),
}


@pytest.mark.parametrize("later", REPLAYED.values(), ids=REPLAYED)
def test_the_same_form_again_shows_the_same_page(client: CheckedClient, at: datetime, later: timedelta) -> None:
    event_id = make_event(capacity=5)
    page = client.page(address_of(event_id))
    first = client.submit(page, **PERSON)
    before = everything()
    with clock.stopped_at(at + later):
        transact(forget_submissions)
        again = client.submit(page, **PERSON)
    assert (again.status_code, again.location) == (303, first.location)
    assert everything() == before


def test_j13_a_form_from_last_week_finds_the_registration_standing(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(capacity=5)
    page = client.page(address_of(event_id))
    client.submit(page, **PERSON)
    with clock.stopped_at(at + timedelta(days=7)):
        transact(forget_submissions)
        again = client.submit(page, **PERSON)
        assert registrations(event_id)[0].number in client.page(again.location).main.text
    assert len(registrations(event_id)) == 1


def address_of(event_id: int) -> str:
    return f"/events/{db.session.get_one(Event, event_id).slug}/register"


ONE_PERSON = {
    "G01 capitals": ("Dana@IMPORTER.example", "dana@importer.example"),
    "G12 spaces": (" dana@importer.example ", "dana@importer.example"),
    "G13 other letters": ("dana@bücher.example", "dana@xn--bcher-kva.example"),
    "B24 composed or not": ("dana@b\u00fccher.example", "dana@bu\u0308cher.example"),
    "G17 pasted": ("mailto:dana@importer.example", "<dana@importer.example>"),
}


@pytest.mark.parametrize("addresses", ONE_PERSON.values(), ids=ONE_PERSON)
def test_one_address_however_it_is_written_is_one_person(client: CheckedClient, addresses: tuple[str, str]) -> None:
    event_id = make_event(capacity=5)
    for address in addresses:
        assert client.submit(client.page(address_of(event_id)), **PERSON | {"email": address}).status_code == 303
    assert len(registrations(event_id)) == 1


def test_g02_a_tag_is_another_address(client: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    for address in ("dana@importer.example", "dana+events@importer.example"):
        client.submit(client.page(address_of(event_id)), **PERSON | {"email": address})
    assert len(registrations(event_id)) == 2


def test_f23_links_in_mail_come_from_the_settings(app: Flask, client: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    foreign = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    form = {**PERSON, "form_key": form_key(client, address_of(event_id))}
    sent = client.post(address_of(event_id), data=form, headers=foreign)
    assert sent.status_code == 303
    assert sent.location.startswith("/registrations/")
    [letter] = letters.deliver(app)
    assert "evil.example" not in letter.as_string()
    assert f"{app.config['BASE_URL']}/registrations/" in letters.text_of(letter)


@pytest.mark.database("sqlite")  # On both, tests/guards/test_every_page.py sees that none changes anything.
def test_i21_i22_no_page_does_anything_by_being_looked_at(app: Flask, client: CheckedClient) -> None:
    """As scanners of mail, previews and crawlers look: GET, HEAD and OPTIONS on every public and personal page."""
    prepare(app, client)
    before = everything()
    for address in public_pages(app, most=3):
        got, head = client.get(address), client.head(address)
        assert (head.status_code, head.data) == (got.status_code, b""), address
        for name in ("Content-Type", "Cache-Control", "Content-Security-Policy"):
            assert head.headers.get(name) == got.headers.get(name), f"{address} {name}"
        assert "GET" in client.options(address).headers["Allow"], address
    assert everything() == before


GARBAGE = {
    "I42 no mark": {"If-None-Match": "garbage"},
    "I42 quotes": {"If-None-Match": '"""""W/"x'},
    "I42 letters": {"If-None-Match": "\xff\xfe"},
    "I42 no date": {"If-Modified-Since": "yesterday"},
    "I42 a date far off": {"If-Modified-Since": "Mon, 01 Jan 99999 00:00:00 GMT"},
    "I42 ranges": {"Range": "bytes=9-1,-,x", "If-Range": "x"},
    "I07 lengths": {"Content-Length": "-1"},
    "A11 languages": {"Accept-Language": "zz;q=x,,,;;" + "a" * 5000},
    "I18 encodings": {"Accept-Encoding": "x;q=nan, y;q=1e999, ,;q"},
    "D25 browsers": {"User-Agent": "\x1b[31m<script>alert(1)</script>"},
    "H20 clocks": {"Date": "Mon, 01 Jan 1601 00:00:00 GMT", "Time-Zone": "Mars/Phobos"},
}


@pytest.mark.parametrize("headers", GARBAGE.values(), ids=GARBAGE)
def test_strange_headers_are_passed_over(client: CheckedClient, headers: dict[str, str]) -> None:
    make_event(slug="filing")
    for address in ("/events", "/events/filing", "/events/filing/register", "/events.ics"):
        assert client.get(address, headers=headers).status_code == 200, address


def register_from(client: CheckedClient, address: str, number: int, forwarded: str) -> int:
    form = {**PERSON, "email": f"p{number}@importer.example", "form_key": form_key(client, address)}
    return client.post(address, data=form, headers={"X-Forwarded-For": forwarded}).status_code


class TestLimits:
    """K04: the limit counts the peer that the last trusted machine saw, whatever a stranger claims before it."""

    @pytest.fixture
    def settings(self, request: pytest.FixtureRequest) -> dict[str, Any]:
        return {"TRUSTED_PROXIES": request.param}

    @pytest.mark.parametrize(
        ("settings", "pattern", "last"),
        [
            pytest.param(0, "192.0.2.{}", 429, id="K03 no proxy is trusted"),
            pytest.param(1, "192.0.2.{}, 198.51.100.7", 429, id="K04 one proxy, and a stranger's claim"),
            pytest.param(1, "192.0.2.{}", 303, id="K04 one proxy, many peers"),
        ],
        indirect=["settings"],
    )
    def test_a_claim_is_no_way_around_them(
        self, client: CheckedClient, monkeypatch: pytest.MonkeyPatch, pattern: str, last: int
    ) -> None:
        monkeypatch.setattr("app.web.limits.REGISTER", "3/hour")
        address = address_of(make_event())
        statuses = [register_from(client, address, number, pattern.format(number)) for number in range(4)]
        assert statuses == [303, 303, 303, last]
