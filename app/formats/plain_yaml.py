"""Reads and writes the plain YAML that people keep by hand: text, numbers, true and false, lists, names.

Dates stay text, so nothing depends on what a library takes for a date.
Anchors, tags and repeated keys are refused.
"""

import re
from collections.abc import Iterable
from typing import Any

import yaml
from flask_babel import gettext as _

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 12
_WORDS = {"": None, "null": None, "true": True, "false": False}
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,8}")
# Text here, but true, false or a number to other tools: always quoted.
_LIKE_ANOTHER = re.compile(r"(?i)yes|no|on|off|[0-9]+")
_RARE_LINE_BREAK = re.compile("[\x85\u2028\u2029]")  # Kept only inside double quotes, where they are escaped.


class UnreadableFileError(ValueError):
    """A file says something that cannot be read; the sentence names the line."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        self.sentence, self.line = sentence, line
        super().__init__(_("Line %(line)s: %(sentence)s", line=line, sentence=sentence) if line else sentence)


class Named(dict[str, Any]):
    """Named values that remember on which line each stood."""

    line: int = 0
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


class Listed(list[Any]):
    """A list that remembers on which line each entry stood."""

    lines: list[int]


class Inline(list[str]):
    """A list of short words, written on one line: [like, this]."""


def read(text: str) -> Any:
    """The file's content as text, numbers, `Named` and `Listed` values."""
    if len(text) > MAX_CHARACTERS:
        raise UnreadableFileError(_("The file is too long."))
    try:
        _refuse_what_is_not_plain(text)
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.reader.ReaderError as error:
        raise UnreadableFileError(
            _("The file holds a character that is not text."), text.count("\n", 0, error.position) + 1
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableFileError(
            _("This is not well-formed: %(problem)s.", problem=error.problem), mark.line + 1 if mark else 0
        ) from error
    return _value(root) if root is not None else None


def _refuse_what_is_not_plain(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.NodeEvent) and (event.anchor or getattr(event, "tag", None)):
            raise UnreadableFileError(_("Anchors, aliases and tags (&, *, !) are not used here."), line)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise UnreadableFileError(_("This is nested too deeply."), line)


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _named(node)
    if isinstance(node, yaml.SequenceNode):
        listed = Listed(_value(entry) for entry in node.value)
        listed.lines = [entry.start_mark.line + 1 for entry in node.value]
        return listed
    return _scalar(node.value, is_plain=getattr(node, "style", None) is None)


def _scalar(text: str, *, is_plain: bool) -> Any:
    if is_plain and text in _WORDS:
        return _WORDS[text]
    return int(text) if is_plain and _WHOLE_NUMBER.fullmatch(text) else text


def _named(node: yaml.MappingNode) -> Named:
    named = Named()
    named.line, named.lines = node.start_mark.line + 1, {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise UnreadableFileError(_("A name was expected before the colon."), line)
        if key.value in named:
            raise UnreadableFileError(_("“%(key)s” stands here a second time.", key=key.value), line)
        named[key.value], named.lines[key.value] = _value(value), line
    return named


def write(parts: Iterable[dict[str, Any]]) -> str:
    """The one way a file is written: parts apart by an empty line, long texts as blocks, nothing folded."""
    dumped = (
        yaml.dump(part, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=float("inf"))
        for part in parts
        if part
    )
    return "\n".join(dumped)


class _Writer(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if _LIKE_ANOTHER.fullmatch(text) else None
    if _RARE_LINE_BREAK.search(text):
        style = '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_inline(writer: yaml.SafeDumper, words: Inline) -> yaml.SequenceNode:
    return writer.represent_sequence("tag:yaml.org,2002:seq", words, flow_style=True)


_Writer.add_representer(str, _write_text)
_Writer.add_representer(Inline, _write_inline)
# Only what `read` takes for another kind needs quotes: a date or a time of day stays plain text.
_Writer.yaml_implicit_resolvers = {}
_Writer.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|)$"), ["n", ""])
_Writer.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), ["t", "f"])
_Writer.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(0|-?[1-9][0-9]{0,8})$"), list("-0123456789"))
