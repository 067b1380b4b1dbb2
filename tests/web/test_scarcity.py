"""A process that may open hardly any files: everybody is answered soon, what was typed comes back, nothing is kept in
part, and with room again all goes on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.db import db
from tests.conftest import SERVED, written
from tests.support.desk import make_event, registrations
from tests.support.html import fields
from tests.support.pages import CheckedClient, main_form
from tests.support.serving import LiveServer
from tests.web.public.test_register import DANA, address_of

pytestmark = [pytest.mark.slow, pytest.mark.database("postgresql")]
PEOPLE = 100
SOON = 60  # Seconds, of which a slow machine needs many; whoever is forgotten waits for ever.


@pytest.fixture
def node(app: Flask, database: str, tmp_path: Path) -> Iterator[LiveServer]:
    """As the Procfile starts it: its pages are open before it takes the first request."""
    settings = written(SERVED | {"TRUSTED_PROXIES": 1})
    node = LiveServer(database, tmp_path, settings, target="tests.support.scarce:create_app").start()
    yield node
    node.stop()


def send(node: LiveServer, address: str, typed: dict[str, object], number: int) -> int:
    """Send the form as one of many people, each from elsewhere."""
    email = f"p{number}@importer.example"
    connection = HTTPConnection("127.0.0.1", node.port, timeout=SOON)
    head = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    head |= {"X-Forwarded-For": f"10.0.0.{number}", "Connection": "close"}
    connection.request("POST", address, urlencode(typed | {"email": email}, doseq=True), head)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.status == 503:
        assert (bool(answer.headers["Retry-After"]), email in text) == (True, True)
    return answer.status


def test_with_64_files_for_a_hundred_people_at_once(app: Flask, client: CheckedClient, node: LiveServer) -> None:
    event_id = make_event(capacity=10)
    address = address_of(event_id)
    typed = fields(main_form(client.page(address))) | DANA
    db.session.remove()
    with ThreadPoolExecutor(PEOPLE) as people:
        told = list(people.map(lambda number: send(node, address, typed, number), range(PEOPLE)))
    assert {303} <= set(told) <= {303, 503}
    assert send(node, address, typed, PEOPLE) == 303
    assert len(registrations(event_id)) == told.count(303) + 1
