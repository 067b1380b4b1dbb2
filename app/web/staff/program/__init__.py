"""The office's pages about the program: its events, their parts, and everything that changes them."""

from app.web.staff.program import (
    agenda,
    bulletin,
    changes,
    editing,
    events,
    extending,
    form_preview,
    question_editing,
    questions,
    reminders,
    series_editing,
    series_pages,
    speaker_questions,
    starting,
    steps,
    told,
)

__all__ = [
    "agenda",
    "bulletin",
    "changes",
    "editing",
    "events",
    "extending",
    "form_preview",
    "question_editing",
    "questions",
    "reminders",
    "series_editing",
    "series_pages",
    "speaker_questions",
    "starting",
    "steps",
    "told",
]
