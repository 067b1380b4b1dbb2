"""docs/bad-inputs.md has a line for every number that a test's case begins with."""

import re

from tests.guards.sources import ROOT, modules, tell

CASE = re.compile(r"""["']([A-LX]\d\d) [^"']""")
SPAN = re.compile(r"([A-LX])(\d\d)(?:–[A-LX](\d\d))?")


def documented(text: str) -> set[str]:
    heads = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")]
    spans = [SPAN.findall(head) for head in heads]
    return {f"{letter}{n:02}" for found in spans for letter, a, b in found for n in range(int(a), int(b or a) + 1)}


def test_every_number_is_explained() -> None:
    known = documented((ROOT / "docs" / "bad-inputs.md").read_text(encoding="utf-8"))
    tried = {number: module.path for module in modules("tests") for number in CASE.findall(module.source)}
    assert len(tried) > 70
    missing = [f"{number} in {path}" for number, path in sorted(tried.items()) if number not in known]
    assert not missing, tell(missing)


def test_it_reads_spans() -> None:
    assert documented("| A01–A03, B07 | x |\n| --- |") == {"A01", "A02", "A03", "B07"}
