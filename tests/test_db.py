"""Connections: what is set on each of them, and what happens when the server was started anew."""

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, QueuePool, create_engine, text

from app import connections
from app.connections import FIRST_SOUND_WAL
from app.db import REPETITIONS, db, transact

CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


@pytest.mark.database("postgresql")
def test_a_connection_that_rested_is_replaced_when_nobody_answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("app.connections"), "RESTED_SECONDS", 0)
    db.engine.dispose()
    before = ask("SELECT pg_backend_pid()")
    cut_off_all(app)
    assert ask("SELECT pg_backend_pid()") != before


@pytest.mark.database("postgresql")
def test_a_server_that_was_started_anew_in_a_rush_costs_nobody_their_work(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "RESTED_SECONDS", 60)
    lines = [db.engine.connect() for _ in range(REPETITIONS + 2)]
    for line in lines:
        line.close()
    cut_off_all(app)
    assert transact(lambda _: db.session.scalar(text("SELECT 1"))) == 1


@pytest.mark.database("postgresql")
def test_a_connection_is_used_again(app: Flask) -> None:
    db.engine.dispose()  # Tests before may have left several, which are handed out in turn.
    assert ask("SELECT pg_backend_pid()") == ask("SELECT pg_backend_pid()")


@pytest.mark.database("sqlite")
def test_a_commit_is_safe_from_a_power_cut(app: Flask) -> None:
    journal = "wal" if sqlite3.sqlite_version_info >= FIRST_SOUND_WAL else "persist"
    assert (ask("PRAGMA journal_mode"), ask("PRAGMA synchronous")) == (journal, 2)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A database in WAL mode, as newer versions of SQLite have it."""
    monkeypatch.setattr(connections, "FIRST_SOUND_WAL", (3,))
    engine = create_engine(f"sqlite:///{tmp_path / 'log.sqlite'}", poolclass=QueuePool)
    connections.prepare(engine)
    write(engine, "CREATE TABLE people (name)")
    yield engine
    engine.dispose()


@pytest.mark.database("sqlite")
def test_a_log_that_somebody_reads_is_emptied_when_they_are_done(log: Engine) -> None:
    path = Path(f"{log.url.database}-wal")
    with closing(sqlite3.connect(log.url.database or "", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT * FROM people").fetchall() == []
        write(log, "INSERT INTO people VALUES ('Ana')", leaves_no_trace=True)
        assert path.stat().st_size  # Nobody waits for the reader.
    log.connect().close()
    assert not path.stat().st_size


def write(engine: Engine, statement: str, *, leaves_no_trace: bool = False) -> None:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if leaves_no_trace:
            connections.leave_no_trace(connection)
        connection.exec_driver_sql(statement)


def cut_off_all(app: Flask) -> None:
    with psycopg.connect(app.config["DATABASE_URL"].replace("+psycopg", ""), autocommit=True) as other:
        other.execute(CUT_OFF, [other.info.backend_pid])


def ask(query: str) -> object:
    try:
        return db.session.scalar(text(query))
    finally:
        db.session.remove()
