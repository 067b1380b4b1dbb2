"""R36: what goes wrong is logged with what the machine needs to know, and with nobody's name or address."""

import logging
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, event, text

from app import connections
from app.db import db
from app.mail import delivery, transports
from tests.support.desk import details, make_event, sign_up, with_rules
from tests.support.pages import CheckedClient
from tests.support.smtp import SmtpServer
from tests.web.public.test_register import address_of
from tests.web.test_held_up import held

pytestmark = pytest.mark.usefixtures("at")
CANARIES = {"first_name": "Canarina", "last_name": "Giallo", "organization": "Voliera", "email": "tweety@cage.example"}


def check(caplog: pytest.LogCaptureFixture, *, expected: str) -> None:
    """Of everything that anybody logged, traces included, nothing is a canary's song."""
    assert expected in caplog.text
    heard = [word for word in CANARIES.values() if word.casefold() in caplog.text.casefold()]
    assert not heard, caplog.text


def test_a_form_that_the_database_did_not_take(
    app: Flask, client: CheckedClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.05)
    db.engine.dispose()
    event_id = make_event(capacity=5)
    form = client.page(address_of(event_id))
    with held(event_id):
        assert client.submit(form, **CANARIES).status_code == 503
    db.session.remove()
    db.engine.dispose()
    check(caplog, expected="The database does not answer")


@pytest.mark.parametrize("road", ["short", "long"])
def test_a_statement_with_a_persons_details_that_fails(
    road: str, app: Flask, client: CheckedClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def spoil(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> tuple[str, Any]:
        return statement.replace("INSERT INTO registration ", "INSERT INTO no_such_table "), parameters

    event_id = make_event(capacity=5)
    form = client.page(address_of(with_rules(event_id, organization_cap=9) if road == "long" else event_id))
    event.listen(db.engine, "before_cursor_execute", spoil, retval=True)
    assert client.submit(form, **CANARIES).status_code >= 500
    event.remove(db.engine, "before_cursor_execute", spoil)
    check(caplog, expected="no_such_table")


@pytest.mark.changes_tables
@pytest.mark.parametrize("road", ["short", "long"])
def test_a_row_that_is_there_already(
    road: str, app: Flask, client: CheckedClient, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL quotes it."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    event_id = make_event(capacity=5)
    form = client.page(address_of(with_rules(event_id, organization_cap=9) if road == "long" else event_id))

    sign_up(make_event(), details(**CANARIES))
    with create_engine(db.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as other:
        other.execute(text("CREATE UNIQUE INDEX one_event_for_each ON registration (email)"))
    assert client.submit(form, **CANARIES).status_code == 500
    check(caplog, expected="IntegrityError")


def test_a_mail_that_the_server_refuses(app: Flask, smtp: SmtpServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    smtp.sink.refusals["tweety@cage.example"] = "550 5.7.1 tweety@cage.example is not wanted here"
    sign_up(make_event(), details(**CANARIES))
    assert delivery.drain("somebody", transports.chosen()).taken == 1
    check(caplog, expected="")
