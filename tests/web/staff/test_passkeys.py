"""A passkey in a real browser: added, used instead of a password, and after one, or chosen beside an app."""

import pytest
from flask import Flask
from flask_security import hash_password
from playwright.sync_api import BrowserContext, Page, expect

from app.models import StaffRole
from tests.support import axe, factories
from tests.support.serving import LiveServer
from tests.support.staff import sign_in_browser

PASSWORD = "seven lanterns over the harbor"
SECOND = "After my password, as second factor"
PASSKEY = "Use your passkey as second factor"
APP = {"tf_primary_method": "authenticator", "tf_totp_secret": "sealed"}
FOCUS_SHOWS = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
}"""
pytestmark = pytest.mark.browser


@pytest.fixture
def key(page: Page) -> None:
    """A security key in the browser that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.fixture
def address(live: LiveServer) -> str:
    """Browsers know passkeys for names, not for numbers."""
    return live.url.replace("127.0.0.1", "localhost")


def add(page: Page, address: str, usage: str) -> None:
    page.goto(f"{address}/staff/access/account")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of this passkey").fill("Office laptop")
    page.get_by_text(usage).click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text="Passkey “Office laptop”")).to_be_visible()


@pytest.mark.parametrize("usage", ["Instead of my password", SECOND])
def test_it_works(app: Flask, page: Page, context: BrowserContext, address: str, key: None, usage: str) -> None:
    others = {} if usage == SECOND else APP
    values = {"email": "ana@example.gov", "password": hash_password(PASSWORD), **others}
    sign_in_browser(context, app, address, factories.staff_member(StaffRole.EDITOR, **values))
    add(page, address, usage)
    sign_out(page)
    if usage == SECOND:
        page.get_by_label("Email").fill("ana@example.gov")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    else:
        page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(f"{address}/staff/")


def test_who_has_both_chooses_by_keyboard(
    app: Flask, page: Page, context: BrowserContext, address: str, key: None
) -> None:
    values = {"email": "ana@example.gov", "password": hash_password(PASSWORD), **APP}
    sign_in_browser(context, app, address, factories.staff_member(StaffRole.EDITOR, **values))
    add(page, address, SECOND)
    for choice, heading in (("Code from my authenticator app", "Enter your code"), ("Passkey", PASSKEY)):
        context.clear_cookies()
        come_to_the_choice(page, address)
        tab_to(page, choice)
        page.keyboard.press("Enter")
        look(page, heading)
    tab_to(page, "Use my passkey")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/staff/")


def come_to_the_choice(page: Page, address: str) -> None:
    page.goto(f"{address}/staff/access/sign-in")
    page.get_by_label("Email").press_sequentially("ana@example.gov")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    look(page, "Choose your second factor")


def look(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    for size in axe.SIZES:
        page.set_viewport_size(size)
        axe.check(page)


def tab_to(page: Page, button: str) -> None:
    """Go from the top of the page to a button, by keyboard alone; where one is, is seen."""
    wanted = page.get_by_role("button", name=button, exact=True)
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SHOWS), page.evaluate("document.activeElement.outerHTML")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"The keyboard does not come to “{button}”.")
