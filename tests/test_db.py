"""Connections: what is set on each of them, and what happens when the server was started anew."""

import importlib
import sqlite3

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from app.connections import FIRST_SOUND_WAL
from app.db import db

CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


@pytest.mark.database("postgresql")
def test_a_connection_that_rested_is_replaced_when_nobody_answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("app.connections"), "RESTED_SECONDS", 0)
    before = ask("SELECT pg_backend_pid()")
    with psycopg.connect(app.config["DATABASE_URL"].replace("+psycopg", ""), autocommit=True) as other:
        other.execute(CUT_OFF, [other.info.backend_pid])
    assert ask("SELECT pg_backend_pid()") != before


@pytest.mark.database("postgresql")
def test_a_connection_is_used_again(app: Flask) -> None:
    assert ask("SELECT pg_backend_pid()") == ask("SELECT pg_backend_pid()")


@pytest.mark.database("sqlite")
def test_a_commit_is_safe_from_a_power_cut(app: Flask) -> None:
    journal = "wal" if sqlite3.sqlite_version_info >= FIRST_SOUND_WAL else "persist"
    assert (ask("PRAGMA journal_mode"), ask("PRAGMA synchronous")) == (journal, 2)


def ask(query: str) -> object:
    try:
        return db.session.scalar(text(query))
    finally:
        db.session.remove()
