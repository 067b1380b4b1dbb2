"""Addresses to which mail is withheld: where nothing arrives, except for what somebody has just asked for there; and
where mail to many is not wanted.
"""

from datetime import datetime

from sqlalchemy import exists, select

from app.db import db
from app.models import BouncedAddress, OutgoingEmail, UnwantedAddress
from app.models.failure_reason import FINAL, reason_of


def has(recipient_key: str) -> bool:
    dead = (BouncedAddress.email_key == recipient_key, BouncedAddress.reason.in_(FINAL))
    return bool(db.session.scalar(select(exists().where(*dead))))


def wants_no_lists(recipient_key: str) -> bool:
    return bool(db.session.scalar(select(exists().where(UnwantedAddress.email_key == recipient_key))))


def note(row: OutgoingEmail, words: str, at: datetime) -> None:
    """Our own server refused a mail for good: the address is flagged if it is said that there is no such address."""
    if reason_of(words).is_final:
        db.session.merge(BouncedAddress.of(row, words, at))
