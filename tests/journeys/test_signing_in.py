"""A new member of the staff: invited, a password and a second factor, in again by code and by recovery code, a reset.

The pages that open in the middle of signing in alone are looked over here, wide and narrow.
"""

import re

import pytest
from flask.testing import FlaskCliRunner
from playwright.sync_api import Page, expect

from app.db import db
from app.models import OutgoingEmail
from tests.support import axe
from tests.support.authenticator import Authenticator
from tests.support.stage import press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ANA, PASSWORD = "ana.lopez@example.gov", "seven lanterns over the harbor"


def look(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    for size in axe.SIZES:
        page.set_viewport_size(size)
        axe.check(page)


def sign_in(page: Page) -> None:
    page.goto("/staff/access/sign-in")
    page.locator("[name=email]").fill(ANA)
    page.locator("[name=password]").fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))


def sign_out(page: Page) -> None:
    page.goto("/staff/access/account")
    press(page.get_by_role("button", name="Sign out everywhere"))


def test_from_the_invitation_to_a_new_password(page: Page, runner: FlaskCliRunner) -> None:
    invited = runner.invoke(args=["staff", "add", ANA, "--role", "editor"])
    page.goto("/staff/" + invited.output.strip().partition("/staff/")[2])
    look(page, "Welcome to the office console")
    for name in ("password", "password_confirm"):
        page.locator(f"[name={name}]").fill(PASSWORD)
    press(page.get_by_role("button", name="Set this password and sign in"))
    app = set_up(page)
    page.goto("/staff/access/recovery-codes")
    press(page.get_by_role("main").get_by_role("button"))
    code = page.locator("main code").first.inner_text()
    look(page, page.get_by_role("heading", level=1).inner_text())
    sign_out(page)
    sign_in(page)
    look(page, "Enter your code")
    page.locator("[name=code]").fill(app.code(1))
    press(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).to_have_url(re.compile("/staff/$"))
    sign_out(page)
    sign_in(page)
    press(page.get_by_role("link", name="Use a recovery code"))
    look(page, "Use a recovery code")
    page.locator("[name=code]").fill(code)
    press(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).to_have_url(re.compile("/staff/$"))
    sign_out(page)
    reset(page)


def set_up(page: Page) -> Authenticator:
    press(page.get_by_role("link", name="Set up an authenticator app"))
    press(page.get_by_role("button", name="Show the code to scan"))
    look(page, "Set up an authenticator app")
    app = Authenticator(re.sub(r"\W", "", page.locator(".way-in__key").inner_text()))
    page.locator("[name=code]").fill(app.code())
    press(page.get_by_role("button", name="Use this app from now on"))
    expect(page.get_by_text("An authenticator app is set up.")).to_be_visible()
    return app


def reset(page: Page) -> None:
    page.goto("/staff/access/reset")
    page.locator("[name=email]").fill(ANA)
    press(page.get_by_role("main").get_by_role("button"))
    expect(page.get_by_role("status")).to_be_visible()
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc()).limit(1)).one()
    page.goto("/staff/" + mail.facts["link"].partition("/staff/")[2])
    look(page, "Choose a new password")
    newer = "nine barges under the bridge"
    for name in ("password", "password_confirm"):
        page.locator(f"[name={name}]").fill(newer)
    press(page.get_by_role("button", name="Set this password"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
