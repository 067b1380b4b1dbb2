"""Where the measuring takes place: fresh databases with the demonstration in them, and servers before them."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from app import create_app
from app.db import db
from app.models import Mode
from bench.rush import stage
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.postgres import Server
from tests.support.serving import LiveServer

KINDS = ("SQLite", "PostgreSQL")
OURS, BARE = "tools.web:create_app", "bench.bare:create_app"
KEYS = {"SECRET_KEY": "signs links while we measure, and nothing else", "DATA_KEYS": "protects data while we measure"}
SLUG = "sample-trade-symposium"
PLAIN = stage.SLUG  # The common event: one way to a seat, no sessions to pick.


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder on a real disk: a database in memory would make its promises too cheaply."""
    with tempfile.TemporaryDirectory(prefix="trade-events-bench-") as path:
        yield Path(path)


@contextlib.contextmanager
def databases(kind: str, names: tuple[str, ...]) -> Iterator[list[str]]:
    """One migrated database of the kind for each name, with the demonstration loaded. They keep what they commit."""
    server = Server(durable=True)
    with folder() as shared:
        try:
            addresses = []
            for name in names:
                (shared / name).mkdir()
                if kind == "SQLite":
                    address = SqliteDatabases(shared, shared / name).fresh()
                else:
                    address = PostgresDatabases(shared, server.address, name).fresh()
                _load_demonstration(address, shared)
                addresses.append(address)
            yield addresses
        finally:
            server.stop()


def app_on(address: str, instance: Path) -> Flask:
    return create_app({"DATABASE_URL": address, "INSTANCE_DIR": instance})


def _load_demonstration(address: str, instance: Path) -> None:
    app = app_on(address, instance)
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["demo"])
        assert done.exit_code == 0, done.output
        stage.announce({Mode.IN_PERSON: 800, Mode.ONLINE: None})
        db.session.remove()
        db.engine.dispose()


@contextlib.contextmanager
def served(target: str, address: str, **settings: str) -> Iterator[LiveServer]:
    """An app behind Granian as ``make run`` has it: two workers. The bare app has no line at its door, and is fastest
    with few threads."""
    threads = 64 if target == OURS else 4
    with folder() as instance:
        given = {**KEYS, "TRUSTED_PROXIES": "1", **settings}
        server = LiveServer(address, instance, given, workers=2, threads=threads, target=target).start()
        try:
            yield server
        finally:
            log = server.stop()
    assert "Traceback" not in log, log
