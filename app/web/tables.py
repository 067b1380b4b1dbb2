"""Tables on a phone: their cells stand under each other, each with the words of its column."""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

_PART = re.compile(r"<(tr|th|td)\b")
_EMPTY = re.compile(r"(<td [^>]*>)\s+</td>")
ROLES = {"tr": "row", "th": "rowheader", "td": "cell"}


def labelled(rows: Markup, headings: Sequence[Any]) -> Markup:
    """The rows of a table, whose cells say which column they are in.

    The roles are told because a browser forgets that it is a table once its parts are laid out otherwise. A cell that
    holds nothing is left empty to the last blank, so that a phone need not show it.

    It reads rows as our own pages write them, not any HTML: tags in small letters, each cell one column wide.
    """
    words = [escape(getattr(heading, "label", heading)) for heading in headings]
    place = -1

    def mark(found: re.Match[str]) -> str:
        nonlocal place
        part = found[1]
        place = -1 if part == "tr" else place + 1
        label = f' data-label="{words[place]}"' if part == "td" and place < len(words) else ""
        return f'<{part} role="{ROLES[part]}"{label}'

    return Markup(_EMPTY.sub(r"\1</td>", _PART.sub(mark, rows)))  # noqa: S704  The rows were escaped where they were made.
