"""Finding events by words that somebody typed. Each word is looked for from its beginning."""

from sqlalchemy import ColumnElement, or_

from app.models.event import Event
from app.models.search import search_key

MOST_WORDS = 8  # What is typed beyond them narrows nothing.


def events_about(words: str) -> list[ColumnElement[bool]]:
    """For a query of events: whose title, summary, series or topics hold these words."""
    # A folded word holds letters and digits alone: nothing in it is a pattern.
    return [Event.search_key.contains(f" {word}") for word in _folded(words)]


def events_named(words: str) -> list[ColumnElement[bool]]:
    """The same for staff, who know an event by its address too."""
    return [or_(Event.search_key.contains(f" {word}"), Event.slug.contains(word)) for word in _folded(words)]


def _folded(words: str) -> list[str]:
    return search_key(words).split()[:MOST_WORDS]
