"""Backups: a whole copy of SQLite's file while people go on, and what is due once a backup was put back."""

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.db import db, locks_rows, transact
from app.operations.records import restoring

ACTOR = "command"


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@with_appcontext
def back_up(target: Path) -> None:
    """Copy the SQLite database to TARGET, whole, while the site runs, and its checksum beside it."""
    if locks_rows():
        raise click.ClickException("This database is PostgreSQL: use pg_dump, or continuous archiving.")
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # It holds people's data.
    except FileExistsError as error:
        raise click.ClickException(f"{target} exists already, and was left alone.") from error
    except OSError as error:
        raise click.ClickException(f"The backup was not written. {error}") from error
    try:
        _copy(Path(db.engine.url.database or ""), target)
        checksum = target.with_name(f"{target.name}.sha256")
        checksum.write_text(f"{hashlib.sha256(target.read_bytes()).hexdigest()}  {target.name}\n", encoding="ascii")
    except (OSError, sqlite3.Error) as error:
        target.unlink(missing_ok=True)  # Half a backup looks like one, and would stand in the way of the next.
        raise click.ClickException(f"The backup was not written. {error}") from error
    click.echo(f"Wrote {target} and {checksum.name}.")


def _copy(source: Path, target: Path) -> None:
    """Copied through SQLite itself: a copied file might hold half of what is being written."""
    address = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as now, closing(sqlite3.connect(target)) as then:
        now.backup(then)


@click.command("restored")
@with_appcontext
def restored() -> None:
    """After a backup was put back, before the worker starts: look the database over, and hold mail that was due."""
    if faults := restoring.faults():
        raise click.ClickException("This database is damaged. Restore another backup.\n" + "\n".join(faults))
    held = transact(lambda at: restoring.hold_mail(by=ACTOR, at=at))
    click.echo(f"The database is sound. {held} mails that were due are held: see Messages, Failed.")
