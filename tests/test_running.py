"""What docs/running.md promises to whoever runs this: its commands are ours, and a restored copy is whole."""

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import create_app, keys, links
from app.db import db, transact
from app.models import AccessibilityRequest, Need, Registration
from app.operations import auditing
from app.operations.registration import answering
from app.operations.registration.details import Needs
from tests.guards.sources import ROOT
from tests.support.desk import details, make_event, sign_up

TEXT = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def default_app(folder: Path) -> Any:
    """As `make run` starts it: database and keys lie in the instance folder."""
    return create_app({"INSTANCE_DIR": folder, "DATABASE_URL": "", "TESTING": True})


@pytest.fixture
def instance(database: str, tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    shutil.copyfile(database.removeprefix("sqlite:///"), folder / "trade-events.sqlite")
    return folder


def back_up(database: Path, target: Path) -> None:
    """What ``sqlite3 … ".backup …"`` does."""
    with sqlite3.connect(database) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()


@pytest.mark.slow
@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("at")
def test_a_copy_of_a_live_instance_opens_links_and_needs_elsewhere(instance: Path, tmp_path: Path) -> None:
    with default_app(instance).app_context():
        sign_up(make_event(capacity=5), details(needs=Needs((Need.CAPTIONS,), "A quiet room")))
        transact(lambda _: auditing.seal())
        person = db.session.scalars(select(Registration)).one()
        path = links.manage(person.id, person.link_version).removeprefix("http://127.0.0.1:8000")
        number, elsewhere = person.number, tmp_path / "elsewhere"
        db.session.rollback()
        elsewhere.mkdir()

        def amid_a_change(_at: datetime) -> None:
            db.session.get_one(Registration, 1).first_name = "Half"
            db.session.flush()
            back_up(instance / "trade-events.sqlite", elsewhere / "trade-events.sqlite")

        transact(amid_a_change)
        for name in ("data-key", "secret-key"):
            shutil.copyfile(instance / name, elsewhere / name)
        db.engine.dispose()
    restored = default_app(elsewhere)
    page = restored.test_client().get(path)
    assert (page.status_code, number in page.text, "Half" in page.text) == (200, True, False)
    with restored.app_context():
        assert answering.unsealed(db.session.scalars(select(AccessibilityRequest)).one()).text == "A quiet room"
        assert auditing.verify().first_bad_id is None
        db.engine.dispose()


@pytest.mark.slow
@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("at")
def test_without_its_keys_a_copy_opens_neither(instance: Path) -> None:
    with default_app(instance).app_context():
        sign_up(make_event(capacity=5), details(needs=Needs((Need.CAPTIONS,))))
        path = links.manage(1, 1).removeprefix("http://127.0.0.1:8000")
        db.engine.dispose()
    for name in ("data-key", "secret-key"):
        (instance / name).unlink()
    other = default_app(instance)
    assert other.test_client().get(path).status_code == 404
    with other.app_context():
        with pytest.raises(keys.UnreadableError):
            answering.unsealed(db.session.scalars(select(AccessibilityRequest)).one())
        db.engine.dispose()


def test_its_services_start_what_the_procfile_starts() -> None:
    commands = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    web = (
        commands["web"]
        .replace("0.0.0.0", "127.0.0.1")
        .replace("${PORT:-8000}", "8000")
        .replace("${WEB_WORKERS:-2}", "2")
    )
    assert web.partition("python ")[2] in TEXT
    assert commands["worker"].partition("flask ")[2] in TEXT
    assert commands["release"].partition("flask ")[2] in TEXT
