"""What staff wrote, ready to be placed into a mail: paragraphs and lists, each placeholder's value filled in once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from app.formats import placeholders
from app.formats.placeholders import Piece
from app.mail.facts import Happening
from app.mail.people import Person
from app.models import MailWords, Placeholder

_EMPTY_LINES = re.compile(r"\n\s*\n")
_BULLET = re.compile(r"^[-•*] +")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of some lines, or a list of some points."""

    is_list: bool
    lines: list[list[Piece]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both forms; false when it is empty."""

    text: str
    blocks: list[Block]

    def __bool__(self) -> bool:
        return bool(self.text)


def values(person: Person | None, event: Happening, facts: dict[str, Any]) -> dict[str, str]:
    """What each placeholder of the closed list stands for; of somebody who is not registered only the event's."""
    found = {
        Placeholder.EVENT: event.title,
        Placeholder.STARTS: event.time_line,
        Placeholder.PLACE: event.place,
        Placeholder.EVENT_LINK: event.url,
    }
    if person:
        found |= {
            Placeholder.FIRST_NAME: person.first_name,
            Placeholder.FULL_NAME: person.name,
            Placeholder.ORGANIZATION: facts["registration"]["organization"],
            Placeholder.CONFIRMATION_NUMBER: person.number,
            Placeholder.MANAGE_LINK: person.manage_url,
        }
    return {one.value: value for one, value in found.items()}


def link_words() -> dict[str, str]:
    """What a link reads like where a text can carry one."""
    return {
        Placeholder.EVENT_LINK.value: _("the page of the event"),
        Placeholder.MANAGE_LINK.value: _("your registration"),
    }


def blocks(text: str, known: dict[str, str]) -> list[Block]:
    """The text in blocks, as HTML shows them: an empty line ends one, and so does the first or last point of a list."""
    return [block for part in _EMPTY_LINES.split(text) for block in _blocks(part, known)]


def _blocks(part: str, known: dict[str, str]) -> Iterator[Block]:
    lines = [line.strip() for line in part.split("\n") if line.strip()]
    for is_list, some in groupby(lines, lambda line: bool(_BULLET.match(line))):
        words = (_BULLET.sub("", line) if is_list else line for line in some)
        yield Block(is_list, [placeholders.pieces(line, known, link_words()) for line in words])


def said(person: Person | None, event: Happening | None, facts: dict[str, Any]) -> dict[str, Any]:
    """An announcement's words for its templates."""
    announcement = facts.get("announcement")
    if not announcement or not event:
        return {}
    known = values(person, event, facts)
    return {
        "subject": placeholders.filled(announcement["subject"], known),
        "text": filled(announcement["text"], known),
        "is_urgent": announcement["urgent"],
        "is_test": announcement.get("test", False),
    }


def adapted(
    words: MailWords,
    variant: str,
    person: Person | None,
    event: Happening | None,
    facts: dict[str, Any],
    more: dict[Placeholder, str],
) -> dict[str, Text]:
    """The office's own words in a mail, by part; of the sentences the one that is true of this person."""
    known = values(person, event, facts) if words and event else {}
    known |= {one.value: value for one, value in more.items()}
    parts = {name: getattr(words, name) for name in ("subject", "introduction", "closing")}
    parts["sentence"] = words.sentence_of(variant)
    return {name: filled(text, known) for name, text in parts.items()}


def filled(text: str, known: dict[str, str]) -> Text:
    return Text(placeholders.filled(text, known), blocks(text, known))
