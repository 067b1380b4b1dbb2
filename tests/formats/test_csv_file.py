"""Attendee lists as CSV: nothing runs, nothing changes on the way back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.column_names import unique_names
from app.formats.csv_file import AT_ONCE, safe_cell, write_csv
from tests.support.csv_reading import plain_cell, read_csv
from tests.support.properties import STEADY

HEAD = [("Event", "Virtual Trade Week"), ("As of", "September 8, 2020, 9:00 AM EDT"), ("Rows", "1")]
CELLS = st.text(st.characters(codec="utf-8") | st.sampled_from("=+-@'\t\r\n \",;\u00a0\uff1d"), max_size=12)
LINES = st.tuples(st.just("Event"), CELLS)


def written(columns, rows, head=HEAD):
    file = io.BytesIO()
    write_csv(file, head, columns, rows)
    return file.getvalue()


def test_it_works():
    file = io.BytesIO()
    rows = [("van der Berg, Jr.", "+1 555 0100"), ("שרה", None)]
    assert write_csv(file, HEAD, ["Name", "Phone"], rows) == 2
    assert file.getvalue() == (
        b"\xef\xbb\xbf"
        b"Event,Virtual Trade Week\r\n"
        b'As of,"September 8, 2020, 9:00 AM EDT"\r\n'
        b"Rows,1\r\n"
        b"\r\n"
        b"Name,Phone\r\n"
        b'"van der Berg, Jr.",\'+1 555 0100\r\n' + "שרה,\r\n".encode()
    )


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("https://evil.example")',
        "+1 555 0100",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\tname",
        " =1+1",
        "   =1+1",
        "\u00a0=1+1",
        "\u3000=1+1",
        "\u200b\ufeff=1+1",
        "\x00=1+1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM(A1)",
        "\ufe661+1",
        "'=1+1",
        "''' =1+1",
    ],
)
def test_a_formula_is_guarded_and_the_guard_comes_off(cell):
    data = written(["Name"], [(cell,)], head=[(cell,)])
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    assert list(csv.reader(text)) == [["'" + cell], [], ["Name"], ["'" + cell]]
    table = read_csv(io.BytesIO(data))
    assert table.head == table.rows == [[cell]]


@pytest.mark.parametrize("cell", ["O'Neil", "'tis", "a=b", "1-2", "00123", "1E5", "a@x.gov", "", " ", "'", "x\n=1"])
def test_other_cells_stay_as_they_are(cell):
    assert safe_cell(cell) == plain_cell(cell) == cell


def test_columns_are_named_once_each_and_guarded():
    data = written(["=x", "", "Name", "name", "Na\r\nme"], [])
    assert data.decode("utf-8-sig").splitlines()[-1] == "'=x,#2,Name,name (2),Na me"
    assert unique_names(["A", "A (2)", "A"]) == ["A", "A (2)", "A (3)"]


@STEADY
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), st.lists(LINES, max_size=3))
def test_every_list_reads_back_equal(rows, head):
    table = read_csv(io.BytesIO(written(["=x", "Name", "name"], rows, head)))
    assert table.columns == ["=x", "Name", "name (2)"]
    assert table.rows == [list(row) for row in rows]
    assert table.head == [list(line) for line in head]


@STEADY
@given(CELLS)
def test_no_cell_opens_as_a_formula(cell):
    shown = safe_cell(cell).lstrip("\x00\ufeff\u200b \u00a0")
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))


def test_it_reads_a_file_that_a_spreadsheet_saved_again():
    data = written(["Name", "Phone"], [("Ann", "+1"), ("", "")]).replace(b"\r\n\r\n", b"\r\n,\r\n")
    table = read_csv(io.BytesIO(data))
    assert (table.columns, table.rows) == (["Name", "Phone"], [["Ann", "+1"], ["", ""]])


def test_one_odd_cell_far_down_is_guarded_and_quoted_alone():
    rows = [("plain", f"O'Neil {number}", None) for number in range(3 * AT_ONCE)]
    rows[2 * AT_ONCE + 7] = ("a,b", '=1+"1"', "\r\n")
    text = io.StringIO(written(["A", "B", "C"], rows, head=[]).decode("utf-8-sig"), newline="")
    assert list(csv.reader(text))[2:] == [[safe_cell(cell or "") for cell in row] for row in rows]


def test_only_what_somebody_typed_is_looked_at():
    file = io.BytesIO()
    write_csv(file, HEAD, ["A", "B"], [("-1", "-1")], typed=[1])
    assert file.getvalue().endswith(b"\r\n-1,'-1\r\n")


def test_empty_cells_of_a_single_column_are_kept():
    assert read_csv(io.BytesIO(written(["Name"], [("",), ("x",), (None,)]))).rows == [[""], ["x"], [""]]


def test_an_empty_file_is_an_empty_table():
    table = read_csv(io.BytesIO(b""))
    assert (table.head, table.columns, table.rows) == ([], [], [])


def test_it_streams():
    file = CountingFile()
    assert write_csv(file, HEAD, ["Name"], (("x" * 100,) for _ in range(10_000))) == 10_000
    assert file.seen > 1_000_000
    assert file.longest < 30_000
    assert not file.closed


class CountingFile(io.BytesIO):
    """Counts what passes and keeps none of it."""

    seen = longest = 0

    def write(self, data):
        self.seen += len(data)
        self.longest = max(self.longest, len(data))
        return len(data)
