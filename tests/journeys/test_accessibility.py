"""Every public and personal page in a real browser, looked over for the rules of WCAG 2.2 AA, wide and narrow."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.guards.sources import tell
from tests.support import axe
from tests.support.pages import CheckedClient
from tests.support.site import prepare, public_pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KINDS = 14  # As many events as it takes to meet each kind: the samples, and a few past ones.
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_public_pages_keep_the_rules(app: Flask, client: CheckedClient, page: Page, size: dict[str, int]) -> None:
    prepare(app, client)
    page.set_viewport_size(size)
    faults = [fault for address in public_pages(app, most=KINDS) for fault in look_over(page, address)]
    assert not faults, tell(faults)


def look_over(page: Page, address: str) -> list[str]:
    page.goto(address)
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return axe.faults(page) + ([f"{page.url} scrolls sideways by {sideways} px"] if sideways > 0 else [])
