"""What the sample people of the demonstration answer."""

from collections.abc import Iterator
from datetime import datetime

from app.models import Event, Mode, Question, QuestionKind
from app.models.question import NO, shown
from app.operations.registration.details import GivenAnswer

FOR_SPEAKERS = (
    "What do you look at first when a claim of origin is checked?",
    "Will there be a transition period, and how long?",
    "How should a small importer keep the records?",
)
EVERY_SO_MANY = 40


def sample_answers(event: Event, mode: Mode, number: int, at: datetime) -> Iterator[GivenAnswer]:
    """Sample people choose by turns, of what is left; some ask the speakers something. Other questions they skip."""
    asked = event.asked_questions(at)
    values = {question.id: _value(question, number) for question in asked}
    for question in shown(asked, [mode], values):
        if value := values[question.id]:
            yield GivenAnswer(question.id, question.current.id, value)


def _value(question: Question, number: int) -> tuple[str, ...]:
    if question.is_for_speakers:
        turn, is_asking = divmod(number, EVERY_SO_MANY)
        return () if is_asking else (FOR_SPEAKERS[turn % len(FOR_SPEAKERS)],)
    if question.kind is QuestionKind.YES_NO:
        return (NO,) if number % 3 else ()
    left = [key for key in question.current.labels if key not in question.full_options]
    return (left[number % len(left)],) if left else ()
