"""Reading the audit log: who did what, newest first. Pages are found by the entry where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from app.db import db
from app.models import AuditEntry, Event, Registration, StaffMember
from app.models.event_search import events_named
from app.operations.registration.details import email_key
from app.operations.registration.searching import begins_with

PAGE_SIZE = 100


@dataclass(frozen=True)
class AuditFilter:
    actor: str = ""
    act: str = ""
    acts: tuple[str, ...] = ()  # What was done to registrations and is called by these words, though kept under others.
    subject: str = ""
    subject_id: int | None = None
    about: str = ""  # Words of an event; or the address of a person, or of a member of staff.
    since: date | None = None
    until: date | None = None

    def without(self, name: str) -> "AuditFilter":
        return replace(self, **{name: getattr(AuditFilter, name)})


@dataclass(frozen=True)
class AuditPage:
    entries: Sequence[AuditEntry]
    older_than: int | None  # Where the next page begins, if there is one.


def page(wanted: AuditFilter, zone: ZoneInfo, *, older_than: int | None = None) -> AuditPage:
    query = page_query(wanted, zone, older_than)
    entries = db.session.scalars(query).all()
    has_more = len(entries) > PAGE_SIZE
    return AuditPage(entries[:PAGE_SIZE], entries[PAGE_SIZE - 1].id if has_more else None)


def page_query(wanted: AuditFilter, zone: ZoneInfo, older_than: int | None = None) -> Select[AuditEntry]:
    """The rows of a page and one more. Found by their numbers alone first, which an index gives without the rows."""
    found = select(AuditEntry.id).where(*_conditions(wanted, zone))
    if older_than is not None:
        found = found.where(AuditEntry.id < older_than)
    found = found.order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1)
    return select(AuditEntry).where(AuditEntry.id.in_(found)).order_by(AuditEntry.id.desc())


def _conditions(wanted: AuditFilter, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    conditions = [_by(wanted.actor.lower())] if wanted.actor else []
    if wanted.act:
        conditions.append(_did(wanted))
    if wanted.subject:
        conditions.append(AuditEntry.subject == wanted.subject)
    if wanted.subject_id is not None:
        conditions.append(AuditEntry.subject_id == wanted.subject_id)
    if wanted.about:
        conditions.append(_about(wanted.about))
    if wanted.since:
        conditions.append(AuditEntry.at >= _midnight(wanted.since, zone))
    if wanted.until:
        conditions.append(AuditEntry.at < _midnight(wanted.until + timedelta(days=1), zone))
    return conditions


def _by(actor: str) -> ColumnElement[bool]:
    """Somebody named in full is meant alone, and found by one look; "person" has done most of what there is."""
    is_full = db.session.scalar(select(exists().where(AuditEntry.actor == actor)))
    return AuditEntry.actor == actor if is_full else begins_with(AuditEntry.actor, actor)


def _did(wanted: AuditFilter) -> ColumnElement[bool]:
    kept = begins_with(AuditEntry.act, wanted.act.lower())
    called = and_(AuditEntry.subject == "registration", AuditEntry.act.in_(wanted.acts))
    return or_(kept, called) if wanted.acts else kept


def _about(words: str) -> ColumnElement[bool]:
    """What was done to the events of these words and to their registrations; or to whoever has this address."""
    if "@" not in words:
        named = events_named(words)
        return AuditEntry.event_id.in_(select(Event.id).where(*named)) if named else false()
    people = select(Registration.id).where(Registration.email_key == email_key(words))
    members = select(StaffMember.id).where(StaffMember.email == words.lower())
    return or_(
        and_(AuditEntry.subject == "registration", AuditEntry.subject_id.in_(people)),
        and_(AuditEntry.subject == "staff member", AuditEntry.subject_id.in_(members)),
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
