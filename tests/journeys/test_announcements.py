"""An editor writes to some of an event's people, in a real browser: tested, sent, taken back; and in an emergency."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.models import Event, Mode, RegistrationState, StaffRole
from tests.support import axe
from tests.support import factories as make
from tests.support.serving import LiveServer
from tests.support.staff import sign_in_browser
from tests.support.stage import press

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def event(app: Flask, live: LiveServer, page: Page) -> Event:
    sign_in_browser(page.context, app, live.url, StaffRole.EDITOR)
    event = make.event(title="Filing day", seats={Mode.IN_PERSON: 2, Mode.ONLINE: None})
    for name in ("Ana", "Bo"):
        make.registration(event, first_name=name, last_name="Baker", mode=Mode.ONLINE)
    make.registration(event, first_name="Cy", last_name="Zhou", state=RegistrationState.WAITLISTED)
    return event


def write(page: Page, subject: str, text: str) -> None:
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Text", exact=True).fill(text)


def test_it_works(page: Page, live: LiveServer, event: Event) -> None:
    page.goto(f"/staff/events/{event.id}/attendees?mode=online")
    press(page.get_by_role("link", name="Write to them"))
    write(page, "Slides of {event}", "They are up, {first_name}.")
    press(page.get_by_role("button", name="Keep as a draft"))
    expect(page.locator("pre")).to_contain_text("They are up, Ana.")
    designed = page.frame_locator("iframe")
    expect(designed.locator("body")).to_contain_text("They are up, Ana.")
    expect(designed.locator("h1")).to_have_css("color", "rgb(19, 41, 75)")
    expect(designed.locator("a[href]")).to_have_count(0)
    press(page.get_by_role("link", name="Next", exact=True))
    expect(page.locator("pre")).to_contain_text("They are up, Bo.")
    press(page.get_by_role("button", name="Send a test to me"))
    axe.check(page)
    press(page.get_by_role("button", name="Send to 2 people"))
    expect(page.get_by_role("status")).to_contain_text("It leaves in ten minutes.")
    press(page.get_by_role("button", name="Undo"))
    expect(page.get_by_role("status")).to_contain_text("It is a draft again")


def test_in_an_emergency(page: Page, live: LiveServer, event: Event) -> None:
    page.goto(f"/staff/events/{event.id}/announcements/new")
    write(page, "West entrance", "The east doors are closed.")
    page.locator("label[for=is_urgent]").click()
    page.get_by_label("What the pages say").fill("Use the west entrance.")
    press(page.get_by_role("button", name="Keep as a draft"))
    press(page.get_by_role("button", name="Send a test to me"))
    press(page.get_by_role("button", name="Send to 3 people"))
    page.goto(f"/events/{event.slug}")
    expect(page.locator("main")).to_contain_text("Use the west entrance.")
    axe.check(page)
