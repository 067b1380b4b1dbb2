"""Reads our CSV back, as somebody would who knows how it is written."""

import csv
import io
from dataclasses import dataclass
from typing import BinaryIO

from app.formats.csv_file import _FORMULA, _GUARD


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file as read back: the lines of its head, its columns, its rows."""

    head: list[list[str]]
    columns: list[str]
    rows: list[list[str]]


def read_csv(file: BinaryIO) -> CsvTable:
    """Reads what write_csv wrote, also after a spreadsheet has saved it again."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        lines = [[plain_cell(cell) for cell in line] for line in csv.reader(text)]
    finally:
        text.detach()
    # A spreadsheet fills the empty line after the head with empty cells.
    end = next((number for number, line in enumerate(lines) if not any(line)), -1)
    columns, *rows = lines[end + 1 :] or [[]]
    return CsvTable(lines[: max(end, 0)], columns, rows)


def plain_cell(cell: str) -> str:
    """The cell without the apostrophe that safe_cell put there, and only that one."""
    return cell[1:] if cell[:1] == _GUARD and _FORMULA.match(cell, 1) else cell
