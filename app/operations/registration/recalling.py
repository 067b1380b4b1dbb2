"""Recalling what a person answered the last time, so that the same question need not be asked again."""

from datetime import datetime

from app.models import Answer, Event, Mode, Question, QuestionKind, Registration
from app.models.question import shown
from app.operations.registration.details import GivenAnswer

# Consent holds for one event, and what people write at length is about one event.
NEVER_CARRIED = frozenset({QuestionKind.CONSENT, QuestionKind.LONG_TEXT})


def recalled(known: Registration, event: Event, mode: Mode, at: datetime) -> tuple[GivenAnswer, ...] | None:
    """The answers that another event of the series requires, from the last time; None when one is not known."""
    before = {answer.question.key: answer for answer in known.answers}
    asked = event.asked_questions(at)
    needed = [one for one in asked if one.current.is_required]
    values = {one.id: value for one in needed if (value := _still_fits(one, before.get(one.key)))}
    seen = [one for one in shown(asked, [mode], values) if one.current.is_required]
    if any(one.id not in values for one in seen):
        return None
    return tuple(GivenAnswer(one.id, one.current.id, values[one.id]) for one in seen)


def _still_fits(question: Question, answer: Answer | None) -> tuple[str, ...]:
    """What was answered, if it is an answer to this question as it is asked now."""
    if answer is None or answer.question.kind is not question.kind or question.kind in NEVER_CARRIED:
        return ()
    open_options = question.current.labels.keys() - set(question.full_options)
    if question.kind.has_options and not open_options >= set(answer.value):
        return ()
    return tuple(answer.value)
