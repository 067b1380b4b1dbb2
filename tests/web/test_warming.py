"""The way to a seat is opened before anybody comes."""

import threading
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.pool import QueuePool

from app.db import db
from app.web.warming import close_connections, warm
from tests.conftest import make_app
from tests.support import factories as make

WAY = {"public/home.html", "public/event.html", "public/register.html", "public/confirmation.html"}


def read(app: Flask) -> set[str]:
    """The templates that a visitor need not wait for."""
    assert app.jinja_env.cache is not None
    return {str(name) for _loader, name in app.jinja_env.cache.keys()}  # noqa: SIM118  It is no dict.


def test_its_pages_are_there(app: Flask, at: datetime) -> None:
    make.event()
    assert app.jinja_env.cache is not None
    app.jinja_env.cache.clear()
    warm(app)
    assert read(app) >= WAY


def test_nothing_depends_on_it(tmp_path: Path) -> None:
    """The database has no tables yet, or is away: the app starts nevertheless."""
    app = make_app(f"sqlite:///{tmp_path / 'empty.sqlite'}", tmp_path)
    warm(app)
    assert "errors/busy.html" in read(app)


def test_what_workers_inherit_holds_no_connection_and_no_thread(app: Flask, at: datetime) -> None:
    """Those of a process before its fork would be two processes' at once."""
    make.event()
    db.session.remove()
    before = set(threading.enumerate())
    warm(app)
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedin()
    close_connections(app)
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    assert (pool.checkedin(), pool.checkedout()) == (0, 0)
    assert not set(threading.enumerate()) - before
