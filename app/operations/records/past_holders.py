"""Registrations that went from hand to hand: what one tells of an earlier holder is theirs, and not the taker's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.models import AuditEntry, OutgoingEmail

HANDED_OVER = "handed over"


@dataclass(frozen=True)
class Given:
    """A registration that somebody held and handed over: until when, and between which entries of its log."""

    registration_id: int
    after_id: int
    last_id: int
    until: datetime

    @property
    def entries(self) -> ColumnElement[bool]:
        """For a query of the log: what it tells of that time."""
        theirs = AuditEntry.id.between(self.after_id + 1, self.last_id)
        return and_(AuditEntry.subject == "registration", AuditEntry.subject_id == self.registration_id, theirs)


def given(key: str) -> list[Given]:
    """What was handed over by whoever then had this address."""
    giver = func.lower(AuditEntry.personal[("email", 0)].as_string())
    query = select(AuditEntry).where(AuditEntry.act == HANDED_OVER, giver == key)
    return [_given(entry) for entry in db.session.scalars(query)]


def _given(entry: AuditEntry) -> Given:
    before = select(func.max(AuditEntry.id)).where(
        AuditEntry.subject == entry.subject,
        AuditEntry.subject_id == entry.subject_id,
        AuditEntry.act == HANDED_OVER,
        AuditEntry.id < entry.id,
    )
    return Given(entry.subject_id or 0, db.session.scalar(before) or 0, entry.id, entry.at)


def is_of_holder(model: type[Any]) -> ColumnElement[bool]:
    """For a query of the log or of mails about a registration: whether it is about whoever holds it now."""
    later = aliased(AuditEntry)
    handed_over = (later.subject == "registration", later.act == HANDED_OVER)
    if model is AuditEntry:
        return ~exists().where(*handed_over, later.subject_id == AuditEntry.subject_id, later.id > AuditEntry.id)
    about = OutgoingEmail.registration_id
    return ~exists().where(*handed_over, later.subject_id == about, later.at >= OutgoingEmail.queued_at)
