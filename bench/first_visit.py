"""How much a first visit transfers: the page and every file it names, compressed, with an empty browser cache."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.places import SLUG, app_on, databases
from bench.report import Line

AIM = 120_000
PAGES = {"home": "/", "list": "/events", "event": f"/events/{SLUG}", "register": f"/events/{SLUG}/register"}
# What a browser fetches by itself: sheets, scripts, pictures, icons; and what the sheets name in turn.
_IN_PAGE = re.compile(r'<(?:link[^>]*rel="(?:stylesheet|icon|preload)"|script|img)[^>]*?(?:href|src)="(/[^"]+)"')
_IN_SHEET = re.compile(r'url\(\s*["\']?(/[^)"\']+)')


class Visit:
    """One browser's first visit to one page."""

    def __init__(self, app, page: str) -> None:
        self.client = app.test_client()
        self.fetched: dict[str, int] = {}
        text = self._fetch(page)
        for path in _IN_PAGE.findall(text):
            sheet = self._fetch(path) if path not in self.fetched else ""
            for inner in _IN_SHEET.findall(sheet) if path.endswith(".css") else ():
                if inner not in self.fetched:
                    self._fetch(inner)

    def _fetch(self, path: str) -> str:
        answer = self.client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
        assert answer.status_code == 200, f"{path}: {answer.status}"
        self.fetched[path] = len(answer.data) + len(str(answer.headers))
        plain = self.client.get(path)
        return plain.text if plain.mimetype.startswith("text/") else ""

    @property
    def bytes(self) -> int:
        return sum(self.fetched.values())


def measure() -> Iterator[Line]:
    with databases("SQLite", ("visit",)) as (address,), tempfile.TemporaryDirectory() as instance:
        app = app_on(address, Path(instance))
        for name, path in PAGES.items():
            visit = Visit(app, path)
            size, files = visit.bytes, len(visit.fetched)
            yield Line(
                f"first visit, {name}", f"{size / 1000:.1f} kB, {files} files", "", None, "≤ 120 kB", size <= AIM
            )
