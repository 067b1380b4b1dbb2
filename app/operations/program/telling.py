"""Telling people what changed: one notice waits for each event, ten minutes long, and can be undone.

The notice keeps what was true before the first change. What is true when it is due is what people are told; so a
second change needs no second mail, and a change that is taken back needs none at all.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm.attributes import flag_modified

from app.db import db
from app.models import (
    ChangeNotice,
    EmailState,
    Event,
    EventState,
    MessageKind,
    Mode,
    OutgoingEmail,
    Pick,
    Registration,
    RegistrationSource,
)
from app.models import RegistrationState as State
from app.models.registration import HOPE_TO_COME
from app.operations import auditing, notifying
from app.operations.notifying import gist
from app.operations.program import remembering
from app.operations.registration import allotting, following, moving_sessions

DELAY = timedelta(minutes=10)


class NothingToUndoError(Exception):
    """The mails have left, or somebody undid the change already."""


@dataclass(frozen=True)
class Telling:
    """Whether people are told of a change, why it was made, and whether how to join goes out anew."""

    quietly: bool = False
    reason: str = ""
    how_to_join: bool = False


@dataclass(frozen=True)
class Picture:
    """An event before a change: as a mail would tell it, and as "Undo" brings it back."""

    facts: dict[str, Any]
    former: dict[str, Any]

    @classmethod
    def of(cls, event: Event, at: datetime) -> "Picture":
        facts = notifying.event_facts(event, at) | {"sessions": moving_sessions.picture(event)}
        return cls(facts, remembering.take(event) | {"at": at.isoformat()})


@dataclass(frozen=True)
class Audience:
    """How many people a notice would be mailed to."""

    confirmed: int = 0
    waitlisted: int = 0
    without_address: int = 0
    pending: int = 0

    @property
    def mailed(self) -> int:
        return self.confirmed + self.waitlisted + self.pending


def audience(event: Event, *, online_only: bool = False, notice: ChangeNotice | None = None) -> Audience:
    """Who hears of a change: whoever has a seat, waits for one, or waits for approval. Samples are never mailed."""
    has_address = Registration.email.is_not(None)
    chosen = select(Registration.state, has_address, func.count()).where(
        Registration.event_id == event.id,
        Registration.state.in_(HOPE_TO_COME),
        Registration.source != RegistrationSource.DEMO,
    )
    if online_only:
        chosen = chosen.where(Registration.mode == Mode.ONLINE, Registration.state == State.CONFIRMED)
    if notice and notice.kind is MessageKind.SESSION_MOVED:
        chosen = chosen.where(moving_sessions.picked_one_of(moving_sessions.moved(event, notice.before)))
    counted: Counter[State] = Counter()
    without = 0
    for state, addressed, count in db.session.execute(chosen.group_by(Registration.state, has_address)):
        counted[state] += count if addressed else 0
        without += 0 if addressed else count
    seated = counted[State.CONFIRMED] + counted[State.OFFERED]
    return Audience(seated, counted[State.WAITLISTED], without, counted[State.PENDING_APPROVAL])


def waiting_notice(event_id: int, *, locked: bool = False) -> ChangeNotice | None:
    """The notice that waits to be mailed, if one does."""
    chosen = select(ChangeNotice).where(
        ChangeNotice.event_id == event_id, ChangeNotice.sent_at.is_(None), ChangeNotice.withdrawn_at.is_(None)
    )
    return db.session.scalar(chosen.with_for_update() if locked else chosen)


def tell(event: Event, picture: Picture, telling: Telling, *, by: str, at: datetime) -> ChangeNotice | None:
    """Note what people must hear of, if anything, after an event was changed. The event must be locked."""
    event.changed_at = at
    flag_modified(event, "changed_at")  # A change of a part alone is a new version of the event, too.
    if gist(picture.facts) != gist(notifying.event_facts(event, at)):
        event.calendar_sequence += 1
        notifying.withdraw_companions(event.id, at)
    db.session.flush()
    notice = waiting_notice(event.id, locked=True)
    if notice and _kind(event, notice.before, telling, at) is None and notice.kind is not MessageKind.HOW_TO_JOIN:
        notice.withdrawn_at = at  # Everything is as it was.
        if not telling.quietly:
            _tell_latecomers(event, notice, picture.facts, at)
        return None
    if telling.quietly or not _concerns_people(event, at):
        return notice
    return _write_down(event, notice, picture, telling, by=by, at=at)


def _write_down(
    event: Event, notice: ChangeNotice | None, picture: Picture, telling: Telling, *, by: str, at: datetime
) -> ChangeNotice | None:
    before = notice.before if notice else picture.facts
    if _kind(event, picture.facts, telling, at) is None:
        return notice  # This change concerns nobody; another one may still wait.
    kind = _kind(event, before, telling, at) or MessageKind.HOW_TO_JOIN
    if notice is None:
        notice = ChangeNotice(event_id=event.id, before=before, former=picture.former)
        db.session.add(notice)
    notice.kind, notice.reason = kind, telling.reason or notice.reason or ""
    notice.made_by, notice.made_at, notice.due_at = by, at, at + DELAY
    return notice


def _kind(event: Event, before: dict[str, Any], telling: Telling, at: datetime) -> MessageKind | None:
    now = notifying.event_facts(event, at)
    if gist(now) != gist(before):
        moved_to = {"cancelled": MessageKind.EVENT_CANCELLED, "postponed": MessageKind.EVENT_POSTPONED}
        same_state = now["state"] == before["state"]
        return MessageKind.EVENT_CHANGED if same_state else moved_to.get(now["state"], MessageKind.EVENT_CHANGED)
    if moving_sessions.moved(event, before):
        return MessageKind.SESSION_MOVED
    return MessageKind.HOW_TO_JOIN if telling.how_to_join else None


def _concerns_people(event: Event, at: datetime) -> bool:
    """Nobody registered for a draft, and nobody plans by an event that is over."""
    return event.state is not EventState.DRAFT and not (event.ends_at and event.ends_at <= at)


def undo(event_id: int, notice_id: int, *, by: str, at: datetime) -> Event:
    """Take a change back before anybody was told of it. Raises NothingToUndoError."""
    event = allotting.lock_event(event_id)
    notice = waiting_notice(event_id, locked=True)
    if notice is None or notice.id != notice_id:
        raise NothingToUndoError
    told = notifying.event_facts(event, at) | {"sessions": moving_sessions.picture(event)}
    remembering.restore(event, notice.former)
    following.follow(event, at, rested=told["state"] != EventState.PUBLISHED.value)
    notice.withdrawn_at = event.changed_at = at
    event.calendar_sequence += 1
    db.session.flush()
    _tell_latecomers(event, notice, told, at)
    auditing.record(
        "undid change",
        actor=by,
        subject="event",
        subject_id=event.id,
        event_id=event.id,
        detail={"notice": notice.kind.value},
        at=at,
    )
    return event


def _tell_latecomers(event: Event, notice: ChangeNotice, told: dict[str, Any], at: datetime) -> None:
    """Whoever registered or was mailed in between was told what is no longer true, and hears the truth at once."""
    now, since = notifying.event_facts(event, at), datetime.fromisoformat(notice.former["at"])
    if gist(told) == gist(now):
        _tell_late_pickers(event, since, told, at)
        return
    latecomers = db.session.scalars(
        select(Registration).where(
            Registration.event_id == event.id,
            or_(Registration.registered_at >= since, _was_mailed(since, at)),
            Registration.state.in_(HOPE_TO_COME),
        )
    ).all()
    about = {"event": now, "before": told, "reason": ""}
    key = f"undo-{event.calendar_sequence}"
    own = partial(moving_sessions.own_changes, sessions=moving_sessions.moved(event, told), before=told)
    notifying.queue_many(
        MessageKind.EVENT_CHANGED, latecomers, about, at=at, key=key, priority=notifying.SERVICE, own=own
    )


def _was_mailed(since: datetime, until: datetime) -> ColumnElement[bool]:
    """For a query of registrations: who was sent anything between two moments. Every such mail says when and where."""
    return exists().where(
        OutgoingEmail.registration_id == Registration.id,
        OutgoingEmail.queued_at >= since,
        OutgoingEmail.queued_at < until,
        OutgoingEmail.state != EmailState.WITHDRAWN,
    )


def _tell_late_pickers(event: Event, since: datetime, told: dict[str, Any], at: datetime) -> None:
    sessions = moving_sessions.moved(event, told)
    picked_late = moving_sessions.picked_one_of(sessions, Pick.picked_at >= since)
    people = db.session.scalars(select(Registration).where(Registration.event_id == event.id, picked_late)).all()
    moving_sessions.tell(people, sessions, told, key=f"undo-{event.calendar_sequence}", by="worker", at=at)
