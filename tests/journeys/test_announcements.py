"""An editor writes to some of an event's people, in a real browser: tested, sent, taken back; and in an emergency."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.models import Event, Mode, RegistrationState, StaffRole
from tests.support import axe
from tests.support import factories as make
from tests.support.serving import LiveServer
from tests.support.staff import sign_in_browser

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
    page.get_by_role("link", name="Write to them").click()
    write(page, "Slides of {event}", "They are up, {first_name}.")
    page.get_by_role("button", name="Keep as a draft").click()
    assert "They are up, Ana." in page.inner_text("pre")
    designed = page.frame_locator("iframe")
    assert "They are up, Ana." in designed.locator("body").inner_text()
    assert designed.locator("h1").evaluate("title => getComputedStyle(title).color") == "rgb(19, 41, 75)"
    assert designed.locator("a[href]").count() == 0
    page.get_by_role("link", name="Next", exact=True).click()
    assert "They are up, Bo." in page.inner_text("pre")
    page.get_by_role("button", name="Send a test to me").click()
    axe.check(page)
    page.get_by_role("button", name="Send to 2 people").click()
    assert "It leaves in ten minutes." in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Undo").click()
    assert "It is a draft again" in page.get_by_role("status").inner_text()


def test_in_an_emergency(page: Page, live: LiveServer, event: Event) -> None:
    page.goto(f"/staff/events/{event.id}/announcements/new")
    write(page, "West entrance", "The east doors are closed.")
    page.locator("label[for=is_urgent]").click()
    page.get_by_label("What the pages say").fill("Use the west entrance.")
    page.get_by_role("button", name="Keep as a draft").click()
    page.get_by_role("button", name="Send a test to me").click()
    page.get_by_role("button", name="Send to 3 people").click()
    page.goto(f"/events/{event.slug}")
    assert "Use the west entrance." in page.inner_text("main")
    axe.check(page)
