"""Putting mails in the office's own words, on the pages of an event and of a series."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from app.db import db, transact
from app.mail import delivery, necessary, rendering
from app.mail.transports import MaildirTransport
from app.models import Event, EventState, MailWording, MailWords, MessageKind, Mode, OutgoingEmail
from app.models.mail_variants import Variant, variants_of
from app.models.mail_wording import ADAPTABLE
from app.operations import notifying
from app.web.staff.communication.sample_mails import sample_facts
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    return make.event(title="Filing day")


def address(event: Event, kind: str = "confirmed") -> str:
    return f"/staff/events/{event.id}/wording/{kind}"


def adapt(client: CheckedClient, url: str, **values: str) -> Page:
    answer = client.submit(client.page(url), "words", **values)
    assert answer.status_code == 303, Page(answer.text).main.text
    return client.page(answer.location)


def test_it_works(editor: CheckedClient, event: Event) -> None:
    adapt(editor, address(event), introduction="Bring {first_name} a pen.", **{"sentence-online": "You are in."})
    page = editor.page(address(event))
    assert "You are in." in page.one("pre").text
    assert "Bring Name of the person a pen." in page.one("pre").text
    assert "You are registered to take part" not in page.one("pre").text
    listed = editor.page(f"/staff/events/{event.id}/wording")
    assert "This event’s own" in listed.main.text
    assert "1 kind in own words" in editor.page(f"/staff/events/{event.id}").main.text


def test_each_variant_is_shown_by_itself(editor: CheckedClient, event: Event) -> None:
    form = editor.page(address(event))
    typed = {"sentence-in-person": "Come in.", "sentence-online": "Tune in."}
    for variant, words, other in (("online", "Tune in.", "Come in."), ("in-person", "Come in.", "Tune in.")):
        shown = Page(editor.submit(form, "words", show=variant, **typed).text).one("pre").text
        assert words in shown
        assert other not in shown


def test_the_subject_too(editor: CheckedClient, event: Event) -> None:
    adapt(editor, address(event), subject="You are in: {event}")
    assert "You are in: Filing day" in editor.page(address(event)).main.text


@pytest.mark.parametrize("kind", ["event-changed", "announcement", "news", "my-links", "confirm-following"])
def test_a_subject_that_says_what_is_new_is_held_whole(editor: CheckedClient, event: Event, kind: str) -> None:
    url = f"/staff/series/{event.series_id}/wording/{kind}"
    house = editor.page(url).main.one("strong").text
    assert "Put {subject} in it" in Page(editor.submit(editor.page(url), "words", subject="Read this").text).main.text
    adapt(editor, url, subject="Our news – {subject}")
    assert editor.page(url).main.one("strong").text == f"Our news – {house}"


def test_the_page_names_all_that_a_sentence_must_hold(editor: CheckedClient, event: Event) -> None:
    words = " ".join(editor.page(address(event, "address-asked")).main.text.split())
    both = "{booker} (Who books for this person), {new_address} (The new address)"
    assert f"Asked for by whoever booked: {both}" in words
    assert "Subject: {event} (Title of the event)" in words


def test_it_is_shown_for_somebody_with_an_address_and_an_organization(editor: CheckedClient, event: Event) -> None:
    form = editor.page(f"/staff/events/{event.id}/wording/reminder")
    shown = Page(editor.submit(form, "words", closing="For {organization}.", show="y").text).one("pre").text
    assert "Join as Name of the person with name@example.com, so that your time counts." in " ".join(shown.split())
    assert "For Sample organization." in shown


def test_showing_it_changes_nothing(editor: CheckedClient, event: Event) -> None:
    form = editor.page(address(event))
    shown = editor.submit(form, "words", closing="Until then.", show="y")
    assert shown.status_code == 200
    assert "Until then." in Page(shown.text).one("pre").text
    assert not db.session.scalars(db.select(MailWording)).all()


def test_a_series_speaks_for_its_events_until_they_speak(editor: CheckedClient, event: Event) -> None:
    adapt(editor, f"/staff/series/{event.series_id}/wording/confirmed", closing="The series.")
    assert "The series’ at the end" in editor.page(f"/staff/events/{event.id}/wording").main.text
    assert "in the words of the series: Registration confirmed" in editor.page(f"/staff/events/{event.id}").main.text
    assert "1 kind in own words: Registration confirmed" in editor.page(f"/staff/series/{event.series_id}").main.text
    page = editor.page(address(event))
    assert "So the series says it." in page.main.text
    assert page.one("textarea", id="closing").text == "The series."
    adapt(editor, address(event), closing="The event.")
    assert "in the words of the series" not in editor.page(f"/staff/events/{event.id}").main.text
    assert "The event." in editor.page(address(event)).one("pre").text
    token = page.main.all("input", name="csrf_token")[0].get("value")
    editor.post(f"{address(event)}/restoration", data={"csrf_token": token})
    assert "The series." in editor.page(address(event)).one("pre").text


def test_the_mail_that_is_written_next_says_it(editor: CheckedClient, event: Event, tmp_path: Path) -> None:
    person = make.registration(event, first_name="Ana")

    def queue(at: datetime) -> int:
        found = notifying.queue(MessageKind.CONFIRMED, db.session.get_one(type(person), person.id), at=at)
        assert found
        db.session.flush()
        return found.id

    message = transact(queue)
    adapt(editor, address(event), introduction="Bring a pen, {first_name}.")
    assert "Bring a pen, Ana." in editor.page(f"/staff/messages/{message}").main.text
    assert delivery.drain("one", MaildirTransport(tmp_path)).taken == 1
    kept = db.session.get_one(OutgoingEmail, message, populate_existing=True).content
    adapt(editor, address(event), introduction="Bring nothing.")
    assert kept
    assert "Bring a pen, Ana." in editor.page(f"/staff/messages/{message}").main.text


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("confirmed", {"introduction": "D17 {event.__class__}"}, "is no placeholder for this field."),
        ("confirmed", {"closing": "x" * 2001}, "Shorten this to 2000 characters."),
        ("confirmed", {"sentence-online": "a\x00"}, "hidden character"),
        ("confirmed", {"subject": "You are in"}, "Put {event} in it"),
        ("confirmed", {"closing": "Until March 16!"}, "“March 16” may change. Put {starts} there"),
        ("cancelled", {"sentence-seat": "By {booker}."}, "is no placeholder for this field."),
        ("session-offered", {"sentence": "A seat is free."}, "Put {sessions} in it"),
        ("take-over", {"closing": "{first_name}"}, "is no placeholder for this field."),
    ],
)
def test_what_cannot_be_said_is_refused_beside_the_field(
    editor: CheckedClient, event: Event, kind: str, values: dict[str, str], words: str
) -> None:
    answer = editor.submit(editor.page(address(event, kind)), "words", **values)
    assert answer.status_code == 422
    assert words in Page(answer.text).main.text
    assert not db.session.scalars(db.select(MailWording)).all()


@pytest.mark.parametrize("kind", ["test", "nothing", "staff-sign-in"])
def test_mails_that_cannot_be_adapted(editor: CheckedClient, event: Event, kind: str) -> None:
    assert editor.get(address(event, kind)).status_code == 404


def test_the_announcements_of_a_series_can_end_alike(editor: CheckedClient, event: Event) -> None:
    adapt(editor, f"/staff/series/{event.series_id}/wording/announcement", closing="Yours, the trade office.")
    page = editor.page(address(event, "announcement"))
    assert "Yours, the trade office." in page.one("pre").text
    assert not page.all("textarea", name="sentence")


def test_an_empty_series_has_nothing_to_show_them_by(editor: CheckedClient, app: Flask) -> None:
    series = make.series()
    adapt(editor, f"/staff/series/{series.id}/wording/confirmed", closing="So.")
    page = editor.page(f"/staff/series/{series.id}/wording/confirmed")
    assert "The series has no event yet" in page.main.text


def test_every_kind_is_shown_by_any_event(app: Flask, at: datetime) -> None:
    """Also by one whose date is open, and by one with a hall and a way to join."""
    whole = make.event(seats={Mode.IN_PERSON: 5, Mode.ONLINE: None})
    make.joining(whole)
    open_date = {f"{name}_{form}": None for name in ("starts", "ends") for form in ("local", "at")}
    for one in (whole, make.event(state=EventState.POSTPONED, **open_date)):
        event = db.session.get_one(Event, one.id)
        for kind in ADAPTABLE:
            words = MailWords("Before.", "", "After.")
            for variant in variants_of(kind) or (Variant(),):
                told = sample_facts(kind, event, at, variant.name)
                mail = rendering.render(kind, told, words=replace(words, sentences={variant.name: "So it is."}))
                assert "Before." in mail.text, kind
                assert ("So it is." in mail.text) is bool(variants_of(kind)), (kind, variant.name)
                assert necessary.missing(kind, told, words, "en") == [], kind
