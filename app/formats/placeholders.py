"""Placeholders in texts that staff write: a closed list of names, filled in one pass.

This is no template language. A name of the list stands for one value; everything else is text, and a value that looks
like a placeholder stays text, because what was filled in is never read again.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

_NAME = re.compile(r"\{([a-z_]{1,40})\}")
_BRACES = re.compile(r"\{[^{}\n]{0,60}\}?|\}")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}’”]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, and where it leads if it is a link."""

    text: str
    url: str = ""


def foreign(text: str, known: Container[str]) -> list[str]:
    """What stands in braces and is no placeholder of ours, and every stray brace; each once, as it was typed."""
    without = _NAME.sub(lambda match: "\n" if match[1] in known else match[0], text)
    return list(dict.fromkeys(match[0] for match in _BRACES.finditer(without)))


def used(text: str) -> set[str]:
    """The names of the placeholders in a text."""
    return {match[1] for match in _NAME.finditer(text)}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder's value, as one string."""
    return _NAME.sub(lambda match: values.get(match[1], match[0]), text)


def pieces(line: str, values: Mapping[str, str], links: Mapping[str, str]) -> list[Piece]:
    """A line of text with its values, cut where a link begins and ends. ``links`` has the words of each link."""
    found: list[Piece] = []
    place = 0
    for match in _NAME.finditer(line):
        found += _linked(line[place : match.start()])
        found.append(_value(match[1], match[0], values, links))
        place = match.end()
    found += _linked(line[place:])
    return [piece for piece in found if piece.text]


def _value(name: str, typed: str, values: Mapping[str, str], links: Mapping[str, str]) -> Piece:
    value = values.get(name, typed)
    return Piece(links[name], value) if name in links and value else Piece(value)


def _linked(text: str) -> Iterator[Piece]:
    """Plain text, with the web addresses that were typed into it."""
    place = 0
    for match in _WEB_ADDRESS.finditer(text):
        yield Piece(text[place : match.start()])
        yield Piece(match[0], match[0])
        place = match.end()
    yield Piece(text[place:])
