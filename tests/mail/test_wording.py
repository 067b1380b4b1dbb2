"""The office's own words in mails: they stand in both forms, the frame loses nothing, and nothing in them is run."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from app.mail import necessary
from app.mail.rendering import Rendered, render
from app.models import MailWords, MessageKind
from app.models.mail_wording import ADAPTABLE, OWN_SENTENCE, placeholders_of
from tests.mail.samples import PERSON, SAMPLES, facts

QUEUED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CASES = [(kind, name) for kind in ADAPTABLE for name in SAMPLES[kind]]
each_mail = pytest.mark.parametrize(("kind", "name"), CASES, ids=[f"{kind.value}{name}" for kind, name in CASES])
# To staff, about no single event, asked for by nobody's registration, or in the office's words altogether.
NOT_ADAPTABLE = {
    *(MessageKind.ACCESSIBILITY_ALERT, MessageKind.EVENT_BRIEF, MessageKind.STAFF_SIGN_IN, MessageKind.TEST),
    *(MessageKind.MY_LINKS, MessageKind.NEWS, MessageKind.CONFIRM_FOLLOWING, MessageKind.ANNOUNCEMENT),
}
WORDS = MailWords("Before {event}.", "Instead of it, at {starts}.", "After it: {place}.")


def flat(mail: Rendered) -> tuple[str, str]:
    reader = Reader()
    reader.feed(mail.html)
    return " ".join(mail.text.split()), " ".join(" ".join(reader.found).split())


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def test_every_kind_can_be_put_otherwise_or_is_known_to_stay():
    assert set(ADAPTABLE) | NOT_ADAPTABLE == set(MessageKind)
    assert len(ADAPTABLE) + len(NOT_ADAPTABLE) == len(MessageKind)


@each_mail
def test_they_stand_in_both_forms_and_nothing_necessary_is_lost(office, kind, name):
    told = SAMPLES[kind][name]
    mail = render(kind, told, at=QUEUED, words=WORDS)
    for form in flat(mail):
        assert "Before " in form
        assert "After it: " in form
        assert ("Instead of it, at " in form) is (kind in OWN_SENTENCE and "cancelled_by" not in told)
    assert necessary.missing(kind, told, WORDS, "en") == []


@each_mail
def test_without_own_words_it_is_as_the_house_has_it(office, kind, name):
    told = SAMPLES[kind][name]
    assert render(kind, told, at=QUEUED, words=MailWords()) == render(kind, told, at=QUEUED)


@pytest.mark.parametrize("kind", ADAPTABLE, ids=lambda kind: kind.value)
def test_every_placeholder_it_offers_has_a_value(office, kind):
    text = " ".join(f"{{{one.value}}}" for one in placeholders_of(kind))
    mail = render(kind, SAMPLES[kind][""], at=QUEUED, words=MailWords(introduction=text, closing=text))
    assert "{" not in mail.text


def test_what_is_lost_is_named(office):
    told = facts()
    house = render(MessageKind.CONFIRMED, told)
    poorer = Rendered(house.subject, "You are registered.", "")
    named = {"what": told["event"]["title"], "when": "Tuesday, December 8, 2026", "where": "Online"}
    assert necessary.lost(house, poorer, named) == ["what", "when", "where"]
    assert necessary.lost(house, house, named) == []


@pytest.mark.parametrize("name", ["D18 {manage_link}", "{{ person.email }}", "<b>Ana</b>", "{% raw %}"])
def test_a_name_in_them_is_only_a_name(office, name):
    told = facts(person=PERSON | {"full_name": name})
    mail = render(MessageKind.CONFIRMED, told, words=MailWords(introduction="Dear {full_name}!"))
    for form in flat(mail):
        assert f"Dear {name}!" in form


def test_lists_and_links_in_them_are_lists_and_links(office):
    words = MailWords(introduction="See {event_link}:\n- one\n- two <i>\nand so on")
    mail = render(MessageKind.CONFIRMED, facts(), words=words)
    assert ">the page of the event</a>" in mail.html
    assert mail.html.count("<li") == render(MessageKind.CONFIRMED, facts()).html.count("<li") + 2
    assert "two &lt;i&gt;" in mail.html
    assert "- one\n- two <i>" in mail.text
