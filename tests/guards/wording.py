"""Finds words in a template that do not pass through gettext."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

from jinja2 import Environment, nodes

WORD = re.compile(r"[^\W\d_]{2,}")
# Attributes whose value a person reads or hears.
SPOKEN = frozenset({"alt", "title", "placeholder", "aria-label", "aria-description", "summary", "label"})
TRANSLATORS = frozenset({"_", "gettext", "ngettext", "pgettext", "lazy_gettext", "npgettext"})
# Reads like a label: a capital, then small letters ("Save", "Your name"), unlike a class, an id or a format.
LABEL = re.compile(r"^[A-Z][a-z]+([ ,.'-].*)?$")
SILENT = frozenset({"script", "style", "code"})
HOLE = "1"  # Stands where an expression was: a heading <h{{ level }}> stays a heading.


def unwrapped(source: str, *, is_html: bool, environment: Environment) -> Iterator[str]:
    bare = "".join(_bare(source, environment))
    yield from _html(bare) if is_html else (line for line in bare.splitlines() if WORD.search(line))
    yield from _literals(environment.parse(source))


def _bare(source: str, environment: Environment) -> Iterator[str]:
    """The template's own text, with nothing of what Jinja does in it but a hole."""
    silent_until = ""
    tokens = [(kind, value) for _, kind, value in environment.lex(source) if kind != "whitespace"]
    for (kind, value), (_, following) in pairwise([*tokens, ("end", "")]):
        if kind == "name" and silent_until:
            silent_until = "" if value == silent_until else silent_until
        elif kind == "name" and (value == "trans" or (value in {"block", "macro"} and following.endswith("class"))):
            silent_until = f"end{value}"
        elif kind == "data" and not silent_until:
            yield value
        elif kind in {"variable_begin", "block_begin"}:
            yield HOLE


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        spoken = [(name, value) for name, value in attrs if name in SPOKEN and value]
        if tag == "input" and dict(attrs).get("type") in {"submit", "button", "reset"}:
            spoken.append(("value", dict(attrs).get("value")))
        self.found += [f'{name}="{value}"' for name, value in spoken if WORD.search(value or "")]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and WORD.search(data):
            self.found.append(" ".join(data.split()))


def _html(bare: str) -> list[str]:
    reader = _Reader()
    reader.feed(bare)
    reader.close()
    return reader.found


def _literals(tree: nodes.Template) -> Iterator[str]:
    """Labels given to macros, or printed, as plain text: ``button("Save")``."""
    wrapped = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATORS
        for constant in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and id(constant) not in wrapped and LABEL.match(constant.value):
            yield repr(constant.value)
