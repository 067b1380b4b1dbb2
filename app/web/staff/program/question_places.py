"""Whose questions a page is about, and how its acts are tried."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, url_for
from flask_babel import gettext as _

from app.db import db, transact
from app.models import Event, Question, Series
from app.operations.program import asking, publishing
from app.operations.program.question_details import Home
from app.operations.registration.allotting import NoSuchEventError

EVENT = "/events/<int:event_id>/questions"
SERIES = "/series/<int:series_id>/questions"
LIBRARY = "/questions"
ONE = "/questions/<int:question_id>"
REFUSALS = (asking.OrderError, asking.NeededError, publishing.NotReadyError)


@dataclass(frozen=True)
class Place:
    """Whose questions a page is about, in words and addresses."""

    home: Home
    event: Event | None
    series: Series | None

    @classmethod
    def of(cls, home: Home) -> "Place":
        event = (db.session.get(Event, home.event_id) or abort(404)) if home.event_id is not None else None
        series = (db.session.get(Series, home.series_id) or abort(404)) if home.series_id is not None else None
        return cls(home, event, series)

    @property
    def name(self) -> str:
        if self.event:
            return self.event.title
        return self.series.full_name if self.series else _("Library")

    def url(self, endpoint: str = "questions", **more: Any) -> str:
        return url_for(f"staff.{endpoint}", event_id=self.home.event_id, series_id=self.home.series_id, **more)


def load(question_id: int) -> Question:
    return db.session.get(Question, question_id, populate_existing=True) or abort(404)


def attempt(work: Callable[[datetime], Any]) -> str:
    """Do the work. Returns what a person reads when it is refused, and nothing when it is done."""
    try:
        transact(work)
    except (asking.NoSuchQuestionError, NoSuchEventError):
        abort(404)
    except REFUSALS as refusal:
        return _words(refusal)
    return ""


def _words(refusal: Exception) -> str:
    match refusal:
        case asking.OrderError():
            return _("It depends on “%(question)s”, which must be asked before it.", question=refusal)
        case asking.NeededError():
            return _("“%(question)s” depends on it. Change that question first.", question=refusal)
        case publishing.NotReadyError():
            return " ".join(str(gap.label) for gap in refusal.gaps)
    raise refusal
