"""Fresh, migrated databases of both kinds: one template each, then copies, which cost milliseconds."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
from psycopg import sql

from app import create_app, migrating
from app.db import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"
TEMPLATE = "template_of_tests"
# Migrations leave no rows, so empty tables are what a new database has. Replica mode rests the foreign keys meanwhile.
REST = "SET lock_timeout = '10s'; SET session_replication_role = replica"
ALL = """
SELECT relkind::text, oid::regclass::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND relname <> 'alembic_version'
"""
EMPTY = {"r": "DELETE FROM {}; ", "S": "PERFORM setval('{}', 1, false); "}  # Tables, and what counts their rows.


class SqliteDatabases:
    """A copy of one migrated file, put there anew for each test."""

    def __init__(self, shared: Path, folder: Path) -> None:
        self.shared, self.template = shared, shared / f"{TEMPLATE}.sqlite"
        self.path = folder / "trade-events.sqlite"

    def fresh(self) -> str:
        if not self.path.exists():
            self._make_template()
        self.path.unlink(missing_ok=True)  # Whoever still holds the old file keeps it to himself.
        shutil.copyfile(self.template, self.path)
        return f"sqlite:///{self.path}"

    def _make_template(self) -> None:
        with alone(self.shared):
            if not self.template.exists():
                unfinished = self.template.with_suffix(".unfinished")
                migrate(f"sqlite:///{unfinished}", self.shared)
                unfinished.rename(self.template)

    def forget(self) -> None:
        """Nothing of a test is left in a new copy."""


class PostgresDatabases:
    """A copy of one migrated template on the run's own server, emptied before each further test."""

    def __init__(self, shared: Path, server: str, worker: str) -> None:
        self.shared, self.server, self.name = shared, server, f"test_{worker}"
        self.address = self._address_of(self.name)
        self.is_made = False
        self.number = 0  # Which database of this name it is.
        self.cleaner: psycopg.Connection[Any] | None = None

    def fresh(self) -> str:
        if self.is_made:
            self._empty()
        else:
            self._make_template(self.shared)
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql.Identifier(self.name))
            self._run("CREATE DATABASE {} TEMPLATE {}", sql.Identifier(self.name), sql.Identifier(TEMPLATE))
            self.is_made = True
            self.number += 1
        return self.address

    def forget(self) -> None:
        """Make the next database from the template."""
        self.is_made = False
        self.close()

    def close(self) -> None:
        if self.cleaner:
            self.cleaner.close()
        self.cleaner = None

    def _empty(self) -> None:
        """Take every row away and count from 1 again, in one round trip; truncating would write files anew."""
        try:
            self._kept_cleaner().execute("SELECT pg_temp.empty()")
        except psycopg.OperationalError:  # A test may have cut off everybody.
            self.close()
            self._kept_cleaner().execute("SELECT pg_temp.empty()")

    def _kept_cleaner(self) -> psycopg.Connection[Any]:
        """A connection that knows all tables: to learn them takes longer than to empty them."""
        if self.cleaner is None:
            self.cleaner = psycopg.connect(self.address.replace("+psycopg", ""), autocommit=True)
            self.cleaner.execute(REST)
            steps = "".join(EMPTY[kind].format(name) for kind, name in self.cleaner.execute(ALL))
            self.cleaner.execute(
                f"CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {steps} END $$"
            )
        return self.cleaner

    def _make_template(self, folder: Path) -> None:
        with alone(self.shared):
            if self._run("SELECT 1 FROM pg_database WHERE datname = {}", sql.Literal(TEMPLATE)):
                return
            unfinished = f"{TEMPLATE}_unfinished"
            self._run("CREATE DATABASE {}", sql.Identifier(unfinished))
            migrate(self._address_of(unfinished), folder)
            self._run("ALTER DATABASE {} RENAME TO {}", sql.Identifier(unfinished), sql.Identifier(TEMPLATE))

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
        migrating.bind(app)
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        db.engine.dispose()
