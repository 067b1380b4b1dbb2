"""A second web node over the same database, as a visitor of it sees it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from app.db import db
from tests.conftest import make_app
from tests.support.pages import CheckedClient


@contextmanager
def visited(database: str, folder: Path, prepare: Callable[[Flask], object] | None = None) -> Iterator[CheckedClient]:
    """``prepare`` makes it different before anybody comes."""
    node = make_app(database, folder)
    if prepare:
        prepare(node)
    client = node.test_client()
    assert isinstance(client, CheckedClient)
    try:
        yield client
    finally:
        with node.app_context():
            db.session.remove()
            db.engine.dispose()
