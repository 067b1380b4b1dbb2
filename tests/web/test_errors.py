"""Refusals and failures: a page in plain words with its status, whatever was sent."""

from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask, abort
from sqlalchemy import NullPool, create_engine, text

from app.db import db
from app.models import Registration
from app.web import errors, refusals
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.support.site import PERSON

CUT_THE_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

BAD_PATHS = [
    *("/events/%FF", "/events/a%00b", "/events/%ed%a0%80", "/%c0%ae%c0%ae/", "/events/" + "a" * 3000),
    *("/events/../../etc/hosts", "/events/..%2f..%2f", "/events/%2e%2e/", "/events/....//", "/events/..%5c"),
    *("/events/" + number for number in ("Filing", "2147483648!", "static%20", "a--b", "-a", "a.", "a%20")),
    *("//evil.example/path", "/%5cevil", "////", "/events//", "/Events", "/events%20", "/ES/events", "/es/events"),
    *("/series/%00", "/topics/%F0%28%8C%28", "/events/%0d%0aX-Injected:%201", "/events/{{7*7}}"),
]


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_strange_address_is_not_found(client: CheckedClient, path: str) -> None:
    raw = unquote_to_bytes(path).decode("latin-1")
    response = client.get("/", environ_overrides={"PATH_INFO": raw})
    assert response.status_code in {400, 404}
    assert response.headers["Cache-Control"] == "no-store"
    assert "Location" not in response.headers
    assert "X-Injected" not in response.headers
    assert "49" not in response.text.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize(("typed", "meant"), [("/events/?q=cargo%20x", "/events?q=cargo%20x"), ("/about/", "/about")])
def test_a_slash_too_many_at_the_end_leads_on(client: CheckedClient, typed: str, meant: str) -> None:
    response = client.get(typed)
    assert (response.status_code, response.headers["Location"]) == (308, meant)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_another_method_is_refused_with_what_is_allowed(client: CheckedClient, method: str) -> None:
    response = client.open("/events", method=method, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_no_header_changes_the_method(client: CheckedClient, header: str) -> None:
    assert client.get("/events", headers={header: "DELETE"}).status_code == 200


def test_options_has_no_effect(client: CheckedClient) -> None:
    assert client.options("/events").headers["Allow"]


@pytest.mark.parametrize("path", ["/events", "/registrations/find"])
def test_a_large_body_is_not_read(client: CheckedClient, path: str) -> None:
    body = b"a=" + b"b" * 20_000_000
    form = "application/x-www-form-urlencoded"
    response = client.post(path, data=body, content_type=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code in {405, 413}


@pytest.mark.parametrize("status", sorted(errors.HTTP_WORDING))
def test_every_status_has_its_page(app: Flask, status: int) -> None:
    with app.test_request_context("/"):
        response = app.make_response(app.handle_http_exception(_raised(status)))
    assert response.status_code == status
    assert str(errors.HTTP_WORDING[status].title) in response.get_data(as_text=True)
    assert ("Retry-After" in response.headers) == (status in {429, 503})


def _raised(status: int) -> Any:
    try:
        abort(status)
    except Exception as error:
        return error


@pytest.mark.changes_tables
def test_a_lost_database_is_a_page_that_says_try_again(app: Flask, client: CheckedClient, at: datetime) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP TABLE site_notice"))
    response = client.get("/events")
    assert response.status_code in {500, 503}
    assert "Try again in" in response.text
    assert "site_notice" not in response.text


@pytest.mark.database("postgresql")
def test_a_database_that_starts_anew_costs_nobody_their_words(app: Flask, client: CheckedClient, at: datetime) -> None:
    """The server has cut every line: whoever sends a form then is told to send it again, and no more happens."""
    make.event(slug="filing")
    form = client.page("/events/filing/register")
    db.session.remove()
    with create_engine(db.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as other:
        cut = other.execute(text(CUT_THE_OTHERS)).scalars().all()
    assert cut
    answer = client.submit(form, **PERSON)
    if answer.status_code == 503:
        assert answer.headers["Retry-After"]
        answer = client.submit(Page(answer.text))
    assert answer.status_code == 303
    assert db.session.scalars(db.select(Registration.email)).all() == [PERSON["email"]]


def test_a_refusal_without_words_would_be_our_fault() -> None:
    assert all(isinstance(refusal.status, int) and str(refusal.sentence) for refusal in refusals.REFUSALS.values())
    assert all(400 <= refusal.status < 500 for refusal in refusals.REFUSALS.values())
