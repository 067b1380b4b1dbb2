"""Plain YAML: what is written is read back as it was, and what is not plain is refused with its line."""

import pytest

from app.formats.plain_yaml import Inline, UnreadableFileError, read, write

AWKWARD = [
    *("", " ", "a: b", "- a", 'it\'s "so"', "# no comment", "a #b", "[a]", "{a}", "*a", "&a", "!a", "|", ">", "%", "@"),
    *(
        "12",
        "-3",
        "0",
        "007",
        "1_000",
        "0x1f",
        "1.5",
        "13:00",
        "2027-03-31",
        "2027-03-31 13:00",
        "null",
        "~",
        "=",
        "<<",
    ),
    *(
        "true",
        "false",
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "?",
        "? a",
        "---",
        "...",
        ":",
        "a:",
        "\ttab",
        "é 日本 🎉",
        "a\u202fb",
    ),
    *(
        "a\nb",
        "a\n\nb\n",
        "\n",
        "a\n",
        "a \nb",
        "  a\nb",
        "a\rb",
        "a\x85b",
        "a\u2028b",
        "\ufeffa",
        "x" * 500 + " y" * 500,
    ),
]


@pytest.mark.parametrize("text", AWKWARD)
def test_text_comes_back(text: str) -> None:
    written = write([{"alone": text, "list": [text, {"inside": text}], "words": Inline([text])}])
    assert read(written) == {"alone": text, "list": [text, {"inside": text}], "words": [text]}


def test_other_values_come_back() -> None:
    values = {"number": 12, "yes": True, "no": False, "nothing": None}
    assert read(write([values])) == values


def test_it_writes_for_the_eye() -> None:
    written = write(
        [{"title": "Trade Week", "topics": Inline(["usmca", "ace"])}, {}, {"text": "One\nTwo\n", "list": [1]}]
    )
    assert written == "title: Trade Week\ntopics: [usmca, ace]\n\ntext: |\n  One\n  Two\nlist:\n  - 1\n"


def test_it_remembers_lines() -> None:
    file = read("# A comment\ntitle: Trade Week\nvenue:\n  city: Boston\n")
    assert (file.line_of("title"), file["venue"].line_of("city"), file["venue"].line_of("missing")) == (2, 4, 4)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\na: 2", 2),
        ("a: 1\nb: &x 2", 2),
        ("a: 1\nb: *x", 2),
        ("a: !!python/object/apply:os.system [ls]", 1),
        ("a: 1\nb: [1, 2", 2),
        ("a: 1\nb: \x00", 2),
        ("a:\n\t- 1", 2),
        ("? [a]\n: b", 1),
        ("[" * 40, 1),
        ("x" * 1_000_001, 0),
    ],
)
def test_it_refuses_what_is_not_plain(text: str, line: int) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(text)
    assert refused.value.line == line
