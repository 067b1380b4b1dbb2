"""Looks pages over with axe-core, for the rules of WCAG 2.2 AA."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.support import html

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = (ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844))
PROGRAM = Axe().axe_script
# Of what is well nothing comes back: telling it takes longer than looking.
LOOK = f"axe.run({{runOnly: {RULES}, resultTypes: ['violations']}}).then(found => found.violations)"
SIGN_IN = "/staff/access/sign-in"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def check(page: Page) -> None:
    found = faults(page)
    assert not found, "\n".join(found)


def faults(page: Page) -> list[str]:
    """What the page breaks, each with its place and the elements. Who came by a link expects its heading before."""
    page.wait_for_load_state()
    page.evaluate(PROGRAM)
    return _faults(page)


def _faults(page: Page) -> list[str]:
    found = page.evaluate(LOOK)
    return [f"{page.url} {one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found]


class Walk:
    """Looks many pages over, wide and narrow; of those built of the very same parts the first.

    A page whose every part has been seen on others, in the same place, is only looked at for whether it is too wide.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.built = page, set[frozenset[object]]()
        self.seen: set[object] = set()

    def faults(self, address: str) -> list[str]:
        answer = self.page.request.get(address)
        if SIGN_IN in answer.url and SIGN_IN not in address:
            return [f"{address} leads to the sign-in page and was not seen"]
        parts = _parts(html.Page(answer.text()))
        if parts in self.built:
            return []
        self.built.add(parts)
        has_new = not parts <= self.seen
        self.seen |= parts
        return self._look_over(address, has_new) if answer.ok else [f"{address} answers {answer.status}"]

    def _look_over(self, address: str, has_new: bool) -> list[str]:
        """It is loaded once for both sizes: of what is ours style sheets alone ask for the size."""
        self.page.goto(address)
        if has_new:
            self.page.evaluate(PROGRAM)
        return [fault for size in SIZES for fault in self._faults_at(size, has_new)]

    def _faults_at(self, size: ViewportSize, has_new: bool) -> list[str]:
        self.page.set_viewport_size(size)
        sideways = self.page.evaluate(SIDEWAYS)
        too_wide = [f"{self.page.url} scrolls sideways by {sideways} px at {size['width']} px"] if sideways > 0 else []
        return (_faults(self.page) if has_new else []) + too_wide


def _parts(page: html.Page) -> frozenset[object]:
    """What style sheets and rules see of a page: elements, their attributes, what each stands in and after; not words,
    not figures."""
    parts, before = set[object](), dict[int, tuple[str, ...]]()
    for element in page.walk():
        looks, parent = _looks(element), element.parent
        above = parent and parent.parent
        parts.add((looks, before.get(id(parent)), parent and _looks(parent), above and _looks(above)))
        before[id(parent)] = looks
    return frozenset(parts)


def _looks(element: html.Element) -> tuple[str, ...]:
    return element.tag, *(element.get(name) for name in ("class", "role", "type")), *sorted(element.attributes)
