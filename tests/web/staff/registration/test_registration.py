"""One registration through the console: seen, changed, moved, mailed again, readdressed, cancelled."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.db import db, transact
from app.models import (
    AuditEntry,
    EmailState,
    MessageKind,
    Mode,
    OutgoingEmail,
    Registration,
    RegistrationSource,
    RegistrationState,
)
from app.operations.registration.cancelling import cancel
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings
from tests.support.html import Page
from tests.support.pages import CheckedClient


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    return make_event(capacity=1, online=None, title="Trade Symposium")


@pytest.fixture
def person_id(event_id: int) -> int:
    sign_up(event_id, details(email="dana@example.com", first_name="Dana", last_name="Okafor"))
    return registrations(event_id)[0].id


def fresh(registration_id: int) -> Registration:
    db.session.expire_all()
    return db.session.get_one(Registration, registration_id)


def kinds() -> list[MessageKind]:
    return list(db.session.scalars(db.select(OutgoingEmail.kind).order_by(OutgoingEmail.id)))


def send(client: CheckedClient, registration_id: int, way: str, **typed: Any) -> Any:
    return client.submit(client.page(f"/staff/registrations/{registration_id}/{way}"), **typed)


def press(client: CheckedClient, page: Page, ending: str) -> Any:
    form = next(form for form in page.main.all("form") if form.get("action").endswith(ending))
    return client.post(form.get("action"), data={"csrf_token": form.one("input").get("value")})


def test_it_works(editor: CheckedClient, person_id: int) -> None:
    page = editor.page(f"/staff/registrations/{person_id}")
    assert page.main.one("h1").text == "Dana Okafor"
    assert "dana@example.com" in page.main.text
    assert fresh(person_id).number in page.main.text
    assert "Registration confirmed" in page.main.text
    mail = db.session.scalars(db.select(OutgoingEmail)).one()
    assert page.main.all("a", href=f"/staff/messages/{mail.id}")
    assert "12:00 p.m. EST Registered In person Confirmed the person" in page.main.text


def test_x20_one_name_under_several_addresses_is_shown(editor: CheckedClient, person_id: int) -> None:
    event_id = fresh(person_id).event_id
    assert "of this name" not in editor.page(f"/staff/registrations/{person_id}").main.text
    for number in range(3):
        sign_up(event_id, details(email=f"dana{number}@example.com", first_name="DANA", last_name="Okafor"))
    sign_up(event_id, details(first_name="Dana", last_name="Okafor-Lund"))
    gone = registrations(event_id)[1].id
    transact(lambda at: cancel(gone, at=at).id)
    page = editor.page(f"/staff/registrations/{person_id}")
    [link] = [one for one in page.main.all("a") if "of this name" in one.text]
    assert link.text == "2 more registrations of this name"
    assert editor.page(link.get("href")).main.text.count("dana1@example.com") == 1


def test_details_are_changed(editor: CheckedClient, person_id: int) -> None:
    answer = send(editor, person_id, "details", last_name="Okafor-Lund", organization="Lund Lines")
    assert (answer.status_code, answer.location) == (303, f"/staff/registrations/{person_id}")
    person = fresh(person_id)
    assert (person.full_name, person.organization, person.name_key) == (
        "Dana Okafor-Lund",
        "Lund Lines",
        "okafor lund dana",
    )
    assert kinds()[-1] is MessageKind.CHANGED
    shown = editor.page(answer.location).main.text
    assert "Last name: Okafor → Okafor-Lund" in shown


def test_what_is_not_asked_any_more_stays(editor: CheckedClient, person_id: int) -> None:
    def work(_at: datetime) -> None:
        db.session.get_one(Registration, person_id).days = ["2026-03-16"]

    transact(work)
    send(editor, person_id, "details", organization="Lund Lines")
    assert fresh(person_id).days == ["2026-03-16"]


@pytest.mark.parametrize("typed", [{"organization": ""}, {"first_name": "", "last_name": ""}, {"last_name": "x" * 101}])
def test_poor_details_come_back_filled(editor: CheckedClient, person_id: int, typed: dict[str, str]) -> None:
    answer = send(editor, person_id, "details", **{"first_name": "Typed", **typed})
    assert answer.status_code == 422
    assert fresh(person_id).first_name == "Dana"


def test_the_address_is_corrected(editor: CheckedClient, person_id: int) -> None:
    before = fresh(person_id)
    number, version = before.number, before.link_version
    send(editor, person_id, "address", email="dana.okafor@example.com")
    person = fresh(person_id)
    assert (person.email, person.link_version) == ("dana.okafor@example.com", version + 1)
    assert person.number != number
    assert person.email in db.session.scalars(db.select(OutgoingEmail.recipient)).all()


def test_an_address_that_is_taken_is_refused(editor: CheckedClient, event_id: int, person_id: int) -> None:
    sign_up(event_id, details(email="ana@example.com", mode=Mode.ONLINE))
    answer = send(editor, person_id, "address", email="Ana@example.com")
    assert answer.status_code == 422
    assert "stands under this address" in answer.text
    assert fresh(person_id).email == "dana@example.com"


def test_a_person_moves_to_the_other_way_of_attending(editor: CheckedClient, event_id: int, person_id: int) -> None:
    sign_up(event_id)  # Waits for the one seat in the room.
    assert send(editor, person_id, "mode/online").status_code == 303
    assert fresh(person_id).mode is Mode.ONLINE
    assert "Attends: In person → Online" in editor.page(f"/staff/registrations/{person_id}").main.text
    assert registrations(event_id)[1].state is RegistrationState.CONFIRMED


@pytest.fixture
def online_id(event_id: int, person_id: int) -> int:
    """Somebody who attends online, while the one seat in the room is taken."""
    sign_up(event_id, details(mode=Mode.ONLINE))
    return registrations(event_id)[1].id


def test_a_full_way_asks_what_should_happen(editor: CheckedClient, online_id: int) -> None:
    answer = send(editor, online_id, "mode/in-person")
    assert answer.status_code == 422
    assert "No seat is free for them there now." in answer.text
    assert "Choose what should happen." in answer.text
    assert fresh(online_id).mode is Mode.ONLINE


def test_into_a_full_room_a_seat_is_added_for_a_reason(editor: CheckedClient, event_id: int, online_id: int) -> None:
    refused = send(editor, online_id, "mode/in-person", if_full="seat")
    assert "Say why. It stands in the log." in Page(refused.text).main.one(id="reason-error").text
    assert send(editor, online_id, "mode/in-person", if_full="seat", reason="Speaks").status_code == 303
    assert seats(event_id) == {"in-person": (2, 0), "online": (0, 0)}
    assert "Reason: Speaks" in editor.page(f"/staff/registrations/{online_id}").main.text


def test_for_a_full_room_somebody_waits_and_keeps_the_seat_online(
    editor: CheckedClient, event_id: int, person_id: int, online_id: int
) -> None:
    assert send(editor, online_id, "mode/in-person", if_full="line").status_code == 303
    assert standings(event_id)[1] == "online confirmed > in-person"
    assert "Waits for: nothing → In person" in editor.page(f"/staff/registrations/{online_id}").main.text
    transact(lambda at: cancel(person_id, at=at).id)
    assert standings(event_id)[1] == "in-person confirmed"


def test_where_no_seats_are_set_the_page_leads_to_them(editor: CheckedClient, at: datetime) -> None:
    event_id = make_event(capacity=0, online=None)
    sign_up(event_id, details(mode=Mode.ONLINE))
    page = editor.page(f"/staff/registrations/{registrations(event_id)[0].id}/mode/in-person")
    assert page.main.one("a", href=f"/staff/events/{event_id}/edit/place").text == "Set the seats"
    assert not page.main.all("form", method="post")


def test_a_way_that_filled_meanwhile_is_asked_about(editor: CheckedClient, event_id: int, online_id: int) -> None:
    transact(lambda at: cancel(registrations(event_id)[0].id, at=at).id)
    page = editor.page(f"/staff/registrations/{online_id}/mode/in-person")
    assert "They get a seat there" in page.main.text
    sign_up(event_id)
    answer = editor.submit(page)
    assert answer.status_code == 422
    assert "Choose what should happen." in answer.text


def test_the_mail_goes_out_again(editor: CheckedClient, person_id: int) -> None:
    press(editor, editor.page(f"/staff/registrations/{person_id}"), "/message")
    assert kinds() == [MessageKind.CONFIRMED, MessageKind.CONFIRMED]
    states = db.session.scalars(db.select(OutgoingEmail.state).order_by(OutgoingEmail.id)).all()
    assert states == [EmailState.WITHDRAWN, EmailState.QUEUED]


def test_a_sample_person_is_not_written_to(editor: CheckedClient, person_id: int) -> None:
    transact(lambda _: setattr(db.session.get_one(Registration, person_id), "source", RegistrationSource.DEMO))
    before = kinds()
    press(editor, editor.page(f"/staff/registrations/{person_id}"), "/message")
    assert kinds() == before
    assert "Nobody is written to" in editor.page(f"/staff/registrations/{person_id}").main.text


def test_it_is_cancelled_with_a_reason(editor: CheckedClient, event_id: int, person_id: int) -> None:
    sign_up(event_id)
    page = editor.page(f"/staff/registrations/{person_id}/cancellation")
    assert "goes at once to whoever waits longest" in page.main.text
    answer = editor.submit(page, reason="Asked by phone")
    person = fresh(person_id)
    assert person.state is RegistrationState.CANCELLED
    assert str(person.cancelled_by).startswith("editor")
    assert registrations(event_id)[1].state is RegistrationState.CONFIRMED
    assert MessageKind.CANCELLED_BY_STAFF in kinds()
    shown = editor.page(answer.location).main.text
    assert "Reason: Asked by phone" in shown
    assert "Register the person anew" in shown


def test_it_is_cancelled_without_a_mail(editor: CheckedClient, person_id: int) -> None:
    send(editor, person_id, "cancellation", tell_nobody="y")
    assert fresh(person_id).state is RegistrationState.CANCELLED
    assert MessageKind.CANCELLED_BY_STAFF not in kinds()


@pytest.mark.parametrize("way", ["details", "address", "cancellation"])
def test_the_door_looks_and_changes_nothing(door_staff: CheckedClient, person_id: int, way: str) -> None:
    page = door_staff.page(f"/staff/registrations/{person_id}")
    assert "Cancel the registration" not in page.main.text
    for answer in (door_staff.get, door_staff.post):
        assert answer(f"/staff/registrations/{person_id}/{way}").status_code in {400, 403}
    assert fresh(person_id).is_live


def test_opening_a_page_changes_nothing(editor: CheckedClient, person_id: int) -> None:
    before = db.session.scalar(db.select(db.func.count()).select_from(AuditEntry))
    for way in ("", "/details", "/address", "/cancellation"):
        editor.page(f"/staff/registrations/{person_id}{way}")
    assert db.session.scalar(db.select(db.func.count()).select_from(AuditEntry)) == before


def test_one_that_is_not_there(editor: CheckedClient, person_id: int) -> None:
    for number in (person_id + 1, 2**31):
        for way in ("", "/details", "/address", "/cancellation", "/needs"):
            assert editor.get(f"/staff/registrations/{number}{way}").status_code == 404


def test_who_left_the_line_is_not_counted(editor: CheckedClient, event_id: int, person_id: int) -> None:
    for _ in range(3):
        sign_up(event_id)
    last = registrations(event_id)[-1].id
    address = f"/staff/registrations/{last}"
    assert "2 people wait before them" in editor.page(address).main.text
    transact(lambda at: cancel(person_id, at=at))
    assert "1 person waits before them" in editor.page(address).main.text
