"""The page of those who wait for approval: found, ticked, looked at once more, decided about, each with their mail."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app import clock
from app.db import db, transact
from app.mail.rendering import render
from app.models import Event, MessageKind, Mode, OutgoingEmail
from app.operations.records import reporting
from app.operations.registration import allotting, approving
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.staff.registration.test_registration import send

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def event_id() -> int:
    """Two seats in the room, any number online; Ada, Ben and Cleo wait for approval, Cleo for a seat online."""
    made = with_rules(make_event(capacity=2, online=None), needs_approval=True, organization_cap=1)
    for name, mode in (("Ada", Mode.IN_PERSON), ("Ben", Mode.IN_PERSON), ("Cleo", Mode.ONLINE)):
        sign_up(made, details(last_name=name, first_name="", organization=f"{name} Imports", mode=mode))
    return made


def listed(client: CheckedClient, event_id: int, query: str = "") -> list[str]:
    page = client.page(f"/staff/events/{event_id}/approvals{query}")
    return [row.one("a").text for row in page.main.all("th", scope="row")]


def press(client: CheckedClient, event_id: int, act: str, **typed: Any) -> TestResponse:
    """Tick, press a button of the list, and press the button of the page that asks once more."""
    page = client.page(f"/staff/events/{event_id}/approvals")
    token = page.main.all("input", name="csrf_token")[0].get("value")
    given = {name: typed.pop(name) for name in ("people", "all", "q") if name in typed}
    asked = client.post(f"/staff/events/{event_id}/approvals/{act}", data={"csrf_token": token, **given})
    if asked.status_code == 303:
        return asked
    return send_on(client, Page(asked.text), **typed)


def send_on(client: CheckedClient, page: Page, **typed: Any) -> TestResponse:
    form = next(form for form in page.main.all("form") if "/approvals/" in form.get("action"))
    people = [field.get("value") for field in form.all("input", name="people")]
    token = form.all("input", name="csrf_token")[0].get("value")
    values = {"csrf_token": token, "decide": "y", "people": people, **typed}
    return client.post(form.get("action"), data=values)


def ids(event_id: int, *names: str) -> list[int]:
    return [person.id for person in registrations(event_id) if person.last_name in names]


def mails(kind: MessageKind) -> list[str]:
    found = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=kind).order_by(OutgoingEmail.id))
    return [mail.facts["registration"]["full_name"] for mail in found]


def test_it_works(editor: CheckedClient, event_id: int) -> None:
    assert listed(editor, event_id) == ["Ada", "Ben", "Cleo"]
    done = press(editor, event_id, "approve", people=ids(event_id, "Ben", "Cleo"))
    assert "2 approved, and being told." in editor.page(done.location).text
    assert standings(event_id) == ["in-person pending-approval", "in-person confirmed", "online confirmed"]
    assert listed(editor, event_id) == ["Ada"]
    assert mails(MessageKind.CONFIRMED) == ["Ben", "Cleo"]


def test_nothing_is_done_before_the_second_press(editor: CheckedClient, event_id: int) -> None:
    page = editor.page(f"/staff/events/{event_id}/approvals")
    token = page.main.all("input", name="csrf_token")[0].get("value")
    asked = editor.post(
        f"/staff/events/{event_id}/approvals/approve",
        data={"csrf_token": token, "people": ids(event_id, "Ada")},
    )
    assert "Ada, Ada Imports" in Page(asked.text).main.text
    assert "2 seats are free." in Page(asked.text).main.text
    assert standings(event_id)[0] == "in-person pending-approval"


def test_all_who_fit_the_filter(editor: CheckedClient, event_id: int) -> None:
    press(editor, event_id, "decline", all="y", q="cleo", words="The room is all we have.")
    assert standings(event_id)[2] == "online not-approved"
    assert mails(MessageKind.NOT_APPROVED) == ["Cleo"]
    page = editor.page(f"/staff/registrations/{ids(event_id, 'Cleo')[0]}")
    assert "Not approved by staff Reason: The room is all we have." in page.main.text


def test_nobody_ticked_is_said(editor: CheckedClient, event_id: int) -> None:
    for people in ([], ["x"], ["9" * 30], ["0"]):
        answer = press(editor, event_id, "approve", people=people)
        assert "Tick at least one person" in editor.page(answer.location).text
    assert standings(event_id).count("in-person pending-approval") == 2


def test_who_was_decided_about_already_is_said(editor: CheckedClient, event_id: int) -> None:
    for _ in range(2):
        answer = press(editor, event_id, "approve", people=ids(event_id, "Ada"))
    assert "Somebody decided about them meanwhile" in editor.page(answer.location).text


def test_people_of_another_event_are_not_meant(editor: CheckedClient, event_id: int) -> None:
    other = with_rules(make_event(), needs_approval=True)
    sign_up(other, details(last_name="Elsewhere"))
    press(editor, event_id, "approve", people=ids(other, "Elsewhere"))
    assert standings(other) == ["in-person pending-approval"]


def test_asking_back_and_finding_who_answered(editor: CheckedClient, client: CheckedClient, event_id: int) -> None:
    refused = press(editor, event_id, "ask", people=ids(event_id, "Ada"))
    assert refused.status_code == 422
    press(editor, event_id, "ask", people=ids(event_id, "Ada", "Ben"), words="Which ports?")
    assert mails(MessageKind.APPROVAL_QUESTION) == ["Ada", "Ben"]
    ada = ids(event_id, "Ada")[0]
    transact(lambda at: approving.answer(ada, "Laredo.", number=1, at=at).id)
    for query, names in (("not-asked", ["Cleo"]), ("waits", ["Ben"]), ("answered", ["Ada"])):
        assert listed(editor, event_id, f"?asked_back={query}") == names
    assert "Laredo." in editor.page(f"/staff/events/{event_id}/approvals").main.text
    shown = editor.page(f"/staff/registrations/{ada}").main.text
    assert "Answered the question Laredo." in shown


def test_one_more_of_an_organization_needs_a_reason(editor: CheckedClient, event_id: int) -> None:
    sign_up(event_id, details(last_name="Dora", organization="Ada Imports"))
    press(editor, event_id, "approve", people=ids(event_id, "Ada"))
    done = press(editor, event_id, "approve", people=ids(event_id, "Dora"))
    assert "the places of their organization are taken" in editor.page(done.location).text
    dora = ids(event_id, "Dora")[0]
    assert send(editor, dora, "approval").status_code == 422
    page = editor.page(send(editor, dora, "approval", reason="Speaks at noon.").location)
    assert "Approved by staff In person Confirmed Reason: Speaks at noon." in page.main.text


def test_who_was_declined_is_approved_after_all(editor: CheckedClient, event_id: int) -> None:
    press(editor, event_id, "decline", people=ids(event_id, "Ada"))
    ada = ids(event_id, "Ada")[0]
    assert "Approve after all" in editor.page(f"/staff/registrations/{ada}").main.text
    send(editor, ada, "approval")
    assert standings(event_id)[0] == "in-person confirmed"


def test_nobody_is_reminded_of_an_event_that_is_over(editor: CheckedClient, event_id: int) -> None:
    over = db.session.get_one(Event, event_id).ends_at
    assert over
    with clock.stopped_at(over + timedelta(minutes=1)):
        assert list(reporting.waiting_for_approval(clock.now())) == []
    assert [count for _, count in reporting.waiting_for_approval(clock.now())] == [3]


def test_cancelling_says_what_it_frees(editor: CheckedClient, event_id: int) -> None:
    made = make_event(capacity=1)
    for _ in range(3):
        sign_up(made)
    holder, waiting, last = registrations(made)
    pending = registrations(event_id)[0]
    expected = {
        holder: "The seat goes at once to whoever waits longest.",
        waiting: "Their place in line is gone",
        last: "Their place in line is gone",
        pending: "They hold no seat yet, so nobody moves up.",
    }
    for person, words in expected.items():
        assert words in editor.page(f"/staff/registrations/{person.id}/cancellation").main.text


def test_a_way_that_people_wait_for_approval_of_is_not_taken_away(editor: CheckedClient, event_id: int) -> None:
    page = editor.page(f"/staff/events/{event_id}/edit/place")
    refused = editor.submit(page, in_person="no")
    assert refused.status_code == 422
    assert "2 people wait for approval for this. Move or decline them first." in Page(refused.text).main.text
    assert "registered for this" not in refused.text


def test_the_home_page_and_the_list_say_how_many_wait(editor: CheckedClient, event_id: int) -> None:
    assert "waiting for approval 3" in " ".join(editor.page(f"/staff/events/{event_id}").main.text.split())
    assert "3 registrations wait for approval." in editor.page("/staff/").main.text
    link = editor.page(f"/staff/events/{event_id}/attendees").main.one("a", href=f"/staff/events/{event_id}/approvals")
    assert link.text == "3 wait for approval"
    assert "Approvals" in editor.page(f"/staff/events/{event_id}").main.text


def test_who_may_not_change_people_sees_the_list_alone(door_staff: CheckedClient, event_id: int) -> None:
    page = door_staff.page(f"/staff/events/{event_id}/approvals")
    assert not page.main.all("button", type="submit")[1:]  # The filter's own.
    assert not page.main.all("input", type="checkbox")


def test_staff_choose_the_way_for_whom_theirs_is_gone(editor: CheckedClient, event_id: int) -> None:
    [ada] = ids(event_id, "Ada")
    transact(lambda _: allotting.set_capacity(db.session.get_one(Event, event_id).pools[0], 0))
    left = press(editor, event_id, "approve", people=ada)
    assert "1 still waits: nobody can attend any more in the way that they chose." in editor.page(left.location).text
    page = editor.page(f"/staff/registrations/{ada}/approval")
    assert "They asked for “In person”, in which nobody can attend any more." in page.main.text
    refused = editor.submit(page)
    assert (refused.status_code, "Choose how they will attend." in refused.text) == (422, True)
    assert editor.submit(page, mode="online").status_code == 303
    assert standings(event_id)[0] == "online confirmed"
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert "so you have a place in the other one" in " ".join(render(mail.kind, mail.facts).text.split())
