"""One column for each question of an event, with every answer in the words of the moment in which it was given."""

import json
from functools import cache, partial

from flask_babel import gettext as _
from sqlalchemy import String, cast, select

from app.formats.xlsx_file import Kind
from app.models import Answer, Event, Question, QuestionKind, Registration
from app.operations.records.profiles.columns import Column, Turn
from app.operations.registration.questioning import words

KINDS = {QuestionKind.NUMBER: Kind.FIGURE, QuestionKind.DATE: Kind.DAY}


def answer_columns(event: Event) -> list[Column]:
    """In the order of the form; questions that are asked no more stand where they stood."""
    return [
        Column(_heading(one), _stored(one), partial(_in_words, one), kind=KINDS.get(one.kind))
        for one in event.questions
    ]


def _stored(question: Question) -> object:
    """The number of the wording and the answer to it, as "7:[…]": found by the table's key, and turned once."""
    told = cast(Answer.version_id, String) + ":" + cast(Answer.value, String)
    return (
        select(told)
        .where(Answer.registration_id == Registration.id, Answer.question_id == question.id)
        .scalar_subquery()
    )


def _heading(question: Question) -> str:
    """The question as it is asked now, with the wordings that some people may have read instead."""
    now = question.current.text
    earlier = dict.fromkeys(version.text for version in question.versions if version.text != now)
    notes = [_("asked earlier as “%(question)s”", question=text) for text in earlier]
    if not question.is_asked:
        notes.append(_("asked no more"))
    return f"{now} ({'; '.join(notes)})" if notes else now


def _in_words(question: Question, _event: Event) -> Turn:
    versions = {str(version.id): version for version in question.versions}

    def turn(stored: str | None) -> str | None:
        if stored is None:
            return None
        version, _colon, value = stored.partition(":")
        if question.kind is QuestionKind.DATE:
            return "; ".join(json.loads(value))  # A list is sorted by it.
        return words(question.kind, versions[version], json.loads(value))

    # What is chosen from a few is turned once; what people write is each time another text.
    return turn if question.kind in {QuestionKind.TEXT, QuestionKind.LONG_TEXT} else cache(turn)
