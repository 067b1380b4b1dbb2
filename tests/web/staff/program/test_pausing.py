"""Pausing registration: one press in the console, at once true for everyone, and nothing typed is lost."""

from app.db import db
from app.models import AuditEntry, Event
from tests.support.desk import make_event, registrations
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient
from tests.web.public.test_register import DANA, address_of


def press(editor: CheckedClient, event_id: int, address: str) -> str:
    page = editor.page(f"/staff/events/{event_id}")
    [form] = [form for form in page.main.all("form") if form.get("action").endswith(f"/{address}")]
    assert editor.post(form.get("action"), data=fields(form)).status_code == 303
    return editor.page(f"/staff/events/{event_id}").main.text


def test_whoever_sent_the_form_meanwhile_keeps_what_was_typed(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    open_form = client.page(address_of(event_id))
    assert "Go on with registration" in press(editor, event_id, "pause")
    answer = client.submit(open_form, **DANA)
    assert answer.status_code == 409
    assert "Okafor Imports" in answer.text
    assert "hold registration for a while" in " ".join(answer.text.split())
    assert not registrations(event_id)
    assert "Registration paused" in client.get("/events").text
    assert "Register for this event" not in client.get(address_of(event_id).removesuffix("/register")).text


def test_one_way_of_attending_is_held_alone(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = make_event(capacity=5, online=5)
    public = address_of(event_id).removesuffix("/register")
    open_form = client.page(address_of(event_id))
    assert "Go on with registration: In person" in press(editor, event_id, "pause/in-person")
    assert "hold registration for a while" in " ".join(client.page(public).main.text.split())
    offered = client.page(address_of(event_id))
    assert not offered.main.all("input", value="in-person")
    late = client.submit(open_form, **DANA, mode="in-person")
    assert late.status_code in {409, 422}
    assert "Okafor Imports" in late.text
    assert client.submit(open_form, **DANA, mode="online").status_code == 303
    assert "Pause registration: In person" in press(editor, event_id, "resumption/in-person")
    again = {**DANA, "email": "lee@importer.example"}
    assert client.submit(client.page(address_of(event_id)), **again, mode="in-person").status_code == 303
    assert [person.mode.value for person in registrations(event_id)] == ["online", "in-person"]
    acts = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act.contains("registration")))
    assert [entry.detail for entry in acts if entry.subject == "event"] == [{"mode": "in-person"}] * 2


def test_it_goes_on_where_it_stopped(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    press(editor, event_id, "pause")
    assert "Pause registration" in press(editor, event_id, "resumption")
    assert client.submit(client.page(address_of(event_id)), **DANA).status_code == 303
    assert len(registrations(event_id)) == 1
    entries = db.session.scalars(db.select(AuditEntry).filter_by(event_id=event_id).order_by(AuditEntry.id))
    acts = [entry.act for entry in entries]
    assert acts[:2] == ["paused registration", "resumed registration"]
    assert not db.session.get_one(Event, event_id).is_paused


def test_what_was_typed_is_sent_again_with_one_press(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = make_event(capacity=5)
    open_form = client.page(address_of(event_id))
    press(editor, event_id, "pause")
    refused = Page(client.submit(open_form, **DANA).text)
    press(editor, event_id, "resumption")
    assert client.submit(refused).status_code == 303
    [kept] = registrations(event_id)
    assert (kept.email, kept.organization) == (DANA["email"], DANA["organization"])
