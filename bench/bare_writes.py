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

Row = dict[str, Any]
TYPED = ("first_name", "middle_name", "last_name", "suffix", "email", "organization", "job_title", "country", "mode")
DESK = """SELECT pool.id AS pool_id, pool.capacity, pool.taken, pool.waiting, pool.last_position
FROM event JOIN seat_pool pool ON pool.event_id = event.id AND pool.mode = :mode WHERE event.id = :event_id"""
REGISTRATION = """INSERT INTO registration (event_id, mode, state, position, number, email, email_key, first_name,
    middle_name, last_name, suffix, organization, job_title, country, days, wants_mail, name_key, organization_key,
    source, language, calendar_uid, calendar_sequence, link_version, registered_at, confirmed_at)
VALUES (:event_id, :mode, :state, :position, :number, :email, :email, :first_name,
    :middle_name, :last_name, :suffix, :organization, :job_title, :country, '[]', :no, :name_key, :organization,
    'web', 'en', :calendar_uid, 0, 1, :at, :at) RETURNING id"""
SEAT = """UPDATE seat_pool SET taken = taken + :seats, waiting = waiting + :waits,
    last_position = last_position + :waits WHERE id = :pool_id"""
AUDIT = """INSERT INTO audit_entry (at, actor, act, subject, subject_id, event_id, detail, personal_digest)
VALUES (:at, 'person', 'registered', 'registration', :id, :event_id, :detail, '')"""
MAIL = """INSERT INTO outgoing_email (kind, dedupe_key, registration_id, event_id, recipient, recipient_key, language,
    facts, priority, state, due_at, attempts, last_error, subject, queued_at)
VALUES ('confirmed', :dedupe_key, :id, :event_id, :email, :email, 'en', :facts, 1, 'queued', :at, 0, '', '', :at)"""
SUBMISSION = """INSERT INTO form_submission (form_key, body_digest, event_id, registration_id, mode, state, number,
    email, corrections, language, submitted_at, lost_race)
VALUES (:form_key, '', :event_id, :id, :mode, :state, :number, :email, 0, 'en', :at, :no) RETURNING id"""

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
    has_seat = not desk["waiting"] and (desk["capacity"] is None or desk["taken"] < desk["capacity"])
    values = _values(event, typed, desk, has_seat) | {"form_key": form_key}
    values["id"] = _run(REGISTRATION, values).fetchone()["id"]
    values["dedupe_key"] = f"confirmed/{values['id']}/0"
    for statement in (SEAT, AUDIT, MAIL):
        _run(statement, values)
    return int(_run(SUBMISSION, values).fetchone()["id"])


def _values(event: Row, typed: Row, desk: Row, has_seat: bool) -> Row:
    state = "confirmed" if has_seat else "waitlisted"
    told = {name: str(event[name]) for name in ("title", "slug", "summary", "starts_at", "ends_at", "time_zone")}
    contact = {name: event[name] for name in event if "contact_" in name}
    at = datetime.now(UTC)
    return {
        **typed,
        "event_id": event["id"],
        "pool_id": desk["pool_id"],
        "state": state,
        "position": None if has_seat else desk["last_position"] + 1,
        "seats": int(has_seat),
        "waits": int(not has_seat),
        "number": secrets.token_hex(5).upper(),
        "name_key": f"{typed['last_name']} {typed['first_name']}".lower(),
        "calendar_uid": secrets.token_hex(20),
        "detail": json.dumps({"mode": typed["mode"], "state": state}),
        "facts": json.dumps({"event": told | contact, "registration": typed}),
        "at": at.isoformat(" ") if _is_sqlite() else at,
        "no": False,
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
    for setting in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _open_postgresql() -> psycopg.Connection[Row]:
    return psycopg.connect(_address.replace("+psycopg", ""), autocommit=True, row_factory=dict_row)


def close() -> None:
    """Close this thread's connection."""
    _connection().close()
    del _local.connection
