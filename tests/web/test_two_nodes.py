"""Several web nodes over one database: what is done at one is so at the other, and a node that stops drops nobody."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text

from app.db import db, transact
from app.models import Mode, StaffMember, StaffRole
from app.operations.access import staffing
from app.operations.program import pausing
from tests.conftest import SERVED, written
from tests.support import second_node, staff
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.html import fields
from tests.support.pages import CheckedClient, main_form
from tests.support.serving import LiveServer
from tests.support.site import prepare, public_pages
from tests.web.public.test_my_registration import own_page
from tests.web.public.test_register import DANA, address_of

pytestmark = pytest.mark.slow
PATIENCE = 30


@pytest.fixture
def other(app: Flask, database: str, tmp_path: Path) -> Iterator[CheckedClient]:
    """A visitor of another node."""
    with second_node.visited(database, tmp_path) as client:
        yield client


@pytest.mark.usefixtures("at")
class TestTheSame:
    @pytest.mark.database("postgresql")
    def test_every_public_page(self, app: Flask, client: CheckedClient, other: CheckedClient) -> None:
        prepare(app, client)
        for address in public_pages(app, most=1):
            here, there = client.get(address), other.get(address)
            assert here.headers.get("ETag") == there.headers.get("ETag"), address
            if "form_key" not in here.text:  # That is a new one each time.
                assert here.data == there.data, address

    def test_a_form_opened_at_one_is_sent_to_another(self, client: CheckedClient, other: CheckedClient) -> None:
        event_id = make_event(capacity=5)
        form = client.page(address_of(event_id))
        answers = [node.submit(form, **DANA) for node in (other, client, other)]
        assert {(answer.status_code, answer.location) for answer in answers} == {(303, answers[0].location)}
        assert len(registrations(event_id)) == 1

    def test_a_paused_registration(self, client: CheckedClient, other: CheckedClient) -> None:
        event_id = make_event(capacity=5)
        form = other.page(address_of(event_id))
        transact(lambda at: pausing.pause(event_id, by="ed@example.gov", at=at))
        assert other.submit(form, **DANA).status_code == 409

    def test_a_link_that_was_revoked(self, client: CheckedClient, editor: CheckedClient, other: CheckedClient) -> None:
        event_id = make_event()
        sign_up(event_id, details(mode=Mode.IN_PERSON))
        link, person = own_page(event_id), registrations(event_id)[0].id
        assert other.get(link).status_code == 200
        form = editor.page(f"/staff/registrations/{person}/address")
        assert editor.submit(form, email="right@importer.example").status_code == 303
        assert other.get(link).status_code == 404

    def test_a_role_that_was_taken_away(self, app: Flask, other: CheckedClient) -> None:
        member = staff.sign_in(other, StaffRole.EDITOR)
        assert other.get("/staff/messages").status_code == 200
        member_id = member.id

        def work(at: datetime) -> None:
            found = db.session.get_one(StaffMember, member_id)
            staffing.change_role(found, StaffRole.VIEWER, actor="ana@example.gov", at=at)

        transact(work)
        assert other.get("/staff/messages").status_code == 403


# How many wait for a lock in this database. One that waits for a row waits for another's transaction, which has none.
WAITING = """SELECT count(*) FROM pg_locks AS wanted JOIN pg_locks AS has USING (pid)
             JOIN pg_database ON pg_database.oid = has.database
             WHERE NOT wanted.granted AND datname = current_database()"""


@pytest.mark.database("postgresql")
def test_a_node_that_is_told_to_stop_finishes_what_it_has_in_hand(
    app: Flask, client: CheckedClient, database: str, tmp_path: Path
) -> None:
    event_id = make_event(capacity=5)
    address = address_of(event_id)
    sent = fields(main_form(client.page(address))) | DANA
    node = LiveServer(database, tmp_path, written(SERVED)).start()
    with (
        ThreadPoolExecutor(1) as threads,
        create_engine(db.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as held,
    ):
        held.execute(text("BEGIN"))
        held.execute(text("SELECT id FROM event FOR UPDATE"))
        answer = threads.submit(post, node, address, sent)
        until = time.monotonic() + PATIENCE
        while not held.scalar(text(WAITING)):
            assert time.monotonic() < until
            assert not answer.done(), answer.result()
        node.process.terminate()
        held.execute(text("ROLLBACK"))
        assert answer.result(PATIENCE) == 303
    assert "Traceback" not in node.stop()
    assert len(registrations(event_id)) == 1


def post(node: LiveServer, address: str, sent: dict[str, Any]) -> int:
    connection = HTTPConnection("127.0.0.1", node.port, timeout=PATIENCE)
    head = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    connection.request("POST", address, urlencode(sent, doseq=True), head)
    status = connection.getresponse().status
    connection.close()
    return status
