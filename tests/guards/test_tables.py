"""How every table keeps its facts: instants in UTC, wall times beside them, states by value, no secret of a link."""

from collections.abc import Iterable, Iterator

import pytest
from sqlalchemy import Column, DateTime, Enum, MetaData, String, Table

import app.models  # noqa: F401  Importing the models declares the tables.
from app.db import METADATA, UtcDateTime
from app.models.labels import Labelled
from tests.guards.sources import tell

SECRET_WORDS = ("token", "secret", "password")
# What the sign-in library keeps: a hash, and values sealed with DATA_KEYS.
KEPT_SAFELY = {"staff_member.password", "staff_member.tf_totp_secret"}


def columns(tables: Iterable[Table]) -> Iterator[tuple[str, Column[object]]]:
    for table in tables:
        yield from ((f"{table.name}.{column.name}", column) for column in table.columns)


def times(tables: Iterable[Table]) -> Iterator[str]:
    for name, column in columns(tables):
        if isinstance(column.type, UtcDateTime) and name.endswith("_local"):
            yield f"{name} is called a wall time and keeps an instant."
        if isinstance(column.type, DateTime) and not name.endswith("_local"):
            yield f"{name} keeps a time without a zone: an instant is a UtcDateTime, a wall time ends in _local."


def states(tables: Iterable[Table]) -> Iterator[str]:
    for name, column in columns(tables):
        if name.endswith((".state", ".kind", ".mode", ".role")) and not isinstance(column.type, Enum):
            yield f"{name} is an enum of app/models, stored by value."
        if isinstance(column.type, Enum):
            if column.type.native_enum or not column.type.create_constraint:
                yield f"{name} is stored as text with a check, alike on both databases."
            if not (column.type.enum_class and issubclass(column.type.enum_class, Labelled)):
                yield f"{name} has values without words: {column.type.enum_class}."


def secrets(tables: Iterable[Table]) -> Iterator[str]:
    for name, _ in columns(tables):
        if any(word in name.partition(".")[2] for word in SECRET_WORDS) and name not in KEPT_SAFELY:
            yield f"{name} may hold a secret: links are signed, and keys of sessions and forms kept as digests."


RULES = {rule.__name__: rule for rule in (times, states, secrets)}
BROKEN = {
    "times": Column("begins", DateTime()),
    "states": Column("state", String(20)),
    "secrets": Column("reset_token", String(40)),
}


@pytest.mark.parametrize("name", RULES)
def test_it_holds(name: str) -> None:
    faults = list(RULES[name](METADATA.sorted_tables))
    assert not faults, tell(faults)


@pytest.mark.parametrize("name", RULES)
def test_it_sees_a_breach(name: str) -> None:
    assert list(RULES[name]([Table("broken", MetaData(), BROKEN[name])]))
