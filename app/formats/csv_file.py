"""Writes lists as CSV that opens in a spreadsheet without running anything."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import BinaryIO, cast

from .column_names import unique_names

AT_ONCE = 200  # Rows that are handled together: few enough to stay in the processor's own memory.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # Without it Excel takes UTF-8 for the old code page of the machine.

# What makes a spreadsheet read a cell as a formula, in the narrow, wide and small forms of Unicode,
_TRIGGERS = "=+-@\t\r\n" + "\uff1d\uff0b\uff0d\uff20" + "\ufe66\ufe62\ufe63\ufe6b"
# and what some of them skip before they look: controls, spaces and marks without width.
_SKIPPED = "".join(
    map(chr, (*range(0x21), *range(0x7F, 0xA1), 0xAD, 0x61C, 0x1680, 0x180E, *range(0x2000, 0x2010)))
) + "".join(map(chr, (*range(0x2028, 0x2030), *range(0x205F, 0x2070), 0x3000, 0xFEFF)))
_GUARD = "'"
_FORMULA = re.compile(f"[{re.escape(_SKIPPED)}{_GUARD}]*[{re.escape(_TRIGGERS)}]")
# A cell that begins with anything else is safe: this look at one character is all that most cells cost.
_SUSPECT = frozenset(_TRIGGERS + _SKIPPED + _GUARD)
_MARKS = ',"\r\n'  # What a cell may hold only between quotation marks.


def write_csv(
    file: BinaryIO,
    head: Iterable[Sequence[str]],
    columns: Iterable[str],
    rows: Iterable[Sequence[str | None]],
    typed: Sequence[int] | None = None,
) -> int:
    """Writes the head, an empty line, the column names and the rows; says how many rows there were.

    ``typed`` are the places of the cells whose text somebody typed; without it every cell is looked at.
    """
    file.write(BYTE_ORDER_MARK + _encoded(list(head)) + b"\r\n" + _encoded([unique_names(columns)]))
    count, rows = 0, iter(rows)
    while block := list(islice(rows, AT_ONCE)):
        file.write(_encoded(block, typed))
        count += len(block)
    return count


def safe_cell(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet could take it for a formula."""
    return _GUARD + cell if _FORMULA.match(cell) else cell


def _encoded(rows: Sequence[Sequence[str | None]], typed: Sequence[int] | None = None) -> bytes:
    """Rows as they stand in the file. They are made column by column: Python's csv writer takes twice as long."""
    columns = [
        _column(cells, is_typed=typed is None or place in typed) for place, cells in enumerate(zip(*rows, strict=True))
    ]
    if len(columns) == 1:  # Alone on its line, an empty cell would look like no cell.
        columns = [[cell or '""' for cell in columns[0]]]
    return "".join([f"{line}\r\n" for line in map(",".join, zip(*columns, strict=True))]).encode(errors="replace")


def _column(cells: Sequence[str | None], *, is_typed: bool) -> Iterable[str]:
    """The cells guarded and quoted where they need it; most columns show at a glance that none of theirs does."""
    column = [cell or "" for cell in cells] if None in cells else cast("Sequence[str]", cells)
    if is_typed and not _SUSPECT.isdisjoint([cell[0] for cell in column if cell]):
        column = [safe_cell(cell) for cell in column]
    text = "".join(column)
    if any(mark in text for mark in _MARKS):
        return map(cache(_quoted), column)  # What must be quoted is often the same: a role, some days.
    return column


def _quoted(cell: str) -> str:
    if any(mark in cell for mark in _MARKS):
        return '"' + cell.replace('"', '""') + '"'
    return cell
