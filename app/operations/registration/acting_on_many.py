"""One act for many people of an event. Each is told and logged alone; whom it cannot be done for stays as they are."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, select

from app.db import db
from app.models import Event, Mode, Pick, PickState, Registration
from app.models.registration_state import HOPE_TO_COME
from app.operations import already_told
from app.operations.registration import allotting, cancelling, changing, reaching, switching, waiting


class NothingArrivesError(Exception):
    """There is no address, or mail to it came back, or it is a sample's."""


REFUSALS = (
    *(NothingArrivesError, cancelling.EventOverError, changing.NotLiveError, changing.NoSeatError),
    *(switching.WayClosedError, switching.SessionsAtStakeError),
)


@dataclass
class Came:
    """What came of it: for how many it is done, and why some were left as they are."""

    done: int = 0
    left: Counter[type[Exception]] = field(default_factory=Counter)

    def add(self, other: "Came") -> None:
        self.done += other.done
        self.left += other.left


def meant(event_id: int, people: Select[Any] | Sequence[int]) -> Select[int]:
    """Which of these people it can be done for at all, in the order in which it is done.

    Who waits comes first: nobody shall move up, and hear of it, who is cancelled or moved next. Of them, who stands
    first in line; of the others, who registered first.
    """
    waits_in_session = select(Pick.registration_id).where(Pick.state == PickState.WAITLISTED)
    first = (Registration.waits_for.is_(None), Registration.offered_until.is_not(None))
    place = case((Registration.waits_for.is_not(None), Registration.position))  # It stays with whoever got a seat.
    then = (Registration.id.not_in(waits_in_session), place, Registration.registered_at)
    mine = (Registration.event_id == event_id, Registration.state.in_(HOPE_TO_COME), Registration.id.in_(people))
    return select(Registration.id).where(*mine).order_by(*first, *then, Registration.id)


def mail_again(event_id: int, people: Sequence[int], *, press: str, by: str, at: datetime) -> Came:
    """Mail each of them once more how they stand; each once for a press, however often it is sent."""
    dead, key = reaching.dead_among(_locked(event_id, people)), f"again-{press}"
    told = already_told.whom(event_id, key)

    def verb(one: Registration) -> None:
        if one.id in told:
            return
        if not one.can_be_mailed or one.email_key in dead:
            raise NothingArrivesError
        changing.mail_again(one.id, at=at, by=by, key=key)

    came = _for_each(event_id, people, verb)
    waiting.promote(db.session.get_one(Event, event_id), at)  # Whoever could not be asked before can be asked now.
    return came


def cancel(event_id: int, people: Sequence[int], *, by: str, at: datetime, reason: str = "", tell: bool = True) -> Came:
    """Cancel them all; then whoever waits longest gets the seats."""
    came = _for_each(event_id, people, lambda one: cancelling.take_off(one, by=by, at=at, reason=reason, tell=tell))
    waiting.promote(db.session.get_one(Event, event_id), at)
    return came


def move(event_id: int, people: Sequence[int], mode: Mode, *, by: str, at: datetime, reason: str = "") -> Came:
    """Move them to the other way of attending while it has seats. Nobody loses a session by it."""
    return _for_each(event_id, people, lambda one: switching.change_mode(one.id, mode, at=at, by=by, reason=reason))


def _for_each(event_id: int, people: Sequence[int], verb: Callable[[Registration], object]) -> Came:
    came = Came()
    for one in _locked(event_id, people):
        try:
            verb(one)
        except REFUSALS as refusal:
            came.left[type(refusal)] += 1
        else:
            came.done += 1
    return came


def _locked(event_id: int, people: Sequence[int]) -> Sequence[Registration]:
    """Lock the event, then read them as they are under its lock."""
    allotting.lock_event(event_id)
    ids = db.session.scalars(meant(event_id, people)).all()
    found = select(Registration).where(Registration.id.in_(ids)).execution_options(populate_existing=True)
    by_id = {one.id: one for one in db.session.scalars(found)}
    return [by_id[one] for one in ids]
