"""``flask db`` is Flask-Migrate, brought in by that command alone."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.guards.sources import ROOT

# Each takes megabytes, times three processes, and serves an act that most hours do not see.
SELDOM = ("alembic", "mako", "icalendar", "css_inline", "xlsxwriter")


def python(folder: Path, *words: str) -> str:
    settings = {"DATABASE_URL": f"sqlite:///{folder / 'new.sqlite'}", "INSTANCE_DIR": str(folder)}
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_new_database_gets_its_tables(tmp_path: Path) -> None:
    flask = ("-m", "flask", "--app", "app", "db")
    assert "Upgrade to a later version" in python(tmp_path, *flask, "upgrade", "--help")
    python(tmp_path, *flask, "upgrade")
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM registration").fetchone() == (0,)
    assert "(head)" in python(tmp_path, *flask, "current")


@pytest.mark.slow
def test_a_process_at_rest_holds_no_library_of_a_seldom_act(tmp_path: Path) -> None:
    names = python(tmp_path, "-c", "import sys, app; app.create_app(); print(*sys.modules)").split()
    assert "sqlalchemy" in names
    assert not set(SELDOM) & set(names), "Import it in the function that uses it, with the reason beside it."
