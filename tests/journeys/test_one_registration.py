"""One seat from the search to the meeting: found, taken, confirmed by mail, changed, given up, passed on, joined.

Driven wide and narrow, with scripts and without: whatever a person can do, they can do without scripts.
"""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import clock
from app.db import db, transact
from app.models import Joining, Mode
from tests.support import axe, letters
from tests.support import factories as make
from tests.support.serving import LiveServer
from tests.support.stage import Screens, press, say_who, send

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def fill_in(tab: Page, name: str, email: str) -> None:
    say_who(tab, name, email=email)
    tab.locator("label").filter(has_text="In person").click()


def test_a_seat_in_the_room(app: Flask, tab: Page) -> None:
    make.event(title="Duty drawback in practice", seats={Mode.IN_PERSON: 1, Mode.ONLINE: None})
    # Found by a word of its title.
    tab.goto("/events")
    tab.get_by_role("searchbox").fill("drawback")
    press(tab.get_by_role("searchbox"), "Enter")
    press(tab.get_by_role("link", name="Duty drawback in practice"))
    press(tab.get_by_role("link", name="Register for this").first)
    # A form sent empty keeps its place and leads to what is missing.
    send(tab)
    expect(tab).to_have_title(re.compile("^Error:"))
    tab.get_by_role("alert").get_by_role("link").first.click()
    fill_in(tab, "Dana", "dana@importer.example")
    send(tab)
    expect(tab.get_by_role("heading", level=1)).to_have_text("We have your registration")
    expect(tab.get_by_text("Your seat is confirmed.")).to_be_visible()
    # The next one waits.
    tab.goto("/events")
    press(tab.get_by_role("link", name="Duty drawback in practice"))
    press(tab.get_by_role("link", name="Register for this").first)
    expect(tab.get_by_text("All seats are taken. You join the waiting list.")).to_be_visible()
    fill_in(tab, "Lee", "lee@broker.example")
    send(tab)
    expect(tab.get_by_text("You are on the waiting list.")).to_be_visible()
    # Both got their mail; the first changes the name and then gives the seat up.
    sent = letters.deliver(app)
    [confirmed], [waitlisted] = letters.to(sent, "dana@"), letters.to(sent, "lee@")
    tab.goto(letters.own_link(confirmed))
    press(tab.get_by_role("link", name="Change your details"))
    tab.get_by_label("First name").fill("Danielle")
    press(tab.get_by_role("button", name="Keep these details"))
    expect(tab.get_by_text("Danielle Okafor")).to_be_visible()
    press(tab.get_by_role("button", name="Cancel my registration"))
    expect(tab.get_by_text("You hold no seat.")).to_be_visible()
    # Whoever waited has it, at once, and is told.
    tab.goto(letters.own_link(waitlisted))
    expect(tab.locator("main")).to_contain_text("Confirmed")
    told = letters.to(letters.deliver(app), "lee@")
    assert "seat" in told[-1]["Subject"].lower()


def test_joining_online(app: Flask, live: LiveServer, tab: Page) -> None:
    event = make.event(title="Questions on origin", seats={Mode.ONLINE: None})
    event_id, slug = event.id, event.slug
    make.joining(event, link=f"{live.url}/about", release_at=clock.now() + timedelta(hours=1))
    tab.goto(f"/events/{slug}/register")
    tab.get_by_label("First name").fill("Suharto")
    tab.get_by_label("Email address").fill("suharto@importer.example")
    tab.get_by_label("Organization").fill("none")
    send(tab)
    expect(tab.get_by_text("Your seat is confirmed.")).to_be_visible()
    own = letters.own_link(letters.to(letters.deliver(app), "suharto@")[0])
    tab.goto(own)
    expect(tab.get_by_text("We mail you the way to join on")).to_be_visible()
    # Released: the worker writes, and the button leads to the link in force.
    transact(lambda at: setattr(db.session.get_one(Joining, event_id), "release_at", at))
    assert "join" in letters.to(letters.deliver(app), "suharto@")[-1]["Subject"].lower()
    tab.goto(own)
    press(tab.get_by_role("link", name="Go to the join page"))
    press(tab.get_by_role("button", name="Try the link"))
    tab.wait_for_url("**/about")


def test_my_links_come_again_by_mail(app: Flask, tab: Page) -> None:
    person = make.registration(make.event(), email="dana@importer.example")
    number = person.number
    tab.goto("/")
    press(tab.get_by_role("link", name="Find my registrations").first)
    tab.get_by_label("Email address").fill("dana@importer.example")
    press(tab.get_by_role("button", name="Mail me my links"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    [letter] = letters.deliver(app)
    assert number in letters.text_of(letter)
    tab.goto(letters.own_link(letter))
    expect(tab.locator("main")).to_contain_text(number)


@pytest.mark.parametrize("size", [1280, 390])
def test_refused_pages_keep_the_rules_too(live: LiveServer, new_context: Screens, size: int) -> None:
    """The pages that only a mistake brings up are not on the map of addresses."""
    event = make.event(slug="refused", seats={Mode.IN_PERSON: 5, Mode.ONLINE: None})
    assert event.slug == "refused"
    page = new_context(viewport={"width": size, "height": 900}).new_page()
    page.goto("/events/refused/register")
    press(page.get_by_role("button", name="Register for this event"))
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.locator("#error-summary")).to_be_focused()
    axe.check(page)
