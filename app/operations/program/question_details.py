"""What staff typed about a question: plain values between the forms, the files and the verbs."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from app.db import db
from app.models import Mode, Question, QuestionKind, QuestionVersion
from app.models.question import WORDED
from app.models.search import search_key
from app.operations.registration import option_seats

LONGEST_KEY = 60


@dataclass(frozen=True)
class Home:
    """Where questions belong: to one event, to a series' next events, or else to the library."""

    event_id: int | None = None
    series_id: int | None = None

    @classmethod
    def of(cls, question: Question) -> "Home":
        return cls(question.event_id, question.series_id)

    @property
    def is_library(self) -> bool:
        return self == Home()

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        ids = {Question.event_id: self.event_id, Question.series_id: self.series_id}
        return tuple(column.is_not_distinct_from(value) for column, value in ids.items())

    def to_json(self) -> dict[str, Any]:
        return {"series_id": self.series_id} if self.series_id else {}


@dataclass(frozen=True)
class Option:
    """One option: how it reads, its key once it has one, and how many may choose it."""

    label: str
    key: str = ""
    capacity: int | None = None


@dataclass(frozen=True)
class Wording:
    """How a question is to be asked from now on."""

    text: str
    help_text: str = ""
    is_required: bool = False
    is_covered: bool = False
    mode: Mode | None = None
    shown_when: str = ""
    shown_values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    is_for_speakers: bool = False

    @classmethod
    def of(cls, question: Question) -> "Wording":
        now = question.current
        limits = {limit.option: limit.capacity for limit in question.limits}
        options = tuple(Option(label, key, limits.get(key)) for key, label in now.labels.items())
        values: dict[str, Any] = {name: getattr(now, name) for name in WORDED}
        values |= {"options": options, "shown_values": tuple(now.shown_values)}
        return cls(**values, is_for_speakers=question.is_for_speakers)

    def columns(self, question: Question) -> dict[str, Any]:
        """A version's columns. New options get keys that none of the question's options ever had."""
        known = {key for version in question.versions for key in version.labels}
        options = []
        for option in self.options:
            key = option.key if option.key in known else option.key or free_key(option.label, known)
            known.add(key)
            options.append({"key": key, "label": option.label})
        values = {name: getattr(self, name) for name in WORDED}
        return values | {"options": options, "shown_values": list(self.shown_values)}


def questions_of(home: Home) -> list[Question]:
    """Every question of an event, a series or the library, in order, retired ones included."""
    return list(db.session.scalars(select(Question).where(*home.conditions).order_by(Question.place, Question.id)))


def copies(sources: Iterable[Question], at: datetime) -> list[Question]:
    """What is asked there, for a new event."""
    asked = [one for one in sources if one.is_asked]
    return [copied(one, Home(), place, at) for place, one in enumerate(asked, start=1)]


def copied(source: Question, home: Home, place: int, at: datetime) -> Question:
    """The same question, with one version and fresh seats, for another home."""
    return made(home, source.key, source.kind, Wording.of(source), place=place, at=at)


def made(home: Home, key: str, kind: QuestionKind, wording: Wording, *, place: int, at: datetime) -> Question:
    """A new question, whose options nobody has chosen yet."""
    question = Question(event_id=home.event_id, series_id=home.series_id, key=key, kind=kind, place=place)
    question.is_for_speakers = wording.is_for_speakers
    question.versions = [QuestionVersion(number=1, made_at=at, **wording.columns(question))]
    for option, said in zip(question.current.labels, wording.options, strict=True):
        option_seats.limit_option(question, option, said.capacity, 0)
    return question


def free_key(text: str, taken: Collection[str]) -> str:
    """The words in plain letters, unlike any that is there: ``license-number``."""
    words = re.findall("[a-z0-9]+", search_key(text))
    stem = "-".join(words)[: LONGEST_KEY - 4].strip("-") or "question"
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(key for key in numbered if key not in taken)
