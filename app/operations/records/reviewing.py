"""Reading the audit log: who did what, newest first. Pages are found by the entry where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from app.db import db
from app.models import AuditEntry

PAGE_SIZE = 100


@dataclass(frozen=True)
class AuditFilter:
    actor: str = ""
    act: str = ""
    subject: str = ""
    subject_id: int | None = None
    since: date | None = None
    until: date | None = None

    def without(self, name: str) -> "AuditFilter":
        return replace(self, **{name: getattr(AuditFilter, name)})


@dataclass(frozen=True)
class AuditPage:
    entries: Sequence[AuditEntry]
    older_than: int | None  # Where the next page begins, if there is one.


def page(wanted: AuditFilter, zone: ZoneInfo, *, older_than: int | None = None) -> AuditPage:
    query = select(AuditEntry).where(*_conditions(wanted, zone)).order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1)
    if older_than is not None:
        query = query.where(AuditEntry.id < older_than)
    entries = db.session.scalars(query).all()
    has_more = len(entries) > PAGE_SIZE
    return AuditPage(entries[:PAGE_SIZE], entries[PAGE_SIZE - 1].id if has_more else None)


def _conditions(wanted: AuditFilter, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    beginnings: tuple[tuple[Any, str], ...] = ((AuditEntry.actor, wanted.actor.lower()), (AuditEntry.act, wanted.act))
    conditions = [column.startswith(text, autoescape=True) for column, text in beginnings if text]
    if wanted.subject:
        conditions.append(AuditEntry.subject == wanted.subject)
    if wanted.subject_id is not None:
        conditions.append(AuditEntry.subject_id == wanted.subject_id)
    if wanted.since:
        conditions.append(AuditEntry.at >= _midnight(wanted.since, zone))
    if wanted.until:
        conditions.append(AuditEntry.at < _midnight(wanted.until + timedelta(days=1), zone))
    return conditions


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
