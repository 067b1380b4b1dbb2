"""Names of downloads, as a browser would read them from the header."""

from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from app.formats.file_names import content_disposition, full_name, plain_name
from tests.support.properties import STEADY


@pytest.mark.parametrize(
    ("title", "plain", "full"),
    [
        ("Trade Week", "Trade-Week.csv", "Trade Week.csv"),
        ("José: 100 % €", "Jose-100.csv", "José- 100 - €.csv"),
        ('a"b\r\nX-Evil: 1', "a-b-X-Evil-1.csv", "a-b X-Evil- 1.csv"),
        ("../../etc/passwd", "etc-passwd.csv", "etc-passwd.csv"),
        ("..\\..\\boot.ini", "boot-ini.csv", "boot.ini.csv"),
        ("行业周", "download.csv", "行业周.csv"),
        ("", "download.csv", "download.csv"),
        (" . ", "download.csv", "download.csv"),
        ("con", "con-file.csv", "con-file.csv"),
        ("NUL.txt", "NUL-txt.csv", "NUL.txt-file.csv"),
        ("list\u202evsc.exe", "listvsc-exe.csv", "listvsc.exe.csv"),
        ("x" * 300, "x" * 200 + ".csv", "x" * 200 + ".csv"),
    ],
)
def test_a_title_becomes_a_name(title, plain, full):
    assert plain_name(title, "csv") == plain
    assert full_name(title, "csv") == full


@STEADY
@given(st.text(max_size=80))
def test_a_browser_reads_one_safe_name(title):
    header = content_disposition(title, "xlsx")
    assert header.isascii()
    assert header.isprintable()
    kind, options = parse_options_header(header)
    assert (kind, set(options)) == ("attachment", {"filename"})
    assert options["filename"] == full_name(title, "xlsx")
    assert len(options["filename"].encode()) < 255
    assert not set('\\/:*?"<>|\r\n') & set(options["filename"])


def test_an_old_reader_finds_the_plain_name():
    message = Message()
    message["Content-Disposition"] = content_disposition("José €", "csv")
    plain, encoded = str(message["Content-Disposition"]).split("; ")[1:]
    assert plain == 'filename="Jose.csv"'
    assert unquote(encoded.removeprefix("filename*=UTF-8''")) == "José €.csv"


@pytest.mark.parametrize("ending", ["", "c sv", "csv\r\n", "../x"])
def test_only_an_ending_is_an_ending(ending):
    with pytest.raises(ValueError, match="file ending"):
        plain_name("Trade Week", ending)
