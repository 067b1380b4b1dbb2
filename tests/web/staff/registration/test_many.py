"""One act for many people of the list: ticked, looked at once more, done, each told and logged alone."""

from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.db import db, transact
from app.models import AuditEntry, BouncedAddress, MessageKind, Mode, OutgoingEmail
from app.models.failure_reason import FailureReason
from app.operations.registration import acting_on_many, placing
from app.web.staff.registration import batches, many
from app.web.staff.registration.many_words import left_words
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def event_id() -> int:
    """Ada and Ben have the seats in the room; Cleo and Dora wait for one; Eve is online, with one more seat free."""
    made = make_event(capacity=2, online=2)
    for name in ("Ada", "Ben", "Cleo", "Dora"):
        sign_up(made, details(last_name=name, first_name="", email=f"{name.lower()}@example.com"))
    sign_up(made, details(last_name="Eve", first_name="", mode=Mode.ONLINE))
    return made


def ids(event_id: int, *names: str) -> list[int]:
    return [person.id for person in registrations(event_id) if person.last_name in names]


def tick(client: CheckedClient, event_id: int, act: str, *names: str, **more: Any) -> TestResponse:
    """The press of a button below the list."""
    page = client.page(f"/staff/events/{event_id}/attendees")
    token = next(form for form in page.main.all("form") if form.get("id") == "decision").one("input", name="csrf_token")
    values = {"csrf_token": token.get("value"), "people": ids(event_id, *names), **more}
    return client.post(f"/staff/events/{event_id}/attendees/{act}", data=values)


def go_on(client: CheckedClient, second_look: TestResponse, **typed: Any) -> TestResponse:
    """The press that does it."""
    assert second_look.status_code == 200
    form = next(form for form in Page(second_look.text).main.all("form") if "/attendees/" in form.get("action"))
    kept = {field.get("name"): field.get("value") for field in form.all("input", type="hidden")}
    people = [field.get("value") for field in form.all("input", name="people")]
    return client.post(form.get("action"), data={**kept, "people": people, **typed})


def mails(kind: MessageKind) -> list[str]:
    found = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=kind).order_by(OutgoingEmail.id))
    return [mail.facts["registration"]["full_name"] for mail in found]


def come_back(email_key: str) -> None:
    gone = FailureReason.NO_SUCH_ADDRESS
    transact(lambda at: db.session.add(BouncedAddress(email_key=email_key, bounced_at=at, reason=gone)))


def acts(act: str) -> list[AuditEntry]:
    return list(db.session.scalars(db.select(AuditEntry).filter_by(act=act).order_by(AuditEntry.id)))


def test_cancelling_says_first_who_is_meant_and_mailed(editor: CheckedClient, event_id: int) -> None:
    shown = Page(tick(editor, event_id, "cancellation", "Ada", "Cleo").text).main.text
    assert "Cancel 2 registrations" in shown
    assert "Ada, Okafor Imports" in shown
    assert "2 of them get a mail each. Whoever moves up into a seat that becomes free gets a mail as well." in shown
    assert standings(event_id)[0] == "in-person confirmed"


def test_nobody_moves_up_who_is_cancelled_as_well(editor: CheckedClient, event_id: int) -> None:
    asked = tick(editor, event_id, "cancellation", "Ada", "Cleo")
    done = go_on(editor, asked, reason="Double bookings")
    assert "2 registrations are cancelled." in editor.page(done.location).text
    assert standings(event_id) == [
        *("in-person cancelled", "in-person confirmed", "in-person cancelled", "in-person confirmed"),
        "online confirmed",
    ]
    assert seats(event_id)["in-person"] == (2, 0)
    assert mails(MessageKind.CANCELLED_BY_STAFF) == ["Cleo", "Ada"]
    assert mails(MessageKind.PROMOTED) == ["Dora"]
    told = [(one.subject_id, one.detail) for one in acts("cancelled")]
    assert told == [(one, {"reason": "Double bookings"}) for one in ids(event_id, "Cleo") + ids(event_id, "Ada")]


def test_nobody_is_written_to_when_staff_say_so(editor: CheckedClient, event_id: int) -> None:
    go_on(editor, tick(editor, event_id, "cancellation", "Eve"), tell_nobody="y")
    assert standings(event_id)[-1] == "online cancelled"
    assert mails(MessageKind.CANCELLED_BY_STAFF) == []


def test_the_other_way_goes_to_whoever_waits_first(editor: CheckedClient, event_id: int) -> None:
    shown = tick(editor, event_id, "online", "Ada", "Cleo", "Eve")
    assert "Move 2 people to: Online" in Page(shown.text).main.text
    assert "Whoever is moved gets a mail" in Page(shown.text).main.text
    page = editor.page(go_on(editor, shown).location)
    assert "1 person is moved, and being told." in page.text
    assert "1 keeps what they have: no seat is free there." in page.text
    assert standings(event_id)[:3] == ["in-person confirmed", "in-person confirmed", "online confirmed"]
    assert mails(MessageKind.CHANGED) == ["Cleo"]


def test_mail_goes_again_to_whom_it_reaches(editor: CheckedClient, event_id: int) -> None:
    come_back("ben@example.com")
    before = len(mails(MessageKind.CONFIRMED))
    asked = tick(editor, event_id, "mail", "Ada", "Ben")
    shown = Page(asked.text).main
    assert "1 of them gets a mail." in shown.text
    assert shown.all("a", href=f"/staff/registrations/{ids(event_id, 'Ben')[0]}")
    page = editor.page(go_on(editor, asked).location)
    assert "1 mail is on its way." in page.text
    assert "1 was not mailed" in page.text
    assert mails(MessageKind.CONFIRMED)[before:] == ["Ada"]
    assert [one.subject_id for one in acts("mail sent again")] == ids(event_id, "Ada")


def test_all_who_fit_the_filter_and_the_way_back_to_it(editor: CheckedClient, event_id: int) -> None:
    done = go_on(editor, tick(editor, event_id, "cancellation", all="y", state="waitlisted"))
    assert done.location.endswith(f"/staff/events/{event_id}/attendees?state=waitlisted")
    assert standings(event_id)[2:] == ["in-person cancelled", "in-person cancelled", "online confirmed"]


def test_a_way_that_is_closed_asks_why(editor: CheckedClient) -> None:
    made = make_event(capacity=2, online=None)
    sign_up(made, details(last_name="Ada", first_name=""))
    transact(lambda at: [setattr(pool, "closes_at", at) for pool in registrations(made)[0].event.pools])
    asked = tick(editor, made, "online", "Ada")
    assert go_on(editor, asked).status_code == 422
    go_on(editor, asked, reason="The hall is too small")
    assert standings(made) == ["online confirmed"]


def test_what_cannot_be_done_for_anybody_is_said(editor: CheckedClient, event_id: int) -> None:
    elsewhere = make_event()
    sign_up(elsewhere, details(last_name="Fay"))
    for people in ([], ["x"], ["9" * 30], ids(elsewhere, "Fay"), ids(event_id, "Eve")):
        answer = tick(editor, event_id, "online", people=people)
        assert "Tick at least one person" in editor.page(answer.location).text
    assert standings(elsewhere) == ["in-person confirmed"]


def test_whoever_was_seated_from_the_line_registered_no_earlier_for_it(editor: CheckedClient) -> None:
    made = make_event(capacity=1, online=1)
    for name in ("Ada", "Ben"):
        sign_up(made, details(last_name=name, first_name="", email=f"{name.lower()}@example.com"))
    transact(lambda at: placing.give_seat(ids(made, "Ben")[0], reason="Spoke", by="e", at=at))
    go_on(editor, tick(editor, made, "online", "Ada", "Ben"))
    assert standings(made) == ["online confirmed", "in-person confirmed"]


def test_a_second_press_of_the_same_page_mails_nobody_twice(editor: CheckedClient, event_id: int) -> None:
    before, asked = len(mails(MessageKind.CONFIRMED)), tick(editor, event_id, "mail", "Ada", "Ben")
    for _press in range(2):
        page = editor.page(go_on(editor, asked).location)
        assert "2 mails are on their way." in page.text
    assert mails(MessageKind.CONFIRMED)[before:] == ["Ada", "Ben"]
    go_on(editor, tick(editor, event_id, "mail", "Ada"))
    assert mails(MessageKind.CONFIRMED)[before:] == ["Ada", "Ben", "Ada"]
    go_on(editor, tick(editor, event_id, "mail", "Ben"), press="x" * 200)
    assert mails(MessageKind.CONFIRMED)[before + 3 :] == ["Ben"]


def test_what_was_done_is_said_where_a_later_batch_fails(
    app: Flask, editor: CheckedClient, event_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    asked, left = tick(editor, event_id, "mail", "Ada", "Ben"), iter([True])

    def fail(_connection: Any, _cursor: Any, statement: str, *_given: Any) -> None:
        if statement.startswith("INSERT INTO outgoing_email") and not next(left, False):
            raise RuntimeError

    event.listen(db.engine, "before_cursor_execute", fail)
    answer = go_on(editor, asked)
    event.remove(db.engine, "before_cursor_execute", fail)
    assert answer.status_code == 500
    assert "1 mail is on its way." in answer.text + editor.page(f"/staff/events/{event_id}/attendees").text


def test_more_than_can_be_done_at_once(editor: CheckedClient, event_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "MOST_AT_ONCE", 4)
    shown = tick(editor, event_id, "cancellation", all="y")
    assert "Cancel 4 registrations" in Page(shown.text).main.text
    assert "These are the first 4 of all who fit; the others are left out." in Page(shown.text).main.text
    answer = tick(editor, event_id, "mail", all="y")
    assert "At most 4 people are mailed again at once." in editor.page(answer.location).text
    assert "left out" not in Page(tick(editor, event_id, "mail", "Ada", "Ben", "Cleo", "Dora").text).main.text


def test_who_waits_for_approval_is_moved_without_a_seat(editor: CheckedClient) -> None:
    made = with_rules(make_event(capacity=2, online=2), needs_approval=True)
    sign_up(made, details(last_name="Ada", first_name=""))
    said = "Who waits for approval is moved without a seat"
    assert said in Page(tick(editor, made, "online", "Ada").text).main.text


def test_a_way_that_closed_between_the_two_looks(editor: CheckedClient, event_id: int) -> None:
    asked = tick(editor, event_id, "online", "Ada")
    assert "Who waits for approval" not in Page(asked.text).main.text
    closing = partial(acting_on_many.move, event_id, ids(event_id, "Ada"), Mode.ONLINE, by="e")
    transact(lambda at: [setattr(pool, "closes_at", at) for pool in registrations(event_id)[0].event.pools])
    came = transact(lambda at: closing(at=at))
    (refusal,) = came.left
    assert left_words(refusal, 1).startswith("1 keeps what they have: registration for that way of attending closed")
