"""Looks a page over with axe-core, for the rules of WCAG 2.2 AA."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def check(page: Page) -> None:
    found = faults(page)
    assert not found, "\n".join(found)


def faults(page: Page) -> list[str]:
    """What the page breaks, each with its place and the elements."""
    violations = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{page.url} {one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in violations]
