"""Addresses to which mail is withheld: where nothing arrives, except for what somebody has just asked for there; and
where mail to many is not wanted.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import BouncedAddress, OutgoingEmail, UnwantedAddress
from app.models.failure_reason import FINAL, reason_of


def among(recipient_keys: Collection[str]) -> set[str]:
    """Those of these addresses at which nothing arrives."""
    if not recipient_keys:
        return set()
    dead = (BouncedAddress.email_key.in_(recipient_keys), BouncedAddress.reason.in_(FINAL))
    return set(db.session.scalars(select(BouncedAddress.email_key).where(*dead)))


def without_lists(recipient_keys: Collection[str]) -> set[str]:
    """Those of these addresses at which mail to many is not wanted."""
    if not recipient_keys:
        return set()
    chosen = select(UnwantedAddress.email_key).where(UnwantedAddress.email_key.in_(recipient_keys))
    return set(db.session.scalars(chosen))


def note(row: OutgoingEmail, words: str, at: datetime) -> None:
    """Our own server refused a mail for good: the address is flagged if it is said that there is no such address."""
    if reason_of(words).is_final:
        db.session.merge(BouncedAddress.of(row, words, at))
