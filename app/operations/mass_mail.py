"""One kind of mail to many addresses that are no registration's, in one statement for all of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from app.db import db
from app.models import EmailState, MessageKind, OutgoingEmail
from app.models.outgoing_email import UNSETTLED
from app.operations.notifying import BULK

# What has not left, or would be sent once more. A message on the wire cannot be called back.
UNSENT = (EmailState.QUEUED, EmailState.RETRY, EmailState.CLAIMED, EmailState.IN_DOUBT)


@dataclass(frozen=True)
class Letter:
    """What one address gets. ``key`` tells this mail from every other one of its kind, for ever."""

    email: str
    email_key: str
    key: str
    facts: dict[str, Any]
    language: str = "en"


def queue_letters(kind: MessageKind, letters: Iterable[Letter], *, at: datetime, event_id: int | None = None) -> int:
    """Queue them behind every mail that somebody waits for. Returns how many."""
    rows = [
        {
            "kind": kind,
            "dedupe_key": f"{kind.value}/{letter.key}",
            "recipient": letter.email,
            "recipient_key": letter.email_key,
            "language": letter.language,
            "facts": letter.facts,
            "event_id": event_id,
            "priority": BULK,
            "queued_at": at,
            "due_at": at,
        }
        for letter in letters
    ]
    if rows:
        db.session.execute(insert(OutgoingEmail), rows)
    return len(rows)


def take_back(kind: MessageKind, email_key: str, reason: str, *, at: datetime) -> int:
    """Withdraw what of this kind has not left for an address. Returns how many. A worker that has just taken one finds
    that it is no longer its own."""
    which = (OutgoingEmail.kind == kind, OutgoingEmail.recipient_key == email_key)
    values = {"state": EmailState.WITHDRAWN, "state_at": at, "last_error": reason}
    taken = update(OutgoingEmail).where(UNSETTLED, OutgoingEmail.state.in_(UNSENT), *which).values(**values)
    result: Any = db.session.execute(taken, execution_options={"synchronize_session": False})
    return int(result.rowcount)


def address_digest(email_key: str) -> str:
    """An address in a key, without being read there."""
    return hashlib.sha256(email_key.encode()).hexdigest()[:32]
