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


def test_public_pages_keep_the_rules(app: Flask, client: CheckedClient, page: Page) -> None:
    prepare(app, client)
    walk = axe.Walk(page)
    faults = [fault for address in public_pages(app, most=KINDS) for fault in walk.faults(address)]
    assert not faults, tell(faults)
