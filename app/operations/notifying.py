"""Putting mails into the outbox: the facts of the moment, in the transaction of the act."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from app.db import db
from app.models import EventState, MessageKind, OutgoingEmail, Registration
from app.models.taking_back import taken_back_by
from app.operations import given_seats
from app.operations.facts import (
    AT_ONCE,
    event_facts,
    gist,
    load_picks,
    registration_facts,
    sealed,
    session_facts,
    with_told,
)
from app.operations.withdrawing import replaced_by, withdraw_older

# Callers know what mails tell from here as well.
__all__ = ["event_facts", "gist", "load_picks", "registration_facts", "sealed", "session_facts", "with_told"]

BULK, SERVICE = 2, 1


def queue(
    kind: MessageKind,
    registration: Registration,
    *,
    at: datetime,
    extra: dict[str, Any] | None = None,
    due_at: datetime | None = None,
    key: str | None = None,
    priority: int = SERVICE,
) -> OutgoingEmail | None:
    """Queue one mail to the registered person. Nothing is queued for people without an address, or for samples.

    ``key`` tells apart mails of one kind to one registration; by default its calendar sequence does. ``extra`` is what
    the kind adds, and may bring the event's facts when the caller has them.
    """
    if not registration.can_be_mailed:
        return None
    about = {**(extra or {})}
    if "event" not in about:
        about["event"] = event_facts(registration.event, at)
    if _is_out_of_place(kind, about["event"], at):
        return None
    if kind.says_state:
        withdraw_older(registration.id, at=at, kinds=replaced_by(kind, registration))
    row = _row(kind, registration, about, at=at, due_at=due_at, key=key, priority=priority)
    given_seats.mark([row["facts"]["registration"]])
    email = OutgoingEmail(**row)
    db.session.add(email)
    return email


def queue_many(
    kind: MessageKind,
    registrations: Sequence[Registration],
    about: dict[str, Any],
    *,
    at: datetime,
    key: str | None = None,
    priority: int = BULK,
    own: Callable[[Registration], dict[str, Any]] = lambda _registration: {},
    takes_back: Collection[MessageKind] | None = None,
) -> None:
    """The same to each of many people at one event; ``about`` is the event's facts and what the kind adds.

    ``own`` adds what is told to one of them alone. ``takes_back`` are the kinds whose unsent mails it replaces, where
    the kind alone does not say it.
    """
    if _is_out_of_place(kind, about["event"], at):
        return
    mailed = [registration for registration in registrations if registration.can_be_mailed]
    for start in range(0, len(mailed) if kind.says_state else 0, AT_ONCE):
        ids = (registration.id for registration in mailed[start : start + AT_ONCE])
        withdraw_older(*ids, at=at, kinds=taken_back_by(kind) if takes_back is None else takes_back)
    load_picks(mailed)
    rows = [_row(kind, one, about | own(one), at=at, key=key, due_at=None, priority=priority) for one in mailed]
    given_seats.mark(row["facts"]["registration"] for row in rows)
    if rows:
        db.session.execute(insert(OutgoingEmail), rows)


def _is_out_of_place(kind: MessageKind, event: dict[str, Any], at: datetime) -> bool:
    """Whether this would speak of taking part in an event that is cancelled or over."""
    if not kind.presumes_event:
        return False
    return event["state"] == EventState.CANCELLED.value or bool(
        event["ends_at"] and datetime.fromisoformat(event["ends_at"]) <= at
    )


def _row(
    kind: MessageKind,
    registration: Registration,
    about: dict[str, Any],
    *,
    key: str | None,
    at: datetime,
    due_at: datetime | None,
    priority: int,
) -> dict[str, Any]:
    """The columns of a mail to a registered person."""
    return {
        "kind": kind,
        "dedupe_key": f"{kind.value}/{registration.id}/{key or registration.calendar_sequence}",
        "recipient": registration.email,
        "recipient_key": registration.email_key or registration.email,
        "facts": {"registration": registration_facts(registration), **about},
        "queued_at": at,
        "due_at": due_at or at,
        "priority": priority,
        "registration_id": registration.id,
        "event_id": registration.event_id,
        "language": registration.language,
    }


def queue_to(
    kind: MessageKind,
    recipient: str,
    *,
    at: datetime,
    facts: dict[str, Any],
    key: str,
    language: str = "en",
    event_id: int | None = None,
) -> OutgoingEmail:
    """Queue one mail to an address that is not a registration's (staff, a list of one's links)."""
    email = OutgoingEmail(
        kind=kind,
        dedupe_key=f"{kind.value}/{key}",
        recipient=recipient,
        recipient_key=recipient.casefold(),
        facts=facts,
        queued_at=at,
        due_at=at,
        language=language,
        event_id=event_id,
    )
    db.session.add(email)
    return email
