"""Public pages in a language in which every translated word stands in brackets: nothing stands outside."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import String, select

from app.db import db
from app.models import QuestionVersion
from tests.guards.sources import ROOT, tell
from tests.support import pseudo
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.support.site import prepare, public_pages

pytestmark = [pytest.mark.slow, pytest.mark.database("sqlite")]
LANGUAGE = "es"
PROPER_NAMES = ["Google", "Outlook", "Yahoo", "Office 365", "Atom", "USMCA"]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    pseudo.build(tmp_path, LANGUAGE)
    return {"LANGUAGES": ["en", LANGUAGE], "BABEL_TRANSLATION_DIRECTORIES": str(tmp_path)}


def test_no_word_stands_outside(app: Flask, client: CheckedClient) -> None:
    prepare(app, client)
    data = [*stored_texts(), *content_texts(), *PROPER_NAMES]
    faults = set()
    for address in public_pages(app):
        page = Page(client.get(f"/{LANGUAGE}{address}").text)
        assert page.one("html").get("lang") == LANGUAGE, address
        assert "⟦" in page.text, f"{address} is not translated at all"
        faults |= {f"{words!r} ({address})" for words in pseudo.outside(page, LANGUAGE, data)}
    assert not faults, "These words do not pass through gettext:" + tell(sorted(faults))


def test_it_sees_a_bare_word() -> None:
    page = Page("<p>⟦Register⟧ now</p><p title='Close'>⟦by⟧ 3 de marzo</p><p>Ana</p>")
    assert list(pseudo.outside(page, LANGUAGE, ["Ana Lopez"])) == ["now", "close"]


def stored_texts() -> list[str]:
    """Everything that stands in a text column: what staff wrote is not ours to translate."""
    columns = [column for table in db.metadata.sorted_tables for column in table.c if isinstance(column.type, String)]
    texts = [str(value) for column in columns for value in db.session.scalars(select(column).distinct()) if value]
    options = db.session.scalars(select(QuestionVersion.options)).all()
    return texts + [option["label"] for listed in options for option in listed]


def content_texts() -> list[str]:
    """What the office keeps as files."""
    files = (ROOT / "app" / "content").glob("*.yaml")
    return [text for file in files for text in _leaves(yaml.safe_load(file.read_text(encoding="utf-8")))]


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _leaves(item)]
    if isinstance(value, list):
        return [text for item in value for text in _leaves(item)]
    return [str(value)]
