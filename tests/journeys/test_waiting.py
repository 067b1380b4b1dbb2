"""A full room: attending online while waiting for it, being offered the seat, letting it pass, taking it.

Driven wide and narrow, with scripts and without; every page on the way is looked over for accessibility.
"""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.db import db, transact
from app.models import Mode, Registration, RegistrationRules
from tests.support import factories as make
from tests.support import letters
from tests.support.stage import look, press, say_who, send

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TURN = "Attend online and keep my turn for the room"


class Journey:
    """One browser, the mailboxes beside it."""

    def __init__(self, app: Flask, tab: Page, screen: str) -> None:
        self.app, self.tab, self.screen = app, tab, screen

    def look(self) -> None:
        look(self.tab, self.screen)

    def register(self, name: str, way: str) -> str:
        """Fill the form, and give the path of the person's own page, from the mail."""
        self.tab.goto("/events/full-room/register")
        say_who(self.tab, name, email=f"{name.lower()}@importer.example")
        self.tab.locator("label").filter(has_text=way).click()
        send(self.tab)
        expect(self.tab.get_by_role("heading", level=1)).to_have_text("We have your registration")
        return letters.own_link(self.mail_to(name))

    def mail_to(self, name: str) -> Any:
        return letters.to(letters.deliver(self.app), f"{name.lower()}@")[-1]

    def open_offer_of(self, name: str) -> None:
        link = re.search(r"https?://[^/\s]+(/registrations/[^/\s]+/offer)", letters.text_of(self.mail_to(name)))
        assert link
        self.tab.goto(link[1])
        expect(self.tab.get_by_role("heading", level=1)).to_have_text("A seat is held for you")
        self.look()


def let_time_pass(at: datetime) -> None:
    """The offer that is held now has run out; the worker passes it on by itself."""
    [offered] = db.session.scalars(db.select(Registration).where(Registration.offered_until.is_not(None)))
    offered.offered_until = at


def test_a_turn_for_the_room(app: Flask, tab: Page, screen: str) -> None:
    journey = Journey(app, tab, screen)
    event_id = make.event(slug="full-room", seats={Mode.IN_PERSON: 1, Mode.ONLINE: None}).id
    transact(lambda _: db.session.add(RegistrationRules(event_id=event_id, offer_hours=48)))
    holder = journey.register("Dana", "In person")
    # The room is full: the first thing asked is how to take part, and the first choice keeps the turn.
    tab.goto("/events/full-room/register")
    expect(tab.locator("form.form label").first).to_contain_text(TURN)
    journey.look()
    lee = journey.register("Lee", TURN)
    kim = journey.register("Kim", "In person")
    tab.goto(lee)
    expect(tab.get_by_text("You are next in line.")).to_be_visible()
    tab.goto(kim)
    expect(tab.get_by_text("1 person is before you.")).to_be_visible()
    journey.look()
    # The seat is given up, and held for the first in line, who does not answer.
    tab.goto(holder)
    press(tab.get_by_role("button", name="Cancel my registration"))
    journey.open_offer_of("Lee")
    transact(let_time_pass)
    assert "No seat is held for you any more" in journey.mail_to("Lee")["Subject"]
    press(tab.get_by_role("button", name="Accept the seat in the room"))
    expect(tab.get_by_text("The seat that stands here is yours.", exact=False)).to_be_visible()
    journey.look()
    tab.goto(lee)
    expect(tab.locator("main")).to_contain_text("Online")
    # It passes to the next one, who takes it.
    journey.open_offer_of("Kim")
    press(tab.get_by_role("button", name="Accept the seat in the room"))
    expect(tab.locator("main")).to_contain_text("In person")
    tab.goto(kim)
    expect(tab.locator("main")).to_contain_text("Confirmed")
    assert "Confirmed" in journey.mail_to("Kim")["Subject"]
