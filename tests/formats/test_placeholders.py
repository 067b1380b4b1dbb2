"""Placeholders: a closed list, filled once, and nothing that could be run."""

import pytest

from app.formats.placeholders import Piece, filled, foreign, pieces, used

KNOWN = {"first_name", "manage_link"}


def test_it_works() -> None:
    assert filled("Dear {first_name}, see {manage_link}.", {"first_name": "Ana", "manage_link": "x"}) == (
        "Dear Ana, see x."
    )
    assert used("{first_name} {other}") == {"first_name", "other"}


@pytest.mark.parametrize("text", ["", "Dear {first_name},", "{first_name}{manage_link}", "100 % %(name)s $x"])
def test_what_is_sound_passes(text: str) -> None:
    assert foreign(text, KNOWN) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{surname}", ["{surname}"]),
        ("D17 {event.__init__.__globals__}", ["{event.__init__.__globals__}"]),
        ("{{ first_name }}", ["{", "{ first_name }", "}"]),
        ("{{first_name}}", ["{", "}"]),
        ("{first_name!r} {0} {}", ["{first_name!r}", "{0}", "{}"]),
        ("{% if x %}", ["{% if x %}"]),
        ("{First_Name}", ["{First_Name}"]),
        ("an open { brace", ["{ brace"]),
        ("{surname} and {surname}", ["{surname}"]),
    ],
)
def test_everything_else_in_braces_is_named(text: str, found: list[str]) -> None:
    assert foreign(text, KNOWN) == found


def test_a_value_is_never_read_again() -> None:
    values = {"first_name": "{manage_link}", "manage_link": "secret"}
    assert filled("{first_name}", values) == "{manage_link}"
    assert pieces("{first_name}", values, {"manage_link": "here"}) == [Piece("{manage_link}")]


def test_links_are_cut_out() -> None:
    found = pieces("See {manage_link} or https://x.example/a?b=1.", {"manage_link": "https://m"}, {"manage_link": "m"})
    assert found == [
        Piece("See "),
        Piece("m", "https://m"),
        Piece(" or "),
        Piece("https://x.example/a?b=1", "https://x.example/a?b=1"),
        Piece("."),
    ]


def test_a_name_that_is_an_address_becomes_no_link() -> None:
    assert pieces("{first_name}", {"first_name": "https://evil.example"}, {}) == [Piece("https://evil.example")]
