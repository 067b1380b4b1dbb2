"""The address chooses the language; nothing else does."""

from datetime import datetime
from typing import Any

import pytest

from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"LANGUAGES": ["en", "es"]}


def inner_links(page: Page) -> set[str]:
    return {link.get("href") for link in page.all("a") if link.get("href").startswith("/") and not link.get("hreflang")}


def test_a_prefix_is_kept_by_every_link(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", title="Filing")
    for address in ("/es", "/es/", "/es/events", "/es/events/filing", "/es/about"):
        page = client.page(address)
        assert page.one("html").get("lang") == "es"
        outside = {link for link in inner_links(page) if not link.startswith("/es/")}
        assert outside <= {"/.well-known/security.txt"}, address


def test_dates_speak_the_language(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", starts_local=make.wall("2026-06-03 13:00"), ends_local=make.wall("2026-06-03 14:00"))
    assert "miércoles, 3 de junio de 2026" in client.page("/es/events/filing").main.text
    assert "Wednesday, June 3, 2026" in client.page("/events/filing").main.text


def test_pages_name_each_other(client: CheckedClient, at: datetime) -> None:
    page = client.page("/es/events")
    links = [link for link in page.all("link", rel="alternate") if link.get("hreflang")]
    alternates = {link.get("hreflang"): link.get("href") for link in links}
    assert alternates["en"] == "http://127.0.0.1:8000/events"
    assert alternates["es"] == "http://127.0.0.1:8000/es/events"


@pytest.mark.parametrize("header", ["Accept-Language", "Cookie", "X-Language"])
def test_no_header_chooses(client: CheckedClient, header: str) -> None:
    assert client.page("/events", headers={header: "es"}).one("html").get("lang") == "en"


WITHOUT = ["/es/staff/", "/es/static/site.css", "/es/healthz", "/es/es/events", "/fr/events", "/es/metrics"]


@pytest.mark.parametrize("address", WITHOUT)
def test_what_has_no_language_takes_no_prefix(client: CheckedClient, address: str) -> None:
    assert client.get(address).status_code == 404
