"""Every page of the site in a real browser, looked over for the rules of WCAG 2.2 AA, wide and narrow."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.support import axe
from tests.support.pages import CheckedClient
from tests.support.serving import LiveServer
from tests.support.site import prepare, public_pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KINDS = 14  # As many events as it takes to meet each kind: the samples, and a few past ones.
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_public_pages_keep_the_rules(
    app: Flask, live: LiveServer, page: Page, client: CheckedClient, size: dict[str, int]
) -> None:
    prepare(app, client)
    page.set_viewport_size(size)
    for address in public_pages(app, most=KINDS):
        page.goto(address)
        axe.check(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{address} scrolls sideways"
