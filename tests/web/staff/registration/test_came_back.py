"""An address that mail came back from: seen on the person's page, the event's, home and in the list; and mended."""

from datetime import datetime
from typing import Any

import pytest

from app.db import db, transact
from app.models import BouncedAddress, EmailState, Event, MessageKind, OutgoingEmail, Registration, RegistrationState
from app.operations import notifying
from app.operations.registration.filtering import read
from tests.support import factories
from tests.support.pages import CheckedClient


@pytest.fixture
def event() -> Event:
    return factories.event(title="Filing an Entry")


def came_back(
    event: Event, email: str = "ana@harbor.example", *, words: str = "550 5.1.1 No such user", **given: Any
) -> int:
    person = factories.registration(event, first_name="Ana", last_name="Lopez", email=email, **given)
    person_id = person.id

    def work(at: datetime) -> None:
        mail = notifying.queue(MessageKind.CONFIRMED, db.session.get_one(Registration, person_id), at=at)
        assert mail
        db.session.flush()
        mail.enter(EmailState.BOUNCED, words, at)
        db.session.merge(BouncedAddress.of(mail, words, at))

    transact(work)
    return person_id


def unflagged(email: str) -> bool:
    db.session.rollback()
    return db.session.get(BouncedAddress, email) is None


def test_the_person_is_flagged_with_two_ways_on(editor: CheckedClient, event: Event) -> None:
    page = editor.page(f"/staff/registrations/{came_back(event)}")
    assert "Mail to ana@harbor.example came back" in page.main.text
    assert "There is no such address" in page.main.text
    assert "No more mail goes there until you decide" in page.main.text
    assert "550 5.1.1 No such user" in page.main.text


def test_a_full_mailbox_goes_on_being_written_to(editor: CheckedClient, event: Event) -> None:
    person_id = came_back(event, words="552 5.2.2 Full")
    assert "Mail goes on being sent there" in editor.page(f"/staff/registrations/{person_id}").main.text


def test_corrected_the_flag_goes_and_the_state_is_mailed(editor: CheckedClient, event: Event) -> None:
    person_id = came_back(event)
    (way,) = [a for a in editor.page(f"/staff/registrations/{person_id}").main.all("a") if "mail again" in a.text]
    editor.submit(editor.page(way.get("href")), email="ana@importer.example")
    assert "came back" not in editor.page(f"/staff/registrations/{person_id}").one("main").all("h1")[0].text
    page = editor.page("/staff/")
    assert "came back" not in page.text
    assert "did not arrive" not in page.text
    queued = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.state == EmailState.QUEUED)).one()
    assert (queued.recipient, queued.kind) == ("ana@importer.example", MessageKind.CONFIRMED)


def test_found_right_it_is_tried_again(editor: CheckedClient, event: Event) -> None:
    person_id = came_back(event)
    address = f"/staff/registrations/{person_id}/address/trial"
    (form,) = editor.page(f"/staff/registrations/{person_id}").all("form", action=address)
    (token,) = form.all("input", name="csrf_token")
    for _ in range(2):  # Pressed twice, it is mailed once.
        assert editor.post(address, data={"csrf_token": token.get("value")}).status_code == 303
    assert unflagged("ana@harbor.example")
    queued = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.state == EmailState.QUEUED)).one()
    assert queued.recipient == "ana@harbor.example"
    assert "Address found right" in editor.page(f"/staff/registrations/{person_id}").main.text


def test_the_event_and_home_name_them_before_the_event(editor: CheckedClient, event: Event) -> None:
    came_back(event)
    came_back(event, "gone@harbor.example", state=RegistrationState.CANCELLED)
    page = editor.page(f"/staff/events/{event.id}")
    table = page.one("section", aria_labelledby="unreached").one("table")
    assert len(table.all("tr")) == 2
    assert "ana@harbor.example" in table.text
    home = editor.page("/staff/")
    assert "Filing an Entry: mail to 1 person came back." in home.text
    (way,) = [a for a in home.all("a") if "mail to 1 person came back" in a.text]
    listed = editor.page(way.get("href")).main.text
    assert "ana@harbor.example" in listed


def test_who_sees_no_people_sees_none_here(viewer: CheckedClient, event: Event) -> None:
    came_back(event)
    assert "ana@harbor.example" not in viewer.page(f"/staff/events/{event.id}").text
    assert "came back" not in viewer.page("/staff/").one("main").text.replace("Mail that did not arrive", "")


def test_the_list_can_be_narrowed_to_them(editor: CheckedClient, event: Event) -> None:
    came_back(event)
    factories.registration(event, email="reached@harbor.example")
    page = editor.page(f"/staff/events/{event.id}/attendees?mail=bounced")
    assert "ana@harbor.example" in page.main.text
    assert "reached@harbor.example" not in page.main.text
    assert "Mail came back" in page.main.text
    asked = read({"mail": ["bounced"]}, event.id)
    assert asked.narrows
    assert asked.to_json()["mail"] == "bounced"
