"""Questions for tests: built with the words that matter, answered through the verbs."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.db import db, transact
from app.models import Event, Mode, Question, QuestionKind, QuestionVersion
from app.operations.registration import option_seats
from app.operations.registration.details import GivenAnswer

_numbers = itertools.count(1)
LUNCH = ("meat", "fish")


def ask(
    event_id: int | None,
    text: str = "Are you a licensed broker?",
    kind: QuestionKind = QuestionKind.YES_NO,
    *,
    options: Sequence[str] = (),
    limits: Mapping[str, int] | None = None,
    mode: Mode | None = None,
    **given: Any,
) -> Question:
    """A question of an event, asked now; without an event, one of the library. Each option is its own key."""
    number = next(_numbers)
    of_question = {name: given.pop(name) for name in ("key", "place", "is_for_speakers", "series_id") if name in given}

    def work(at: datetime) -> int:
        listed = [{"key": option, "label": option.capitalize()} for option in options]
        version = QuestionVersion(number=1, made_at=at, text=text, mode=mode, options=listed, **given)
        values = {"key": f"question-{number}", "place": number, **of_question}
        question = Question(event_id=event_id, kind=kind, versions=[version], **values)
        db.session.add(question)
        for option, capacity in (limits or {}).items():
            option_seats.limit_option(question, option, capacity, 0)
        if event_id:
            db.session.get_one(Event, event_id).changed_at = at
        db.session.flush()
        return question.id

    return db.session.get_one(Question, transact(work))


def lunch(event_id: int, **limits: int) -> Question:
    """A choice of which there may be only so many."""
    return ask(event_id, "What will you eat?", QuestionKind.CHOICE, options=LUNCH, limits=limits)


def given(question: Question, *values: str) -> GivenAnswer:
    return GivenAnswer(question.id, question.current.id, values)
