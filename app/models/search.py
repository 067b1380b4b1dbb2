"""Search keys: text folded the same way on both databases, so that José is found as "jose" everywhere."""

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.models.event import Event

# Letters that Unicode does not take apart, though people type them without the stroke.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_DROPPED = frozenset("'`\u00b4\u02bc\u2018\u2019")  # Apostrophes: O’Brien is found as obrien.


def search_key(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: what is compared when people search."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_PLAIN)
    kept = (_kept(character) for character in folded if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def event_search_key(event: "Event") -> str:
    """Everything a visitor may search an event by. Begins with a space, so that each word is found by its beginning."""
    series, topics = event.series, event.topics
    named = [event.title, event.summary, series.name, series.acronym]
    named += [word for topic in topics for word in (topic.name, topic.acronym)]
    return " " + search_key(" ".join(named))


def _kept(character: str) -> str:
    if character in _DROPPED:
        return ""
    return character if character.isalnum() or unicodedata.category(character).startswith("M") else " "
