"""One line for each request, without tokens, queries or control characters."""

import logging
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app.web.access_log import log, masked, network
from app.web.warming import warm
from tests.support.pages import CheckedClient
from tests.web.test_headers import PRODUCTION


@pytest.fixture
def settings() -> dict[str, Any]:
    return PRODUCTION


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/events", "/events"),
        ("/registrations/SECRET", "/registrations/***"),
        ("/registrations/SECRET/join", "/registrations/***/join"),
        ("/es/registrations/SECRET/confirmation", "/es/registrations/***/confirmation"),
        ("/registrations/find", "/registrations/find"),
        ("/events/\x1b[31mred\r\nX", "/events/?[31mred??X"),
        ("/events/ü ", "/events/???"),
    ],
)
def test_paths_are_masked(path: str, written: str) -> None:
    assert masked(path.encode().decode("latin-1")) == written


@pytest.mark.usefixtures("app")
def test_no_address_with_a_token_is_forgotten(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(rules) > 15
    for rule in rules:
        path = re.sub(r"<[^>]*>", "SECRET", rule.rule)
        assert not masked(path).partition("***")[0].endswith("SECRET"), path
        assert "***" in masked(path), path


def test_one_line_for_each_request(client: CheckedClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="trade_events.access"):
        response = client.get("/events?q=my+own+words", base_url="https://events.example.gov")
    (record,) = [record for record in caplog.records if record.name == "trade_events.access"]
    line = log.handlers[0].format(record)
    assert log.handlers[0].formatter.converter is time.gmtime
    began = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert re.fullmatch(began + r" 127\.0\.0\.0/24 GET /events 200 \d+\.\d [0-9a-f]{16}", line)
    assert line.endswith(response.headers["X-Request-Id"])


@pytest.mark.parametrize(
    ("address", "written"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("unknown\n", "-"), ("", "-")],
)
def test_a_visitor_is_a_network(address: str, written: str) -> None:
    assert network(address) == written


def test_pages_that_we_open_ourselves_are_nobodys_requests(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="trade_events.access"):
        warm(app)
    assert not caplog.records


class TestBehindAProxy:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return PRODUCTION | {"TRUSTED_PROXIES": 1}

    def test_the_visitor_is_logged_also_of_a_kept_page(
        self, client: CheckedClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        headers = {"X-Forwarded-For": "10.1.2.3, 198.51.100.9"}
        with caplog.at_level(logging.INFO, logger="trade_events.access"):
            for address in ("/about", "/about", "/static/site.css", "/nope"):
                client.get(address, base_url="https://events.example.gov", headers=headers)
        assert [record.getMessage().split()[0] for record in caplog.records] == ["198.51.100.0/24"] * 4


class TestSwitchedOff:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return PRODUCTION | {"ACCESS_LOG": False}

    def test_no_line(self, client: CheckedClient, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, logger="trade_events.access"):
            client.get("/events", base_url="https://events.example.gov")
        assert not [record for record in caplog.records if record.name == "trade_events.access"]
