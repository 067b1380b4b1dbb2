"""Looks a page over with axe-core, for the rules of WCAG 2.2 AA."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def check(page: Page) -> None:
    results = Axe().run(page, options={"runOnly": RULES})
    assert not results.violations_count, f"{page.url}\n{results.generate_report()}"
