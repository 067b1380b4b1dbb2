"""The office's own words in mails: they stand in both forms, the frame loses nothing, and nothing in them is run."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import pytest

from app.mail import necessary
from app.mail.rendering import Rendered, render
from app.models import MailWords, MessageKind
from app.models.mail_variants import VARIANTS, variants_of
from app.models.mail_wording import ADAPTABLE, OF_MANY, placeholders_of, subject_needs
from tests.mail.sample_facts import MOVED
from tests.mail.samples import EVENT, PERSON, SAMPLES, SYMPOSIUM, facts

pytestmark = pytest.mark.slow  # A table of every kind of mail.

QUEUED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
# Whoever is invited and has not registered reads of an event in the words of the house: the office's speak of a seat.
CASES = [(kind, name) for kind in ADAPTABLE for name in SAMPLES[kind] if name != "-invited"]
each_mail = pytest.mark.parametrize(("kind", "name"), CASES, ids=[f"{kind.value}{name}" for kind, name in CASES])
PLAIN = MailWords("Before.", "Instead of it.", "After it.")
WORDS = MailWords("Before {event}.", "Instead of it, at {starts}.", "After it: {place}.")


def words_of(kind: MessageKind) -> MailWords:
    """Words with placeholders, where the kind has some."""
    words = PLAIN if kind in OF_MANY else WORDS
    return replace(words, subject=f"Ours: {{{subject_needs(kind).value}}}")


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


@pytest.mark.parametrize("was", [None, "2026-12-07T22:00:00+00:00"])
def test_a_move_says_when_the_way_to_join_comes_now(office, was):
    now = MOVED | {"join_release_at": "2026-12-09T22:00:00+00:00"}
    told = facts(now, before=EVENT | {"join_release_at": was}, reason="")
    for form in flat(render(MessageKind.EVENT_CHANGED, told, at=QUEUED)):
        assert form.count("We send you the way to join on Wed, Dec 9, 2026 at 5:00") == 1


def test_every_kind_can_be_put_otherwise_but_those_about_no_event():
    assert set(MessageKind) - set(ADAPTABLE) == {MessageKind.STAFF_SIGN_IN, MessageKind.TEST}
    assert set(VARIANTS) | {MessageKind.ANNOUNCEMENT} == set(ADAPTABLE)


@each_mail
def test_they_stand_in_both_forms_and_nothing_necessary_is_lost(office, kind, name):
    told, words = SAMPLES[kind][name], words_of(kind)
    mail = render(kind, told, at=QUEUED, words=words)
    for form in flat(mail):
        assert "Before" in form
        assert "After it" in form
        assert ("Instead of it" in form) is (kind is not MessageKind.ANNOUNCEMENT)
    assert ("Ours: " in mail.subject) is bool(words.subject)
    assert necessary.missing(kind, told, words, "en") == []


@each_mail
def test_the_frame_says_what_is_true_whatever_the_sentence_says(office, kind, name):
    """The heading, which the designed form always has, then stands in the plain one too."""
    told = SAMPLES[kind][name]
    mail = render(kind, told, at=QUEUED, words=words_of(kind))
    heading = " ".join(unescape(re.sub("<[^>]+>", "", re.search("<h1.*?</h1>", mail.html, re.DOTALL)[0])).split())
    assert " ".join(mail.text.split()).removeprefix("Demonstration, not a government website ").startswith(heading)


@each_mail
def test_a_sentence_reaches_only_those_of_whom_it_is_true(office, kind, name):
    """Each example is of one variant, and reads the sentence of that one alone."""
    told, variants = SAMPLES[kind][name], [one.name for one in variants_of(kind) if one.name]
    mail = render(kind, told, at=QUEUED, words=MailWords(sentences={one: f"Of {one}!" for one in variants}))
    assert len(re.findall("Of [a-z-]+!", mail.text)) == (1 if variants else 0)


def test_whoever_comes_to_the_room_never_reads_the_sentence_for_online(office):
    words = MailWords(sentences={"online": "See you on screen."})
    there = render(MessageKind.CONFIRMED, SAMPLES[MessageKind.CONFIRMED]["-in-person"], words=words).text
    assert "You are registered to take part in person." in there
    assert "See you on screen." in render(MessageKind.CONFIRMED, facts(), words=words).text


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        *((f"Come on {day}.", "starts") for day in ("December 8", "Dec. 8th", "dec 8")),
        *((f"It begins at {hour}", "starts") for hour in ("1:00 p.m.", "1 pm", "13:00")),
        ("Come to the Trade Hall.", "place"),
    ],
)
def test_what_may_change_is_not_typed_out(typed, instead):
    there = facts(EVENT | {"venue": SYMPOSIUM["venue"] | {"name": "Trade Hall"}})
    assert [one.value for _typed, one in necessary.typed_out(there, [typed], "en")] == [instead]
    for harmless in ("Come on December 18.", "11:00 p.m.", "Bring 8 copies.", "{starts}"):
        assert necessary.typed_out(there, [harmless], "en") == []


@each_mail
def test_without_own_words_it_is_as_the_house_has_it(office, kind, name):
    told = SAMPLES[kind][name]
    assert render(kind, told, at=QUEUED, words=MailWords()) == render(kind, told, at=QUEUED)


@each_mail
def test_every_placeholder_it_offers_has_a_value(office, kind, name):
    told = SAMPLES[kind][name]
    text = " ".join(f"{{{one.value}}}" for one in placeholders_of(kind))
    own = {one.name: " ".join(f"{{{p.value}}}" for p in placeholders_of(kind, one)) for one in variants_of(kind)}
    words = MailWords(text, own.get("", ""), text, sentences={one: said for one, said in own.items() if one})
    assert "{" not in render(kind, told, at=QUEUED, words=words).text


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
