"""What a person typed reaches every page, mail and file as it was, and runs nowhere.

The lines of docs/bad-inputs.md that end in "OK": kept exactly, shown as text, the same in mail, calendar and lists.
"""

import io
from email.message import EmailMessage
from typing import Any

import pytest
import vobject
from flask import Flask
from openpyxl import load_workbook

from app import links
from app.db import db
from app.mail.messages import LONGEST_NAME
from app.models import Event, MessageKind, OutgoingEmail
from tests.support import letters
from tests.support.csv_reading import read_csv
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.public.test_bad_input import KEPT
from tests.web.staff.records.test_exports import take

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
# A page with "{{" on it is a page whose template failed: tests/support/pages.py refuses it, so D16 stays out here.
NAMES = sorted({kept for _, kept in KEPT.values() if "{{" not in kept})
MARKUP = '<b id="hacked">x</b>"\'><img src=x onerror=alert(1)>'


def words(text: str) -> str:
    """As a reader sees them: a page and a mail break lines where they like."""
    return " ".join(text.split())


@pytest.fixture
def event(app: Flask) -> Event:
    event_id = make_event(online=None)
    for number, name in enumerate(NAMES):
        sign_up(event_id, details(first_name=name, last_name=f"N{number:03}", email=f"n{number}@importer.example"))
    return db.session.get_one(Event, event_id)


def calendar_of(letter: EmailMessage) -> Any:
    [attached] = [part for part in letter.walk() if part.get_filename() == "event.ics"]
    return vobject.readOne(attached.get_content())


def test_every_letter_names_the_person_it_is_for(app: Flask, event: Event) -> None:
    found = letters.deliver(app)
    assert len(found) == len(NAMES)
    for number, name in enumerate(NAMES):
        [letter] = letters.to(found, f"n{number}@importer.example")
        [recipient] = letter["To"].addresses
        assert recipient.addr_spec == f"n{number}@importer.example"
        shown = words(f"{name} N{number:03}".replace("=?", "= ?"))
        assert words(recipient.display_name) == words(shown[:LONGEST_NAME]), name
        assert words(f"Hello {name},") in words(letters.text_of(letter)), name
        assert len(calendar_of(letter).vevent.contents["attendee"]) == 1, name


def test_every_list_and_page_shows_them(editor: CheckedClient, event: Event) -> None:
    read = read_csv(io.BytesIO(take(editor, event).data))
    column = read.columns.index("First name")
    assert [row[column] for row in read.rows] == NAMES
    sheet = load_workbook(io.BytesIO(take(editor, event, format="xlsx").data)).worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    start = next(place for place, line in enumerate(lines) if "First name" in line)
    assert [line[lines[start].index("First name")] for line in lines[start + 1 :]] == NAMES
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    shown = words(editor.page(f"/staff/events/{event.id}/attendees").main.text)
    for number, name in enumerate(NAMES):
        assert words(f"N{number:03}, {name}") in shown, name


@pytest.mark.parametrize(("typed", "found"), [("ibrahim", "İbrahim"), ("isik", "IŞIK"), ("jose", "José Núñez")])
def test_a20_staff_find_them_without_the_marks(editor: CheckedClient, app: Flask, typed: str, found: str) -> None:
    event_id = make_event()
    sign_up(event_id, details(first_name="Ana", last_name=found))
    sign_up(event_id, details(first_name="Ana", last_name="Baker"))
    assert found in editor.page(f"/staff/events/{event_id}/attendees?q={typed}").main.text
    assert "Baker" not in editor.page(f"/staff/events/{event_id}/attendees?q={typed}").main.one("table").text


def test_d01_markup_in_every_field_is_text_on_every_page(app: Flask, client: CheckedClient) -> None:
    """Each page is looked over by the client as well: no script, no handler, no broken structure."""
    asked = dict.fromkeys(("middle_name", "suffix", "job_title"), "optional")
    event_id = make_event(online=None, asked_fields=asked)
    event = db.session.get_one(Event, event_id)
    typed = dict.fromkeys(("first_name", "middle_name", "last_name", "organization", "job_title"), MARKUP)
    more = {"suffix": MARKUP[:20], "needs_text": MARKUP, "needs": "captions", "email": "d01@importer.example"}
    form = client.page(f"/events/{event.slug}/register")
    refused = client.submit(form, **typed, **more | {"email": MARKUP}, mode="in-person")
    assert (refused.status_code, is_clean(refused.text)) == (422, True)
    sent = client.submit(form, **typed, **more, mode="in-person")
    assert sent.status_code == 303, Page(sent.text).main.text
    [person] = registrations(event_id)
    own = f"/registrations/{links.sign_reference(links.MANAGE, person.id)}"
    for address in (sent.location, own, f"{own}/change", f"{own}/join"):
        assert is_clean(client.get(address).text), address
    for letter in letters.deliver(app):
        body = letter.get_body(("html",))
        assert body is not None
        assert is_clean(body.get_content()), letter["Subject"]


def test_d01_and_in_every_room_of_the_console(app: Flask, administrator: CheckedClient) -> None:
    event_id = make_event(online=None)
    sign_up(event_id, details(first_name=MARKUP, last_name=MARKUP, organization=MARKUP))
    sign_up(
        event_id, details(first_name=MARKUP, last_name="x", organization=MARKUP, email=registrations_email(event_id))
    )
    sign_up(make_event(), details(first_name=MARKUP, last_name=MARKUP))
    [person] = registrations(event_id)
    messages = db.session.scalars(db.select(OutgoingEmail.id)).all()
    kinds = set(db.session.scalars(db.select(OutgoingEmail.kind)))
    assert kinds == {MessageKind.CONFIRMED, MessageKind.ALREADY_REGISTERED}
    about = f"/staff/registrations/{person.id}"
    event = f"/staff/events/{event_id}"
    addresses = [about, f"{event}/attendees", f"{event}/exports", f"{event}/helpers", event, "/staff/", "/staff/audit"]
    addresses += ["/staff/search?q=b", "/staff/messages", *(f"/staff/messages/{message_id}" for message_id in messages)]
    for address in addresses:
        answer = administrator.get(address)
        assert (answer.status_code, is_clean(answer.text)) == (200, True), address


def registrations_email(event_id: int) -> str:
    return registrations(event_id)[0].email or ""


def is_clean(html: str) -> bool:
    page = Page(html)
    return not page.all("b", id="hacked") and not page.all("img", src="x")
