"""Feeds, read again by a parser."""

from datetime import UTC, date, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.atom import Feed, FeedEntry, tag_uri, write_feed
from app.formats.cleaning import many_lines, one_line
from tests.support.properties import STEADY

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MORNING = datetime(2027, 3, 4, 9, 30, tzinfo=timezone(timedelta(hours=-5)))
ENTRY = FeedEntry(
    id="tag:events.example,2027-01-05:events/forced-labor",
    title="Forced labor",
    url="https://events.example/events/forced-labor",
    updated=MORNING,
    published=MORNING - timedelta(days=2),
    summary="What importers ask.\nAnd what we answer.",
    categories=("Forced labor", "USMCA"),
)


def feed(**values):
    given = {
        "id": "tag:events.example,2027-01-05:events",
        "title": "Events",
        "url": "https://events.example/events?q=a&when=upcoming",
        "self_url": "https://events.example/events.atom?q=a&when=upcoming",
        "author": "Office of Trade Relations",
        "updated": MORNING,
        "entries": (ENTRY,),
    }
    return Feed(**given | values)


def read(**values):
    return ET.fromstring(write_feed(feed(**values)))


def texts(element, *names):
    return [element.findtext(f"a:{name}", namespaces=ATOM) for name in names]


def test_it_works():
    root = read()
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert texts(root, "id", "title", "updated", "author/a:name") == [
        "tag:events.example,2027-01-05:events",
        "Events",
        "2027-03-04T14:30:00Z",
        "Office of Trade Relations",
    ]
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert links == {
        "self": "https://events.example/events.atom?q=a&when=upcoming",
        "alternate": "https://events.example/events?q=a&when=upcoming",
    }


def test_an_entry_says_what_and_where():
    entry = read().find("a:entry", ATOM)
    assert texts(entry, "id", "title", "updated", "published", "summary") == [
        "tag:events.example,2027-01-05:events/forced-labor",
        "Forced labor",
        "2027-03-04T14:30:00Z",
        "2027-03-02T14:30:00Z",
        "What importers ask.\nAnd what we answer.",
    ]
    assert entry.find("a:link", ATOM).get("href") == "https://events.example/events/forced-labor"
    assert [category.get("term") for category in entry.findall("a:category", ATOM)] == ["Forced labor", "USMCA"]


def test_an_empty_feed_is_a_feed():
    assert read(entries=()).find("a:entry", ATOM) is None


def test_the_same_feed_makes_the_same_bytes():
    assert write_feed(feed()) == write_feed(feed())


def test_ids_outlive_addresses():
    assert tag_uri("events.example", date(2027, 1, 5), "/events/año") == "tag:events.example,2027-01-05:events/a%C3%B1o"


@pytest.mark.slow
@STEADY
@given(st.text(max_size=30))
def test_any_text_stays_one_text(text):
    entry = FeedEntry(id="i", title=text, url="u", updated=MORNING, summary=text, categories=[text])
    found = read(title=text, author=text, entries=[entry]).find("a:entry", ATOM)
    assert (found.findtext("a:title", namespaces=ATOM) or "") == one_line(text)
    assert (found.findtext("a:summary", namespaces=ATOM) or "") == many_lines(text)
    assert found.find("a:category", ATOM).get("term") == one_line(text)


@pytest.mark.parametrize("text", ["</title><script>", "]]>", "&amp;", '"><x y="', "a\x00b", "\ud800"])
def test_markup_is_escaped(text):
    root = read(title=text, url=text, entries=())
    assert root.findtext("a:title", namespaces=ATOM) == one_line(text)
    assert [element.tag.partition("}")[2] for element in root] == ["id", "title", "updated", "link", "link", "author"]


def test_times_without_a_zone_are_refused():
    with pytest.raises(ValueError, match="know their zone"):
        write_feed(feed(updated=datetime(2027, 3, 4, 9, 30)))  # noqa: DTZ001


def test_times_are_told_in_utc():
    assert (
        read(updated=datetime(2027, 7, 1, tzinfo=UTC)).findtext("a:updated", namespaces=ATOM) == "2027-07-01T00:00:00Z"
    )
