"""Taking a list through the console: the file, the log, and the questions before it."""

import hashlib
import io
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.db import db
from app.models import AuditEntry, Event, Mode, Need, RegistrationState
from app.operations.registration.details import Needs
from tests.support import factories as make
from tests.support.csv_reading import CsvTable, read_csv
from tests.support.desk import details, sign_up
from tests.support.pages import CheckedClient
from tests.support.questions import ask, given, lunch


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    hours = {"starts_local": make.wall("2026-03-16 09:00"), "ends_local": make.wall("2026-03-17 17:00")}
    made = make.event(seats={Mode.IN_PERSON: 50, Mode.ONLINE: None}, title="Trade „Symposium“ €/2026", **hours)
    make.registration(made, last_name="Baker", mode=Mode.IN_PERSON, days=["2026-03-17"])
    make.registration(made, last_name="Okafor", mode=Mode.ONLINE)
    make.registration(made, last_name="Zhou", mode=Mode.ONLINE, state=RegistrationState.CANCELLED)
    return db.session.get_one(Event, made.id)


def take(client: CheckedClient, event: Event, **values: Any) -> Any:
    page = client.page(f"/staff/events/{event.id}/exports")
    token = page.main.all("input", name="csrf_token")[0].get("value")
    sent = {"csrf_token": token, "profile": "attendees", "format": "csv", **values}
    return post(client, f"/staff/events/{event.id}/exports", sent)


def post(client: CheckedClient, address: str, sent: dict[str, Any]) -> Any:
    """The whole answer, after which a server closes the file."""
    answer = client.post(address, data=sent)
    assert answer.data
    answer.close()
    return answer


def table(answer: Any) -> CsvTable:
    return read_csv(io.BytesIO(answer.data))


def test_it_works(editor: CheckedClient, event: Event) -> None:
    answer = take(editor, event)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Trade-Symposium-2026-Attendees.csv"')
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    read = table(answer)
    assert [row[read.columns.index("Last name")] for row in read.rows] == ["Baker", "Okafor", "Zhou"]
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "exported list")).one()
    assert entry.detail["sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert (entry.detail["rows"], entry.detail["profile"], entry.event_id) == (3, "attendees", event.id)
    assert entry.actor.startswith("editor")
    assert entry.detail["sha256"][:16] in editor.page(f"/staff/events/{event.id}/exports").main.text


def test_a_workbook(editor: CheckedClient, event: Event) -> None:
    answer = take(editor, event, format="xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet.title == "Attendees"
    assert [cell.value for cell in sheet["A"]][:5] == ["Event", "List", "As of", "Time zone", "Rows"]


def test_the_filter_of_the_list_goes_along(editor: CheckedClient, event: Event) -> None:
    page = editor.page(f"/staff/events/{event.id}/attendees?mode=online&state=confirmed&q=oka")
    way = next(link for link in page.main.all("a") if link.text == "Export").get("href")
    exports = editor.page(way)
    assert "Only: Search: oka; Confirmed; Online." in exports.main.text
    form = next(form for form in exports.main.all("form") if form.all("input", name="profile", value="attendees"))
    sent = {field.get("name"): field.get("value") for field in form.all("input")} | {"format": "csv"}
    read = table(post(editor, form.get("action"), sent))
    assert [row[read.columns.index("Last name")] for row in read.rows] == ["Okafor"]


def test_answers_that_are_asked_for_go_along(editor: CheckedClient, event: Event) -> None:
    food, broker = lunch(event.id), ask(event.id)
    sign_up(event.id, details(last_name="Fisher", answers=(given(food, "fish"), given(broker, "yes"))))
    sign_up(event.id, details(email="b@example.com", answers=(given(food, "fish"), given(broker, "no"))))
    query = f"?answer={food.id}:fish&answer={broker.id}:yes"
    form = editor.page(f"/staff/events/{event.id}/exports{query}").main.all("form")[0]
    named = [field.get("value") for field in form.all("input", name="answer")]
    read = table(take(editor, event, answer=named))
    assert [row[read.columns.index("Last name")] for row in read.rows] == ["Fisher"]


def test_the_door_list_of_a_day(editor: CheckedClient, event: Event) -> None:
    first = table(take(editor, event, profile="building-security", days=["2026-03-16"]))
    second = table(take(editor, event, profile="building-security", days=["2026-03-17"]))
    assert ([row[0] for row in first.rows], [row[0] for row in second.rows]) == ([], ["Baker"])


def test_no_list_tells_what_people_need(editor: CheckedClient, event: Event) -> None:
    sign_up(event.id, details(needs=Needs((Need.SIGN_LANGUAGE,), "I lip-read.")))
    for profile in ("attendees", "building-security"):
        data = take(editor, event, profile=profile).data.decode()
        assert "lip-read" not in data
        assert "Sign Language" not in data


@pytest.mark.parametrize("values", [{"profile": "everything"}, {"format": "pdf"}, {"profile": ""}])
def test_what_we_do_not_have_is_refused(editor: CheckedClient, event: Event, values: dict[str, str]) -> None:
    assert take(editor, event, **values).status_code == 404
    assert not db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "exported list")).all()


def test_days_that_are_not_the_events_are_left_out(editor: CheckedClient, event: Event) -> None:
    assert len(table(take(editor, event, profile="building-security", days=["2030-01-01", "' OR 1=1"])).rows) == 1


@pytest.mark.parametrize("role", ["viewer", "door_staff"])
def test_who_has_no_right_gets_no_list(
    request: pytest.FixtureRequest, editor: CheckedClient, event: Event, role: str
) -> None:
    client = request.getfixturevalue(role)
    address = f"/staff/events/{event.id}/exports"
    assert client.get(address).status_code == 403
    answer = client.post(address, data={"profile": "attendees", "format": "csv"})
    assert answer.status_code == 403
    assert "Okafor" not in answer.text


@pytest.mark.parametrize(
    ("profile", "named"), [("building-security", "building-security"), ("<all>", "unknown"), ("", "unknown")]
)
def test_a_refused_list_is_logged(viewer: CheckedClient, event: Event, profile: str, named: str) -> None:
    answer = viewer.post(f"/staff/events/{event.id}/exports", data={"profile": profile, "format": "csv"})
    assert answer.status_code == 403
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "was refused list")).one()
    assert entry.actor.startswith("viewer")
    assert (entry.subject, entry.event_id, entry.detail) == ("export", event.id, {"profile": named})


def test_a_refusal_is_no_list_taken(viewer: CheckedClient, editor: CheckedClient, event: Event) -> None:
    viewer.post(f"/staff/events/{event.id}/exports", data={"profile": "attendees", "format": "csv"})
    assert "viewer" not in editor.page(f"/staff/events/{event.id}/exports").main.text


def test_a_page_that_was_only_looked_at_logs_no_refusal(viewer: CheckedClient, event: Event) -> None:
    assert viewer.get(f"/staff/events/{event.id}/exports").status_code == 403
    assert not db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "was refused list")).all()


def test_a_list_leaves_by_post_alone(editor: CheckedClient, event: Event) -> None:
    answer = editor.get(f"/staff/events/{event.id}/exports?profile=attendees&format=csv")
    assert answer.mimetype == "text/html"
    assert "Okafor" not in answer.text


def grow_older(client: CheckedClient, minutes: int) -> None:
    """Put the last proof of identity back by so many minutes. What the library allows beyond it stays."""
    with client.session_transaction("/staff/") as session:
        session["fs_paa"] = session["fs_paa"] - minutes * 60


@pytest.mark.parametrize(("minutes", "status"), [(18, 200), (22, 303)])
def test_a_proof_lasts_twenty_minutes(editor: CheckedClient, event: Event, minutes: int, status: int) -> None:
    grow_older(editor, minutes)
    assert editor.get(f"/staff/events/{event.id}/exports").status_code == status


def test_the_page_that_asks_says_why(editor: CheckedClient, event: Event) -> None:
    grow_older(editor, 22)
    asked = editor.page(editor.get(f"/staff/events/{event.id}/exports").location)
    assert "more than 20 minutes ago" in asked.main.text


def test_an_old_sign_in_is_asked_to_prove_itself(editor: CheckedClient, event: Event) -> None:
    page = editor.page(f"/staff/events/{event.id}/exports")
    token = page.main.all("input", name="csrf_token")[0].get("value")
    grow_older(editor, 22)
    asked = {"csrf_token": token, "profile": "attendees", "format": "csv", "mode": "online"}
    answer = editor.post(f"/staff/events/{event.id}/exports", data=asked)
    assert answer.status_code == 303
    assert answer.location.startswith("/staff/access/verify?next=")
    assert "mode%3Donline" in answer.location
    assert not db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "exported list")).all()
