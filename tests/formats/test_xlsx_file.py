"""Workbooks, read again by openpyxl."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formats import xlsx_file
from app.formats.cleaning import xml_text
from app.formats.xlsx_file import Kind, TooManyRowsError, sheet_name, write_xlsx
from tests.support.properties import STEADY

HEAD = [("Event", "Virtual Trade Week"), ("As of", "September 8, 2020, 9:00 AM EDT"), ("Rows", "2")]


def written(rows, columns=("Name", "Phone"), title="Trade Week", head=HEAD):
    file = io.BytesIO()
    write_xlsx(file, title, head, columns, rows)
    return file


def read(file):
    return openpyxl.load_workbook(file)


def values(sheet, below=5):
    return [list(row) for row in sheet.iter_rows(min_row=below + 1, values_only=True)]


def test_it_works():
    file = io.BytesIO()
    assert write_xlsx(file, "Trade Week", HEAD, ["Name", "Phone"], [("Ana Núñez", "+1 555"), ("שרה", None)]) == 2
    book = read(file)
    assert book.sheetnames == ["Trade Week"]
    sheet = book.active
    assert list(sheet.iter_rows(values_only=True)) == [
        *HEAD,
        (None, None),
        ("Name", "Phone"),
        ("Ana Núñez", "+1 555"),
        ("שרה", None),
    ]


def test_figures_and_times_are_what_they_are():
    file = io.BytesIO()
    rows = [("007", "12", "2026-03-02 17:05", "2026-01-31"), ("1", "twelve", None, "some day")]
    kinds = {1: Kind.FIGURE, 2: Kind.MINUTE, 3: Kind.DAY}
    write_xlsx(file, "List", [("Rows", 0)], ["Name", "Minutes", "At", "On"], rows, kinds)
    sheet = read(file).active
    assert sheet["B1"].value == 0
    assert values(sheet, below=3) == [
        ["007", 12, datetime.fromisoformat("2026-03-02T17:05"), datetime.fromisoformat("2026-01-31")],
        ["1", "twelve", None, "some day"],
    ]
    assert sheet["C4"].number_format == "yyyy-mm-dd hh:mm"


def test_days_that_a_spreadsheet_cannot_count_stay_text():
    file = io.BytesIO()
    write_xlsx(file, "List", [], ["On"], [("1876-07-04",), ("1900-02-28",), ("1900-03-01",)], {0: Kind.DAY})
    [[_header], *rows] = [row for row in read(file).active.iter_rows(values_only=True) if row != (None,)]
    assert rows == [("1876-07-04",), ("1900-02-28",), (datetime.fromisoformat("1900-03-01"),)]


def test_the_header_stays_in_sight_and_filters():
    sheet = read(written([("Ana", "1"), ("Bo", "2")])).active
    assert sheet.freeze_panes == "A6"
    assert sheet.auto_filter.ref == "A5:B7"
    assert sheet["A5"].font.bold
    assert sheet.print_title_rows == "$5:$5"


def test_columns_are_as_wide_as_their_texts():
    sheet = read(written([("x" * 30, "y" * 500)])).active
    assert 30 <= sheet.column_dimensions["A"].width <= 34
    assert 55 <= sheet.column_dimensions["B"].width <= 62


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("https://evil.example")',
        "+1 555 0100",
        "-1",
        "@SUM(A1)",
        "{=1+1}",
        "https://example.com",
        "mailto:a@example.com",
        "00123",
        "1E5",
        "MAR1",
        "1-2",
        "1234567890123456",
        "TRUE",
        "O'Neil <b>&amp;",
        " spaces ",
        "two\nlines",
        "𠮷野",
        "\U0001f468\u200d\U0001f469",
    ],
)
def test_every_cell_is_text(cell):
    sheet = read(written([(cell,)], [cell, "x"], head=[(cell,)])).active
    for place in ("A1", "A3", "A4"):
        assert (sheet[place].data_type, sheet[place].number_format) == ("s", "@")
        assert sheet[place].hyperlink is None
    assert sheet["A1"].value == sheet["A4"].value == cell


@pytest.mark.parametrize("mark", ["\x00", "\x1b", "\x0b", "\ud800", "\ufffe", "\uffff", "\U0001fffe"])
def test_what_xml_forbids_is_marked(mark):
    assert values(read(written([(f"a{mark}b", "")])).active)[0][0] == "a\ufffdb"


def test_a_text_that_looks_like_an_escape_stays_text():
    file = written([("_x003D_1+1", "")])
    assert b"_x005F_x003D_1+1" in zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["a" * 40_000, "𠮷" * 17_000, "b" * 100_000], ids=len)
def test_a_text_too_long_for_a_cell_goes_on_elsewhere(text):
    book = read(written([("Ana", text), ("Bo", text)]))
    assert book.sheetnames == ["Trade Week", "Continued"]
    first, note = book.active["B6"].value.split(" … ")
    assert note == "(continued on the sheet “Continued”, row 2)"
    rest = [row for row in values(book["Continued"], below=1) if row[0] == "B6"]
    assert [row[1] for row in rest] == [str(part) for part in range(2, len(rest) + 2)]
    assert first + "".join(row[2] for row in rest) == text
    assert f"row {len(rest) + 2})" in book.active["B7"].value


@pytest.mark.parametrize("text", ["a" * 32_767, "𠮷" * 16_383], ids=len)
def test_a_text_that_just_fits_stays_whole(text):
    book = read(written([(text, "")]))
    assert book.sheetnames == ["Trade Week"]
    assert book.active["A6"].value == text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a/b:c?*[]" + "x" * 40, "a b c    " + "x" * 22),
        ("'quoted'", "quoted"),
        ("", "List"),
        ("\r\n", "List"),
        ("History", "List"),
        ("𠮷" * 40, "𠮷" * 15),
        ("Continued", "Continued"),
        ("COAC, 17 September 2025", "COAC, 17 September 2025"),
    ],
)
def test_a_title_names_the_sheet(title, name):
    assert sheet_name(title) == name
    assert read(written([("a" * 40_000, "")], title=title)).sheetnames[0] == name


def test_columns_are_named_once_each():
    sheet = read(written([], ["=x", "", "Name", "name"])).active
    assert values(sheet, below=4) == [["=x", "#2", "Name", "name (2)"]]


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 6)
    assert written([("a", "b")])
    with pytest.raises(TooManyRowsError, match="no more than 6 rows"):
        written([("a", "b"), ("c", "d")])


@settings(STEADY, max_examples=30)
@given(st.lists(st.tuples(st.text(max_size=10), st.text(max_size=10)), max_size=4), st.text(max_size=40))
@pytest.mark.slow
def test_any_text_makes_a_workbook(rows, title):
    expected = [[xml_text(cell.replace("\r\n", "\n").replace("\r", "\n")) or None for cell in row] for row in rows]
    found = values(read(written([*rows, ("last", "row")], title=title)).active)
    assert found == [*expected, ["last", "row"]]
