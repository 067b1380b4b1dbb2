"""After a postponement: each person keeps their seat for the new date or gives it up. Silence keeps it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select, update

from app.db import db
from app.models import EventState, PostponedAnswer, Registration
from app.models.labels import Labelled
from app.models.registration_state import HOLD_OR_WAIT
from app.operations.registration.cancelling import PERSON, cancel, record
from app.operations.registration.changing import lock_live


class NotPostponedError(Exception):
    """The event has a date again, or will not take place: there is nothing to answer."""


class NoPlaceYetError(Exception):
    """Who waits for approval has nothing yet to keep or to give up."""


class Reply(Labelled):
    """How people of a postponed event can be told apart by what they said."""

    KEPT = "kept", _l("Keeps the place")
    GAVE_UP = "gave-up", _l("Gave the place up")
    SILENT = "silent", _l("No answer yet")

    @property
    def condition(self) -> ColumnElement[bool]:
        """Whoever kept a place and cancelled later keeps it no more; who gave it up is cancelled."""
        said = Registration.postponed_answer
        has_place = Registration.state.in_(HOLD_OR_WAIT)
        return {
            Reply.KEPT: (said == PostponedAnswer.KEEPS) & has_place,
            Reply.GAVE_UP: said == PostponedAnswer.GAVE_UP,
            Reply.SILENT: said.is_(None) & has_place,
        }[self]


@dataclass(frozen=True)
class Answers:
    """How many people said what."""

    keep: int
    gave_up: int
    silent: int


def ask_anew(event_id: int) -> None:
    """Forget what people said after an earlier postponement."""
    people = update(Registration).where(Registration.event_id == event_id, Registration.postponed_answer.is_not(None))
    db.session.execute(people.values(postponed_answer=None))


def keep(registration_id: int, *, at: datetime) -> Registration:
    """Keep the seat, or the place in line. Twice is harmless.

    Raises NotLiveError, NoPlaceYetError, NotPostponedError.
    """
    registration = _lock_postponed(registration_id, at)
    if registration.postponed_answer is not PostponedAnswer.KEEPS:
        registration.postponed_answer = PostponedAnswer.KEEPS
        record(registration, "keeps the seat", by=PERSON, at=at)
    return registration


def give_up(registration_id: int, *, at: datetime) -> Registration:
    """Give it up, like any cancellation. Raises as ``keep`` does."""
    registration = _lock_postponed(registration_id, at)
    registration.postponed_answer = PostponedAnswer.GAVE_UP
    return cancel(registration_id, at=at, reason="")


def _lock_postponed(registration_id: int, at: datetime) -> Registration:
    registration = lock_live(registration_id, at, PERSON)
    if registration.event.state is not EventState.POSTPONED:
        raise NotPostponedError
    if not registration.has_place:
        raise NoPlaceYetError
    return registration


def answers(event_id: int) -> Answers:
    """How many answered, for the office's page of the event."""
    kept, gave_up, silent = (func.count().filter(one.condition) for one in (Reply.KEPT, Reply.GAVE_UP, Reply.SILENT))
    query = select(kept, gave_up, silent).where(Registration.event_id == event_id)
    return Answers(*db.session.execute(query).one())
