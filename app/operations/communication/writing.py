"""Writing an announcement: drafts, whom they are for, and texts kept for the next time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.models import Announcement, Event, KeptText
from app.operations import auditing, meanwhile
from app.operations.registration import filtering
from app.operations.registration.listing import AttendeeFilter


class NoDraftError(Exception):
    """It has left or is about to, so its words stand."""


class ChangedMeanwhileError(Exception):
    """Somebody else saved other words since the form was opened."""


class NoSuchTextError(Exception):
    """Somebody deleted this kept text."""


class NameTakenError(Exception):
    """Another kept text has this name."""


@dataclass(frozen=True)
class Words:
    """What an announcement says: to people by mail, and on the pages if it is urgent."""

    subject: str
    text: str
    is_urgent: bool = False
    notice: str = ""

    @classmethod
    def of(cls, announcement: Announcement) -> "Words":
        return cls(announcement.subject, announcement.text, announcement.is_urgent, announcement.notice)


def draft(event_id: int, words: Words, asked: AttendeeFilter, *, by: str, at: datetime) -> Announcement:
    """A new draft."""
    event = db.session.get_one(Event, event_id)
    made = Announcement(event_id=event.id, asked=filtering.written(asked), made_by=by, made_at=at, changed_at=at)
    _say(made, words)
    db.session.add(made)
    db.session.flush()
    record("drafted announcement", made, by=by, at=at)
    return made


def draft_like(announcement_id: int, *, by: str, at: datetime) -> Announcement:
    """A new draft with the words of another, for the same people."""
    former = db.session.get_one(Announcement, announcement_id)
    asked = filtering.read(former.asked, former.event_id)
    return draft(former.event_id, Words.of(former), asked, by=by, at=at)


def rewrite(announcement_id: int, words: Words, *, version: int, by: str, at: datetime) -> Announcement:
    """Give a draft other words; a test of the former ones counts no more."""
    draft = load_draft(announcement_id)
    if draft.version != version:
        raise ChangedMeanwhileError
    if words != Words.of(draft):
        _say(draft, words)
        draft.version, draft.changed_at = draft.version + 1, at
        record("changed announcement", draft, by=by, at=at)
    return draft


def choose(announcement_id: int, asked: AttendeeFilter, *, by: str, at: datetime) -> Announcement:
    """Say whom a draft is for."""
    draft = load_draft(announcement_id)
    draft.asked, draft.changed_at = filtering.written(asked), at
    record("addressed announcement", draft, by=by, at=at, filter=asked.to_json())
    return draft


def discard(announcement_id: int, *, by: str, at: datetime) -> None:
    draft = load_draft(announcement_id)
    record("deleted announcement", draft, by=by, at=at)
    db.session.delete(draft)


def load_draft(announcement_id: int) -> Announcement:
    """The draft, locked. Raises NoDraftError."""
    found = load_locked(announcement_id)
    if not found.is_draft:
        raise NoDraftError
    return found


def load_locked(announcement_id: int) -> Announcement:
    return db.session.get_one(Announcement, announcement_id, with_for_update=True, populate_existing=True)


def _say(draft: Announcement, words: Words) -> None:
    draft.subject, draft.text, draft.is_urgent = words.subject, words.text, words.is_urgent
    draft.notice = words.notice if words.is_urgent else ""


def record(act: str, announcement: Announcement, *, by: str, at: datetime, **detail: Any) -> None:
    auditing.record(
        act,
        actor=by,
        subject="announcement",
        subject_id=announcement.id,
        event_id=announcement.event_id,
        detail={"subject": announcement.subject, "urgent": announcement.is_urgent} | detail,
        at=at,
    )


def of_event(event_id: int) -> list[Announcement]:
    """Everything that was written to people of this event, the newest first."""
    chosen = select(Announcement).where(Announcement.event_id == event_id).order_by(Announcement.id.desc())
    return list(db.session.scalars(chosen))


def kept_texts() -> list[KeptText]:
    return list(db.session.scalars(select(KeptText).order_by(func.lower(KeptText.name), KeptText.id)))


def shown(kept: KeptText) -> str:
    """A mark of what a form was shown with of a kept text."""
    return _mark(kept.name, Words(kept.subject, kept.text))


def _mark(name: str, words: Words) -> str:
    return meanwhile.mark([name, words.subject, words.text])


def keep_text(
    text_id: int | None, name: str, words: Words, *, by: str, at: datetime, version: str | None = None
) -> KeptText:
    """Keep a text under a name, or change the one that is kept. ``version`` is the mark of what the form showed.

    Raises NameTakenError, NoSuchTextError, meanwhile.ChangedMeanwhileError.
    """
    kept = _kept(text_id) if text_id else KeptText(name=name)
    if text_id:
        meanwhile.refuse(version, standing=shown(kept), typed=_mark(name, words))
    other = db.session.scalar(select(KeptText).where(KeptText.name == name))
    if other and other.id != text_id:
        raise NameTakenError
    kept.name, kept.subject, kept.text = name, words.subject, words.text
    kept.changed_by, kept.changed_at = by, at
    db.session.add(kept)
    db.session.flush()
    _record_text("kept text", kept, by=by, at=at)
    return kept


def drop_text(text_id: int, *, by: str, at: datetime, version: str | None = None) -> None:
    """Keep it no more. Raises NoSuchTextError, meanwhile.ChangedMeanwhileError."""
    kept = _kept(text_id)
    meanwhile.refuse(version, standing=shown(kept), typed="")
    _record_text("dropped text", kept, by=by, at=at)
    db.session.delete(kept)


def _kept(text_id: int) -> KeptText:
    found = db.session.get(KeptText, text_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NoSuchTextError
    return found


def _record_text(act: str, kept: KeptText, *, by: str, at: datetime) -> None:
    auditing.record(act, actor=by, subject="kept text", subject_id=kept.id, detail={"name": kept.name}, at=at)
