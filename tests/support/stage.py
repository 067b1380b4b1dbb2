"""The stage of a story in the browser: a screen, the tab on it, and what is done in every story.

Stories run wide, on a phone, and on a phone without scripts; one that wants other screens says so by
``pytest.mark.parametrize("screen", [...], indirect=True)``.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.support import axe
from tests.support.serving import LiveServer

expect.set_options(timeout=30_000)  # Milliseconds: as long as a press may take, on a slow machine too.

Screens = Callable[..., BrowserContext]
WIDE, PHONE = axe.SIZES
BARE = {"java_script_enabled": False}
SCREENS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": WIDE},
    "narrow": {"viewport": PHONE, "has_touch": True},
    "wide, no scripts": {"viewport": WIDE} | BARE,
    "narrow, no scripts": {"viewport": PHONE} | BARE,
}


@pytest.fixture(params=["wide", "narrow", "narrow, no scripts"])
def screen(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tab(screen: str, live: LiveServer, new_context: Screens) -> Page:
    assert live.url
    return new_context(**SCREENS[screen]).new_page()


def has_scripts(screen: str) -> bool:
    return "no scripts" not in screen


def look(tab: Page, screen: str, name: str = "") -> None:
    """Look the page over, where scripts run, since axe is one. With SHOTS set, a named one is kept as a picture."""
    if has_scripts(screen):
        axe.check(tab)
    if name and os.environ.get("SHOTS"):
        tab.screenshot(path=f"{os.environ['SHOTS']}/{name}-{screen.replace(', ', '-')}.png", full_page=True)


def say_who(tab: Page, first: str = "Dana", last: str = "Okafor", email: str = "") -> None:
    """Fill in what every form asks; without an email where the address is known already."""
    tab.get_by_label("First name").fill(first)
    tab.get_by_label("Last name").fill(last)
    tab.get_by_label("Organization").fill("Okafor Imports")
    if email:
        tab.get_by_label("Email address").fill(email)


def choose(tab: Page, *titles: str) -> None:
    """Tick sessions on the agenda, or untick them."""
    for title in titles:
        tab.locator("label.pick__label", has_text=title).click()


def send(tab: Page) -> None:
    press(tab.get_by_role("button", name="Register for this event"))


def press(way: Locator, key: str = "") -> None:
    """Press a button or link, or a key in a field, and wait until the page that this brings has come whole.

    What was pressed is done then: whoever reads the page, the mails or the database next reads what came of it.
    """
    with way.page.expect_navigation():
        if key:
            way.press(key)
        else:
            way.click()
