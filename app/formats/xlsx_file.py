"""Writes lists as Excel workbooks without formulas or links, and without numbers that lost their zeros.

A cell is text, unless its column is said to hold figures or times of ours: those are sorted and summed as such.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from flask_babel import gettext as _

from .cleaning import one_line, xml_text
from .column_names import unique_names

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

Line = Sequence[str | None]
HeadLine = Sequence[str | int | None]  # What the list says of itself; a number is one.


class Kind(Enum):
    """What the cells of a column are, where they are more than text: the format in which they are shown."""

    FIGURE = "0"
    DAY = "yyyy-mm-dd"
    MINUTE = "yyyy-mm-dd hh:mm"


Kinds = Mapping[int, Kind]  # By the column's place.

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767  # In UTF-16 units. XlsxWriter cuts what is longer.
_PART = 16_000  # Characters that fit into one cell whatever they are.
_SAMPLE = 200  # Rows that decide how wide the columns are, because widths are written before rows.
_NARROWEST, _WIDEST = 8, 60
_LONGEST_FIGURE = 15  # Digits that a spreadsheet keeps exactly.
_FIRST_DAY = datetime(1899, 12, 30)  # A spreadsheet counts time in days from here.  # noqa: DTZ001
_FIRST_SURE = 61  # March 1, 1900. Spreadsheets disagree about the days before: Excel counts a February 29, 1900.
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


class TooManyRowsError(ValueError):
    """A sheet has a last row, and a list must not end there without a word."""


def write_xlsx(
    file: BinaryIO,
    title: str,
    head: Iterable[HeadLine],
    columns: Iterable[str],
    rows: Iterable[Line],
    kinds: Kinds | None = None,
) -> int:
    """Writes the head, an empty line, the column names and the rows on one sheet; says how many rows there were."""
    from xlsxwriter import Workbook  # noqa: PLC0415  13 MB that a process without lists need not hold.

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    names, rows = unique_names(columns), iter(rows)
    sample = list(itertools.islice(rows, _SAMPLE))
    with Workbook(file, options) as book:
        sheet = _Sheet(book, sheet_name(title))
        sheet.set_columns([names, *sample], kinds or {})
        for line in (*head, ()):
            sheet.write(line)
        return sheet.write_table(names, itertools.chain(sample, rows), kinds or {})


def sheet_name(title: str) -> str:
    """The title as Excel allows it on the tab of a sheet."""
    name = _NOT_IN_SHEET_NAME.sub(" ", one_line(xml_text(title)))
    name = name.encode("utf-16-le")[:62].decode("utf-16-le", "ignore").strip("' ")
    return name if name and name.casefold() != "history" else _("List")


class _Sheet:
    """One sheet, filled from top to bottom, with a second one for what no cell can hold."""

    def __init__(self, book: Workbook, name: str) -> None:
        self._sheet = book.add_worksheet(name)
        self._text = book.add_format({"num_format": "@", "valign": "top"})
        self._bold = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        self._shown = {kind: book.add_format({"num_format": kind.value, "valign": "top"}) for kind in Kind}
        self._long_texts = _LongTexts(book, unique_names([name, _("Continued")])[1])
        self._next = 0

    def set_columns(self, lines: Sequence[Line], kinds: Kinds) -> None:
        for column, cells in enumerate(itertools.zip_longest(*lines)):
            longest = max(len(cell or "") for cell in cells)
            style = self._shown[kinds[column]] if column in kinds else self._text
            self._sheet.set_column(column, column, min(max(longest + 2, _NARROWEST), _WIDEST), style)

    def write(self, cells: HeadLine, style: Format | None = None, kinds: Kinds | None = None) -> None:
        if self._next >= MOST_ROWS:
            raise TooManyRowsError(_("An Excel sheet holds no more than %(count)s rows.", count=MOST_ROWS))
        for column, cell in enumerate(cells):
            if cell in (None, ""):
                continue
            kind = Kind.FIGURE if isinstance(cell, int) else kinds.get(column) if kinds else None
            figure = _figure(str(cell), kind) if kind else None
            if kind is None or figure is None:
                text = self._long_texts.fit(str(cell), self._next, column)
                self._sheet.write_string(self._next, column, text, style or self._text)
            else:
                self._sheet.write_number(self._next, column, figure, self._shown[kind])
        self._next += 1

    def write_table(self, names: Sequence[str], rows: Iterable[Line], kinds: Kinds) -> int:
        header = self._next
        self.write(names, self._bold)
        for row in rows:
            self.write(row, kinds=kinds)
        last = (self._next - 1, max(len(names) - 1, 0))
        self._sheet.freeze_panes(header + 1, 0)
        self._sheet.autofilter(header, 0, *last)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:{_cell_name(*last)}"})
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(header)
        return self._next - 1 - header


class _LongTexts:
    """Keeps the rest of each text that is longer than a cell, on a sheet that exists only when it is needed."""

    def __init__(self, book: Workbook, name: str) -> None:
        self._book, self._name, self._next = book, name, 1

    def fit(self, text: str, row: int, column: int) -> str:
        """The text, or its beginning with a note where it goes on."""
        text = xml_text(text.replace("\r\n", "\n").replace("\r", "\n"))
        if len(text) <= _PART or len(text.encode("utf-16-le")) <= 2 * MOST_CHARACTERS:
            return text
        note = _("(continued on the sheet “%(sheet)s”, row %(row)s)", sheet=self._name, row=self._next + 1)
        self._keep(text[_PART:], _cell_name(row, column))
        return f"{text[:_PART]} … {note}"

    def _keep(self, rest: str, place: str) -> None:
        if self._next == 1:
            self._sheet = self._book.add_worksheet(self._name)
            self._sheet.write_row(0, 0, [_("Cell"), _("Part"), _("Text")])
        for part, start in enumerate(range(0, len(rest), _PART), start=2):
            for column, cell in enumerate((place, str(part), rest[start : start + _PART])):
                self._sheet.write_string(self._next, column, cell)
            self._next += 1


@lru_cache(maxsize=4096)  # Minutes and small figures come again.
def _figure(cell: str, kind: Kind) -> float | None:
    """The cell as a spreadsheet counts it; nothing where it is not what its column says, and so stays text."""
    if kind is Kind.FIGURE:
        return int(cell) if re.fullmatch(f"[0-9]{{1,{_LONGEST_FIGURE}}}", cell) else None
    try:
        days = (datetime.fromisoformat(cell) - _FIRST_DAY).total_seconds() / 86_400
    except (TypeError, ValueError):
        return None
    return days if days >= _FIRST_SURE else None


def _cell_name(row: int, column: int) -> str:
    """A1 for 0, 0."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415  As in write_xlsx.

    return str(xl_rowcol_to_cell(row, column))
