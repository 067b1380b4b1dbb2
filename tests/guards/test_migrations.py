"""Migrations: one line of them, they make exactly the tables that the models describe, and they keep every row."""

import flask_migrate
from alembic.script import ScriptDirectory
from flask import Flask

from tests.support.databases import MIGRATIONS


def test_there_is_one_head() -> None:
    heads = ScriptDirectory(str(MIGRATIONS)).get_heads()
    assert len(heads) == 1, f"Two migrations follow the same one: {heads}. Give the later one the other as its parent."


def test_they_make_what_the_models_describe(app: Flask) -> None:
    flask_migrate.check(directory=str(MIGRATIONS))
