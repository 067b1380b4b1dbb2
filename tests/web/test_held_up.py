"""Somebody holds a lock and does not let go: nobody waits for ever, and nothing that was typed is lost."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text

from app import connections
from app.db import PATIENCE, REPETITIONS, db
from app.models import Event, Registration
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.usefixtures("at")
PERSON = {
    "first_name": "Dana",
    "last_name": "Okafor",
    "email": "dana@importer.example",
    "organization": "Okafor Imports",
}
SOON = 0.05


@contextmanager
def held(event_id: int) -> Iterator[None]:
    """Another program has the event's row, or on SQLite the whole file, amid a transaction."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    with create_engine(db.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as other:
        other.execute(text("BEGIN IMMEDIATE" if is_sqlite else "BEGIN"))
        other.execute(text("UPDATE event SET version = version WHERE id = :id"), {"id": event_id})
        yield
        other.execute(text("ROLLBACK"))


@pytest.fixture
def hurried(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connections that wait for a moment only, so that the test does."""
    monkeypatch.setattr(connections, "LOCK_SECONDS", SOON)
    monkeypatch.setattr(connections, "BUSY_SECONDS", SOON)
    db.session.remove()
    db.engine.dispose()
    yield
    db.session.remove()
    db.engine.dispose()


@pytest.mark.usefixtures("hurried")
def test_a_person_is_told_to_send_it_again(client: CheckedClient) -> None:
    event = make.event(slug="filing")
    form = client.page("/events/filing/register")
    with held(event.id):
        answer = client.submit(form, **PERSON)
        assert client.get("/events/filing").status_code == 200  # Reading goes on.
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert client.submit(Page(answer.text)).status_code == 303
    assert db.session.scalars(db.select(Registration.email)).all() == [PERSON["email"]]


@pytest.mark.usefixtures("hurried")
def test_staff_are_told_too(editor: CheckedClient) -> None:
    event = make.event(slug="filing")
    form = editor.page(f"/staff/events/{event.id}/edit/basics")
    with held(event.id):
        assert editor.submit(form, title="Filing early").status_code == 503
    assert db.session.get_one(Event, event.id, populate_existing=True).title != "Filing early"


def test_nobody_waits_longer_than_fifteen_seconds(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        assert PATIENCE < connections.BUSY_SECONDS == db.session.scalar(text("PRAGMA busy_timeout")) / 1000
        assert connections.BUSY_SECONDS <= 15
    else:
        assert db.session.scalar(text("SHOW lock_timeout")) == f"{connections.LOCK_SECONDS}s"
        assert connections.LOCK_SECONDS * (REPETITIONS + 1) <= 15


@pytest.mark.database("postgresql")
def test_whoever_falls_silent_amid_a_transaction_loses_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    event_id = make.event(slug="filing").id
    db.session.remove()
    monkeypatch.setattr(connections, "SILENT_SECONDS", SOON)
    db.engine.dispose()
    with db.engine.connect() as silent:
        driver = silent.connection.dbapi_connection
        assert isinstance(driver, psycopg.Connection)
        # One statement: there is no silence between the two, however slow the machine.
        driver.execute(f"BEGIN; SELECT id FROM event WHERE id = {event_id} FOR NO KEY UPDATE")
        with create_engine(db.engine.url, poolclass=NullPool).connect() as other:
            other.execute(text("SET lock_timeout = '30s'"))  # Until the server takes the lock from the silent one.
            assert other.scalar(text("SELECT id FROM event WHERE id = :id FOR UPDATE"), {"id": event_id}) == event_id
        silent.invalidate()
    db.engine.dispose()
