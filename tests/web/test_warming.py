"""The way to a seat is opened before anybody comes."""

from datetime import datetime
from pathlib import Path

from flask import Flask

from app.web.warming import warm
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
