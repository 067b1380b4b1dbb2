"""What a person answered, for pages: the words as they were, and whether the question reads otherwise now."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from app.models import Answer, Event, Registration
from app.operations.registration.details import GivenAnswer
from app.operations.registration.questioning import words


@dataclass(frozen=True)
class AnswerWords:
    """One question as it was worded when it was answered, the answer, and what has changed since."""

    question: str
    answer: str
    note: str = ""


def answers_of(registration: Registration) -> list[AnswerWords]:
    """In the order in which they are asked."""
    ordered = sorted(registration.answers, key=lambda one: (one.question.place, one.question_id))
    return [AnswerWords(one.version.text, _words(one), _note(one)) for one in ordered]


def answers_given(event: Event, given: Iterable[GivenAnswer]) -> list[AnswerWords]:
    """The same for answers that are kept with a form."""
    values = {one.question_id: one for one in given}
    found = [(question, values[question.id]) for question in event.questions if question.id in values]
    versions = [next(one for one in question.versions if one.id == answer.version_id) for question, answer in found]
    return [
        AnswerWords(version.text, words(question.kind, version, answer.value))
        for (question, answer), version in zip(found, versions, strict=True)
    ]


def _words(answer: Answer) -> str:
    return words(answer.question.kind, answer.version, answer.value)


def _note(answer: Answer) -> str:
    now = answer.question.current
    if not answer.question.is_asked:
        return _("asked no more")
    if now.text != answer.version.text:
        return _("asked now as “%(question)s”", question=now.text)
    if words(answer.question.kind, now, answer.value) != _words(answer):
        return _("an option reads otherwise now")
    return ""
