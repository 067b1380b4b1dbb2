"""The form of a mail without looks: lines of a width that people write, one empty line between paragraphs."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby

from app.formats import dates
from app.formats.cleaning import many_lines
from app.mail.gaps import Gapped

WIDTH = 74
_GAPS = re.compile(r"\n{3,}")
_BULLET = re.compile(r"^(- |\d+\. )")


class PlainText:
    """Each line is broken once; those with a gap as soon as it is known what stands in it."""

    def __init__(self, text: str) -> None:
        self.pieces = list(_pieces([Gapped(line) for line in many_lines(text).split("\n")]))

    def filled(self, values: Mapping[str, str]) -> str:
        lines = (one if isinstance(one, str) else _wrapped(one.filled(values)) for one in self.pieces)
        return _GAPS.sub("\n\n", "\n".join(lines)).strip() + "\n"


def _pieces(lines: list[Gapped]) -> Iterator[str | Gapped]:
    for is_whole, some in groupby(lines, lambda line: line.is_whole):
        if is_whole:
            yield "\n".join(_wrapped(line.filled({})) for line in some)
        else:
            yield from some


def _wrapped(line: str) -> str:
    """Addresses are never broken, nor times."""
    line = line.rstrip()
    if len(line) <= WIDTH or " " not in line.strip():
        return dates.plain(line)
    indent = " " * (len(line) - len(line.lstrip()))
    hanging = indent + ("  " if _BULLET.match(line.lstrip()) else "")
    lines = textwrap.fill(
        line,
        WIDTH,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return dates.plain(lines)
