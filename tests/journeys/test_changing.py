"""A seat that changes: to the other way of attending, to a colleague, to another address, through a postponement.

And a desk that is paused, reopened and held open for longer. Driven wide and narrow, with scripts and without.
"""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app import clock
from app.db import db, transact
from app.models import Event, EventState, Mode, StaffRole
from tests.support import letters
from tests.support.desk import make_event
from tests.support.serving import LiveServer
from tests.support.sessions import hold_sessions
from tests.support.staff import sign_in_browser
from tests.support.stage import choose, look, press, say_who, send

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def newest(app: Flask, address: str) -> str:
    """The path of the first link in the newest mail to somebody."""
    mail = letters.to(letters.deliver(app), address)[-1]
    link = re.search(r"https?://[^/\s]+(/registrations/\S+)", letters.text_of(mail))
    assert link
    return link[1]


def test_a_seat_changes_its_way_its_holder_and_its_address(app: Flask, tab: Page, screen: str) -> None:
    event_id = make_event(capacity=5, online=5, slug="drawback", title="Duty drawback in practice")
    hold_sessions(event_id, {"title": "Tour of the dock", "seats": {Mode.IN_PERSON: 5}})
    tab.goto("/events/drawback/register")
    say_who(tab, email="dana@importer.example")
    tab.locator("label[for=mode-0]").click()
    choose(tab, "Tour of the dock")
    send(tab)
    # What the other way costs is read before the press.
    mine = newest(app, "dana@")
    tab.goto(mine)
    expect(tab.get_by_text("Tour of the dock: not held that way, so you give it up")).to_be_visible()
    look(tab, screen)
    press(tab.get_by_role("button", name="Attend online instead"))
    expect(tab.locator("main")).not_to_contain_text("Tour of the dock")
    expect(tab.get_by_role("button", name="Attend in person instead")).to_be_visible()
    # A colleague takes the seat over, from the own mailbox; the old link opens nothing any more.
    press(tab.get_by_role("link", name="Hand your seat over to a colleague"))
    tab.get_by_label("Your colleague’s first name").fill("Lee")
    tab.get_by_label("Your colleague’s last name").fill("Park")
    tab.get_by_label("Your colleague’s email address").fill("lee@importer.example")
    press(tab.get_by_role("button", name="Ask my colleague"))
    tab.goto(newest(app, "lee@"))
    say_who(tab, "Lee", "Park")
    press(tab.get_by_role("button", name="Take over the seat"))
    assert tab.goto(mine).status == 404  # type: ignore[union-attr]
    # Whose address is another one by now.
    tab.goto(newest(app, "lee@"))
    press(tab.get_by_role("link", name="Use another address"))
    tab.get_by_label("email address").fill("park@broker.example")
    press(tab.get_by_role("button", name="Send the link"))
    tab.goto(newest(app, "park@"))
    press(tab.get_by_role("button", name="Use this address"))
    tab.goto(newest(app, "park@"))
    expect(tab.locator("main")).to_contain_text("Lee Park")
    postpone_and_keep(tab, event_id)


def postpone_and_keep(tab: Page, event_id: int) -> None:
    """Kept, and given up after all: one page, two buttons."""
    transact(lambda _: setattr(db.session.get_one(Event, event_id), "state", EventState.POSTPONED))
    tab.reload()
    press(tab.get_by_role("link", name="Keep my place or give it up"))
    press(tab.get_by_role("button", name="Keep my seat"))
    expect(tab.get_by_text("You told us that you keep it.")).to_be_visible()
    press(tab.get_by_role("button", name="Give it up"))
    expect(tab.get_by_text("You gave your place up")).to_be_visible()


@pytest.fixture(params=[(WIDE, True), (NARROW, False)], ids=["wide, scripts", "narrow, no scripts"])
def editor(request: pytest.FixtureRequest, app: Flask, live: LiveServer, browser: Browser) -> Page:
    size, scripts = request.param
    context = browser.new_context(base_url=live.url, viewport=size, java_script_enabled=scripts, locale="en-US")
    sign_in_browser(context, app, live.url, StaffRole.EDITOR)
    return context.new_page()


def test_staff_pause_reopen_and_extend(editor: Page, app: Flask) -> None:
    starts, closes = clock.now() + timedelta(days=30), clock.now() + timedelta(days=1)
    walls = {"starts_local": starts, "ends_local": starts + timedelta(hours=2), "registration_closes_local": closes}
    times = {name: moment.replace(tzinfo=None) for name, moment in walls.items()}
    event_id = make_event(capacity=5, slug="ruling", title="Asking for a ruling", **times)
    visitor = editor.context.new_page()
    visitor.goto("/events/ruling/register")
    editor.goto(f"/staff/events/{event_id}")
    press(editor.get_by_role("button", name="Pause registration"))
    # Whoever had the form open reads why, and what was typed stands there still.
    send_form(visitor)
    expect(visitor.locator("main")).to_contain_text("We hold registration for a while. Nobody loses a seat.")
    expect(visitor.get_by_role("definition").filter(has_text="dana@importer.example")).to_be_visible()
    press(editor.get_by_role("button", name="Go on with registration"))
    visitor.goto("/events/ruling/register")
    send_form(visitor)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("We have your registration")
    # A day before the end it is held open for longer.
    later = closes + timedelta(days=7)
    press(editor.get_by_role("link", name="Extend registration until…"))
    editor.get_by_label("New end of registration").fill(f"{later:%Y-%m-%dT%H:%M}")
    press(editor.get_by_role("button", name="Extend registration"))
    visitor.goto("/events/ruling")
    expect(visitor.locator("main")).to_contain_text(f"Register by {later:%A, %B} {later.day}, {later.year}")


def send_form(visitor: Page) -> None:
    say_who(visitor, email="dana@importer.example")
    send(visitor)
