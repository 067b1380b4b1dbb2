"""Fresh, migrated databases of both kinds: one template each, then copies, which cost milliseconds."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import psycopg
from psycopg import sql

from app import create_app
from app.db import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"
TEMPLATE = "template_of_tests"


class SqliteDatabases:
    """Each database is a copy of one migrated file."""

    name = "sqlite"

    def __init__(self, shared: Path) -> None:
        self.shared, self.template = shared, shared / f"{TEMPLATE}.sqlite"

    def fresh(self, folder: Path) -> str:
        with alone(self.shared):
            if not self.template.exists():
                unfinished = self.template.with_suffix(".unfinished")
                migrate(f"sqlite:///{unfinished}", self.shared)
                unfinished.rename(self.template)
        path = folder / "trade-events.sqlite"
        shutil.copyfile(self.template, path)
        return f"sqlite:///{path}"

    def remove(self, address: str) -> None:
        Path(address.removeprefix("sqlite:///")).unlink()


class PostgresDatabases:
    """Each database is made from one migrated template on the run's own server."""

    name = "postgresql"

    def __init__(self, shared: Path, server: str, worker: str) -> None:
        self.shared, self.server, self.worker, self.count = shared, server, worker, 0

    def fresh(self, folder: Path) -> str:
        if not self.count:
            self._make_template(folder)
        self.count += 1
        name = f"test_{self.worker}_{self.count}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", sql.Identifier(name), sql.Identifier(TEMPLATE))
        return self._address_of(name)

    def _make_template(self, folder: Path) -> None:
        with alone(self.shared):
            if self._run("SELECT 1 FROM pg_database WHERE datname = {}", sql.Literal(TEMPLATE)):
                return
            unfinished = f"{TEMPLATE}_unfinished"
            self._run("CREATE DATABASE {}", sql.Identifier(unfinished))
            migrate(self._address_of(unfinished), folder)
            self._run("ALTER DATABASE {} RENAME TO {}", sql.Identifier(unfinished), sql.Identifier(TEMPLATE))

    def remove(self, address: str) -> None:
        name = address.partition("?")[0].rpartition("/")[2]
        self._run("DROP DATABASE {} WITH (FORCE)", sql.Identifier(name))

    def _address_of(self, name: str) -> str:
        before, _, after = self.server.partition("/postgres?")
        return f"{before}/{name}?{after}".replace("postgresql://", "postgresql+psycopg://")

    def _run(self, query: str, *names: sql.Composable) -> list[tuple[object, ...]]:
        with psycopg.connect(self.server, autocommit=True) as connection:
            cursor = connection.execute(sql.SQL(query).format(*names))
            return cursor.fetchall() if cursor.description else []


@contextmanager
def alone(shared: Path) -> Iterator[None]:
    """One test process at a time."""
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate(address: str, instance: Path) -> None:
    app = create_app({"DATABASE_URL": address, "INSTANCE_DIR": instance})
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        db.engine.dispose()
