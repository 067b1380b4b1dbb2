"""Who gets in: asked back and approved by the office, or invited by mail. One story wide with scripts, one on a phone
without; the person's browser and the office's are two."""

import re
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.models import Access, Mode, StaffRole
from tests.support import axe, letters
from tests.support import factories as make
from tests.support.desk import with_rules
from tests.support.serving import LiveServer
from tests.support.staff import sign_in_browser
from tests.support.stage import press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
LEAD = "The site needs ten working days."


def tabs(app: Flask, live: LiveServer, browser: Browser, screen: dict[str, Any]) -> tuple[Page, Page]:
    """A person's tab and an editor's, in browsers that know nothing of each other."""
    person, office = (_browser(browser, live, screen) for _ in range(2))
    sign_in_browser(office, app, live.url, StaffRole.EDITOR)
    return person.new_page(), office.new_page()


def _browser(browser: Browser, live: LiveServer, screen: dict[str, Any]) -> BrowserContext:
    return browser.new_context(base_url=live.url, locale="en-US", **screen)


def mail_to(app: Flask, address: str) -> Any:
    return letters.to(letters.deliver(app), address)[-1]


def link_in(letter: Any, path: str) -> str:
    found = re.search(rf"https?://[^/\s]+({path}/\S+)", letters.text_of(letter))
    assert found, letters.text_of(letter)
    return found[1]


def fill_in(tab: Page, name: str) -> None:
    tab.get_by_label("First name").fill(name)
    tab.get_by_label("Last name").fill("Okafor")
    tab.get_by_label("Organization").fill("Okafor Imports")


def test_asked_back_and_approved(app: Flask, live: LiveServer, browser: Browser) -> None:
    person, office = tabs(app, live, browser, WIDE)
    event_id = make.event(slug="port-morning", title="A Morning at the Port", seats={Mode.IN_PERSON: 1}).id
    with_rules(event_id, needs_approval=True, asks_us_person=True, lead_time_text=LEAD)
    send_for_approval(person)
    own = letters.own_link(mail_to(app, "dana@"))
    # The office asks back; the answer comes by the page of the person.
    office.goto("/staff/")
    press(office.get_by_role("link", name="1 registration waits for approval."))
    axe.check(office)
    ask_back(office)
    person.goto(link_in(mail_to(app, "dana@"), "/registrations"))
    person.get_by_label("Your answer").fill("Laredo.")
    axe.check(person)
    press(person.get_by_role("button", name="Send the answer"))
    expect(person.locator("#approval")).to_contain_text("Laredo.")
    approve(office)
    assert "approved it" in letters.text_of(mail_to(app, "dana@"))
    person.goto(own)
    expect(person.locator(".facts").first).to_contain_text("Confirmed")
    office.goto(f"/staff/events/{event_id}/us-persons")
    expect(office.get_by_role("heading", level=2)).to_have_text("Want to be contacted about it (1)")
    axe.check(office)


def send_for_approval(person: Page) -> None:
    """The rules are told before anything is typed, and the site's question must be answered."""
    person.goto("/events/port-morning")
    expect(person.locator("main")).to_contain_text(LEAD)
    press(person.get_by_role("link", name="Register for this").first)
    fill_in(person, "Dana")
    person.get_by_label("Email address").fill("dana@importer.example")
    press(person.get_by_role("button", name="Send for approval"))
    expect(person).to_have_title(re.compile("^Error:"))
    person.locator("label").filter(has_text="Contact me about this").click()
    axe.check(person)
    press(person.get_by_role("button", name="Send for approval"))
    expect(person.get_by_text("It waits for approval.")).to_be_visible()
    axe.check(person)


def ask_back(office: Page) -> None:
    office.locator("tbody .usa-checkbox__label").click()
    press(office.get_by_role("button", name="Ask back"))
    office.get_by_label("Your question").fill("Which ports do you file at?")
    axe.check(office)
    press(office.get_by_role("button", name="Send the question"))


def approve(office: Page) -> None:
    """With the answer in view."""
    office.reload()
    expect(office.locator("tbody")).to_contain_text("Laredo.")
    office.locator("tbody .usa-checkbox__label").click()
    press(office.get_by_role("button", name="Approve"))
    expect(office.get_by_text("In person: 1 seat is free.")).to_be_visible()
    press(office.get_by_role("button", name="Approve"))
    expect(office.get_by_role("status")).to_contain_text("1 approved")


def test_invited_by_mail(app: Flask, live: LiveServer, browser: Browser) -> None:
    person, office = tabs(app, live, browser, PHONE)
    event = make.event(slug="roundtable", title="Broker Roundtable", seats={Mode.IN_PERSON: 12})
    with_rules(event.id, access=Access.INVITED)
    person.goto("/events/roundtable")
    expect(person.get_by_text("Registration is by invitation.")).to_be_visible()
    assert person.get_by_role("link", name="Register for this").count() == 0
    office.goto(f"/staff/events/{event.id}")
    press(office.get_by_role("link", name="Invitations"))
    office.get_by_label("Email addresses").fill("Ana Núñez <ana@broker.example>, ben@broker.example")
    press(office.get_by_role("button", name="Invite them"))
    press(office.get_by_role("button", name="Invite 2 people"))  # After a look at how many get a mail.
    expect(office.get_by_role("status")).to_contain_text("2 invitations are being mailed.")
    # Each link is good for its address, once.
    mine = link_in(mail_to(app, "ana@"), "/invitations")
    person.goto(mine)
    expect(person.locator("main")).to_contain_text("ana@broker.example")
    fill_in(person, "Ana")
    press(person.get_by_role("button", name="Register for this event"))
    expect(person.get_by_text("Your seat is confirmed.")).to_be_visible()
    person.goto(mine)
    expect(person.get_by_text("This invitation was used.")).to_be_visible()
    # What is taken back opens nothing.
    office.reload()
    expect(office.locator("tbody tr").first).to_contain_text("Used")
    press(office.get_by_role("button", name="Take back"))
    expect(office.locator("tbody tr").last).to_contain_text("Taken back")
    person.goto(link_in(mail_to(app, "ben@"), "/invitations"))
    expect(person.get_by_text("This invitation is not valid any more.")).to_be_visible()
