"""The record of who was told what people plan by: each change, how to join, urgent words; and who was not reached."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased, defer

from app.db import db
from app.models import Announcement, ChangeNotice, EmailState, MessageKind, OutgoingEmail
from app.models.message_kind import STATE_KINDS
from app.models.outgoing_email import DROPPED, NO_LONGER_TRUE, NOT_COMING, SUPERSEDED
from app.operations.registration import taking_away

PAGE_SIZE = 100
KINDS = (
    *(MessageKind.EVENT_CHANGED, MessageKind.EVENT_POSTPONED, MessageKind.EVENT_CANCELLED, MessageKind.SESSION_MOVED),
    *(MessageKind.HOW_TO_JOIN, MessageKind.SESSION_JOIN, MessageKind.ANNOUNCEMENT, MessageKind.CHANGED),
)
# What mails are keyed by that went to many at once; others went to one person, as an answer to what that person did.
KEYS_OF_MANY = ("notice-", "join-", "session-", "undo-", "announcement-", DROPPED)
NEEDLESS = (SUPERSEDED, NOT_COMING, NO_LONGER_TRUE)  # Nobody misses these: another mail told it, or nobody comes.


@dataclass(frozen=True)
class Told:
    """One page of the people to whom something went."""

    mails: Sequence[OutgoingEmail]
    after: int | None  # Where the next page begins, if there is one.


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Something that many people were told at once, or will be, or would have been."""

    name: str  # What the keys of its mails end with.
    kind: MessageKind
    title: str = ""  # Of the session that was removed, or the announcement's subject.
    said_at: datetime  # When it was changed or given out.
    by: str = ""
    reason: str = ""
    due_at: datetime | None = None
    told_at: datetime | None = None
    withdrawn_at: datetime | None = None
    written: int = 0
    taken: int = 0  # Accepted by the mail server.
    missed: int = 0  # Those who are still to be told.

    @property
    def label(self) -> str:
        label = _("Session removed") if self.name.startswith(DROPPED) else str(self.kind.label)
        return f"{label}: {self.title}" if self.title else label


def tellings(event_id: int) -> list[Telling]:
    """Everything that people of an event were told, or are to be told; the newest first."""
    counted = _counted(event_id)
    urgent = {one.key: one for one in _announcements(event_id) if one.is_urgent}
    found = [one for notice in _notices(event_id) for one in _of_notice(notice, counted)]
    found += [one for name, one in counted.items() if one.kind is not MessageKind.ANNOUNCEMENT or name in urgent]
    found = [one if one.title or not one.name.startswith(DROPPED) else _of_session(one, event_id) for one in found]
    found = [replace(one, title=urgent[one.name].subject) if one.name in urgent else one for one in found]
    return sorted(found, key=lambda one: one.said_at, reverse=True)


def count_of_way_in(event_id: int) -> int:
    """How many people a mail told how to join that was not taken back and did not fail."""
    people = select(func.count(OutgoingEmail.registration_id.distinct()))
    went = OutgoingEmail.state.not_in((EmailState.WITHDRAWN, EmailState.FAILED, EmailState.BOUNCED))
    chosen = people.where(*_of_event(event_id), OutgoingEmail.kind == MessageKind.HOW_TO_JOIN, went)
    return db.session.scalar(chosen) or 0


def telling(event_id: int, name: str) -> Telling | None:
    return next((one for one in tellings(event_id) if one.name == name), None)


def _notices(event_id: int) -> list[ChangeNotice]:
    chosen = select(ChangeNotice).where(ChangeNotice.event_id == event_id).order_by(ChangeNotice.id.desc())
    return [one for one in db.session.scalars(chosen) if not one.is_quiet]


def _announcements(event_id: int) -> Sequence[Announcement]:
    return db.session.scalars(select(Announcement).where(Announcement.event_id == event_id)).all()


def _of_notice(notice: ChangeNotice, counted: dict[str, Telling]) -> Iterator[Telling]:
    """What it tells of the event, and of sessions that are not held any more: all of these are told in one mail."""
    whole = Telling(
        name=f"notice-{notice.id}",
        kind=notice.kind,
        said_at=notice.made_at,
        by=notice.made_by,
        reason=notice.reason,
        due_at=notice.due_at,
        told_at=notice.sent_at,
        withdrawn_at=notice.withdrawn_at,
    )
    if notice.kind is not MessageKind.CHANGED:
        yield _with_figures(whole, counted)
    if removed := notice.removed:
        told = replace(whole, name=taking_away.key_of(notice), kind=MessageKind.CHANGED, by=removed[-1]["by"])
        told = replace(told, title=", ".join(one["title"] for one in removed), reason=taking_away.reason_of(removed))
        yield _with_figures(replace(told, said_at=datetime.fromisoformat(removed[-1]["at"])), counted)


def _with_figures(one: Telling, counted: dict[str, Telling]) -> Telling:
    mails = counted.pop(one.name, None)
    return replace(one, written=mails.written, taken=mails.taken, missed=mails.missed) if mails else one


def _counted(event_id: int) -> dict[str, Telling]:
    """The mails that went to many at once, counted by what their keys end with."""
    head = func.length(type_coerce(OutgoingEmail.kind, String)) + func.length(
        cast(OutgoingEmail.registration_id, String)
    )
    key = func.substr(OutgoingEmail.dedupe_key, head + 3)
    rows = db.session.execute(
        select(
            OutgoingEmail.kind,
            key,
            func.min(OutgoingEmail.queued_at),
            func.count(),
            func.count(OutgoingEmail.accepted_at),
            func.sum(case((_is_missed(), 1), else_=0)),
        )
        .where(*_of_event(event_id), or_(*(key.startswith(one) for one in KEYS_OF_MANY)))
        .group_by(OutgoingEmail.kind, key)
    )
    found: dict[str, Telling] = {}
    for kind, ending, since, written, taken, missed in rows:
        name = ending.rpartition("/")[2]
        other = found.get(name)
        counts = {"written": written, "taken": taken, "missed": missed}
        if other:
            counts = {one: count + getattr(other, one) for one, count in counts.items()}
        found[name] = Telling(name=name, kind=kind, said_at=since, told_at=since, **counts)
    return found


def _of_session(told: Telling, event_id: int) -> Telling:
    """Of a session that was removed before notices told of it, only the mails still know which it was."""
    facts = db.session.scalar(select(OutgoingEmail.facts).where(*_of_mails(event_id, told.name)).limit(1)) or {}
    titles = facts.get("dropped", "")
    return replace(told, title=titles if isinstance(titles, str) else ", ".join(titles), reason=facts.get("reason", ""))


def _of_mails(event_id: int, name: str) -> tuple[ColumnElement[bool], ...]:
    return *_of_event(event_id), OutgoingEmail.dedupe_key.endswith(f"/{name}", autoescape=True)


def _of_event(event_id: int) -> tuple[ColumnElement[bool], ...]:
    known = OutgoingEmail.registration_id.is_not(None)
    return OutgoingEmail.event_id == event_id, OutgoingEmail.kind.in_(KINDS), known


def _is_missed() -> ColumnElement[bool]:
    """It did not arrive, and no later mail reached the person that says the same, or how things stand now."""
    later = aliased(OutgoingEmail)
    says_it = or_(
        later.kind == OutgoingEmail.kind,
        and_(later.kind.in_(STATE_KINDS), OutgoingEmail.kind != MessageKind.ANNOUNCEMENT),
    )
    reached = exists().where(
        later.registration_id == OutgoingEmail.registration_id,
        later.id > OutgoingEmail.id,
        later.state == EmailState.ACCEPTED,
        says_it,
    )
    failed = OutgoingEmail.state.in_((EmailState.FAILED, EmailState.BOUNCED))
    withheld = and_(OutgoingEmail.state == EmailState.WITHDRAWN, OutgoingEmail.last_error.not_in(NEEDLESS))
    return and_(or_(failed, withheld), ~reached)


def people(event_id: int, name: str, *, missed: bool = False, after: int | None = None) -> Told:
    """Whom it was written to, in the order in which it was; or only those whom it has not reached."""
    chosen = (
        select(OutgoingEmail)
        .where(
            *_of_mails(event_id, name),
            OutgoingEmail.id > (after or 0),
            *([_is_missed()] if missed else []),
        )
        .options(defer(OutgoingEmail.content), defer(OutgoingEmail.facts))
        .order_by(OutgoingEmail.id)
        .limit(PAGE_SIZE + 1)
    )
    found = db.session.scalars(chosen).all()
    return Told(found[:PAGE_SIZE], found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None)
