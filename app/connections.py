"""Connections: how each is set up, how its transactions begin, and the guard against writing outside ``transact``."""

import sqlite3
from datetime import UTC
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from app import clock
from app.write_queue import WriteQueue

BUSY_SECONDS = 15
LOCK_SECONDS = 3  # PostgreSQL: for one lock; transact asks four times in all.
# Whoever fell silent amid a transaction, frozen or cut off, loses it, so that the locks it holds stop nobody.
SILENT_SECONDS = 60
RESTED_SECONDS = 1.0  # In a rush, greeting a connection before each use would be a quarter of all round trips.
BEGIN = "BEGIN"
_greet_before = 0.0  # Lines that were used last before this instant may be as dead as the one that was found then.
# Below this version SQLite can lose a commit in WAL mode when two processes write (sqlite.org/wal.html, WAL-reset).
FIRST_SOUND_WAL = (3, 51, 3)


class WriteOutsideTransactError(RuntimeError):
    """Something tried to write without ``transact``: it would be kept or lost by accident."""


def prepare(engine: Engine) -> None:
    """Set an engine up: SQLite's pragmas and transactions, and the guard against writing outside ``transact``."""
    event.listen(engine, "begin", begin)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "connect", partial(_show_the_queue, WriteQueue(engine.url.database)))
        event.listen(engine, "checkin", _end_the_turn)
    else:
        event.listen(engine, "connect", _begin_nothing)
        event.listen(engine, "connect", _wait_for_nobody_for_ever)
        event.listen(engine, "connect", _ask_the_time)
        event.listen(engine, "handle_error", _quote_nobody)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", partial(_refuse_dead, engine.dialect))
        event.listen(engine, "before_cursor_execute", _begin_for_cursor)
    event.listen(engine, "before_cursor_execute", _refuse_stray_write)


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # The driver's own BEGIN comes too late and is too weak.
    # A journal that is kept and wiped needs no change of its folder at each commit: a commit is then safe from a power
    # cut at once, and takes a fraction of the time.
    journal = "WAL" if sqlite3.sqlite_version_info >= FIRST_SOUND_WAL else "PERSIST"
    settings = (
        f"journal_mode={journal}",
        "synchronous=FULL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        "secure_delete=ON",  # What is deleted is overwritten in the file; Debian's SQLite does so by itself.
    )
    for setting in settings:
        connection.execute(f"PRAGMA {setting}")


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = clock.ticks()


def _refuse_dead(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Greet a connection that rested, and open new ones when nobody answers (the server was started anew)."""
    used_at = record.info.get("used_at", clock.ticks())
    if used_at >= _greet_before and clock.ticks() - used_at < RESTED_SECONDS:
        return
    try:
        _ask_the_time(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _show_the_queue(queue: WriteQueue, _connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["queue"] = queue


def _begin_nothing(connection: Any, _record: Any) -> None:
    connection.autocommit = True  # The driver's own BEGIN is a round trip more, and each read would have one.


def _wait_for_nobody_for_ever(connection: Any, _record: Any) -> None:
    limits = {"lock_timeout": LOCK_SECONDS, "idle_in_transaction_session_timeout": SILENT_SECONDS}
    for name, seconds in limits.items():
        connection.execute(f"SET {name} = '{seconds}s'")


def _ask_the_time(connection: Any, _record: Any = None) -> None:
    """Whoever uses this database goes by its clock, whatever the machine's own shows."""
    clock.follow(lambda: connection.execute("SELECT now()").fetchone()[0])


def quote_nobody(error: Exception) -> None:
    """Leave out of PostgreSQL's words the row that it quotes ("Key (email_key)=(…) already exists"): logs keep them."""
    if found := getattr(getattr(error, "diag", None), "message_primary", None):
        error.args = (found,)


def _quote_nobody(context: ExceptionContext) -> None:
    quote_nobody(cast("Exception", context.original_exception))
    if (told := context.sqlalchemy_exception) and context.original_exception.args:
        told.args = (f"({type(context.original_exception).__name__}) {context.original_exception.args[0]}",)


def begin(connection: Connection) -> None:
    """Begin a transaction for ``transact`` alone."""
    if connection.get_execution_options().get("writes"):
        begin_writing(connection)


def begin_writing(connection: Connection) -> None:
    """Begin where a write must begin: with SQLite's one lock, or at an instant of PostgreSQL's clock."""
    if connection.dialect.name == "sqlite":
        # The turn ends when the connection goes back to the pool: after the commit, or whatever happened.
        connection.info["queue"].enter(connection.info)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        try:
            cursor = _driver(connection).execute(f"{BEGIN}; SELECT now()", prepare=False)
        except connection.dialect.loaded_dbapi.Error as error:
            raise told(connection, error, BEGIN) from error
        cursor.nextset()
        connection.info["began_at"] = cursor.fetchone()[0].astimezone(UTC)


def told(connection: Connection, error: Exception, sql: str) -> DBAPIError:
    """A fault of a driver that was asked directly, as SQLAlchemy tells of it; a dead connection serves nobody more."""
    global _greet_before  # noqa: PLW0603  One server for the process: when it goes, all lines to it are dead.
    is_dead = connection.dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if is_dead:
        connection.invalidate(error)
        _greet_before = clock.ticks()
    quote_nobody(error)  # No values either: they are somebody's data, and errors go into logs.
    kind = connection.dialect.loaded_dbapi.Error
    return cast("DBAPIError", DBAPIError.instance(sql, None, error, kind, connection_invalidated=is_dead))


def _begin_for_cursor(
    connection: Connection, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    """A cursor that the server keeps, so that we need not hold all rows, lives in a transaction."""
    if (
        context is not None
        and context.execution_options.get("yield_per")
        and not _driver(connection).info.transaction_status
    ):
        try:
            _driver(connection).execute(BEGIN)
        except connection.dialect.loaded_dbapi.Error as error:
            raise told(connection, error, BEGIN) from error


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def leave_no_trace(connection: Connection) -> None:
    """For a transaction that erases: nothing of what it takes away stays in SQLite's journal, which is kept between
    transactions with the pages that each replaced."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_size_limit=0")  # At its end the file is emptied, not just wiped.
        connection.info["empties_journal"] = True


def _end_the_turn(connection: Any, record: ConnectionPoolEntry) -> None:
    try:
        if record.info.get("empties_journal"):
            record.info["empties_journal"] = not _keep_the_journal(connection)
    finally:
        if queue := record.info.get("queue"):
            queue.leave(record.info)


def _keep_the_journal(connection: Any) -> bool:
    """After such a transaction. In WAL mode, what was there before is in the log until it goes into the file.

    Returns whether it went. While somebody reads it cannot; the next one to give this connection back tries again.
    """
    connection.execute("PRAGMA journal_size_limit=-1")
    connection.execute("PRAGMA busy_timeout=0")
    is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    return not is_busy


def _refuse_stray_write(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    verb = statement.lstrip()[:6].upper()
    writes = verb in {"INSERT", "UPDATE", "DELETE"} or (context is not None and getattr(context, "isinsert", False))
    if writes and not connection.get_execution_options().get("writes"):
        raise WriteOutsideTransactError(f"{verb} outside transact().")
