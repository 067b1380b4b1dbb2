"""Lists by command: to standard output or a private file, each time with a line in the log."""

import io
import os
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from openpyxl import load_workbook

from app.db import db
from app.models import AuditEntry, Mode
from tests.support import factories as make
from tests.support.csv_reading import read_csv


@pytest.fixture
def slug(runner: FlaskCliRunner, at: datetime) -> str:
    event = make.event(seats={Mode.IN_PERSON: 5, Mode.ONLINE: None}, slug="summit")
    make.registration(event, last_name="Baker", mode=Mode.IN_PERSON)
    make.registration(event, last_name="Zhou", mode=Mode.ONLINE)
    return "summit"


def test_it_works(runner: FlaskCliRunner, slug: str) -> None:
    result = runner.invoke(args=["export", slug])
    assert result.exit_code == 0, result.output
    read = read_csv(io.BytesIO(result.stdout_bytes))
    assert [row[read.columns.index("Last name")] for row in read.rows] == ["Baker", "Zhou"]
    entry = db.session.scalars(db.select(AuditEntry)).one()
    assert (entry.act, entry.actor, entry.detail["rows"]) == ("exported list", "command", 2)


def test_to_a_file_of_its_own(runner: FlaskCliRunner, slug: str, tmp_path: Path) -> None:
    target = tmp_path / "door.xlsx"
    given = ["--profile", "building-security", "--format", "xlsx", "--output", str(target)]
    result = runner.invoke(args=["export", slug, *given])
    assert result.output == f"Wrote 1 row to {target}.\n"
    assert target.stat().st_mode & 0o777 == 0o600
    assert load_workbook(target).worksheets[0].title == "Building security"


def test_a_file_that_everybody_could_read_becomes_private(runner: FlaskCliRunner, slug: str, tmp_path: Path) -> None:
    target = tmp_path / "door.csv"
    target.write_text("An older list")
    target.chmod(0o644)
    reader = target.open("rb")  # Whoever opened the old file while it was open to all sees nothing of the new one.
    result = runner.invoke(args=["export", slug, "--output", str(target)])
    assert result.exit_code == 0, result.output
    assert target.stat().st_mode & 0o777 == 0o600
    assert (b"Baker" in target.read_bytes(), reader.read()) == (True, b"An older list")
    reader.close()
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", ["missing/door.csv", "fifo"])
def test_a_place_where_no_file_can_stand(runner: FlaskCliRunner, slug: str, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)  # So that writing into it would not wait.
    result = runner.invoke(args=["export", slug, "--output", str(tmp_path / name)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: The list was not written.")
    assert os.read(reader, 1) == b""
    os.close(reader)
    assert [path.name for path in tmp_path.iterdir()] == ["fifo"]


@pytest.mark.parametrize("arguments", [["nowhere"], ["summit", "--profile", "all"], ["summit", "--format", "pdf"]])
def test_what_there_is_not(runner: FlaskCliRunner, slug: str, arguments: list[str]) -> None:
    assert runner.invoke(args=["export", *arguments]).exit_code != 0
    assert not db.session.scalars(db.select(AuditEntry)).all()
