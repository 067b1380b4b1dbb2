"""From the reminder into the session: registered with a session, reminded, led to the button, counted as present."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import clock
from app.db import db, transact
from app.models import EventSession, Mode, SessionJoining, SessionPresence
from tests.support import axe, letters
from tests.support import factories as make
from tests.support.serving import LiveServer
from tests.support.sessions import hold_sessions
from tests.support.stage import press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MINUTES = timedelta(minutes=1)
PHONE = {"width": 390, "height": 844}


def lead_in(session_id: int, link: str, minutes: int) -> None:
    def work(at: datetime) -> None:
        way = SessionJoining(session_id=session_id, link=link, release_minutes=minutes)
        db.session.add(way)
        db.session.flush()
        way.follow(way.session.starts_at, at)

    transact(work)


def begin_soon(session_id: int) -> None:
    """Within the hour before a session a press counts as presence."""
    transact(lambda at: setattr(db.session.get_one(EventSession, session_id), "starts_at", at + 50 * MINUTES))


def test_from_the_reminder_into_a_session(app: Flask, live: LiveServer, page: Page) -> None:
    starts = (datetime.now(UTC) + 70 * MINUTES).replace(second=0, microsecond=0, tzinfo=None)
    times = {"starts_local": starts, "ends_local": starts + 180 * MINUTES}
    event = make.event(title="Trade Week", seats={Mode.ONLINE: None}, time_zone="Etc/UTC", **times)
    due = make.reminder(event, 1, "hours", Mode.ONLINE).due_at
    assert due is not None
    slug, online = event.slug, {Mode.ONLINE: None}
    first, second = hold_sessions(
        event.id, {"title": "Origin", "seats": online}, {"title": "Drawback", "seats": online}
    )
    for number, minutes in ((first, 90), (second, 30)):
        lead_in(number, f"{live.url}/about", minutes)
    page.set_viewport_size(PHONE)
    page.goto(f"/events/{slug}/register")
    page.get_by_label("First name").fill("Suharto")
    page.get_by_label("Email address").fill("suharto@importer.example")
    page.get_by_label("Organization").fill("none")
    for title in ("Origin", "Drawback"):
        page.locator("label").filter(has_text=title).click()
    press(page.get_by_role("button", name="Register for this event"))
    expect(page.get_by_text("Your seat is confirmed.")).to_be_visible()
    with clock.stopped_at(due + MINUTES):
        reminder = next(one for one in letters.to(letters.deliver(app), "suharto@") if "Reminder" in one["Subject"])
    assert f"{live.url}/about" not in letters.text_of(reminder)
    begin_soon(first)
    page.goto(letters.own_link(reminder) + "/join")
    expect(page.get_by_text("Join as Suharto")).to_be_visible()
    expect(page.get_by_role("button", name="Join this session")).to_have_count(1)
    expect(page.get_by_text("The way in opens here on")).to_be_visible()
    axe.check(page)
    press(page.get_by_role("button", name="Join this session"))
    page.wait_for_url("**/about")
    db.session.rollback()
    assert db.session.scalars(db.select(SessionPresence.session_id)).all() == [first]
