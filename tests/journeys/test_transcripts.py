"""What a screen reader is told on the pages of a registration, checked in as a transcript that people have read.

After a change that is meant, renew the transcripts and read the difference:
TRANSCRIPTS=renew .venv/bin/pytest tests/journeys/test_transcripts.py
"""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app import links
from app.models import Mode
from tests.support import factories as make
from tests.support.stage import press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOLDER = Path(__file__).parent / "transcripts"
NUMBER = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{10}\b")
HOST = re.compile(r"\b127\.0\.0\.1:\d+")
NOW = re.compile(r"(?<=cancelled this registration on ).+? Time(?=\.)")
TOKEN = re.compile(r"/registrations/[^/\s]{20,}?(?=/|\s|$)")


def told(page: Page) -> str:
    """The accessibility tree of the main part, with what differs each time replaced."""
    tree = page.locator("main").aria_snapshot()
    tree = NOW.sub("NOW", HOST.sub("HOST", tree))
    return TOKEN.sub("/registrations/TOKEN", NUMBER.sub("0000000000", tree)) + "\n"


def compare(name: str, found: str) -> None:
    path = FOLDER / f"{name}.yaml"
    if os.environ.get("TRANSCRIPTS") == "renew":
        path.parent.mkdir(exist_ok=True)
        path.write_text(found)
    assert found == path.read_text(), f"{name} reads differently now; renew and read it (see the top of this file)."


@pytest.fixture
def own_page() -> str:
    at_noon = datetime.fromisoformat("2031-05-14T12:00")  # A wall time: the event's zone gives it meaning.
    event = make.event(
        slug="drawback",
        title="Duty drawback in practice",
        starts_local=at_noon + timedelta(hours=1),
        ends_local=at_noon + timedelta(hours=2, minutes=30),
        seats={Mode.IN_PERSON: 50, Mode.ONLINE: None},
        asked_fields={"job_title": "required", "country": "optional"},
    )
    person = make.registration(event, mode=Mode.ONLINE, first_name="Dana", last_name="Okafor", email="dana@example.com")
    return f"/registrations/{links.sign_reference(links.MANAGE, person.id)}"


def test_finding_an_event(page: Page, own_page: str) -> None:
    page.goto("/events")
    compare("find", told(page))


def test_registering(page: Page, own_page: str) -> None:
    page.goto("/events/drawback/register")
    # Two hundred countries tell a reader of this transcript nothing.
    compare("register", re.sub(r"(\n\s+- option \"(?!Choose)[^\n]+)+", "\n      - option …", told(page)))


def test_changing(page: Page, own_page: str) -> None:
    page.goto(f"{own_page}/change")
    compare("change", re.sub(r"(\n\s+- option \"(?!Choose)[^\n]+)+", "\n      - option …", told(page)))


def test_cancelling(page: Page, own_page: str) -> None:
    page.goto(own_page)
    compare("own-page", told(page))
    press(page.get_by_role("button", name="Cancel my registration"))
    compare("cancel", told(page))
