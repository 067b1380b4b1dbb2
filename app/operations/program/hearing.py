"""Hearing the audience: what people ask the speakers, without their names, and what was answered."""

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import (
    Answer,
    AnsweredQuestion,
    Event,
    Material,
    MaterialKind,
    Question,
    Registration,
    RegistrationState,
)
from app.operations import meanwhile
from app.operations.program.planning import finish, open_for_edit
from app.operations.program.telling import Picture, Telling


class NoSuchEntryError(Exception):
    """Somebody took this entry off the list."""


def heard(event_id: int) -> list[str]:
    """What people ask the speakers, in the order in which they registered; of nobody who cancelled."""
    asked = (
        select(Answer.value)
        .join(Answer.question)
        .join(Answer.registration)
        .where(
            Question.event_id == event_id,
            Question.is_for_speakers,
            Registration.state != RegistrationState.CANCELLED,
        )
        .order_by(Registration.registered_at, Registration.id, Question.place)
    )
    return [text for value in db.session.scalars(asked) for text in value]


def note(event_id: int, question: str, text: str, *, by: str, at: datetime) -> AnsweredQuestion:
    """Put a question on the list of those that are answered; the answer may follow."""
    event = open_for_edit(event_id, None)
    picture = Picture.of(event, at)
    place = max((entry.place for entry in event.answered_questions), default=0) + 1
    entry = AnsweredQuestion(question=question, answer=text, place=place)
    event.answered_questions.append(entry)
    db.session.flush()
    _finish(event, picture, [None, question], by, at)
    return entry


def shown(entry: AnsweredQuestion) -> str:
    """A mark of what a page was shown with of one entry."""
    return _mark(entry.question, entry.answer)


def _mark(question: str, text: str) -> str:
    return meanwhile.mark([question, text])


def answer(
    event_id: int, entry_id: int, question: str, text: str, *, by: str, at: datetime, version: str | None = None
) -> None:
    """Write down how it was answered. ``version`` is the mark of what the form showed.

    Raises NoSuchEntryError, meanwhile.ChangedMeanwhileError.
    """
    event = open_for_edit(event_id, None)
    picture, entry = Picture.of(event, at), _entry(event, entry_id)
    meanwhile.refuse(version, standing=shown(entry), typed=_mark(question, text))
    before, entry.question, entry.answer = entry.answer, question, text
    _finish(event, picture, [before, text], by, at)


def drop(event_id: int, entry_id: int, *, by: str, at: datetime, version: str | None = None) -> None:
    """Take an entry off the list. Raises NoSuchEntryError, meanwhile.ChangedMeanwhileError."""
    event = open_for_edit(event_id, None)
    picture, entry = Picture.of(event, at), _entry(event, entry_id)
    meanwhile.refuse(version, standing=shown(entry), typed="")
    event.answered_questions.remove(entry)
    _finish(event, picture, [entry.question, None], by, at)


def put_up(event_id: int, title: str, url: str, *, by: str, at: datetime) -> None:
    """Show the list among the event's materials, from now on. Twice does no harm."""
    event = open_for_edit(event_id, None)
    if is_up(event, url):
        return
    picture = Picture.of(event, at)
    place = max((material.place for material in event.materials), default=0) + 1
    event.materials.append(Material(kind=MaterialKind.DOCUMENT, title=title, url=url, place=place))
    finish(event, picture, {"materials": [None, title]}, by=by, at=at, tell=Telling(), act="put answers up")


def is_up(event: Event, url: str) -> bool:
    return any(material.url == url for material in event.materials)


def _entry(event: Event, entry_id: int) -> AnsweredQuestion:
    found = next((entry for entry in event.answered_questions if entry.id == entry_id), None)
    if found is None:
        raise NoSuchEntryError(entry_id)
    return found


def _finish(event: Event, picture: Picture, changed: list[str | None], by: str, at: datetime) -> None:
    told = {"answered question": [text and text[:300] for text in changed]}
    finish(event, picture, told, by=by, at=at, tell=Telling(), act="changed answers")
