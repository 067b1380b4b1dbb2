"""Whether SQLite's file, as some accident left it, holds everybody who was answered, and nothing in part."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

COUNTS = (
    "SELECT count(*) FROM form_submission",
    "SELECT count(*) FROM audit_entry WHERE act = 'registered'",
    "SELECT count(*) FROM outgoing_email",
    "SELECT taken + waiting FROM seat_pool",
)


def faults_of(file: Path, answered: set[str]) -> list[str]:
    """As the next process finds it. Nothing, if all is well."""
    with closing(sqlite3.connect(file)) as found:
        try:
            return list(_faults(found, answered))
        except sqlite3.DatabaseError as error:
            return [str(error)]


def _faults(found: sqlite3.Connection, answered: set[str]) -> Iterator[str]:
    if (whole := found.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
        yield str(whole[0][0])
    if found.execute("PRAGMA foreign_key_check").fetchall():
        yield "A row names another one that is not there."
    people = {email for (email,) in found.execute("SELECT email FROM registration")}
    if lost := answered - people:
        yield f"{len(lost)} who were answered are lost."
    if {found.execute(statement).fetchone()[0] for statement in COUNTS} != {len(people)}:
        yield "Something was kept in part."
