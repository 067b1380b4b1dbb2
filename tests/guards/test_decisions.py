"""Pages on decisions: one number each, without a gap, the same in name and heading."""

import re
from pathlib import Path

PAGES = sorted(Path("docs/decisions").glob("*.md"))


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [int(page.name[:4]) for page in PAGES]
    assert numbers == list(range(1, len(PAGES) + 1)), "Give the newest page the next free number."


def test_its_heading_says_the_same_number() -> None:
    for page in PAGES:
        heading = re.match(r"# (\d+)\. \S", page.read_text())
        assert heading and int(heading[1]) == int(page.name[:4]), f"{page.name} begins with another heading."
