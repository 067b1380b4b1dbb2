"""A backup made while people go on, put back elsewhere: every row is there, and no mail leaves twice because of it."""

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import NullPool, create_engine, func, text

from app.db import db, transact
from app.mail import delivery, transports
from app.models import AuditEntry, EmailState, FormSubmission, OutgoingEmail, Registration, SeatPool
from app.operations import auditing
from tests.conftest import make_app
from tests.support.desk import make_event, sign_up
from tests.support.postgres import tools

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
Rows = dict[str, list[tuple[object, ...]]]


def everything() -> Rows:
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {one.name: sorted((tuple(row) for row in db.session.execute(db.select(one))), key=repr) for one in tables}


@pytest.fixture
def put_back(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> Iterator[Callable[[], Flask]]:
    """Makes a backup as docs/backups.md says, and gives the app on the database that was made of it."""
    copy = tmp_path / "copy.sqlite"
    address = app.config["DATABASE_URL"].replace("+psycopg", "")
    name = f"{db.engine.url.database}_put_back"  # Each process of a run has its own.
    elsewhere = urlsplit(address)._replace(path=f"/{name}").geturl()

    def on_sqlite() -> str:
        made = runner.invoke(args=["backup", str(copy)])
        assert made.exit_code == 0, made.output
        subprocess.run(["sha256sum", "--check", "--quiet", "copy.sqlite.sha256"], cwd=tmp_path, check=True)
        return f"sqlite:///{copy}"

    def on_postgresql() -> str:
        dump = tmp_path / "trade-events.dump"
        subprocess.run([tools() / "pg_dump", "--format=custom", f"--file={dump}", address], check=True)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        subprocess.run([tools() / "pg_restore", "--exit-on-error", f"--dbname={elsewhere}", dump], check=True)
        return elsewhere.replace("postgresql://", "postgresql+psycopg://")

    apps = []

    def made() -> Flask:
        apps.append(make_app(on_sqlite() if address.startswith("sqlite") else on_postgresql(), tmp_path))
        return apps[-1]

    yield made
    for one in apps:
        with one.app_context():
            db.session.remove()
            db.engine.dispose()
    if not address.startswith("sqlite"):
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def meddle(statement: str) -> None:
    """Change rows behind the app's back."""
    with create_engine(db.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as other:
        other.execute(text(statement))


def deliver() -> int:
    return delivery.drain("somebody", transports.chosen()).taken


def test_every_row_comes_back(app: Flask, put_back: Callable[[], Flask]) -> None:
    event_id = make_event(capacity=2)
    for _ in range(3):
        sign_up(event_id)
    transact(lambda _: auditing.seal())
    before = everything()
    with put_back().app_context():
        assert everything() == before
        assert auditing.verify().first_bad_id is None


def test_of_what_is_being_written_all_or_nothing_is_in_it(app: Flask, put_back: Callable[[], Flask]) -> None:
    event_id = make_event(capacity=20)

    def come(_number: int) -> None:
        with app.app_context():
            sign_up(event_id)

    with ThreadPoolExecutor(4) as threads:
        coming = threads.map(come, range(40))
        restored = put_back()
        list(coming)
    with restored.app_context():
        tables = (Registration, FormSubmission, OutgoingEmail, AuditEntry)
        counts = {db.session.scalar(db.select(func.count()).select_from(one)) for one in tables}
        pool = db.session.scalars(db.select(SeatPool)).one()
        assert counts == {pool.taken + pool.waiting}


def test_mail_that_may_have_left_is_held(app: Flask, put_back: Callable[[], Flask], at: datetime) -> None:
    event_id = make_event()
    sign_up(event_id)
    sign_up(event_id)
    later = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id)).all()[-1].id
    tomorrow = at + timedelta(days=1)
    transact(lambda _: setattr(db.session.get_one(OutgoingEmail, later), "due_at", tomorrow))
    restored = put_back()
    with restored.app_context():
        answer = restored.test_cli_runner().invoke(args=["restored"])
        assert (answer.exit_code, "1 mails that were due are held" in answer.output) == (0, True), answer.output
        mails = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id)).all()
        assert [mail.state for mail in mails] == [EmailState.FAILED, EmailState.QUEUED]
        assert deliver() == 0
    assert deliver() == 1  # Where nobody said that a backup was put back, it leaves.


def test_a_damaged_one_is_refused(app: Flask, put_back: Callable[[], Flask]) -> None:
    sign_up(make_event())
    transact(lambda _: auditing.seal())
    restored = put_back()
    with restored.app_context():
        meddle("UPDATE audit_entry SET act = 'nothing'")
        answer = restored.test_cli_runner().invoke(args=["restored"])
        assert answer.exit_code == 1
        assert "Audit entry 1 is not as it was written." in answer.output
        assert db.session.scalars(db.select(OutgoingEmail.state)).all() == [EmailState.QUEUED]


@pytest.mark.database("sqlite")
class TestAFile:
    def test_broken_references_are_seen(self, app: Flask, runner: FlaskCliRunner) -> None:
        sign_up(make_event())
        meddle("DELETE FROM event")
        answer = runner.invoke(args=["restored"])
        assert (answer.exit_code, "names a row of event that is not there" in answer.output) == (1, True)

    def test_broken_pages_are_seen(self, app: Flask, put_back: Callable[[], Flask], tmp_path: Path) -> None:
        restored, file = put_back(), tmp_path / "copy.sqlite"
        content = bytearray(file.read_bytes())
        for place in range(5 * 4096, 60 * 4096, 4096):
            content[place : place + 100] = bytes(100)
        file.write_bytes(content)
        with restored.app_context():
            assert restored.test_cli_runner().invoke(args=["restored"]).exit_code == 1
        checked = subprocess.run(["sha256sum", "--check", "--status", "copy.sqlite.sha256"], cwd=tmp_path, check=False)
        assert checked.returncode == 1

    def test_another_file_is_never_written_over(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        (tmp_path / "copy.sqlite").write_text("mine")
        answer = runner.invoke(args=["backup", str(tmp_path / "copy.sqlite")])
        assert (answer.exit_code, (tmp_path / "copy.sqlite").read_text()) == (1, "mine")

    def test_half_a_one_is_not_left_behind(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        (tmp_path / "copy.sqlite.sha256").mkdir()  # The checksum cannot be written.
        answer = runner.invoke(args=["backup", str(tmp_path / "copy.sqlite")])
        assert (answer.exit_code, (tmp_path / "copy.sqlite").exists()) == (1, False)

    def test_nobody_else_can_read_it(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        assert runner.invoke(args=["backup", str(tmp_path / "copy.sqlite")]).exit_code == 0
        assert (tmp_path / "copy.sqlite").stat().st_mode & 0o777 == 0o600

    def test_a_folder_that_is_not_there_is_named(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        answer = runner.invoke(args=["backup", str(tmp_path / "nowhere" / "copy.sqlite")])
        assert (answer.exit_code, "nowhere" in answer.output) == (1, True)


@pytest.mark.database("postgresql")
def test_for_postgresql_the_command_names_its_own_tools(runner: FlaskCliRunner, tmp_path: Path) -> None:
    answer = runner.invoke(args=["backup", str(tmp_path / "copy")])
    assert (answer.exit_code, "pg_dump" in answer.output) == (1, True)
