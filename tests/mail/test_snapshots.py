"""Every mail as a file that anybody can proof-read. ``RENEW_SNAPSHOTS=1`` writes them anew: snapshots/README.md."""

import os
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.mail.rendering import Rendered, render
from app.models import MessageKind
from tests.mail.sample_facts import CHOSE_DAYS, MOVED_SYMPOSIUM, SYMPOSIUM, facts
from tests.mail.samples import SAMPLES

FOLDER = Path(__file__).parent / "snapshots"
QUEUED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CASES = [(kind, name) for kind, samples in SAMPLES.items() for name in samples]
NAMES = [f"{kind.value}{name}" for kind, name in CASES]


@pytest.fixture
def rendered(office, request):
    kind, name = request.param
    return render(kind, SAMPLES[kind][name], "en", at=QUEUED)


each_mail = pytest.mark.parametrize("rendered", CASES, ids=NAMES, indirect=True)


def as_text(mail: Rendered) -> str:
    calendar = f"\n--- calendar, {mail.method} ---\n{mail.calendar.decode()}" if mail.calendar else ""
    sessions = f"\n--- sessions ---\n{mail.sessions.decode()}" if mail.sessions else ""
    return f"Subject: {mail.subject}\n\n{mail.text}{calendar}{sessions}".replace("\r\n", "\n")


@each_mail
def test_it_reads_as_it_was_proof_read(rendered, request):
    path = FOLDER / f"{request.node.callspec.id}.txt"
    if os.environ.get("RENEW_SNAPSHOTS"):
        path.write_text(as_text(rendered), encoding="utf-8")
    assert as_text(rendered) == path.read_text(encoding="utf-8"), "See tests/mail/snapshots/README.md."


def test_every_kind_has_a_sample_and_every_snapshot_a_mail():
    assert set(SAMPLES) == set(MessageKind)
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(NAMES)


@each_mail
def test_the_subject_is_one_line_and_the_text_is_of_a_width_to_read(rendered):
    assert "\n" not in rendered.subject
    assert 10 < len(rendered.subject) <= 150
    wide = [line for line in rendered.text.splitlines() if len(line) > 76 and " " in line.strip()]
    assert not wide
    assert not re.search(r"\{\{|%\(|None|\n{3}", rendered.text)


@each_mail
def test_both_forms_say_the_same(rendered):
    """Every link and every confirmation number of the text stands in the HTML too."""
    page = Reader(rendered.html)
    for link in re.findall(r"https?://\S+", rendered.text):
        assert link.rstrip(".") in page.links | page.words(), link
    for number in re.findall(r"\b[0-9A-Z]{10}\b", rendered.text):
        assert number in page.words()


@each_mail
def test_the_html_needs_nothing_from_outside(rendered):
    page = Reader(rendered.html)
    assert not page.tags & {"img", "link", "script", "form", "iframe"}
    assert "prefers-color-scheme: dark" in rendered.html
    assert "url(" not in rendered.html


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links |= {value for name, value in attrs if name == "href"}

    def handle_data(self, data):
        self.text.append(data)

    def words(self) -> set[str]:
        return set(" ".join(self.text).split()) | {word.rstrip(".") for word in " ".join(self.text).split()}


def test_an_evening_that_moves_is_one_day(office):
    """It ends after midnight, and nobody chose between days."""
    night = {"starts_local": "2027-04-06T20:00:00", "ends_local": "2027-04-07T00:30:00"}
    night |= {"starts_at": "2027-04-07T01:00:00+00:00", "ends_at": "2027-04-07T05:30:00+00:00"}
    person = CHOSE_DAYS | {"days": ["2027-04-06"]}
    moved = render(MessageKind.EVENT_CHANGED, facts(MOVED_SYMPOSIUM | night, person, before=SYMPOSIUM), "en", at=QUEUED)
    assert "You are expected on" not in moved.text
