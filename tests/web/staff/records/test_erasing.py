"""What is held of a person, through the console: taking it as a file, and erasing it."""

import json
import shutil
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.db import db, transact
from app.mail import delivery, transports
from app.models import Access, AuditEntry, Invitation, Mode, OutgoingEmail, Registration
from app.operations.registration import inviting
from app.operations.registration.details import Needs
from tests.support.desk import details, make_event, sign_up, with_rules
from tests.support.html import Page
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
    assert "The mails to this person were erased." in after.text
    assert not [words for words in ("Ruiz", "call them") if words in after.text]
    assert not after.all("a", href=f"{page}/address")
    assert acts()[0] == "erased person"


def test_it_is_the_administrators(editor: CheckedClient, page: str) -> None:
    assert not editor.page(page).main.all("a", href=f"{page}/erasure")
    assert editor.get(f"{page}/erasure").status_code == 403


def ask_about(client: CheckedClient, email: str) -> Any:
    """Who is neither registered nor known by a page of their own is asked for by address, which stands in no link."""
    return client.submit(client.page("/staff/held"), email=email)


def test_an_address_without_a_registration_is_handed_out_and_erased(administrator: CheckedClient, at: datetime) -> None:
    event_id = with_rules(make_event(), access=Access.INVITED)
    transact(lambda at: inviting.invite(event_id, ["Guest@b.example"], by="ed@office.example", at=at))
    shown = Page(ask_about(administrator, "guest@b.example").text).main
    assert "Invitations 1" in shown.text
    held = shown.all("form")[0]
    values = {field.get("name"): field.get("value") for field in held.all("input", type="hidden")}
    answer = administrator.post("/staff/held/file", data=values)
    assert json.loads(answer.data)["invitation"][0]["email"] == "Guest@b.example"
    assert administrator.post("/staff/held/erasure", data=values).status_code == 422
    done = administrator.post("/staff/held/erasure", data={**values, "is_sure": "y"})
    assert "Everything that was held under this address is erased." in administrator.page(done.location).main.text
    assert db.session.scalars(db.select(Invitation.email)).one() == "(erased)"
    assert "Nothing is held under guest@b.example." in ask_about(administrator, "guest@b.example").text
    assert acts()[:2] == ["erased person", "took what is held"]
    told = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert {(one.subject, one.subject_id, one.personal) for one in told} == {("address", None, None)}


def test_by_the_address_the_registrations_go_as_well(administrator: CheckedClient, page: str) -> None:
    shown = Page(ask_about(administrator, "ANA@b.example").text).main
    assert "They would still come to 1 event." in shown.text
    values = {field.get("name"): field.get("value") for field in shown.all("form")[1].all("input", type="hidden")}
    administrator.post("/staff/held/erasure", data={**values, "is_sure": "y"})
    assert db.session.scalars(db.select(Registration.email)).one() is None
    assert "(erased)" in administrator.page(page).text


def test_an_address_is_asked_for_by_administrators_alone(editor: CheckedClient) -> None:
    assert editor.get("/staff/held").status_code == 403
    assert "all that is held" not in editor.page("/staff/followers").text


def copies_to(address: str, folder: Path) -> list[Path]:
    files = [one for one in folder.rglob("*") if one.is_file()]
    return [one for one in files if address in str(message_from_bytes(one.read_bytes())["To"])]


def test_copies_of_the_mails_go_as_well(app: Flask, administrator: CheckedClient, page: str, tmp_path: Path) -> None:
    """Those in the Maildir, and those in the archive; where it cannot be reached, they are named for whoever can."""
    sign_up(make_event(), details(email="bo@b.example"))
    while delivery.drain("worker-1", transports.chosen()).taken:
        pass
    maildir = app.config["INSTANCE_DIR"] / "mail"
    shutil.copytree(maildir, tmp_path / "archive")
    app.config["MAIL_ARCHIVE"] = str(tmp_path / "archive")
    assert len(copies_to("ana@b.example", maildir)) == len(copies_to("ana@b.example", tmp_path / "archive")) > 1
    press(administrator, page, "/erasure", is_sure="y")
    assert copies_to("ana@b.example", tmp_path) == copies_to("ana@b.example", maildir) == []
    assert len(copies_to("bo@b.example", maildir)) == len(copies_to("bo@b.example", tmp_path / "archive")) == 1


def test_copies_that_cannot_be_reached_are_named(
    app: Flask, administrator: CheckedClient, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    while delivery.drain("worker-1", transports.chosen()).taken:
        pass
    app.config["MAIL_ARCHIVE"] = str(app.config["INSTANCE_DIR"] / "nowhere")
    mine = db.session.scalars(db.select(OutgoingEmail.message_id).filter_by(recipient="ana@b.example")).all()
    done = press(administrator, page, "/erasure", is_sure="y")
    told = administrator.page(done.location).text
    assert "Copies of mails could not be deleted from the archive." in told
    assert [one for one in mine if one in told] == mine
    assert [one for one in mine if one in caplog.text] == mine
