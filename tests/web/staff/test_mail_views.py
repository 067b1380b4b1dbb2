"""Mails on pages of the console: as designed and as text, sealed off, with nothing in them that can be pressed."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from flask import Flask

from app.db import db, transact
from app.mail import delivery, transports
from app.models import Event, MessageKind, Registration
from app.operations import notifying
from app.operations.communication import writing
from app.operations.communication.writing import Words
from app.operations.registration.listing import AttendeeFilter
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient


@pytest.fixture
def event(app: Flask) -> Event:
    return make.event(title="Filing day")


def designed(client: CheckedClient, url: str) -> Page:
    """The mail in the frame, of which the page around it allows the looks and nothing else."""
    answer = client.get(url)
    frame = Page(answer.text).one("iframe")
    assert frame.get("sandbox", "missing") == ""
    assert frame.get("title").startswith("The mail as designed: ")
    assert frame.get("tabindex") == "0"
    sheets = re.findall("<style>(.*?)</style>", frame.get("srcdoc"), re.DOTALL)
    policy = answer.headers["Content-Security-Policy"]
    for sheet in sheets:
        assert f"'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'" in policy
    assert sheets
    assert "script-src 'self';" in policy
    return Page(frame.get("srcdoc"))


def test_a_rendering_of_an_announcement_holds_no_key_to_a_registration(editor: CheckedClient, event: Event) -> None:
    make.registration(event, first_name="Ana")
    words = Words("News", "Dear {first_name}, see {manage_link} and https://example.gov/x.")
    event_id = event.id
    made = transact(lambda at: writing.draft(event_id, words, AttendeeFilter(event_id), by="e@example.gov", at=at).id)
    mail = designed(editor, f"/staff/announcements/{made}")
    assert "Dear Ana, see your registration" in mail.text
    assert not [link for link in mail.all("a") if "href" in link.attributes]
    assert not [one for one in mail.walk() if "style" in one.attributes]
    shown = editor.page(f"/staff/announcements/{made}").one("pre").text
    keys = set(re.findall(r"/registrations/[\w.-]+(?:/calendar.ics)?", shown))
    assert {editor.get(key).status_code for key in keys} == {404}


@pytest.mark.parametrize("kind", ["confirmed", "offered", "event-cancelled"])
def test_wording_is_shown_as_designed(editor: CheckedClient, event: Event, kind: str) -> None:
    assert "Filing day" in designed(editor, f"/staff/events/{event.id}/wording/{kind}").text


def test_before_a_cancellation_it_is_shown_as_designed(editor: CheckedClient, event: Event) -> None:
    make.registration(event)
    assert "The event is cancelled" in designed(editor, f"/staff/events/{event.id}/cancellation").text


def test_a_message_is_shown_as_it_left(editor: CheckedClient, event: Event) -> None:
    person = make.registration(event).id
    found = transact(lambda at: notifying.queue(MessageKind.CONFIRMED, db.session.get_one(Registration, person), at=at))
    assert found
    message = found.id
    assert "You have a seat" in designed(editor, f"/staff/messages/{message}").text
    delivery.drain("test", transports.chosen())
    mail = designed(editor, f"/staff/messages/{message}")
    assert "You have a seat" in mail.text
    assert not [link for link in mail.all("a") if "href" in link.attributes]
