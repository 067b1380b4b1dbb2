"""An editor puts up a webinar, moves it and takes the move back, somebody registers, and the list leaves as a file.

In a real browser, with scripts and without.
"""

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.models import EventSession, Material, MaterialKind, Mode, Speaker, StaffRole
from app.web.staff.program.sections import SECTIONS
from tests.guards.sources import tell
from tests.support import axe
from tests.support import factories as make
from tests.support.csv_reading import read_csv
from tests.support.serving import LiveServer
from tests.support.staff import sign_in_browser
from tests.support.stage import press, say_who, send

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
DEFAULTS = {
    "capacity": {"online": 500},
    "contact_name": "Trade events desk",
    "contact_email": "trade.events@example.gov",
    "accessibility_contact_name": "Coordinator",
    "accessibility_contact_phone": "202-555-0142",
    "privacy_statement": "Authority.",
}


@pytest.fixture(params=[(WIDE, True), (NARROW, False)], ids=["wide, scripts", "narrow, no scripts"])
def editor(request: pytest.FixtureRequest, app: Flask, live: LiveServer, browser: Browser) -> Page:
    size, scripts = request.param
    context = browser.new_context(base_url=live.url, viewport=size, java_script_enabled=scripts, locale="en-US")
    sign_in_browser(context, app, live.url, StaffRole.EDITOR)
    return context.new_page()


def test_it_works(editor: Page, app: Flask) -> None:
    make.series(slug="webinars", name="Webinars", defaults=DEFAULTS)
    editor.goto("/staff/events")
    press(editor.get_by_role("link", name="New event"))
    press(editor.get_by_role("link", name="New event – Webinars"))
    editor.get_by_label("Title").fill("Forced Labor Basics")
    editor.get_by_label("Summary").fill("What to do first.")
    editor.get_by_label("Starts").fill("2035-05-08T13:00")
    editor.get_by_label("Ends").fill("2035-05-08T14:00")
    press(editor.get_by_role("button", name="Make a draft"))
    press(editor.get_by_role("button", name="Publish"))
    expect(editor.get_by_role("status")).to_contain_text("It is public now.")
    press(editor.get_by_role("link", name="Reschedule"))
    editor.get_by_label("New start").fill("2035-05-09T13:00")
    editor.get_by_label("New end").fill("2035-05-09T14:00")
    press(editor.get_by_role("button", name="Show what moves along"))
    press(editor.get_by_role("button", name="Move the event"))
    expect(editor.locator("main")).to_contain_text("Wednesday, May 9, 2035")
    press(editor.get_by_role("button", name="Undo"))
    expect(editor.locator("main")).to_contain_text("Tuesday, May 8, 2035")
    register_and_take_the_list(editor)


def register_and_take_the_list(editor: Page) -> None:
    """Somebody finds the event and registers; staff find them in the list, and take it as a file."""
    visitor = editor.context.new_page()
    visitor.goto("/events?q=forced")
    press(visitor.get_by_role("link", name="Forced Labor Basics"))
    press(visitor.get_by_role("link", name="Register for this").first)
    say_who(visitor, email="dana@importer.example")
    send(visitor)
    expect(visitor.get_by_text("Your seat is confirmed.")).to_be_visible()
    press(editor.get_by_role("link", name="Attendees").first)
    editor.locator("#attendee-q").fill("okafor")
    press(editor.locator("#attendee-q"), "Enter")
    expect(editor.locator("tbody tr")).to_have_count(1)
    press(editor.get_by_role("link", name="Export", exact=True))
    with editor.expect_download() as taken:
        editor.get_by_role("button", name="Attendees as CSV").click()
    read = read_csv(BytesIO(Path(taken.value.path()).read_bytes()))
    assert ["dana@importer.example" in row for row in read.rows] == [True]


@pytest.mark.database("sqlite")
def test_its_pages_keep_the_rules(app: Flask, live: LiveServer, page: Page) -> None:
    sign_in_browser(page.context, app, live.url, StaffRole.EDITOR)
    walk = axe.Walk(page)
    faults = [fault for address in _pages() for fault in walk.faults(address)]
    assert not faults, tell(faults)


def _pages() -> list[str]:
    """Every page about an event that has everything, and the list."""
    event = make.event(seats={Mode.IN_PERSON: 50, Mode.ONLINE: None}, speakers=[Speaker(name="Ana Lopez")])
    make.kept(
        lambda _: EventSession(
            event_id=event.id,
            title="Welcome",
            starts_local=event.starts_local,
            starts_at=event.starts_at,
            ends_local=event.ends_local,
            ends_at=event.ends_at,
        )
    )
    make.kept(lambda _: Material(event_id=event.id, kind=MaterialKind.SLIDES, title="Slides", url="https://a.gov/1"))
    make.joining(event)
    steps = "rescheduling time-zone postponement cancellation joining-release deletion copy agenda preview"
    parts = ("sessions", "speakers", "materials")
    return [
        *("/staff/events", "/staff/events?when=drafts", "/staff/events/new", f"/staff/events/new/{event.series.slug}"),
        f"/staff/events/{event.id}",
        *(f"/staff/events/{event.id}/edit/{part}" for part in SECTIONS),
        *(f"/staff/events/{event.id}/{step}" for step in steps.split()),
        *(f"/staff/events/{event.id}/{part}/new" for part in parts),
    ]
