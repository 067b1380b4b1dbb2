"""Headers on every route and every error: policy, no cookies, no caches for what is not public."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests.support import factories as make
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.slow

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
VALUES = {"slug": "filing", "token": "x", "filename": "x", "place_id": 1}
PRODUCTION: dict[str, Any] = {
    "BASE_URL": "https://events.example.gov",
    "SECRET_KEY": "s" * 32,
    "DATA_KEYS": ["d" * 32],
    "MAIL_SERVER": "mail.example.gov",
    "MAIL_DEFAULT_SENDER": "events@example.gov",
}


def public_addresses(app: Flask) -> list[str]:
    adapter = app.url_map.bind("127.0.0.1")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("public.")]
    opened = [rule for rule in rules if "GET" in (rule.methods or ())]
    return [adapter.build(rule.endpoint, {name: VALUES[name] for name in rule.arguments}) for rule in opened]


def test_every_public_route_carries_them(app: Flask, client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", series=make.series(slug="filing"), topics=[make.topic(slug="filing")])
    for address in [*public_addresses(app), "/static/site.css", "/nope"]:
        response = client.get(address)
        assert dict(response.headers).items() >= EXPECTED.items(), address
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "Set-Cookie" not in response.headers, address
        assert "Cookie" not in response.headers.get("Vary", ""), address
        assert response.headers["Cache-Control"], address


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        *((address, True) for address in ("/", "/events", "/events/filing", "/events.ics", "/about", "/robots.txt")),
        *((address, False) for address in ("/nope", "/events/nope", "/healthz", "/readyz", "/registrations/find")),
        *((address, False) for address in ("/events/filing/register", "/registrations/x/logo.png", "/about/x.css")),
    ],
)
def test_only_public_pages_are_kept(client: CheckedClient, at: datetime, address: str, kept: bool) -> None:
    make.event(slug="filing")
    control = client.get(address).headers["Cache-Control"]
    assert ("public" in control, "no-store" in control) == (kept, not kept)


class TestInProduction:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return PRODUCTION

    def test_browsers_are_told_to_stay_on_https(self, client: CheckedClient) -> None:
        for address in ("/", "/nope", "/static/site.css"):
            response = client.get(address, base_url="https://events.example.gov")
            assert response.headers["Strict-Transport-Security"] == "max-age=31536000", address

    @pytest.mark.parametrize("host", ["evil.example", "events.example.gov.evil.example", "a@b", "x y", "", "127.0.0.1"])
    @pytest.mark.parametrize("path", ["/", "/events", "/nope"])
    def test_another_host_is_refused(self, client: CheckedClient, host: str, path: str) -> None:
        assert client.get(path, base_url="https://events.example.gov").status_code in {200, 404}
        response = client.get(path, headers={"Host": host})
        assert response.status_code == 400
        assert host not in response.text or not host or host == "127.0.0.1"

    @pytest.mark.parametrize("host", ["10.0.0.7:8000", "evil.example", "x y", ""])
    def test_whoever_watches_needs_no_host_name(self, client: CheckedClient, host: str) -> None:
        """Those who balance load ask each node by its own address. What they read says nothing of a host."""
        for path, status in {"/healthz": 200, "/readyz": 200, "/metrics": 404}.items():
            assert client.get(path, headers={"Host": host}).status_code == status, path
        assert client.get("/healthz/", headers={"Host": host}).status_code == 400

    @pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Original-URL", "X-Forwarded-Proto", "Forwarded"])
    def test_a_strangers_forwarding_is_ignored(self, client: CheckedClient, name: str) -> None:
        response = client.get("/", base_url="https://events.example.gov", headers={name: "evil.example"})
        assert response.status_code == 200
        assert "evil.example" not in response.text
