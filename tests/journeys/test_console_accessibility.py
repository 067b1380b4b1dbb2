"""Every page of the console in a real browser, looked over for the rules of WCAG 2.2 AA, wide and narrow."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.models import StaffRole
from tests.guards.sources import tell
from tests.support import axe
from tests.support.console import pages, prepare
from tests.support.serving import LiveServer
from tests.support.staff import sign_in_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STRANGERS = ["sign-in", "reset", "passkey"]


def test_console_pages_keep_the_rules(app: Flask, live: LiveServer, context: BrowserContext, page: Page) -> None:
    walk = axe.Walk(page)
    faults = [fault for name in STRANGERS for fault in walk.faults(f"/staff/access/{name}")]
    sign_in_browser(context, app, live.url, StaffRole.ADMINISTRATOR)
    prepare(app)
    faults += [fault for address in pages(app) for fault in walk.faults(address)]
    assert not faults, tell(faults)
