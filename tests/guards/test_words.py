"""The repository speaks of the project alone: no machine's folders, no package index, no key."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.guards.sources import ROOT, tell

# One letter of each in brackets, so that this file does not accuse itself.
FOREIGN = {
    "a folder of one machine": r"/[w]ork/|/[o]pt/|/[r]oot/|/[h]ome/[a-z]|/[U]sers/[a-z]",
    "a package index": r"--(extra-)?[i]ndex-url|--find-[l]inks|/[s]imple/|pypi\.[o]rg",
    "a private key": r"BEGIN [A-Z ]*[P]RIVATE KEY",
    "unfinished work": r"\b([T]ODO|[F]IXME|[X]XX)\b",
}
BINARY = (".png", ".jpg", ".woff2", ".woff", ".ttf", ".ico", ".xlsx", ".pdf", ".wasm", ".br", ".gz", ".webp")
VENDORED = ("app/static/vendor/", "app/static/uswds/")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and not name.endswith(BINARY)]


def foreign(path: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in FOREIGN.items():
            if found := re.search(pattern, line):
                yield f"{path}:{number} names {what}: {found[0]!r}"


def test_nothing_foreign_is_named() -> None:
    names = [name for name in tracked() if not name.startswith(VENDORED) and (ROOT / name).is_file()]
    assert names
    faults = [fault for name in names for fault in foreign(name, (ROOT / name).read_text(encoding="utf-8"))]
    assert not faults, tell(faults)


@pytest.mark.parametrize(
    "halves", [("--index", "-url https://example.com/"), ("cd /ho", "me/ana"), ("# TO", "DO: later")]
)
def test_it_sees_a_breach(halves: tuple[str, str]) -> None:
    assert list(foreign("docs/run.md", "".join(halves)))
