"""Numbered pages of a list: whatever stands in the address, a page comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

PAGE_SIZE = 20
LAST_POSSIBLE = 10_000


@dataclass(frozen=True)
class Paging:
    """Where we are in a list."""

    page: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))


def requested_page(values: Mapping[str, str]) -> int:
    """The page number in an address; the first page for anything that is no such number."""
    given = values.get("page", "")
    if not (given.isascii() and given.isdigit() and len(given) <= 5):
        return 1
    return min(max(int(given), 1), LAST_POSSIBLE)
