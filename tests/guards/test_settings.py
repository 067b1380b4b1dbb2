"""The README's table of settings and config.py name the same settings with the same defaults."""

import re

from config import SETTINGS
from tests.guards.sources import ROOT

ROW = re.compile(r"^\| `([A-Z][A-Z_]+)` \| (.*?) \|", re.MULTILINE)


def documented(text: str) -> dict[str, str]:
    return {name: default.strip("` ") for name, default in ROW.findall(text)}


def test_every_setting_is_in_the_readme() -> None:
    found = documented((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found.keys() == SETTINGS.keys(), "README.md, the table under 'Settings', and config.py differ."


def test_the_defaults_are_those_of_the_code() -> None:
    found = documented((ROOT / "README.md").read_text(encoding="utf-8"))
    told = {name: found[name] for name, default in SETTINGS.items() if default}
    assert told == {name: default for name, default in SETTINGS.items() if default}


def test_it_reads_the_table() -> None:
    assert documented("| `BASE_URL` | `http://127.0.0.1:8000` | where people reach it |") == {
        "BASE_URL": "http://127.0.0.1:8000"
    }
