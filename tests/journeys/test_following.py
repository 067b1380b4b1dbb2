"""Following a series from a phone without scripts: asked, confirmed by mail, a digest, and one press to stop it."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from app import clock
from app.db import db
from app.models import EventNews, Subscriber
from tests.support import factories as make
from tests.support import letters
from tests.support.stage import press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "java_script_enabled": False}


def link_in(letter: EmailMessage, words: str) -> str:
    """The address that stands under these words in the text of a mail."""
    found = re.search(rf"{re.escape(words)}[^\n]*:\nhttps?://[^/\s]+(\S+)", letters.text_of(letter))
    assert found, letters.text_of(letter)
    return found[1]


def test_from_the_series_page_to_the_last_mail(app: Flask, new_context: Callable[..., BrowserContext]) -> None:
    series = make.series(slug="webinars", name="Webinars")
    series_id = series.id
    tab = new_context(**PHONE).new_page()
    tab.goto("/series/webinars")
    press(tab.get_by_role("link", name="News by mail"))
    tab.get_by_text("At once, as soon as there is something new").click()
    tab.get_by_label("Email address").fill("dana@importer.example")
    press(tab.get_by_role("button", name="Mail me a link to confirm"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("Confirm it in your mailbox")
    # The mail's link opens a page; its button confirms.
    [asked] = letters.to(letters.deliver(app), "dana@")
    tab.goto(link_in(asked, "Confirm this address"))
    press(tab.get_by_role("button", name="Follow"))
    expect(tab.get_by_text("You follow this from now on.")).to_be_visible()
    # Something new, and ten minutes later it is mailed.
    make.event(title="Duty drawback in practice", series=db.session.get_one(type(series), series_id))
    letters.deliver(app)
    due_at = db.session.scalars(db.select(EventNews.due_at)).one()
    with clock.stopped_at(due_at):
        news = letters.to(letters.deliver(app), "dana@")[-1]
    assert "Duty drawback in practice" in news["Subject"]
    tab.goto(link_in(news, "Stop these messages"))
    press(tab.get_by_role("button", name="Stop all news"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("You follow nothing by mail")
    db.session.rollback()
    assert not db.session.scalars(db.select(Subscriber)).all()
