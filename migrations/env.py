"""Runs the migrations with the application's own engine and models."""

from alembic import context
from flask import current_app
from flask_security import AsaList
from sqlalchemy import JSON, Connection, text

from app import (
    migrating_checks,  # noqa: F401  It takes part in comparing.
    models,  # noqa: F401  The tables must be known.
)
from app.db import UtcDateTime, db


def run() -> None:
    """Migrate in one transaction. SQLite rebuilds tables to change them, so its foreign keys rest meanwhile."""
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    with db.engine.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            # Before the transaction, where alone it has an effect: rebuilding a parent would else empty its children.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.rollback()
        _migrate(connection.execution_options(writes=True))
        if on_sqlite:
            _refuse_broken_references(connection)


def _migrate(connection: Connection) -> None:
    options = current_app.extensions["migrate"].configure_args
    context.configure(connection=connection, target_metadata=db.metadata, render_item=_render, **options)
    with context.begin_transaction():
        context.run_migrations()


def _render(kind: str, item: object, _context: object) -> str | bool:
    """Write the plain column type into a migration: it must not change when the application does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AsaList):
        return "sa.UnicodeText()"
    if kind == "type" and isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def _refuse_broken_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    if broken:
        raise RuntimeError(f"The migration left rows that point at nothing: {broken[:5]}")


run()
