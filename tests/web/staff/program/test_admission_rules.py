"""Who may register, as staff say it."""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.db import db, transact
from app.models import AuditEntry, CommitteeMeeting, Event
from app.operations.program import planning
from app.operations.program.details import Rules
from app.operations.program.restricting import RestrictionUnexplainedError
from tests.support import factories as make
from tests.support.html import Page
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


@pytest.fixture
def meeting(event: Event) -> Event:
    transact(lambda _: setattr(fresh(event), "committee", CommitteeMeeting(docket="USCBP-2026-0001")))
    return fresh(event)


def test_a_meeting_of_a_committee_is_narrowed_by_an_administrator_alone(editor: CheckedClient, meeting: Event) -> None:
    refused = save(editor, meeting, access="code", access_code="tariff", restriction_reason="A small room")
    assert refused.status_code == 422
    assert "Ask an administrator" in Page(refused.text).main.one(id="restriction_reason-error").text
    assert 'value="tariff"' in refused.text
    assert fresh(meeting).rules is None
    assert save(editor, meeting, offer_hours="48").status_code == 303


@pytest.mark.parametrize("typed", [{"access": "domains", "access_domains": "a.example"}, {"organization_cap": "2"}])
def test_an_administrator_says_why(administrator: CheckedClient, meeting: Event, typed: dict[str, str]) -> None:
    refused = save(administrator, meeting, **typed)
    assert refused.status_code == 422
    assert "Say why fewer people may register." in Page(refused.text).main.one(id="restriction_reason-error").text
    assert save(administrator, meeting, **typed, restriction_reason="A room of ten").status_code == 303
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "changed event")).one()
    assert entry.detail["changed"]["reason to restrict"] == [None, "A room of ten"]
    assert save(administrator, meeting, offer_hours="48").status_code == 303, "What stands is not asked again."


def test_no_verb_narrows_it_without_a_reason(administrator: CheckedClient, meeting: Event) -> None:
    meeting_id = meeting.id
    with pytest.raises(RestrictionUnexplainedError):
        transact(lambda at: planning.edit(meeting_id, [Rules(organization_cap=2)], version=None, by="x", at=at))


def test_another_event_needs_no_reason(editor: CheckedClient, event: Event) -> None:
    assert "restriction_reason" not in editor.get(f"/staff/events/{event.id}/edit/rules").text
    assert save(editor, event, organization_cap="2").status_code == 303


def test_what_a_tick_leads_to_stands_under_its_words_and_is_read_with_it(editor):
    page = editor.page(f"/staff/events/{make.event().id}/edit/rules")
    tick = page.one("input", name="needs_approval")
    words = page.main.text
    assert tick.get("aria-describedby") == "needs_approval-hint"
    assert words.index("The office approves each registration") < words.index("People send the form and wait.")
