"""One line for each request, without tokens, queries or control characters."""

import logging
import re
from typing import Any

import pytest
from flask import Flask

from app.web.access_log import masked
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
    (line,) = [record.getMessage() for record in caplog.records if record.name == "trade_events.access"]
    assert re.fullmatch(r"GET /events 200 \d+\.\d [0-9a-f]{16}", line)
    assert line.endswith(response.headers["X-Request-Id"])
