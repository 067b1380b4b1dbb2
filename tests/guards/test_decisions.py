"""Pages on decisions: one number each, without a gap, the same in name and heading."""

from pathlib import Path

PAGES = sorted(Path("docs/decisions").glob("*.md"))


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [int(page.name[:4]) for page in PAGES]
    assert numbers == list(range(1, len(PAGES) + 1)), "Give the newest page the next free number."


def test_its_heading_says_the_same_number() -> None:
    headings = {page.name: page.read_text().partition("\n")[0] for page in PAGES}
    wrong = {name for name, heading in headings.items() if not heading.startswith(f"# {int(name[:4])}. ")}
    assert not wrong, "These begin with another number than their names."
