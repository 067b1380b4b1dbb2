"""Sending an announcement: first to oneself, then, after ten minutes in which it can be taken back, to everybody meant.

Who gets it is decided when it leaves: whoever fits its filter then. An urgent one leaves at once, passes the queue,
and stands on the event's pages until it is taken down.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import exists, select

from app.db import db
from app.models import Announcement, Event, MessageKind, Mode, RegistrationState
from app.operations import notifying
from app.operations.communication import addressing, writing
from app.operations.registration import allotting

WINDOW = timedelta(minutes=10)
BATCH = 500  # People for each transaction: nobody waits long behind it.
URGENT = 0  # Before everything else in the queue.


class NotTestedError(Exception):
    """Whoever sends it has not had these words in their own mailbox."""


class NobodyMeantError(Exception):
    """Nobody fits the filter, or nobody who does can be mailed."""


class FilterGoneError(Exception):
    """A session or an answer by which it was filtered is gone, so nobody knows any more who is meant."""


class HasLeftError(Exception):
    """It has left, so it cannot be taken back; or it was taken back already."""


def facts_for(announcement: Announcement, at: datetime, **more: Any) -> dict[str, Any]:
    """What its mails say alike."""
    said = {"subject": announcement.subject, "text": announcement.text, "urgent": announcement.is_urgent, **more}
    return {"event": notifying.event_facts(announcement.event, at), "announcement": said}


def test(announcement_id: int, *, to: str, name: str, at: datetime) -> None:
    """Send it to whoever wrote it. Their mail names them, and its personal links open nothing."""
    draft = writing.load_draft(announcement_id)
    named = {"first_name": name.split(maxsplit=1)[0]} if name else {}
    facts = facts_for(draft, at, test=True) | {"registration": sample(draft.event, name or to, to) | named}
    key = f"{draft.event_id}/{uuid4().hex}/test-{draft.id}"
    notifying.queue_to(MessageKind.ANNOUNCEMENT, to, facts=facts, key=key, event_id=draft.event_id, at=at)
    draft.tested_by, draft.tested_version = to, draft.version
    writing.record("tested announcement", draft, by=to, at=at)


def sample(event: Event, name: str, address: str) -> dict[str, Any]:
    """Somebody who is registered for nothing; every placeholder has a value to read."""
    return {
        "id": 0,
        "number": "0000000000",
        "state": RegistrationState.CONFIRMED.value,
        "mode": (event.modes[0] if event.modes else Mode.ONLINE).value,
        "waits_for": None,
        "offered_until": None,
        "full_name": name,
        "first_name": name,
        "organization": _("Sample organization"),
        "email": address,
        "link_version": 0,
        "calendar_uid": "sample",
        "calendar_sequence": 0,
        "days": [],
    }


def send(announcement_id: int, *, version: int, by: str, at: datetime) -> Announcement:
    """Let it leave in ten minutes; an urgent one now. Raises the refusals above, and those of drafts."""
    event = allotting.lock_event(db.session.get_one(Announcement, announcement_id).event_id)
    draft = writing.load_draft(announcement_id)
    if draft.version != version:
        raise writing.ChangedMeanwhileError
    if not draft.is_tested_by(by):
        raise NotTestedError
    if not addressing.still_means(draft):
        raise FilterGoneError
    asked = addressing.filter_of(draft)
    expected = addressing.audience(asked).mailed
    if not expected:
        raise NobodyMeantError
    draft.sent_by, draft.due_at = by, at if draft.is_urgent else at + WINDOW
    if draft.is_urgent:
        draft.left_at = at
        _put_up(draft, event, at)
    writing.record("sent announcement", draft, by=by, at=at, filter=asked.to_json(), expected=expected)
    return draft


def take_back(announcement_id: int, *, by: str, at: datetime) -> Announcement:
    """Make it a draft again, before anybody got it. Raises HasLeftError."""
    found = writing.load_locked(announcement_id)
    if found.due_at is None or found.left_at is not None:
        raise HasLeftError
    found.due_at, found.sent_by = None, ""
    writing.record("took announcement back", found, by=by, at=at)
    return found


def hold_back_all(event_id: int, at: datetime) -> None:
    """Make drafts again of those that wait to leave, because the event is not as it was when they were tested."""
    waiting = (Announcement.event_id == event_id, Announcement.due_at.is_not(None), Announcement.left_at.is_(None))
    for found in db.session.scalars(select(Announcement).where(*waiting).with_for_update()):
        found.tested_version = None
        _hold_back(found, at)


def _put_up(announcement: Announcement, event: Event, at: datetime) -> None:
    """Let its notice stand on the pages, in place of one that stands there."""
    for other in writing.of_event(event.id):
        if other.id != announcement.id and other.stands_on_pages:
            other.taken_down_at = at
    event.urgent_notice, event.changed_at = announcement.notice, at


def take_down(announcement_id: int, *, by: str, at: datetime) -> None:
    """Take its notice off the pages. The mails have left."""
    event = allotting.lock_event(db.session.get_one(Announcement, announcement_id).event_id)
    found = writing.load_locked(announcement_id)
    if not found.stands_on_pages:
        return
    found.taken_down_at = event.changed_at = at
    event.urgent_notice = ""
    writing.record("took urgent notice down", found, by=by, at=at)


def is_due(at: datetime) -> bool:
    """Whether one waits to leave or is leaving. Only looks."""
    return bool(db.session.scalar(select(exists().where(*_leaving(at)))))


def leave_due(at: datetime) -> int:
    """Queue the mails of the next one that is due, a batch of people at a time. Returns how many.

    How far it came is kept with each batch, so a restart skips nobody and doubles nobody.
    """
    chosen = select(Announcement).where(*_leaving(at)).order_by(Announcement.is_urgent.desc(), Announcement.due_at)
    found = db.session.scalar(chosen.limit(1).with_for_update())
    if found is None:
        return 0
    if not addressing.still_means(found):
        return _hold_back(found, at)
    found.left_at = found.left_at or at
    people = addressing.next_people(found, addressing.filter_of(found), most=BATCH)
    priority = URGENT if found.is_urgent else notifying.BULK
    mailed = addressing.without_told(found, people)
    about = facts_for(found, at)
    notifying.queue_many(MessageKind.ANNOUNCEMENT, mailed, about, at=at, key=found.key, priority=priority)
    found.reached_id = people[-1].id if people else found.reached_id
    if len(people) < BATCH:
        _finish("announcement left", found, at)
    return max(len(people), 1)


def _finish(act: str, announcement: Announcement, at: datetime) -> None:
    db.session.flush()
    announcement.recipients = sum(addressing.told(announcement).values())
    writing.record(act, announcement, by="worker", at=at, recipients=announcement.recipients)


def _hold_back(announcement: Announcement, at: datetime) -> int:
    """It is a draft again; one that is on its way already ends with those who have it."""
    if announcement.left_at:
        _finish("stopped announcement", announcement, at)
    else:
        announcement.due_at, announcement.sent_by = None, ""
        writing.record("held announcement back", announcement, by="worker", at=at)
    return 1


def _leaving(at: datetime) -> tuple[Any, ...]:
    return Announcement.due_at <= at, Announcement.recipients.is_(None)
