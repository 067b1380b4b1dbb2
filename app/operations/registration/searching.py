"""Finding people by what staff type: the beginning of a name, organization or address, or a confirmation number.

Beginnings are ranges of folded keys and not LIKE patterns: SQLite uses an index for LIKE only when it may ignore case,
and nothing has to be escaped.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from app.keys import CROCKFORD, NUMBER_LENGTH
from app.models import Registration
from app.models.search import search_key
from app.operations.registration.details import email_key

SHORTEST_ADDRESS = 3
# Read aloud, these are heard for each other.
_HEARD_AS = str.maketrans("OIL", "011")
_LAST = "\U0010ffff"  # Sorts after every character that a key can hold.


@dataclass(frozen=True)
class Way:
    """One way in which a row can answer a search: what is compared, and the index's order."""

    column: InstrumentedAttribute[Any]
    condition: ColumnElement[bool]


def ways_to_find(q: str) -> list[Way]:
    """An address is one; anything else may be a name, an organization, the beginning of an address, or a number."""
    if "@" in q:
        return [_beginning(Registration.email_key, email_key(q))]
    folded, number = search_key(q), as_number(q)
    ways = [Way(Registration.number, Registration.number == number)] if number else []
    if folded:
        ways += [_beginning(Registration.name_key, key) for key in {folded, _last_name_first(folded)}]
        ways.append(_beginning(Registration.organization_key, folded))
    if len(q) >= SHORTEST_ADDRESS or not ways:
        ways.append(_beginning(Registration.email_key, q.casefold()))
    return ways


def _beginning(column: InstrumentedAttribute[Any], key: str) -> Way:
    return Way(column, begins_with(column, key))


def begins_with(column: InstrumentedAttribute[Any], key: str) -> ColumnElement[bool]:
    """A range of a folded column, which its index answers on both databases."""
    return and_(column >= key, column < key + _LAST)


def _last_name_first(folded: str) -> str:
    """Names are kept last name first, and typed either way."""
    *first, last = folded.split(" ")
    return " ".join((last, *first))


def as_number(q: str) -> str | None:
    """A confirmation number as it is kept, if one was typed; spaces, hyphens and small letters are usual."""
    number = q.upper().replace(" ", "").replace("-", "").translate(_HEARD_AS)
    return number if len(number) == NUMBER_LENGTH and set(number) <= set(CROCKFORD) else None
