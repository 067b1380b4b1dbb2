"""A disk without room: nothing that was answered is lost, pages are read on, and with room again all goes on."""

import logging
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.db import db
from app.models import AuditEntry, FormSubmission, OutgoingEmail, Registration
from app.web import access_log
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.staff.records.test_exports import take
from tests.web.test_headers import PRODUCTION

PERSON = {"first_name": "Dana", "last_name": "Okafor", "organization": "Okafor Imports"}


def rows() -> set[int]:
    tables = (Registration, FormSubmission, OutgoingEmail, AuditEntry)
    return {db.session.query(table).count() for table in tables}


@contextmanager
def no_room() -> Iterator[None]:
    """SQLite's file may not grow any more."""

    def limit(connection: object, _record: object = None) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", limit)
    yield
    event.remove(db.engine, "connect", limit)
    db.session.remove()
    db.engine.dispose()


@pytest.mark.slow
@pytest.mark.database("sqlite")
def test_whoever_registers_is_asked_to_send_it_again(client: CheckedClient, at: object) -> None:
    make.event(slug="filing")
    form = client.page("/events/filing/register")
    came = 0
    with no_room():
        while (answer := client.submit(form, **PERSON, email=f"p{came}@importer.example")).status_code == 303:
            came += 1
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert client.get("/events/filing").status_code == 200
        assert rows() == {came}
    assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
    assert client.submit(Page(answer.text)).status_code == 303
    assert rows() == {came + 1}


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_no_half_list_leaves(app: Flask, editor: CheckedClient, at: object) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    made = make.event(slug="filing")
    for number in range(40):
        make.registration(made, organization=f"{number} " + "Okafor Imports " * 12)
    with files_of_at_most(4096):
        answer = take(editor, made)
    assert answer.status_code == 500
    assert "Content-Disposition" not in answer.headers
    assert not db.session.query(AuditEntry).filter_by(act="exported list").count()
    assert "Content-Disposition" in take(editor, made).headers


class TestTheLog:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return PRODUCTION

    def test_a_full_disk_for_it_holds_nobody_up(self, client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
        make.event(slug="filing")
        full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115  Closing it is the last thing tried.
        monkeypatch.setattr(access_log.log, "handlers", [logging.StreamHandler(full)])
        assert client.get("/events/filing", base_url="https://events.example.gov").status_code == 200
        with pytest.raises(OSError, match="No space left"):
            full.close()  # The line is lost, and nothing else.
