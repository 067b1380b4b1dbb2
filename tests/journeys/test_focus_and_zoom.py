"""On a phone the button stays at the bottom edge, never over what has the focus, and lets go when there is no room."""

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.support import factories as make
from tests.support.serving import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
FOUR_TIMES = {"width": 320, "height": 256}  # A page of 1280 by 1024 at 400 %.
BAR = ".register-panel__action"
HIDDEN_BY_THE_BAR = """() => {
  const bar = document.querySelector('.register-panel__action');
  const here = document.activeElement;
  return !bar.contains(here) && here.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
}"""


@pytest.fixture
def event_page(live: LiveServer) -> str:
    """An event with enough to say that its page is longer than a phone."""
    words = "\n\n".join(f"[Part {number}](https://example.org/{number}) of the description." for number in range(40))
    event = make.event(title="Reading to the end", description=words)
    return f"{live.url}/events/{event.slug}"


def place_of(page: Page, selector: str) -> str:
    return str(page.eval_on_selector(selector, "element => getComputedStyle(element).position"))


def test_the_bar_never_covers_the_focus(page: Page, event_page: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(event_page)
    assert place_of(page, BAR) == "fixed"
    for _ in range(60):
        page.keyboard.press("Tab")
        assert not page.evaluate(HIDDEN_BY_THE_BAR), page.evaluate("document.activeElement.outerHTML")


def test_the_bar_lets_go_at_four_times_the_size(page: Page, event_page: str) -> None:
    page.set_viewport_size(FOUR_TIMES)
    page.goto(event_page)
    assert place_of(page, BAR) == "static"
    assert page.evaluate("document.documentElement.scrollWidth") <= FOUR_TIMES["width"]


def test_the_readers_own_time_stands_beside_the_events(browser: Browser, event_page: str) -> None:
    for zone, expected in (("Asia/Tokyo", 1), ("America/New_York", 0)):
        context = browser.new_context(timezone_id=zone)
        page = context.new_page()
        page.goto(event_page)
        notes = page.locator(".local-time").all_inner_texts()
        assert len(notes) == expected
        assert all(re.search(r"3:00\s–\s4:00\sa\.m\.\sGMT\+9, your time$", note) for note in notes), notes
        context.close()
