"""Mail comes back; the office reads of it in its brief and on the event page, mends the address, and mail arrives."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import clock
from app.models import Event, Mode, StaffRole
from tests.support import axe, letters
from tests.support import factories as make
from tests.support.notices import RETURN_PATH, about, mail, put
from tests.support.serving import LiveServer
from tests.support.staff import sign_in_browser
from tests.support.stage import press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TEAM = "team@example.gov"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    return {"MAIL_RETURN_PATH": RETURN_PATH, "BOUNCES_MAILDIR": str(tmp_path / "bounces")}


@pytest.fixture
def event(app: Flask) -> Event:
    """In four days, with five seats online, and no way to join entered yet."""
    starts = (datetime.now(UTC) + 4 * DAY).replace(second=0, microsecond=0, tzinfo=None)
    times = {"time_zone": "Etc/UTC", "starts_local": starts, "ends_local": starts + timedelta(hours=1)}
    return make.event(title="Filing day", seats={Mode.ONLINE: 5}, contact_email=TEAM, **times)


def brief(app: Flask, moment: datetime) -> str:
    """The newest brief that has reached the team by then."""
    with clock.stopped_at(moment):
        return letters.text_of(letters.to(letters.deliver(app), TEAM)[-1])


def test_it_works(app: Flask, live: LiveServer, page: Page, event: Event, tmp_path: Path) -> None:
    event_id, starts = event.id, event.starts_at
    assert starts
    register(page, event.slug, "ana@harbour.example")
    letters.deliver(app)
    put(tmp_path / "bounces", about(mail(), "postfix-unknown-user"))
    read = app.test_cli_runner().invoke(args=["mail", "bounces"])
    assert read.output == "Filed 1 message: bounced 1.\n"

    told = brief(app, starts - 3 * DAY + MINUTE)
    assert "- Online: 1 person registered, of 5 seats" in told
    assert "There is no way to join online yet." in told
    assert "1 accessibility request is open." in told
    assert "Mail to 1 person came back." in told

    sign_in_browser(page.context, app, live.url, StaffRole.EDITOR)
    page.goto(f"/staff/events/{event_id}")
    dead = page.get_by_role("region", name="Mail came back")
    expect(dead).to_contain_text("ana@harbour.example")
    expect(dead).to_contain_text("There is no such address")
    axe.check(page)
    press(dead.get_by_role("link", name="Correct and mail again Ana Lopez"))
    page.get_by_label("Email address").fill("ana@harbor.example")
    press(page.get_by_role("button", name="Correct and mail"))
    expect(page.get_by_role("status")).to_contain_text("The address is corrected")
    page.goto(f"/staff/events/{event_id}")
    expect(page.get_by_role("heading", name="Filing day")).to_be_visible()
    expect(dead).to_have_count(0)

    [confirmed] = letters.to(letters.deliver(app), "ana@harbor.example")
    page.goto(letters.own_link(confirmed))
    expect(page.get_by_text("ana@harbor.example").first).to_be_visible()
    told = brief(app, starts - DAY + MINUTE)
    assert "1 person registered" in told
    assert "came back" not in told


def register(page: Page, slug: str, address: str) -> None:
    page.goto(f"/events/{slug}/register")
    page.get_by_label("First name").fill("Ana")
    page.get_by_label("Last name").fill("Lopez")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Organization").fill("Harbor Brokers")
    page.locator("label").filter(has_text="Captions").first.click()
    press(page.get_by_role("button", name="Register for this event"))
    expect(page.get_by_text("Your seat is confirmed.")).to_be_visible()
