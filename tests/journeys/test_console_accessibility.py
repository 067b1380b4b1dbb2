"""Every page of the console in a real browser, looked over for the rules of WCAG 2.2 AA, wide and narrow."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.models import StaffRole
from tests.support import axe
from tests.support.console import pages, prepare
from tests.support.serving import LiveServer
from tests.support.staff import sign_in_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
STRANGERS = ["sign-in", "reset", "passkey"]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_console_pages_keep_the_rules(
    app: Flask, live: LiveServer, context: BrowserContext, page: Page, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    for name in STRANGERS:
        look_over(page, f"/staff/access/{name}", size["width"])
    sign_in_browser(context, app, live.url, StaffRole.ADMINISTRATOR)
    prepare(app)
    for address in pages(app):
        look_over(page, address, size["width"])


def look_over(page: Page, address: str, width: int) -> None:
    page.goto(address)
    axe.check(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} scrolls sideways"
