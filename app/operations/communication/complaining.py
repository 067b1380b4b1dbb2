"""Complaints: somebody marked mail to many as unwanted. They get no more of it; mail about their registrations goes on.

The flag is all that follows: what they follow stays as it was, so that taking the flag back brings everything back.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.models import OutgoingEmail, UnwantedAddress
from app.models.message_kind import TO_MANY
from app.models.outgoing_email import UNWANTED
from app.operations import auditing
from app.operations.mass_mail import take_back

# What a report must be of: others are sent where a signature failed, or a mail was taken for unwanted by mistake.
AGAINST_US = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
MARKED, WELCOME_AGAIN = "marked mail as unwanted", "wants mail again"


def note(mail: OutgoingEmail, words: str, at: datetime) -> None:
    """Somebody proved to have this mail, and marked it. Of mail about one's own registration nothing follows."""
    if words.casefold() not in AGAINST_US or not mail.kind.goes_to_many or of_address(mail.recipient_key):
        return
    key = mail.recipient_key
    db.session.add(UnwantedAddress(email_key=key, complained_at=at, words=words[:500], email_id=mail.id))
    db.session.flush()
    for kind in TO_MANY:
        take_back(kind, key, UNWANTED, at=at)
    _record(MARKED, mail, by="worker", at=at)


def lift(flag_id: int, *, reason: str, by: str, at: datetime) -> bool:
    """Write to the address as before. False if that was so already."""
    flag = db.session.get(UnwantedAddress, flag_id, with_for_update=True)
    if flag:
        _forget(flag, by=by, at=at, reason=reason)
    return flag is not None


def welcome(key: str, at: datetime) -> None:
    """The owner asks for news from their own mailbox: that counts more than an older complaint."""
    if flag := of_address(key):
        _forget(flag, by="person", at=at)


def _forget(flag: UnwantedAddress, *, by: str, at: datetime, reason: str = "") -> None:
    mail = db.session.get(OutgoingEmail, flag.email_id) if flag.email_id else None
    _record(WELCOME_AGAIN, mail, by=by, at=at, reason=reason)
    db.session.delete(flag)
    db.session.flush()


def _record(act: str, mail: OutgoingEmail | None, *, by: str, at: datetime, reason: str = "") -> None:
    """The log names rows, never the address. Our copy of an old mail may be gone."""
    registration_id = mail.registration_id if mail else None
    auditing.record(
        act,
        actor=by,
        subject="registration" if registration_id else "message",
        subject_id=registration_id or (mail.id if mail else None),
        event_id=mail.event_id if mail else None,
        detail={"message": mail.id if mail else None} | ({"reason": reason} if reason else {}),
        at=at,
    )


def of_address(key: str | None) -> UnwantedAddress | None:
    return db.session.scalar(select(UnwantedAddress).where(UnwantedAddress.email_key == key)) if key else None


def of_keys(keys: set[str]) -> dict[str, UnwantedAddress]:
    """The flags among these addresses."""
    chosen = select(UnwantedAddress).where(UnwantedAddress.email_key.in_(keys))
    return {flag.email_key: flag for flag in db.session.scalars(chosen)}


def is_flagged(key: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """For a query: whether nothing that goes to many may go to this address."""
    return exists().where(UnwantedAddress.email_key == key)
