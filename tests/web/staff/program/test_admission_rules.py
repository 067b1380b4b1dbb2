"""Who may register, as staff say it."""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.db import db
from app.models import Event
from tests.support import factories as make
from tests.support.pages import CheckedClient


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    return make.event(privacy_statement="Authority.")


def save(editor: CheckedClient, event: Event, **typed: Any) -> Any:
    return editor.submit(editor.page(f"/staff/events/{event.id}/edit/rules"), **typed)


def fresh(event: Event) -> Event:
    db.session.expire_all()
    return db.session.get_one(Event, event.id)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"access": "code"}, "Enter the code that you give"),
        ({"access": "domains"}, "Enter at least one mail domain."),
        ({"access": "domains", "access_domains": "importer"}, "“importer” is no mail domain."),
        ({"access": "perhaps"}, "Choose one of these."),
    ],
)
def test_what_cannot_be_is_refused(editor: CheckedClient, event: Event, typed: dict[str, str], sentence: str) -> None:
    refused = save(editor, event, **typed)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert fresh(event).rules is None


def test_an_unlisted_event_gets_a_secret_address_and_keeps_it(editor: CheckedClient, event: Event) -> None:
    before = event.slug
    page = editor.page(save(editor, event, access="link").location)
    slug = fresh(event).slug
    assert re.fullmatch(rf"{before}-[0-9a-f]{{16}}", slug)
    assert slug in page.main.text
    save(editor, event, offer_hours="48")
    assert fresh(event).slug == slug


def test_domains_are_kept_in_one_way(editor: CheckedClient, event: Event) -> None:
    save(editor, event, access="domains", access_domains=" @Importer.example\nbroker.example. ")
    assert fresh(event).rules.access_domains == "importer.example, broker.example"
