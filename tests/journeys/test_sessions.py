"""Sessions from the agenda to the mail: chosen, warned about, one of them waited for, swapped, offered, passed on.

Driven wide and narrow, with scripts and without.
"""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app import clock
from app.db import transact
from app.models import Mode
from app.operations.registration.cancelling import cancel
from tests.support import desk, letters
from tests.support.sessions import conference, session_ids
from tests.support.stage import SCREENS, choose, has_scripts, look, press, say_who, send

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", SCREENS, indirect=True)
def test_sessions_are_chosen_on_the_agenda(app: Flask, tab: Page, screen: str) -> None:
    event_id = conference(
        {"title": "Clinic", "seats": {Mode.IN_PERSON: 1}},
        {"title": "Tour", "hour": 0.5},
        {"title": "Talk", "hour": 2},
        rule="warn",
        title="Choosing what to hear",
    )
    clinic = session_ids(event_id)[0]
    desk.sign_up(event_id, desk.details(sessions=(clinic,)))
    tab.goto("/events")
    press(tab.get_by_role("link", name="Choosing what to hear"))
    press(tab.get_by_role("link", name="Register for this").first)
    say_who(tab, email="dana@importer.example")
    # The keyboard reaches each box, and the space bar ticks it.
    tab.get_by_role("checkbox", name="Talk").focus()
    tab.keyboard.press("Space")
    choose(tab, "Clinic", "Tour")
    if has_scripts(screen):
        expect(tab.get_by_role("status")).to_have_text("3 sessions chosen. At the same time: “Clinic”, “Tour”.")
        look(tab, screen)
    send(tab)
    expect(tab.get_by_role("alert")).to_contain_text("“Clinic” (")
    look(tab, screen)
    tab.get_by_label("I know that these overlap.").check()
    send(tab)
    expect(tab.get_by_role("heading", level=1)).to_have_text("We have your registration")
    expect(tab.get_by_role("listitem").filter(has_text="Clinic")).to_contain_text("Waiting list")
    expect(tab.get_by_role("listitem").filter(has_text="Talk")).to_contain_text("Seat confirmed")
    swap_and_move_up(app, tab, event_id)


def swap_and_move_up(app: Flask, tab: Page, event_id: int) -> None:
    [mail] = letters.to(letters.deliver(app), "dana@")
    tab.goto(letters.own_link(mail))
    expect(tab.get_by_text("You are next.")).to_be_visible()
    press(tab.get_by_role("link", name="Change your sessions"))
    expect(tab.get_by_role("checkbox", name="Talk")).to_be_checked()
    choose(tab, "Talk")
    press(tab.get_by_role("button", name="Keep this choice"))
    expect(tab.get_by_role("listitem").filter(has_text="Talk")).to_have_count(0)
    # Whoever held the clinic leaves: the seat moves up, with one mail.
    holder = desk.registrations(event_id)[0].id
    transact(lambda at: cancel(holder, at=at).id)
    mails = letters.to(letters.deliver(app), "dana@")
    assert "A session seat is yours" in str(mails[-1]["Subject"])
    tab.reload()
    expect(tab.get_by_role("listitem").filter(has_text="Clinic")).to_contain_text("Seat confirmed")


@pytest.mark.parametrize("screen", ["wide", "narrow, no scripts"], indirect=True)
def test_a_seat_in_a_session_is_offered_and_passed_on(app: Flask, tab: Page, screen: str) -> None:
    event_id = desk.with_rules(
        conference({"title": "Clinic", "seats": {Mode.IN_PERSON: 1}}, {"title": "Talk"}, slug="clinic"), offer_hours=24
    )
    clinic = session_ids(event_id)[0]
    desk.sign_up(event_id, desk.details(sessions=(clinic,)))
    tab.goto("/events/clinic/register")
    say_who(tab, email="dana@importer.example")
    choose(tab, "Clinic", "Talk")
    send(tab)
    expect(tab.get_by_role("listitem").filter(has_text="Clinic")).to_contain_text("Waiting list")
    desk.sign_up(event_id, desk.details(email="lee@importer.example", sessions=(clinic,)))
    # Whoever holds the seat leaves: it is held for the first in line, who does not answer.
    holder = desk.registrations(event_id)[0].id
    transact(lambda at: cancel(holder, at=at).id)
    session = open_offer(app, tab, "dana@")
    look(tab, screen)
    with clock.stopped_at(clock.now() + timedelta(hours=25)):
        newest = letters.to(letters.deliver(app), "dana@")[-1]
        assert "No session seat is held for you any more" in str(newest["Subject"])
    tab.reload()
    expect(session).to_have_count(0)
    expect(tab.get_by_role("listitem").filter(has_text="Talk")).to_contain_text("Seat confirmed")
    # By itself it has passed to the next one, who takes it.
    session = open_offer(app, tab, "lee@")
    press(session.get_by_role("button", name="Accept the seat"))
    expect(session).to_contain_text("Seat confirmed")
    assert "A session seat is yours" in str(letters.to(letters.deliver(app), "lee@")[-1]["Subject"])


def open_offer(app: Flask, tab: Page, address: str) -> Locator:
    """Follow the mail to the person's own page, where the seat is held."""
    mail = letters.to(letters.deliver(app), address)[-1]
    assert "A session seat for you, answer by" in str(mail["Subject"])
    tab.goto(letters.own_link(mail))
    session = tab.get_by_role("listitem").filter(has_text="Clinic")
    expect(session).to_contain_text("It is yours if you accept by")
    return session
