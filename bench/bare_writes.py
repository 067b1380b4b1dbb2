"""One registration in statements written by hand, on a driver's own connection: what the database alone must do."""

import json
import re
import secrets
import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.operations.registration import statements

Row = dict[str, Any]
TYPED = ("first_name", "middle_name", "last_name", "suffix", "email", "organization", "job_title", "country", "mode")
DESK = """SELECT pool.id AS pool_id, pool.capacity, pool.taken, pool.waiting, pool.last_position
FROM event JOIN seat_pool pool ON pool.event_id = event.id AND pool.session_id IS NULL
AND pool.mode = :mode WHERE event.id = :event_id"""
# The house's own statements, so that both do the same work and no copy of them goes stale.
PARTS = (statements.SEAT, statements.AUDIT, statements.MAIL, statements.SUBMISSION)
FIRST, *ONE_BY_ONE = (sql.format(new_id=":new_id", from_new="") for sql in (statements.REGISTRATION, *PARTS))
AT_ONCE = statements.ENTER_AT_ONCE.format(new_id="entered.id", from_new="FROM entered")

_local = threading.local()
_address = ""


def open_with(address: str) -> None:
    """The database to use: each thread opens a connection of its own and keeps it."""
    global _address  # noqa: PLW0603  One database for the process is the point.
    _address = address


def rows(query: str, values: Row) -> list[Row]:
    return [dict(row) for row in _run(query, values).fetchall()]


def register(event: Row, typed: Row, form_key: str) -> int:
    """Take the event's lock, decide, write five rows, commit. Returns the submission's id."""
    _connection().execute("BEGIN IMMEDIATE" if _is_sqlite() else "BEGIN")
    try:
        submission_id = _write(event, typed, form_key)
    except BaseException:
        _connection().execute("ROLLBACK")
        raise
    _connection().execute("COMMIT")
    return submission_id


def _write(event: Row, typed: Row, form_key: str) -> int:
    lock = "" if _is_sqlite() else " FOR NO KEY UPDATE OF event, pool"
    desk = rows(DESK + lock, {"event_id": event["id"], "mode": typed["mode"]})[0]
    values = _values(event, typed, desk) | {"form_key": form_key}
    if not _is_sqlite():
        return int(_run(AT_ONCE, values).fetchone()["id"])
    values["new_id"] = _run(FIRST, values).fetchone()["id"]
    return [_run(statement, values) for statement in ONE_BY_ONE][-1].fetchone()["id"]


def _values(event: Row, typed: Row, desk: Row) -> Row:
    has_seat = not desk["waiting"] and (desk["capacity"] is None or desk["taken"] < desk["capacity"])
    state, at = "confirmed" if has_seat else "waitlisted", datetime.now(UTC)
    moment = at.isoformat(" ") if _is_sqlite() else at
    number = secrets.token_hex(5).upper()
    told = {name: str(value) for name, value in event.items() if value is not None}
    return {
        **typed,
        "event_id": event["id"],
        "pool_id": desk["pool_id"],
        "state": state,
        "number": number,
        "kind": state,
        "at": moment,
        "confirmed_at": moment if has_seat else None,
        "seats": int(has_seat),
        "waits": int(not has_seat),
        "position": None if has_seat else desk["last_position"] + 1,
        "lost_race": False,
        "outcome": "{}",
        "waits_for": None if has_seat else typed["mode"],
        "email_key": typed["email"],
        "organization_key": typed["organization"],
        "role": None,
        "days": "[]",
        "wants_mail": False,
        "language": "en",
        "sealed_form": None,
        "body_digest": "",
        "name_key": f"{typed['last_name']} {typed['first_name']}".lower(),
        "calendar_uid": secrets.token_hex(20),
        "detail": json.dumps({"mode": typed["mode"], "state": state}),
        "facts": json.dumps({"event": told, "registration": typed | {"number": number}}),
    }


def _run(query: str, values: Row) -> Any:
    return _connection().execute(query if _is_sqlite() else _psycopg_style(query), values)


def _psycopg_style(query: str, known: dict[str, str] = {}) -> str:  # noqa: B006  The memory of earlier calls.
    if query not in known:
        known[query] = re.sub(r":(\w+)", r"%(\1)s", query)
    return known[query]


def _is_sqlite() -> bool:
    return _address.startswith("sqlite")


def _connection() -> Any:
    if not hasattr(_local, "connection"):
        _local.connection = _open_sqlite() if _is_sqlite() else _open_postgresql()
    return _local.connection


def _open_sqlite() -> sqlite3.Connection:
    connection = sqlite3.connect(_address.removeprefix("sqlite:///"), isolation_level=None, timeout=15)
    connection.row_factory = sqlite3.Row
    for setting in ("journal_mode=PERSIST", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _open_postgresql() -> psycopg.Connection[Row]:
    return psycopg.connect(_address.replace("+psycopg", ""), autocommit=True, row_factory=dict_row)


def close() -> None:
    """Close this thread's connection."""
    _connection().close()
    del _local.connection
