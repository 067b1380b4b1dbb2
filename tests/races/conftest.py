"""What races need: many threads at once, and a way to take the event's lock out."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

from app.connections import begin
from app.db import db

AT_ONCE = 8


def at_once(app: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Do all acts from several threads, each in a context of its own; what one raised stands in its place."""

    def one(act: Callable[[], object]) -> object:
        with app.app_context():
            try:
                return act()
            except DBAPIError as error:
                return error

    db.session.rollback()  # What this thread has read must hold nobody up.
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, acts))


@pytest.fixture
def without_the_lock(app: Flask) -> Iterator[None]:
    """PostgreSQL locks no row; SQLite begins where its driver begins by itself, at the first write."""
    if db.engine.dialect.name == "postgresql":
        event.listen(db.engine, "before_cursor_execute", _unlocked, retval=True)
        yield
        event.remove(db.engine, "before_cursor_execute", _unlocked)
    else:
        with beginning(_begin_at_first_write):
            yield


@contextmanager
def beginning(otherwise: Callable[[Connection], object]) -> Iterator[None]:
    """Transactions begin like this for a while."""
    event.remove(db.engine, "begin", begin)
    event.listen(db.engine, "begin", otherwise)
    try:
        yield
    finally:
        event.remove(db.engine, "begin", otherwise)
        event.listen(db.engine, "begin", begin)


def _unlocked(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> tuple[str, Any]:
    return statement.partition("FOR NO KEY UPDATE")[0], parameters


def _begin_at_first_write(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.isolation_level = "IMMEDIATE"
