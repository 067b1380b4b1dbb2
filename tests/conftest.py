"""What every test may ask for: databases, the app, a client that reads pages, the clock, mail, a browser."""

import gc
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from playwright.sync_api import Page
from sqlalchemy import Engine, QueuePool
from sqlalchemy import event as sqlalchemy_event

from app import clock, create_app
from app.db import db
from app.extensions import limiter
from config import SETTINGS
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.pages import CheckedClient
from tests.support.postgres import Server, new_folder
from tests.support.serving import LiveServer
from tests.support.shared_site import SharedSite
from tests.support.smtp import SmtpServer
from tools.ensure_browser import find as find_browser

pytest_plugins = ["tests.support.limits", "tests.support.staff", "tests.support.stage"]

# Fixed, so that a server in another process reads the links that a test signs.
KEYS = {"SECRET_KEY": "signs links and sessions in tests alone", "DATA_KEYS": ["protects-stored-data-in-tests-alone!!"]}
SERVED = {"KEPT_SECONDS": 0} | KEYS
BOTH = ("sqlite", "postgresql")
CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
# Looked up at each use: an app that was made before can be lent these. What else is set is built into one of its own.
LENT = ("MAIL_", "BOUNCES_", "METRICS_TOKEN")
FEW = 2  # Connections that may wait for the next test.
NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # A Monday, noon in Washington.


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=[*BOTH, "both"], default="both", help="the databases to test on")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "changes_tables: leaves other tables behind than it found")
    config.addinivalue_line("markers", "database(name): runs on this database only, because of what it tests")
    for name in SETTINGS:
        os.environ.pop(name, None)  # What is set on this machine changes no test.
    if not hasattr(config, "workerinput"):
        config.stash[SERVER] = Server()
        # A stopped run takes its server with it.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].stop()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """One server for all workers of a run."""
    if node.config.option.database != "sqlite":
        node.workerinput["postgres"] = node.config.stash[SERVER].address


def pytest_collection_finish() -> None:
    """Rest the garbage collector: what was imported and collected stays to the end, and searching it took a sixth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


SERVER = pytest.StashKey[Server]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" not in metafunc.fixturenames:
        return
    wanted = metafunc.config.getoption("database")
    names = [name for name in BOTH if wanted in (name, "both")]
    if only := metafunc.definition.get_closest_marker("database"):
        names = [name for name in names if name == only.args[0]]
    elif metafunc.definition.get_closest_marker("browser"):
        names = names[-1:]  # A browser sees pages, not databases: one of them is enough.
    metafunc.parametrize("database", names, indirect=True)


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes of this run see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest, shared: Path) -> Iterator[PostgresDatabases]:
    given = getattr(request.config, "workerinput", {})
    address = given.get("postgres") or request.config.stash[SERVER].address
    databases = PostgresDatabases(shared, address, given.get("workerid", "alone"))
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite(shared: Path) -> Iterator[SqliteDatabases]:
    folder = new_folder()
    yield SqliteDatabases(shared, folder)
    shutil.rmtree(folder)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated, empty database; the test runs once on each kind."""
    databases = request.getfixturevalue("sqlite" if request.param == "sqlite" else "postgres")
    yield databases.fresh()
    if request.node.get_closest_marker("changes_tables"):
        databases.forget()


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings of this test's app."""
    return {}


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Flask]]:
    """One app for each database and what is built in: making one and reading its templates outlasts most tests."""
    folder, made = tmp_path_factory.mktemp("instance"), dict[str, Flask]()

    def app_of(address: str, **built_in: Any) -> Flask:
        name = repr((address, sorted(built_in.items())))
        if name not in made:
            made[name] = make_app(address, folder, **built_in)
        return made[name]

    yield app_of
    for app in made.values():
        with app.app_context():
            db.engine.dispose()


@sqlalchemy_event.listens_for(Engine, "connect")
def _in_no_order(connection: Any, _record: Any) -> None:
    """Rows that nobody ordered come the other way round, so that nobody relies on how they happen to lie."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


def make_app(address: str, folder: Path, **settings: Any) -> Flask:
    values = {"TESTING": True, "KEPT_SECONDS": 0, **KEYS, "DATABASE_URL": address, "INSTANCE_DIR": folder}
    values["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = {"argon2__time_cost": 1, "argon2__memory_cost": 64}
    app = create_app(values | settings)
    app.test_client_class = CheckedClient
    return app


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    database: str,
    tmp_path: Path,
    settings: dict[str, Any],
    apps: Callable[..., Flask],
) -> Iterator[Flask]:
    """The app on an empty database, inside its context."""
    built_in = {} if all(name.startswith(LENT) for name in settings) else settings
    remembers = "KEPT_SECONDS" in settings  # Pages, which another test's database does not hold.
    app = make_app(database, tmp_path, **settings) if remembers else apps(database, **built_in)
    before = dict(app.config)
    app.config.update(settings | {"INSTANCE_DIR": tmp_path})
    with app.app_context():
        limiter.reset()
        yield app
        db.session.remove()
        if remembers or not may_stay(request, db.engine):
            db.engine.dispose()
    app.config.clear()
    app.config.update(before)


def may_stay(request: pytest.FixtureRequest, engine: Engine) -> bool:
    """Whether the next test finds its connection open: to PostgreSQL, where the same database goes on, and a few."""
    goes_on = engine.dialect.name == "postgresql" and not request.node.get_closest_marker("changes_tables")
    pool = engine.pool
    return goes_on and isinstance(pool, QueuePool) and pool.checkedout() == 0 and pool.checkedin() <= FEW


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """Opens pages, and looks each of them over for what must hold everywhere (tests/support/pages.py)."""
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    return client


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def at() -> Iterator[datetime]:
    """Stops the clock at a Monday noon in Washington, and says when that is."""
    with clock.stopped_at(NOON):
        yield NOON


@pytest.fixture
def asked(app: Flask) -> Iterator[list[str]]:
    """Every statement that reaches the database, in order."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """A real SMTP server; ``smtp.sink.messages`` is what arrived."""
    server = SmtpServer()
    yield server
    server.stop()


@pytest.fixture
def live(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, app: Flask, settings: dict[str, Any]
) -> Iterator[LiveServer]:
    """The same app behind its real server; ``app`` shares its database and its keys."""
    if settings or database.startswith("sqlite"):  # Put there anew for each test, so that a server loses it.
        server = LiveServer(database, tmp_path, written(SERVED | settings)).start()
        yield server
        log = server.stop()
    else:
        server = request.getfixturevalue("shared_site").on(database, request.getfixturevalue("postgres").number)
        yield server
        log = server.news()
    assert "Traceback" not in log, log


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedSite]:
    site = SharedSite(tmp_path_factory.mktemp("site"), written(SERVED))
    yield site
    site.stop()


def written(settings: dict[str, Any]) -> dict[str, str]:
    """Settings as they stand in the environment."""
    as_text = {True: "1", False: "0"}
    return {
        name: " ".join(value) if isinstance(value, list) else as_text.get(value, str(value))
        for name, value in settings.items()
    }


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = find_browser()
    assert path, "The browser tests need Chromium: run tools/ensure_browser.py, which says what to install."
    return {"executable_path": path, "headless": True, "args": CHROMIUM}


@pytest.fixture
def browser_context_args(live: LiveServer) -> dict[str, Any]:
    return {"base_url": live.url, "locale": "en-US", "timezone_id": "America/New_York"}


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A tab on the live server. Whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints, complaints
