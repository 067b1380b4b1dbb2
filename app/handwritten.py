"""Statements written by hand, for what everybody in a rush passes through.

They go to the driver itself: what SQLAlchemy lays around a statement costs more than most of them take. What would be
worked out anew for each of them (how values are stored, how columns are read) is worked out once.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeEngine

from app.connections import told
from app.db import db

Kinds = Mapping[str, TypeEngine[Any]]
Row = tuple[Any, ...]
_NAMED = re.compile(r"(?<!:):(\w+)")


class HandWritten:
    """One statement with ``:named`` values. ``given`` and ``found`` say which values and columns are of a kind that
    the driver does not know by itself."""

    def __init__(self, sql: str, *, given: Kinds | None = None, found: Kinds | None = None) -> None:
        self.sql = sql
        self.for_psycopg = _NAMED.sub(r"%(\1)s", sql)
        self.names = frozenset(_NAMED.findall(sql))
        self.given = {name: kind for name, kind in (given or {}).items() if name in self.names}
        self.found = dict(found or {})
        self.gives_row = sql.lstrip().startswith("SELECT") or "RETURNING" in sql
        self.columns: list[str] = []  # Known once it ran: the drivers take long to say it.

    def run(self, values: Mapping[str, Any]) -> Row | None:
        """The one row that it gives back, if it gives one. Raises DBAPIError, as any statement does."""
        connection = db.session.connection()
        stored = dict(values)
        for name, kind in self.given.items():
            stored[name] = _storing(kind, connection.dialect)(values[name])
        row = self._ask(connection, stored)
        return row and self._read(row, connection.dialect)

    def _ask(self, connection: Connection, values: Any) -> Row | None:
        """Whoever listens to statements hears of this one as of all others, and faults come as SQLAlchemy's."""
        cursor = connection.connection.cursor()
        sql = self.sql if connection.dialect.name == "sqlite" else self.for_psycopg
        try:
            for heard in connection.dispatch.before_cursor_execute:
                sql, values = heard(connection, cursor, sql, values, None, False)
            cursor.execute(sql, values)
            connection.dispatch.after_cursor_execute(connection, cursor, sql, values, None, False)
            if not self.gives_row:
                return None
            self.columns = self.columns or [column[0] for column in cursor.description]
            found: Row | None = cursor.fetchone()
            return found
        except connection.dialect.loaded_dbapi.Error as error:
            raise told(connection, error, sql) from error
        finally:
            cursor.close()

    def _read(self, row: Row, dialect: Dialect) -> Row:
        if not self.found:
            return row
        return tuple(
            _reading(self.found[name], dialect)(value) if name in self.found else value
            for name, value in zip(self.columns, row, strict=True)
        )


@cache
def _storing(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any]:
    return kind.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


@cache
def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any]:
    return kind.dialect_impl(dialect).result_processor(dialect, None) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
