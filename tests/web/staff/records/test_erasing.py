"""What is held of a person, through the console: taking it as a file, and erasing it."""

import json
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.db import db
from app.models import AuditEntry, Mode, Registration
from app.operations.registration.details import Needs
from tests.support.desk import details, make_event, sign_up
from tests.support.pages import CheckedClient


@pytest.fixture
def page(app: Flask, at: datetime) -> str:
    sign_up(make_event(capacity=5), details(email="ana@b.example", last_name="Ruiz", needs=Needs((), "A quiet room")))
    return f"/staff/registrations/{db.session.scalars(db.select(Registration.id)).one()}"


def press(client: CheckedClient, page: str, path: str, **values: str) -> Any:
    token = client.page(f"{page}/erasure").main.all("input", name="csrf_token")[0].get("value")
    return client.post(f"{page}{path}", data={"csrf_token": token, **values})


def acts() -> list[str]:
    return list(db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.id.desc())))


def test_all_that_is_held_is_a_file(administrator: CheckedClient, page: str) -> None:
    assert administrator.page(page).main.all("a", href=f"{page}/erasure")
    answer = press(administrator, page, "/held")
    held = json.loads(answer.data)
    assert answer.headers["Cache-Control"] == "no-store"
    (registration,) = held["registration"]
    assert (registration["email"], registration["mode"]) == ("ana@b.example", Mode.IN_PERSON.value)
    assert held["accessibility_request"][0]["text"] == "A quiet room"
    assert {"confirmed", "accessibility-received"} <= {mail["kind"] for mail in held["outgoing_email"]}
    assert "link_version" not in answer.text
    assert acts()[0] == "took what is held"


def test_erasing_asks_first(administrator: CheckedClient, page: str) -> None:
    shown = administrator.page(f"{page}/erasure").main.text
    assert "They would still come to 1 event. That registration is cancelled first" in shown
    assert press(administrator, page, "/erasure").status_code == 422
    assert db.session.scalars(db.select(Registration.email)).one() == "ana@b.example"
    assert press(administrator, page, "/erasure", is_sure="y").status_code == 303
    after = administrator.page(page).main
    assert "(erased)" in administrator.page(page).text
    assert "nobody can tell whose it was" in after.text
    assert not [words for words in ("Ruiz", "call them") if words in after.text]
    assert not after.all("a", href=f"{page}/address")
    assert acts()[0] == "erased person"


def test_it_is_the_administrators(editor: CheckedClient, page: str) -> None:
    assert not editor.page(page).main.all("a", href=f"{page}/erasure")
    assert editor.get(f"{page}/erasure").status_code == 403
