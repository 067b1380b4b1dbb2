"""A passkey in a real browser: added, used instead of a password, and after one."""

import pytest
from flask import Flask
from flask_security import hash_password
from playwright.sync_api import BrowserContext, Page, expect

from app.models import StaffRole
from tests.support import factories
from tests.support.serving import LiveServer
from tests.support.staff import sign_in_browser

PASSWORD = "seven lanterns over the harbor"
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


@pytest.mark.parametrize("usage", ["Instead of my password", "After my password, as second factor"])
def test_it_works(app: Flask, page: Page, context: BrowserContext, live: LiveServer, key: None, usage: str) -> None:
    address = live.url.replace("127.0.0.1", "localhost")  # Browsers know passkeys for names, not for numbers.
    others = {} if usage.startswith("After") else {"tf_primary_method": "authenticator", "tf_totp_secret": "sealed"}
    values = {"email": "ana@example.gov", "password": hash_password(PASSWORD), **others}
    sign_in_browser(context, app, address, factories.staff_member(StaffRole.EDITOR, **values))
    page.goto(f"{address}/staff/access/account")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of this passkey").fill("Office laptop")
    page.get_by_text(usage).click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text="Passkey “Office laptop”")).to_be_visible()
    sign_out(page)
    if usage.startswith("After"):
        page.get_by_label("Email").fill("ana@example.gov")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    else:
        page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(f"{address}/staff/")
