"""The database: how tables are declared, and the only place that commits.

A view or a command hands its work to ``transact``. Everything else reads, statement by statement and without a
transaction: on SQLite a read then holds no lock, on PostgreSQL it takes one round trip instead of three.
"""

import enum
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Enum,
    MetaData,
    String,
    TypeDecorator,
    event,
    inspect,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry

from app import clock, connections
from app.connections import WriteOutsideTransactError

T = TypeVar("T")
REPETITIONS = 3
PATIENCE = 10.0  # Seconds after which nothing is repeated any more: a person waits for the answer.
# Serialization failure, deadlock, lock not available: the work was sound and may be tried again from the start.
REPEATABLE_SQLSTATES = frozenset({"40001", "40P01", "55P03"})


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values, always gives back UTC, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def folded(length: int) -> String:
    """Text that both databases sort and compare byte by byte: keys made by ``search_key`` and the like."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


Json = JSON().with_variant(JSONB(), "postgresql")
# A wall time has no zone of its own: the event's zone gives it meaning.
WallTime = Annotated[datetime, mapped_column(DateTime())]


def only_where(condition: str) -> dict[str, Any]:
    """The arguments of a partial index, alike on both databases."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def stored_by_value(members: type[enum.Enum], name: str | None = None) -> Enum:
    """An enum's column. A second column of the same enum in one table needs a name for its check."""
    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=30,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """What every table shares: constraint names a migration can drop, UTC instants, enums stored by value."""

    registry = registry(
        metadata=METADATA,
        type_annotation_map={
            datetime: UtcDateTime(),
            dict[str, Any]: Json,
            list[str]: Json,
            enum.Enum: stored_by_value(enum.Enum),
        },
    )
    metadata = METADATA


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def transact(work: Callable[[datetime], T]) -> T:
    """Do the work in one writing transaction and keep it.

    The work gets the instant at which it happens, by the database's clock. It must load what it needs itself: it is
    repeated whole, up to three times, when the database asks for that (deadlock, serialization failure, busy).
    """
    session, began = db.session(), clock.ticks()
    if session.new or session.dirty or session.deleted:
        raise WriteOutsideTransactError("Changes were made before transact(); make them inside the work.")
    for repetition in range(REPETITIONS + 1):
        try:
            return _attempt(session, work)
        except DBAPIError as error:
            is_late = clock.ticks() - began > PATIENCE
            if is_late or repetition == REPETITIONS or not _is_repeatable(error):
                raise
    raise AssertionError("unreachable")


def _attempt(session: Session, work: Callable[[datetime], T]) -> T:
    session.rollback()
    session.info["writes"] = True
    try:
        connection = session.connection(execution_options={"writes": True})
        result = work(_instant(connection))
        session.commit()
        return result
    finally:
        session.info["writes"] = False
        session.rollback()


def _instant(connection: Connection) -> datetime:
    """A stopped clock wins; then PostgreSQL's, which all nodes share; then this machine's."""
    return clock.fixed() or connection.info.get("began_at") or clock.now()


def _is_repeatable(error: DBAPIError) -> bool:
    if error.connection_invalidated and error.statement == connections.BEGIN:
        return True  # The line was dead before anything was asked over it.
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) in REPEATABLE_SQLSTATES


def leave_no_trace() -> None:
    """For work that erases somebody's data: SQLite's files keep nothing of what was there before."""
    connections.leave_no_trace(db.session.connection())


def locks_rows() -> bool:
    """Whether the database locks single rows. SQLite has one lock for all, held since the transaction began."""
    return db.engine.dialect.name != "sqlite"


@event.listens_for(Session, "before_flush")
def _begin_for_sign_in(session: Session, _context: Any, _instances: Any) -> None:
    """Flask-Security changes staff rows on its own; those alone may begin a writing transaction by being flushed."""
    if session.info.get("writes"):
        return
    changed = [*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted]
    if not changed:
        return
    if not all(inspect(row).mapper.local_table.info.get("sign_in") for row in changed):
        raise WriteOutsideTransactError("Rows were changed outside transact().")
    begin_sign_in()


def begin_sign_in() -> None:
    """Begin the writing transaction of a sign-in act, so that its audit entry and mail are kept with it."""
    session = db.session()
    if session.info.get("writes"):
        return
    session.info["writes"] = True
    connection = session.connection()
    connection.execution_options(writes=True)
    connections.begin_writing(connection)


def commit_sign_in() -> None:
    """Keep what Flask-Security changed: its datastore's commit, and nothing else, comes here."""
    session = db.session()
    try:
        session.commit()
    finally:
        session.info["writes"] = False
