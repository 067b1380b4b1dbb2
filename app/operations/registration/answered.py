"""People by what they answered: part of the one filter of lists, bulk acts, announcements and exports."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import Boolean, ColumnElement, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.models import Answer, Event, Question, QuestionKind, Registration
from app.models.question import NO, YES


@dataclass(frozen=True)
class ChosenAnswer:
    """An answer whose people are meant: one value; with none, whatever was answered; and "" for no answer at all."""

    question_id: int
    question: str
    value: str | None
    label: str | LazyString

    @property
    def code(self) -> str:
        """How it stands in an address."""
        return str(self.question_id) if self.value is None else f"{self.question_id}:{self.value}"

    @property
    def words(self) -> LazyString:
        return _l("%(question)s: %(answer)s", question=self.question, answer=self.label)

    @property
    def condition(self) -> ColumnElement[bool]:
        answered = select(Answer.registration_id).where(Answer.question_id == self.question_id)
        if self.value == "":
            return Registration.id.not_in(answered)
        if self.value is not None:
            answered = answered.where(_holds(Answer.value, self.value))
        return Registration.id.in_(answered)


def conditions(chosen: Iterable[ChosenAnswer]) -> list[ColumnElement[bool]]:
    """Each question must be answered in one of the chosen ways."""
    ordered = sorted(chosen, key=_question_id)
    return [or_(*(one.condition for one in ways)) for _id, ways in itertools.groupby(ordered, _question_id)]


def _question_id(chosen: ChosenAnswer) -> int:
    return chosen.question_id


def choices(event: Event) -> list[list[ChosenAnswer]]:
    """What people of an event can be chosen by: of each question, retired ones included, its answers."""
    return [list(_answers_of(question)) for question in event.questions]


def _answers_of(question: Question) -> Iterator[ChosenAnswer]:
    text = question.current.text
    for value, label in _values(question).items():
        yield ChosenAnswer(question.id, text, value, label)
    if question.kind is not QuestionKind.CONSENT:
        yield ChosenAnswer(question.id, text, None, _l("Any answer"))
    yield ChosenAnswer(question.id, text, "", _l("No answer"))


def _values(question: Question) -> dict[str, str]:
    """The values that can be told apart, with their newest words; an option that is gone was answered all the same."""
    if question.kind.has_options:
        return {key: label for version in question.versions for key, label in version.labels.items()}
    if question.kind is QuestionKind.YES_NO:
        return {YES: _("Yes"), NO: _("No")}
    return {YES: _("Yes")} if question.kind is QuestionKind.CONSENT else {}


class _holds(FunctionElement[bool]):  # noqa: N801  Named as functions of the database are.
    """Whether a list kept as JSON has this member."""

    type = Boolean()
    inherit_cache = True


@compiles(_holds, "sqlite")
def _in_sqlite(element: _holds, compiler: SQLCompiler, **how: Any) -> str:
    members, member = (compiler.process(clause, **how) for clause in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({members}) WHERE value = {member})"  # noqa: S608  Compiled, nothing typed.


@compiles(_holds, "postgresql")
def _in_postgresql(element: _holds, compiler: SQLCompiler, **how: Any) -> str:
    members, member = (compiler.process(clause, **how) for clause in element.clauses)
    return f"jsonb_exists({members}, {member})"
