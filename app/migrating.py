"""``flask db``: brings the tables to the newest version, or writes the next one."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.db import db


@click.command("db", add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
@with_appcontext
def migrate(context: click.Context, words: tuple[str, ...]) -> None:
    """Bring the tables to the newest version, or write the next one; --help tells more."""
    bind(current_app)
    current_app.cli.commands["db"].main(words, context.info_name, parent=context.parent, standalone_mode=False)


def bind(app: Flask) -> None:
    """Give the app Flask-Migrate and its commands, which take the place of the one above."""
    from flask_migrate import Migrate  # noqa: PLC0415  8 MB that a process without migrations need not hold.

    Migrate(app, db, compare_type=True)
