"""What the console's lists share: filters as chips, and figures from the address."""

from dataclasses import dataclass

from flask import request

from app.web.converters import LARGEST_ROW_NUMBER


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    remove_url: str


def whole_number(name: str) -> int | None:
    """A figure from the address; none for anything that no row can have as its number."""
    given = request.args.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) <= 10):
        return None
    return int(given) if int(given) <= LARGEST_ROW_NUMBER else None
