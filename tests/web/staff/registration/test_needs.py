"""Accessibility requests through the console: for those with the right alone, each look in the log."""

from datetime import datetime

import pytest
from flask import Flask

from app.db import db, transact
from app.models import (
    AccessibilityRequest,
    AuditEntry,
    Event,
    MessageKind,
    Need,
    OutgoingEmail,
    Registration,
    RequestState,
)
from app.operations.registration.arranging import ask_for_access
from app.operations.registration.cancelling import cancel
from app.operations.registration.details import Needs
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.html import Page
from tests.support.pages import CheckedClient

TOLD = "I lip-read: a seat in front."
ANSWER = "A seat in the first row is kept for you."


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    event_id = make_event()
    sign_up(event_id, details(first_name="Dana", last_name="Okafor", needs=Needs((Need.SIGN_LANGUAGE,), TOLD)))
    return event_id


@pytest.fixture
def person_id(event_id: int) -> int:
    return registrations(event_id)[0].id


def mails_of_answers() -> int:
    db.session.rollback()
    kind = OutgoingEmail.kind == MessageKind.ACCESSIBILITY_ANSWERED
    return db.session.scalar(db.select(db.func.count()).select_from(OutgoingEmail).where(kind)) or 0


def looks() -> list[tuple[str, int | None]]:
    entries = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "viewed"))
    return [(entry.actor, entry.subject_id) for entry in entries]


def test_it_works(editor: CheckedClient, event_id: int, person_id: int) -> None:
    listed = editor.page(f"/staff/events/{event_id}/needs")
    assert "Dana Okafor" in listed.main.text
    assert TOLD not in listed.main.text
    assert looks() == []
    page = editor.page(f"/staff/registrations/{person_id}/needs")
    assert TOLD in page.main.text
    assert "American Sign Language interpreter" in page.main.text
    assert [subject for _, subject in looks()] == [person_id]
    answer = editor.submit(page, state="arranged", text=ANSWER)
    assert answer.location == f"/staff/events/{event_id}/needs"
    db.session.expire_all()
    assert db.session.get_one(AccessibilityRequest, person_id).state is RequestState.ARRANGED
    listed = editor.page(answer.location)
    assert "No request waits" in listed.main.text
    assert "Dana Okafor" in listed.main.text
    assert ANSWER not in listed.main.text
    assert ANSWER in editor.page(f"/staff/registrations/{person_id}/needs").main.text


def test_the_mail_is_looked_at_first(editor: CheckedClient, person_id: int) -> None:
    page = editor.page(f"/staff/registrations/{person_id}/needs")
    looked = Page(editor.submit(page, state="arranged", text=ANSWER, look="yes").text)
    (shown,) = looked.main.all("pre")
    assert ANSWER in shown.text
    assert "Answer to your accessibility request" in looked.main.text
    assert looked.main.one("textarea").text.strip() == ANSWER
    assert mails_of_answers() == 0
    assert db.session.get_one(AccessibilityRequest, person_id).state is RequestState.OPEN
    assert editor.submit(looked).status_code == 303
    assert mails_of_answers() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": ANSWER}, "Say whether it is arranged."),
        ({"text": ANSWER, "state": "withdrawn"}, "Choose one of these."),
        ({"state": "arranged"}, "Write what the person will read"),
        ({"state": "arranged", "text": " "}, "Write what the person will read"),
        ({"state": "arranged", "text": "x" * 2001}, "Shorten this to 2000 characters"),
        ({"state": "arranged", "text": "a\u202eb"}, "hidden character"),
    ],
)
def test_what_is_no_answer(editor: CheckedClient, person_id: int, values: dict[str, str], words: str) -> None:
    page = editor.page(f"/staff/registrations/{person_id}/needs")
    refused = editor.submit(page, **values)
    assert refused.status_code == 422
    assert words in Page(refused.text).main.text
    assert mails_of_answers() == 0


def test_who_has_no_address_is_told_by_phone(editor: CheckedClient, event_id: int) -> None:
    person_id = make.registration(db.session.get_one(Event, event_id), email=None, email_key=None).id
    typed = details(needs=Needs((Need.CAPTIONS,)))
    transact(lambda at: ask_for_access(db.session.get_one(Registration, person_id), typed, at))
    page = editor.page(f"/staff/registrations/{person_id}/needs")
    assert "call the person" in page.main.text
    assert editor.submit(page, state="arranged").status_code == 303
    assert mails_of_answers() == 0


def test_two_who_answer_at_once(editor: CheckedClient, administrator: CheckedClient, person_id: int) -> None:
    address = f"/staff/registrations/{person_id}/needs"
    first, second = editor.page(address), administrator.page(address)
    editor.submit(first, state="arranged", text=ANSWER)
    refused = administrator.submit(second, state="not-possible", text="Nobody is free.")
    assert refused.status_code == 422
    shown = Page(refused.text)
    assert "This changed meanwhile: somebody answered" in shown.main.text
    assert ANSWER in shown.main.text
    assert shown.main.one("textarea").text.strip() == "Nobody is free."
    assert administrator.submit(shown).status_code == 303
    assert mails_of_answers() == 2


def test_opening_the_mail_with_the_answer_is_logged(editor: CheckedClient, person_id: int) -> None:
    editor.submit(editor.page(f"/staff/registrations/{person_id}/needs"), state="arranged", text=ANSWER)
    mail_id = db.session.scalar(
        db.select(OutgoingEmail.id).where(OutgoingEmail.kind == MessageKind.ACCESSIBILITY_ANSWERED)
    )
    before = len(looks())
    assert ANSWER in editor.page(f"/staff/messages/{mail_id}").main.text
    assert len(looks()) == before + 1


def test_who_cancelled_gets_no_answer(editor: CheckedClient, person_id: int) -> None:
    transact(lambda at: cancel(person_id, at=at).id)
    page = editor.page(f"/staff/registrations/{person_id}/needs")
    assert "there is nothing to arrange" in page.main.text
    assert not page.main.all("textarea")


def test_every_look_is_logged(editor: CheckedClient, person_id: int) -> None:
    for _ in range(3):
        editor.page(f"/staff/registrations/{person_id}/needs")
    assert len(looks()) == 3
    assert len({actor for actor, _ in looks()}) == 1


def test_others_learn_nothing(door_staff: CheckedClient, viewer: CheckedClient, event_id: int, person_id: int) -> None:
    for client in (door_staff, viewer):
        assert client.get(f"/staff/events/{event_id}/needs").status_code == 403
        assert client.get(f"/staff/registrations/{person_id}/needs").status_code == 403
    # Not even that there is a request.
    for address in (f"/staff/registrations/{person_id}", f"/staff/events/{event_id}/attendees"):
        assert "ccessibility" not in door_staff.page(address).main.text
    assert looks() == []


def test_the_registration_page_shows_no_content(editor: CheckedClient, person_id: int) -> None:
    text = editor.page(f"/staff/registrations/{person_id}").text
    assert "Accessibility request" in text
    assert "lip-read" not in text
    assert "Sign Language" not in text


def test_who_asked_for_nothing_has_no_page(editor: CheckedClient, event_id: int) -> None:
    sign_up(event_id)
    without = registrations(event_id)[1].id
    assert editor.get(f"/staff/registrations/{without}/needs").status_code == 404
    assert editor.post(f"/staff/registrations/{without}/needs", data={}).status_code in {400, 404}


def test_a_lost_key_is_said_and_breaks_nothing(app: Flask, editor: CheckedClient, person_id: int) -> None:
    app.config["DATA_KEYS"] = ["another-key-that-sealed-nothing-in-here"]
    page = editor.page(f"/staff/registrations/{person_id}/needs", status=409)
    assert "DATA_KEYS" in page.main.text
    assert TOLD not in page.main.text
