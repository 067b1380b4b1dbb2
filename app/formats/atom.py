"""Writes Atom feeds (RFC 4287), for people who follow the list of events in a feed reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

from .cleaning import many_lines, one_line, web_address, xml_text


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One event in a feed. Its id stays the same for ever; `updated` moves when readers should look again."""

    id: str
    title: str
    url: str
    updated: datetime
    published: datetime | None = None
    summary: str = ""
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A list of events with the page it stands for and the address it is fetched from."""

    id: str
    title: str
    url: str
    self_url: str
    author: str
    updated: datetime
    language: str = "en"
    entries: Sequence[FeedEntry] = ()


def tag_uri(host: str, since: date, path: str) -> str:
    """An id that outlives every change of address (RFC 4151): who named it, since when, and what."""
    return f"tag:{host},{since.isoformat()}:{quote(path.strip('/'))}"


def write_feed(feed: Feed) -> bytes:
    """The feed as UTF-8."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _instant(feed.updated))
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": web_address(feed.self_url)})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": web_address(feed.url)})
    _add(ET.SubElement(root, "author"), "name", feed.author)
    for entry in feed.entries:
        _add_entry(root, entry)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _add_entry(root: ET.Element, entry: FeedEntry) -> None:
    element = ET.SubElement(root, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", _instant(entry.updated))
    if entry.published:
        _add(element, "published", _instant(entry.published))
    ET.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": web_address(entry.url)})
    for category in entry.categories:
        ET.SubElement(element, "category", {"term": one_line(category)})
    if entry.summary:
        ET.SubElement(element, "summary").text = xml_text(many_lines(entry.summary))


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = one_line(text)


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("A feed needs times that know their zone.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
