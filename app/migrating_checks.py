"""Lets ``flask db migrate`` see changed checks: a new member of an enum is one. Imported by migrations/env.py alone."""

from typing import Any

from alembic.autogenerate import comparators
from alembic.operations import ops
from sqlalchemy import CheckConstraint, Dialect, Table
from sqlalchemy.schema import CreateTable, conv


@comparators.dispatch_for("table")
def compare(
    found: Any, changes: ops.ModifyTableOps, _schema: str | None, name: str, stored: Table | None, table: Table | None
) -> None:
    """Compare the words of each check. Only SQLite gives them back as they were written."""
    if stored is None or table is None or found.dialect.name != "sqlite":
        return
    before = {
        str(check["name"]): CheckConstraint(check["sqltext"], conv(str(check["name"])), table=stored)
        for check in found.inspector.get_check_constraints(name)
    }
    after = {_name(check, found.dialect): check for check in table.constraints if isinstance(check, CheckConstraint)}
    words = {key: _words(check, found.dialect) for key, check in after.items()}
    same = {key for key, check in before.items() if words.get(key) == _words(check, found.dialect)}
    for key in sorted(before.keys() - same):
        changes.ops.append(ops.DropConstraintOp.from_constraint(before[key]))
    for key in sorted(after.keys() - same):
        comes_with_its_column = any(column.name not in stored.columns for column in after[key].columns)
        if not comes_with_its_column:
            changes.ops.append(ops.CreateCheckConstraintOp(conv(key), name, words[key]))


def _name(check: CheckConstraint, dialect: Dialect) -> str:
    return str(dialect.identifier_preparer.format_constraint(check))


def _words(check: CheckConstraint, dialect: Dialect) -> str:
    compiler = CreateTable(check.table).compile(dialect=dialect).sql_compiler
    return str(compiler.process(check.sqltext, include_table=False, literal_binds=True))
