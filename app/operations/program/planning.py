"""Planning: changing what an event says, part by part, with every change told and kept in the log."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from app.db import db
from app.models import Event, EventState, Mode, Registration, RegistrationState, Topic
from app.models.registration_state import HOPE_TO_COME
from app.models.search import event_search_key
from app.operations import auditing
from app.operations.program import slugs, telling
from app.operations.program.details import Basics, HowToJoin
from app.operations.program.ordering import refuse_disorder
from app.operations.program.plain_details import Details
from app.operations.program.publishing import Gap, NotReadyError, blocking
from app.operations.program.restricting import explained
from app.operations.program.seat_numbers import SeatNumbers, capacities, seats_changed
from app.operations.program.telling import Picture, Telling
from app.operations.registration import allotting, following, moving_days, waiting

MOST_LOGGED = 300


class EditedMeanwhileError(Exception):
    """Somebody else saved the event while this form was open; nothing of it was written."""


class ModeInUseError(Exception):
    """People attend this way, wait for it, or wait for approval to: it cannot be taken away."""

    def __init__(self, mode: Mode, people: int, pending: int) -> None:
        super().__init__(mode.value, people, pending)
        self.mode, self.people, self.pending = mode, people, pending


class NotADraftError(Exception):
    """Only a draft that nobody registered for can be deleted."""


def open_for_edit(event_id: int, version: int | None) -> Event:
    """Take the event's lock. Raises EditedMeanwhileError when it is not the version that the form showed."""
    event = allotting.lock_event(event_id)
    if version is not None and event.version != version:
        raise EditedMeanwhileError(event.version)
    return event


def edit(
    event_id: int,
    parts: list[Details],
    *,
    version: int | None,
    by: str,
    at: datetime,
    seats: "Seats | None" = None,
    tell: Telling | None = None,
    restriction_reason: str = "",
) -> Event:
    """Change parts of an event.

    Raises EditedMeanwhileError, OutOfOrderError, SlugTakenError, NotReadyError, RestrictionUnexplainedError, and what
    ``Seats`` raises.
    """
    event = open_for_edit(event_id, version)
    picture, gaps = Picture.of(event, at), blocking(event, at)
    changed: dict[str, Any] = explained(event, parts, restriction_reason)
    for details in parts:
        changed |= told_to_log(details, type(details).of(event).differences(details))
        _write(event, details)
    if seats:
        changed |= seats.write(event, at)
    refuse_new_gaps(event, gaps, at)
    finish(event, picture, changed, by=by, at=at, tell=tell or Telling())
    return event


def told_to_log(details: Details, changed: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What the log keeps: the beginning of long texts, and of how to join no more than that it changed."""
    if isinstance(details, HowToJoin):
        return {name: ["…", "…"] for name in changed}
    return shortened(changed)


def shortened(changed: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [_shortened(value) for value in pair] for name, pair in changed.items()}


def _shortened(value: Any) -> Any:
    return f"{value[:MOST_LOGGED]}…" if isinstance(value, str) and len(value) > MOST_LOGGED else value


def refuse_new_gaps(event: Event, before: list[Gap], at: datetime) -> None:
    """What every public event must say cannot be taken out again. Old gaps, of imported events, may stay."""
    new = [gap for gap in blocking(event, at) if gap not in before]
    if event.state.is_public and new:
        raise NotReadyError(new)


def _write(event: Event, details: Details) -> None:
    if isinstance(details, Basics):
        if details.slug != event.slug:
            slugs.refuse_taken(details.slug, event.id)
        event.topics = list(db.session.scalars(select(Topic).where(Topic.id.in_(details.topics))))
    if not details.part:
        details.write(event, event.zone)
        return
    row = getattr(event, details.part)
    if details.is_empty and (row is None or details.may_remove(row)):
        setattr(event, details.part, None)
        return
    if row is None:
        row = details.table()
        setattr(event, details.part, row)
    details.write(row, event.zone)


def finish(
    event: Event, picture: Picture, changed: dict[str, Any], *, by: str, at: datetime, tell: Telling, act: str = ""
) -> None:
    """What follows every change: dates in order, seats filled, found by search, told to people, kept in the log."""
    follow_starts(event, at)
    refuse_disorder(event)
    moving_days.follow(event, picture.former["event"])
    slugs.hide(event)
    following.follow(event, at, rested=picture.facts["state"] != EventState.PUBLISHED.value)
    event.search_key = event_search_key(event)
    telling.tell(event, picture, tell, by=by, at=at)
    waiting.promote(event, at)  # After it: while people are still to read of a new date, the lines rest.
    if changed or act:
        auditing.record(
            act or "changed event",
            actor=by,
            subject="event",
            subject_id=event.id,
            event_id=event.id,
            detail={"changed": changed, "quietly": tell.quietly},
            at=at,
        )


def follow_starts(event: Event, at: datetime) -> None:
    """What is given out so long before a start moves with it, and is mailed again when it lies ahead again."""
    if event.joining:
        event.joining.follow(event.starts_at, at)
    for joining in event.session_joinings:
        joining.follow(joining.session.starts_at, at)


class Seats(SeatNumbers):
    """Those of an event.

    Raises allotting.CapacityBelowTakenError unless the seats may shrink as people leave, and ModeInUseError.
    """

    def write(self, event: Event, at: datetime) -> dict[str, list[Any]]:
        """Set them, and seat at once whoever waited for a seat that is there now. Returns what changed."""
        before, standing = capacities(event), type(self).of(event).by_mode
        for mode in Mode:
            if mode not in self.by_mode:
                _close(event, mode)
            elif event.pool(mode) is None:
                allotting.add_pool(event, mode, self.by_mode[mode])
            elif self.by_mode[mode] != standing[mode]:
                allotting.set_capacity(allotting.pool_of(event, mode), self.by_mode[mode], shrinking=self.shrinking)
        db.session.flush()
        if event.state is EventState.PUBLISHED:
            waiting.promote(event, at)
        return seats_changed(before, capacities(event))


def _close(event: Event, mode: Mode) -> None:
    pool = event.pool(mode)
    if pool is None:
        return
    people, pending = people_of(event, mode)
    if people or pending:
        raise ModeInUseError(mode, people, pending)
    event.pools.remove(pool)


def people_of(event: Event, mode: Mode) -> tuple[int, int]:
    """How many people attend in this way or wait for it, and how many wait for approval to."""
    is_pending = Registration.state == RegistrationState.PENDING_APPROVAL
    count = func.count()
    chosen = select(count.filter(~is_pending), count.filter(is_pending)).where(
        Registration.event_id == event.id,
        Registration.state.in_(HOPE_TO_COME),
        or_(Registration.mode == mode, Registration.waits_for == mode),
    )
    people, pending = db.session.execute(chosen).one()
    return people, pending


def discard(event_id: int, *, by: str, at: datetime) -> None:
    """Delete a draft. Raises NotADraftError."""
    event = allotting.lock_event(event_id)
    ever = db.session.scalar(select(func.count()).where(Registration.event_id == event.id))
    if event.state is not EventState.DRAFT or ever:
        raise NotADraftError
    detail = {"title": event.title, "slug": event.slug}
    auditing.record("deleted draft", actor=by, subject="event", subject_id=event.id, detail=detail, at=at)
    db.session.delete(event)
