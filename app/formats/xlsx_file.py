"""Writes lists as Excel workbooks in which every cell is text: no formula, no link, no number that lost its zeros."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from flask_babel import gettext as _

from .cleaning import one_line, xml_text
from .column_names import unique_names

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

Line = Sequence[str | None]

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767  # In UTF-16 units. XlsxWriter cuts what is longer.
_PART = 16_000  # Characters that fit into one cell whatever they are.
_SAMPLE = 200  # Rows that decide how wide the columns are, because widths are written before rows.
_NARROWEST, _WIDEST = 8, 60
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


class TooManyRowsError(ValueError):
    """A sheet has a last row, and a list must not end there without a word."""


def write_xlsx(file: BinaryIO, title: str, head: Iterable[Line], columns: Iterable[str], rows: Iterable[Line]) -> int:
    """Writes the head, an empty line, the column names and the rows on one sheet; says how many rows there were."""
    from xlsxwriter import Workbook  # noqa: PLC0415  13 MB that a process without lists need not hold.

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    names, rows = unique_names(columns), iter(rows)
    sample = list(itertools.islice(rows, _SAMPLE))
    with Workbook(file, options) as book:
        sheet = _Sheet(book, sheet_name(title))
        sheet.set_widths([names, *sample])
        for line in (*head, ()):
            sheet.write(line)
        return sheet.write_table(names, itertools.chain(sample, rows))


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
        self._long_texts = _LongTexts(book, unique_names([name, _("Continued")])[1])
        self._next = 0

    def set_widths(self, lines: Sequence[Line]) -> None:
        for column, cells in enumerate(itertools.zip_longest(*lines)):
            longest = max(len(cell or "") for cell in cells)
            self._sheet.set_column(column, column, min(max(longest + 2, _NARROWEST), _WIDEST), self._text)

    def write(self, cells: Line, style: Format | None = None) -> None:
        if self._next >= MOST_ROWS:
            raise TooManyRowsError(_("An Excel sheet holds no more than %(count)s rows.", count=MOST_ROWS))
        for column, cell in enumerate(cells):
            if cell:
                text = self._long_texts.fit(cell, self._next, column)
                self._sheet.write_string(self._next, column, text, style or self._text)
        self._next += 1

    def write_table(self, names: Sequence[str], rows: Iterable[Line]) -> int:
        header = self._next
        self.write(names, self._bold)
        for row in rows:
            self.write(row)
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


def _cell_name(row: int, column: int) -> str:
    """A1 for 0, 0."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415  As in write_xlsx.

    return str(xl_rowcol_to_cell(row, column))
