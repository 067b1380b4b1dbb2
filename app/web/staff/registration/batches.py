"""One act for many people of a list, batch by batch."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from flask import request

from app.db import transact
from app.web.fields import sent_number

AT_ONCE = 50  # For each transaction: nobody who registers meanwhile waits long.
NAMED = 20  # So many a page names of those whom it asks about.

Came = TypeVar("Came")


def in_batches(people: Sequence[int], work: Callable[[Sequence[int], datetime], Came]) -> Iterator[Came]:
    """Do the work for so many at once. Yields what came of each batch, once that is kept."""
    for start in range(0, len(people), AT_ONCE):
        yield transact(partial(work, people[start : start + AT_ONCE]))


def ticked(most: int) -> list[int]:
    """Whom the page ticked."""
    return [sent_number(value) for value in request.form.getlist("people")[:most]]
