"""Telling people what changed: one notice waits for each event, ten minutes long, and can be undone.

The notice keeps what was true before the first change. What is true when it is due is what people are told; so a
second change needs no second mail, and a change that is taken back needs none at all.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm.attributes import flag_modified

from app.db import db
from app.models import ChangeNotice, Event, EventState, MessageKind, Mode, Registration, RegistrationSource
from app.models import RegistrationState as State
from app.models.message_kind import TOLD_TO_INVITED
from app.models.registration_state import HOPE_TO_COME
from app.operations import auditing, notifying, withdrawing
from app.operations.communication import sending, ushering
from app.operations.notifying import gist
from app.operations.program import correcting, giving_out, remembering, removing
from app.operations.registration import (
    allotting,
    following,
    moving_days,
    moving_sessions,
    taking_away,
    telling_invited,
    waiting,
)

DELAY = timedelta(minutes=10)
# What staff can undo even when they tell nobody: from the one nothing else leads back, from the other only a new date.
UNDONE_IF_QUIET = frozenset({MessageKind.EVENT_CANCELLED, MessageKind.EVENT_POSTPONED})


class NothingToUndoError(Exception):
    """The mails have left, or somebody undid the change already."""


@dataclass(frozen=True)
class Telling:
    """Whether people are told of a change, why it was made, and whether how to join goes out anew: the event or one
    of its sessions. ``removed`` is a session that was taken from people (removing.py).
    """

    quietly: bool = False
    reason: str = ""
    how_to_join: bool = False
    session_way: bool = False
    removed: removing.Removed | None = None


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
    invited: int = 0  # Who have not registered.

    @property
    def mailed(self) -> int:
        return self.confirmed + self.waitlisted + self.pending + self.invited


def audience(event: Event, *, online_only: bool = False, notice: ChangeNotice | None = None) -> Audience:
    """Who hears of a change: whoever has a seat, waits for one or for approval, or is invited. Never samples."""
    has_address = Registration.email.is_not(None)
    chosen = select(Registration.state, has_address, func.count()).where(
        Registration.event_id == event.id,
        Registration.state.in_(HOPE_TO_COME),
        Registration.source != RegistrationSource.DEMO,
    )
    if online_only:
        chosen = chosen.where(Registration.mode == Mode.ONLINE, Registration.state == State.CONFIRMED)
    if notice and notice.kind is MessageKind.SESSION_JOIN:
        chosen = chosen.where(ushering.hears_again(event, notice.made_at))
    if notice and notice.kind is MessageKind.SESSION_MOVED:
        moved = moving_sessions.picked_one_of(moving_sessions.moved(event, notice.before))
        chosen = chosen.where(or_(moved, taking_away.had_one(notice)))
    if notice and notice.kind is MessageKind.CHANGED:
        chosen = chosen.where(taking_away.had_one(notice))
    counted: Counter[State] = Counter()
    without = 0
    for state, addressed, count in db.session.execute(chosen.group_by(Registration.state, has_address)):
        counted[state] += count if addressed else 0
        without += 0 if addressed else count
    seated = counted[State.CONFIRMED] + counted[State.OFFERED]
    hears_all = not online_only and (notice is None or notice.kind in TOLD_TO_INVITED)
    invited = telling_invited.count(event) if hears_all else 0
    return Audience(seated, counted[State.WAITLISTED], without, counted[State.PENDING_APPROVAL], invited)


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
        withdrawing.withdraw_companions(event.id, at)
        sending.hold_back_all(event.id, at)
        if event.state is EventState.CANCELLED:
            withdrawing.withdraw_presuming(event.id, at)
    db.session.flush()
    notice = waiting_notice(event.id, locked=True)
    rewritten = any(way.is_to_be_mailed_again(at) for way in event.session_joinings)
    telling = replace(telling, session_way=telling.session_way and rewritten)
    if notice and telling.removed:
        removing.note(notice, telling.removed)
    together = _together(notice, telling, rewritten=rewritten) if notice else telling
    kind = _kind(event, notice.before if notice else picture.facts, together, at)
    if notice and kind is None:
        notice.withdrawn_at = at  # Everything is as it was.
        giving_out.go_on(event, giving_out.mailed(event), since=_made_first(notice), at=at)
        if not telling.quietly:
            correcting.correct(event, picture.facts, since=_made_first(notice), at=at)
        return None
    is_heard = concerns_people(event, at) or kind is MessageKind.EVENT_CANCELLED  # Also that it was not held.
    if kind is None or not is_heard or (telling.quietly and kind not in UNDONE_IF_QUIET):
        return notice
    if _kind(event, picture.facts, telling, at) is None:
        return notice  # This change concerns nobody; another one may still wait.
    return _write_down(notice or _noted(event, picture, telling), kind, telling, by=by, at=at)


def _together(notice: ChangeNotice, telling: Telling, *, rewritten: bool) -> Telling:
    """What goes out anew when this change is taken together with those that wait to be told."""
    join = telling.how_to_join or notice.kind is MessageKind.HOW_TO_JOIN
    removed = telling.removed or next(iter(notice.removed), None)
    return replace(telling, how_to_join=join, session_way=rewritten, removed=removed)


def _noted(event: Event, picture: Picture, telling: Telling) -> ChangeNotice:
    notice = ChangeNotice(event_id=event.id, before=picture.facts, former=picture.former)
    if telling.removed:
        removing.note(notice, telling.removed)
    db.session.add(notice)
    return notice


def _write_down(notice: ChangeNotice, kind: MessageKind, telling: Telling, *, by: str, at: datetime) -> ChangeNotice:
    notice.kind, notice.reason = kind, telling.reason or notice.reason or ""
    notice.former = {**notice.former, "quietly": telling.quietly}
    notice.made_by, notice.made_at, notice.due_at = by, at, at + DELAY
    return notice


def _kind(event: Event, before: dict[str, Any], telling: Telling, at: datetime) -> MessageKind | None:
    now = notifying.event_facts(event, at)
    if now["state"] == before["state"] == EventState.CANCELLED.value:
        return None  # Nobody plans by it any more.
    if gist(now) != gist(before):
        return correcting.kind_of_change(now["state"], before["state"])
    if moving_sessions.moved(event, before):
        return MessageKind.SESSION_MOVED
    if telling.how_to_join:
        return MessageKind.HOW_TO_JOIN
    if telling.session_way:
        return MessageKind.SESSION_JOIN
    return MessageKind.CHANGED if telling.removed else None


def concerns_people(event: Event, at: datetime) -> bool:
    """Nobody registered for a draft, and nobody plans by an event that is over."""
    return event.state is not EventState.DRAFT and not event.has_ended(at)


def undo(event_id: int, notice_id: int, *, by: str, at: datetime) -> Event:
    """Take a change back before anybody was told of it. Raises NothingToUndoError."""
    event = allotting.lock_event(event_id)
    notice = waiting_notice(event_id, locked=True)
    if notice is None or notice.id != notice_id:
        raise NothingToUndoError
    told = notifying.event_facts(event, at) | {"sessions": moving_sessions.picture(event)}
    mailed, undone = giving_out.mailed(event), remembering.take(event)["event"]
    remembering.restore(event, notice.former)
    removing.bring_back(event, notice, since=_made_first(notice), by=by, at=at)
    moving_days.follow(event, undone, undoing=True)
    giving_out.go_on(event, mailed, since=_made_first(notice), at=at)
    following.follow(event, at, rested=told["state"] != EventState.PUBLISHED.value)
    waiting.promote(event, at)
    notice.withdrawn_at = event.changed_at = at
    event.calendar_sequence += 1
    if gist(told) != gist(notifying.event_facts(event, at)):
        sending.hold_back_all(event.id, at)
    db.session.flush()
    correcting.correct(event, told, since=_made_first(notice), at=at)
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


def _made_first(notice: ChangeNotice) -> datetime:
    """When the first of the changes was made that it tells of."""
    return datetime.fromisoformat(notice.former["at"])
