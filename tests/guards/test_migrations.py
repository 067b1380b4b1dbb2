"""Migrations: one line of them, they make exactly the tables that the models describe, and they keep every row."""

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, MetaData, func, inspect, select

from app import migrating
from app.db import db
from app.models import Mode, RegistrationState
from tests.support import factories as make
from tests.support.databases import MIGRATIONS

# A change as later releases bring it. To do it, SQLite makes a new table, moves the rows and drops the old one.
LATER = '''"""Add a column with a check."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "later", "{head}"

def upgrade():
    with op.batch_alter_table("{table}") as batch:
        batch.add_column(sa.Column("added", sa.Integer()))
        batch.create_check_constraint(op.f("ck_added"), "added > 0")
'''
# Of columns that may be empty, one that a check wants to have a value.
ONE_OF = {"follow": ("series_id",), "mail_wording": ("event_id",)}


def test_there_is_one_head() -> None:
    heads = ScriptDirectory(str(MIGRATIONS)).get_heads()
    assert len(heads) == 1, f"Two migrations follow the same one: {heads}. Give the later one the other as its parent."


def test_they_leave_no_rows(app: Flask) -> None:
    """Tests rely on it: between two of them every row is taken away."""
    assert not any(counts().values())


def test_they_make_what_the_models_describe(app: Flask) -> None:
    migrating.bind(app)
    flask_migrate.check(directory=str(MIGRATIONS))


@pytest.mark.changes_tables
@pytest.mark.parametrize("table", ["event", "registration", "series"])
def test_changing_a_table_keeps_every_row_and_constraint(app: Flask, tmp_path: Path, table: str) -> None:
    event = make.event(seats={Mode.IN_PERSON: 1, Mode.ONLINE: None}, topics=[make.topic()])
    make.joining(event)
    make.registration(event)
    make.registration(event, state=RegistrationState.WAITLISTED)
    before = counts(), constraints()
    db.session.remove()
    migrating.bind(app)
    flask_migrate.upgrade(directory=str(with_later_migration(tmp_path, table)))
    assert counts() == before[0]
    assert constraints() - {f"{table} ck_added"} == before[1]
    assert before[0]["seat_pool"] == 2


def with_later_migration(folder: Path, table: str) -> Path:
    """The project's migrations and one more, which does to a table what a change of a column would do."""
    copy = Path(shutil.copytree(MIGRATIONS, folder / "migrations", ignore=shutil.ignore_patterns("__pycache__")))
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    (copy / "versions" / "later.py").write_text(LATER.format(table=table, head=head))
    return copy


def counts() -> dict[str, int]:
    tables = db.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def constraints() -> set[str]:
    """Checks, unique constraints, indexes (partial ones with their condition) and foreign keys, by table and name."""
    seen = inspect(db.engine)
    lists = (seen.get_check_constraints, seen.get_unique_constraints, seen.get_indexes, seen.get_foreign_keys)
    return {
        f"{table} {entry['name']} {' '.join(map(str, entry.get('dialect_options', {}).values()))}".strip()
        for table in seen.get_table_names()
        for read in lists
        for entry in read(table)
    }


@pytest.mark.changes_tables
@pytest.mark.parametrize(("release", "tables"), [("0001", 30), ("0002", 45)])
def test_a_database_of_an_earlier_release_keeps_its_rows(app: Flask, release: str, tables: int) -> None:
    migrating.bind(app)
    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="base")
    flask_migrate.upgrade(directory=str(MIGRATIONS), revision=release)
    filled = fill_every_table()
    flask_migrate.upgrade(directory=str(MIGRATIONS))
    after = counts()
    assert {name: after[name] for name in filled} == dict.fromkeys(filled, 1)
    assert len(filled) > tables


def fill_every_table() -> list[str]:
    """One row in each table as it now is: every column that must have a value has one that its checks allow."""
    found = MetaData()
    with db.engine.connect().execution_options(writes=True) as connection:
        found.reflect(connection)
        tables = [table for table in found.sorted_tables if table.name != "alembic_version"]
        checks = {table.name: inspect(connection).get_check_constraints(table.name) for table in tables}
        for table in tables:
            needed = [
                column for column in table.columns if not column.nullable or column.name in ONE_OF.get(table.name, ())
            ]
            allowed = [check["sqltext"] for check in checks[table.name]]
            connection.execute(table.insert().values({column.name: fitting(column, allowed) for column in needed}))
        connection.commit()
    return [table.name for table in tables]


def fitting(column: Column[Any], checks: list[str]) -> Any:
    members = [found[1] for check in checks if (found := re.match(rf"\(*{column.name}\b.*?'([^']*)'", check))]
    if members:
        return members[0]
    kind = column.type.python_type
    if kind is datetime:
        moment = datetime(2026, 3, 2, 9 + column.name.startswith("ends"), tzinfo=UTC)
        return moment if getattr(column.type, "timezone", False) else moment.replace(tzinfo=None)
    return {int: 1, bool: False, bytes: b"x", dict: {}, date: date(2026, 3, 2)}.get(kind, "x")
