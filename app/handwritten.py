"""Statements written by hand, for what everybody in a rush passes through.

They go to the driver as they stand. What would be worked out anew for each of them (how values are stored, how
columns are read) is worked out once.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Row
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeEngine

from app.db import db

Kinds = Mapping[str, TypeEngine[Any]]
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

    def run(self, values: Mapping[str, Any]) -> Row[Any] | tuple[Any, ...] | None:
        """The one row that it gives back, if it gives one."""
        connection = db.session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        stored = dict(values)
        for name, kind in self.given.items():
            stored[name] = _storing(kind, connection.dialect)(values[name])
        result = connection.exec_driver_sql(self.sql if is_sqlite else self.for_psycopg, stored)
        row = result.one_or_none() if result.returns_rows else None
        return row and self._read(row, connection.dialect)

    def _read(self, row: Row[Any], dialect: Dialect) -> Row[Any] | tuple[Any, ...]:
        if not self.found:
            return row
        return tuple(
            _reading(self.found[name], dialect)(value) if name in self.found else value
            for name, value in row._mapping.items()
        )


@cache
def _storing(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any]:
    return kind.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


@cache
def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any]:
    return kind.dialect_impl(dialect).result_processor(dialect, None) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
