"""The questions of a file: an event's own, or the office's library. demo/README.md explains the keys."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Column

from app.formats.plain_yaml import Inline, Listed, Named
from app.models import Question, QuestionKind, QuestionVersion
from app.models.question import NO, YES
from app.operations.program.file_values import default_of, read_value, whole_number
from app.operations.program.question_details import LONGEST_KEY, Option, Wording, free_key

OF_QUESTION = ("key", "kind", "is_for_speakers")
OF_VERSION = ("text", "help_text", "is_required", "is_covered", "mode", "shown_when")
KEYS = (
    *("key", "text", "kind", "help_text", "is_required", "is_covered", "is_for_speakers", "mode"),
    *("shown_when", "shown_values", "options"),
)
OPTION_KEYS = ("key", "label", "capacity")
LONGEST_LABEL = 200
SHAPE = re.compile("[a-z0-9]+(-[a-z0-9]+)*")

Fault = Callable[[Named, str, str], None]


@dataclass(frozen=True)
class FileQuestion:
    """One question of a file, found sound."""

    key: str
    kind: QuestionKind
    wording: Wording


class QuestionsReader:
    """Reads a list of questions; what it cannot take, it names to ``fault``."""

    def __init__(self, today: date, fault: Fault) -> None:
        self.today, self.fault = today, fault
        self.read: list[FileQuestion] = []

    def add(self, source: Named) -> None:
        """One more question. It may depend on those before it."""
        for key in source:
            if key not in KEYS:
                self.fault(source, key, _("there is no such key here"))
        for key in ("key", "text", "kind"):
            if source.get(key) in (None, ""):
                self.fault(source, key, _("is missing"))
                return
        values = {name: self._value(column, source, name) for name, column in _columns().items()}
        kind, key = values.pop("kind"), values.pop("key")
        if kind is None or key is None or not self._is_new(source, key):
            return
        values |= {"options": self._options(kind, source), "shown_values": self._shown(source)}
        self.read.append(FileQuestion(key, kind, Wording(**values)))

    def _value(self, column: Column[Any], source: Named, name: str) -> Any:
        if source.get(name) is None:
            return default_of(column)
        try:
            return read_value(column, source[name], self.today)
        except ValueError as error:
            self.fault(source, name, str(error))
            return None

    def _is_new(self, source: Named, key: str) -> bool:
        if not SHAPE.fullmatch(key):
            self.fault(source, "key", _("expected small letters, digits and hyphens"))
            return False
        if any(one.key == key for one in self.read):
            self.fault(source, "key", _("another question has this key"))
            return False
        return True

    def _options(self, kind: QuestionKind, source: Named) -> tuple[Option, ...]:
        entries = source.get("options")
        if not kind.has_options:
            if entries is not None:
                self.fault(source, "options", _("only choices have options"))
            return ()
        if not isinstance(entries, Listed) or len(entries) < 2 or not all(isinstance(one, Named) for one in entries):
            self.fault(source, "options", _("expected at least two options, each with a label"))
            return ()
        found: list[Option] = []
        for entry in entries:
            if option := self._option(entry, {one.key for one in found}):
                found.append(option)
        return tuple(found)

    def _option(self, entry: Named, taken: set[str]) -> Option | None:
        label, key, seats = entry.get("label"), entry.get("key"), entry.get("capacity")
        unknown = [name for name in entry if name not in OPTION_KEYS]
        if unknown:
            self.fault(entry, unknown[0], _("there is no such key here"))
        if not isinstance(label, str) or not 0 < len(label) <= LONGEST_LABEL or "\n" in label:
            self.fault(entry, "label", _("expected one line of at most %(most)s characters", most=LONGEST_LABEL))
            return None
        key = free_key(label, taken) if key is None else str(key)
        if not SHAPE.fullmatch(key) or len(key) > LONGEST_KEY or key in taken:
            self.fault(entry, "key", _("expected small letters, digits and hyphens, unlike any other option’s"))
            return None
        try:
            return Option(label, key, None if seats is None else whole_number(seats))
        except ValueError as error:
            self.fault(entry, "capacity", str(error))
            return None

    def _shown(self, source: Named) -> tuple[str, ...]:
        """The answers for which it is shown: some that the question before it can have."""
        name, values = source.get("shown_when"), source.get("shown_values")
        if name is None and values is None:
            return ()
        lead = next((one for one in self.read if one.key == name), None)
        if lead is None or not lead.kind.can_lead:
            self.fault(source, "shown_when", _("expected the key of a question with choices that stands before it"))
            return ()
        offered = {option.key for option in lead.wording.options} or {YES, NO}
        if not isinstance(values, list) or not values or not offered.issuperset(map(str, values)):
            self.fault(source, "shown_values", _("expected some of: %(choices)s", choices=", ".join(sorted(offered))))
            return ()
        return tuple(map(str, values))


def _columns() -> dict[str, Column[Any]]:
    tables = {**dict.fromkeys(OF_QUESTION, Question), **dict.fromkeys(OF_VERSION, QuestionVersion)}
    return {name: cast("Column[Any]", table.__table__.c[name]) for name, table in tables.items()}


def write_questions(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """What a file says of the questions that are asked; what is usual is left out."""
    return [_written(one) for one in questions if one.is_asked]


def _written(question: Question) -> dict[str, Any]:
    wording = Wording.of(question)
    said: dict[str, Any] = {"key": question.key, "text": wording.text, "kind": question.kind.value}
    if wording.help_text:
        said["help_text"] = f"{wording.help_text}\n" if "\n" in wording.help_text else wording.help_text
    said |= {name: True for name in ("is_required", "is_covered", "is_for_speakers") if getattr(wording, name)}
    if wording.mode:
        said["mode"] = wording.mode.value
    if wording.shown_when:
        said |= {"shown_when": wording.shown_when, "shown_values": Inline(wording.shown_values)}
    if wording.options:
        said["options"] = [_option(option) for option in wording.options]
    return said


def _option(option: Option) -> dict[str, Any]:
    said: dict[str, Any] = {"key": option.key, "label": option.label}
    return said if option.capacity is None else said | {"capacity": option.capacity}
