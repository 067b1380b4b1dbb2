"""Search keys: text folded the same way on both databases, so that José is found as "jose" everywhere."""

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.models.event import Event

# Letters that Unicode does not take apart, though people type them without the stroke.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_LEGAL_FORMS = frozenset("inc incorporated llc llp lp ltd limited corp corporation co company plc pc".split())
_NO_ORGANIZATION = frozenset({"none", "n a", "na", "self", "self employed", "individual"})
_SPELLED = re.compile(r"(?<= )(?:\w )+\w$")  # L.L.C. is one word.
_DROPPED = frozenset("'`\u00b4\u02bc\u2018\u2019")  # Apostrophes: O’Brien is found as obrien.


def search_key(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: what is compared when people search."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_PLAIN)
    kept = (_kept(character) for character in folded if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def organization_core(name: str) -> str:
    """A company's name without what tells its legal form: "The Acme Co., Ltd." and "ACME" are one organization.

    Empty for people who have none, and so write "none".
    """
    words = _SPELLED.sub(_legal_form, search_key(name)).removeprefix("the ").split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    core = " ".join(words)
    return "" if core in _NO_ORGANIZATION else core


def _legal_form(spelled: re.Match[str]) -> str:
    word = spelled[0].replace(" ", "")
    return word if word in _LEGAL_FORMS else spelled[0]


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
