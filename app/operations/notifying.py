"""Putting mails into the outbox: the facts of the moment, in the transaction of the act."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, insert, literal, select, true, update

from app.db import db
from app.models import (
    EmailState,
    EventState,
    MessageKind,
    OutgoingEmail,
    Registration,
    RegistrationSource,
)
from app.models.message_kind import COMPANIONS, OVERTAKEN
from app.models.outgoing_email import NO_LONGER_TRUE, SUPERSEDED
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

# Callers know what mails tell from here as well.
__all__ = ["event_facts", "gist", "load_picks", "registration_facts", "sealed", "session_facts", "with_told"]

# A stranger who types somebody's address again and again must not fill that person's mailbox.
UNASKED_PER_HOUR = 1
UNASKED_PER_DAY = 3
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
        withdraw_older(registration.id, at=at, kinds=_taken_back(kind, registration))
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


def not_told(kind: MessageKind, key: str) -> ColumnElement[bool]:
    """For a query of registrations: whom no mail of this kind and key was queued for, and who can be mailed at all."""
    dedupe_key = literal(f"{kind.value}/") + cast(Registration.id, String) + literal(f"/{key}")
    return and_(can_be_mailed(), ~exists().where(OutgoingEmail.dedupe_key == dedupe_key))


def not_mailed_since(kind: MessageKind, since: datetime | None, about: str = "") -> ColumnElement[bool]:
    """For a query of registrations: whom no mail of this kind, and of this beginning of a key, was written to."""
    if since is None:
        return true()
    beginning = literal(f"{kind.value}/") + cast(Registration.id, String) + literal(f"/{about}")
    return ~exists().where(
        OutgoingEmail.registration_id == Registration.id,
        OutgoingEmail.kind == kind,
        OutgoingEmail.queued_at >= since,
        OutgoingEmail.state != EmailState.WITHDRAWN,
        OutgoingEmail.dedupe_key.startswith(beginning),
    )


def can_be_mailed() -> ColumnElement[bool]:
    """For a query of registrations: who has an address and is no sample."""
    return and_(Registration.email.is_not(None), Registration.source != RegistrationSource.DEMO)


def count_told(kind: MessageKind, event_id: int, key: str) -> int:
    """To how many people of an event a mail of this kind and key was queued."""
    matching = (OutgoingEmail.kind == kind, OutgoingEmail.event_id == event_id)
    chosen = select(func.count()).where(*matching, OutgoingEmail.dedupe_key.endswith(f"/{key}", autoescape=True))
    return db.session.scalar(chosen) or 0


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
    return _add(
        kind,
        key=key,
        recipient=recipient,
        recipient_key=recipient.casefold(),
        facts=facts,
        at=at,
        due_at=at,
        language=language,
        event_id=event_id,
    )


def _add(kind: MessageKind, *, key: str, at: datetime, **columns: Any) -> OutgoingEmail:
    email = OutgoingEmail(kind=kind, dedupe_key=f"{kind.value}/{key}", queued_at=at, **columns)
    db.session.add(email)
    return email


def _taken_back(kind: MessageKind, registration: Registration) -> Collection[MessageKind]:
    """What a mail to this person replaces. An offer that a change has settled is one no more."""
    if kind is not MessageKind.CHANGED:
        return taken_back_by(kind)
    settled = set() if registration.offered_until else {MessageKind.OFFERED}
    if all(pick.offered_until is None for pick in registration.live_picks):
        settled.add(MessageKind.SESSION_OFFERED)
    return taken_back_by(kind) | settled


def withdraw_older(*registration_ids: int, at: datetime, kinds: Collection[MessageKind] = OVERTAKEN) -> None:
    """Take back the queued mails whose state a newer one replaces: nobody reads "confirmed" after "cancelled"."""
    db.session.execute(
        update(OutgoingEmail)
        .where(
            OutgoingEmail.registration_id.in_(registration_ids),
            OutgoingEmail.state.in_([state for state in EmailState if state.is_waiting]),
            OutgoingEmail.kind.in_(kinds),
        )
        .values(state=EmailState.WITHDRAWN, state_at=at, last_error=SUPERSEDED)
    )


def withdraw_companions(event_id: int, at: datetime) -> None:
    """Take back what waits to be sent only because the event is held as it was: reminders and the like."""
    _withdraw(event_id, COMPANIONS, at)


def _withdraw(event_id: int, kinds: Collection[MessageKind], at: datetime) -> None:
    db.session.execute(
        update(OutgoingEmail)
        .where(
            OutgoingEmail.event_id == event_id,
            OutgoingEmail.state.in_([state for state in EmailState if state.is_waiting]),
            OutgoingEmail.kind.in_(kinds),
        )
        .values(state=EmailState.WITHDRAWN, state_at=at, last_error=NO_LONGER_TRUE)
    )


def withdraw_presuming(event_id: int, at: datetime) -> None:
    """Take back what waits to be sent and speaks of taking part in an event that is cancelled now."""
    _withdraw(event_id, [kind for kind in MessageKind if kind.presumes_event], at)


def has_had_enough(kind: MessageKind, recipient_key: str, at: datetime, *, event_id: int | None = None) -> bool:
    """Whether this address already got as many unasked mails of the kind as we allow (1 an hour, 3 a day).

    Counted for one event where each event's mail must arrive.
    """
    in_this_hour, in_this_day = db.session.execute(
        select(func.count().filter(OutgoingEmail.queued_at > at - timedelta(hours=1)), func.count()).where(
            OutgoingEmail.recipient_key == recipient_key,
            OutgoingEmail.kind == kind,
            OutgoingEmail.queued_at > at - timedelta(days=1),
            *([OutgoingEmail.event_id == event_id] if event_id else []),
        )
    ).one()
    return bool(in_this_hour >= UNASKED_PER_HOUR or in_this_day >= UNASKED_PER_DAY)


def count_today(kinds: Collection[MessageKind], recipient_key: str, event_id: int, at: datetime) -> int:
    """How many mails of these kinds an address got about an event within a day."""
    query = select(func.count()).where(
        OutgoingEmail.recipient_key == recipient_key,
        OutgoingEmail.kind.in_(kinds),
        OutgoingEmail.event_id == event_id,
        OutgoingEmail.queued_at > at - timedelta(days=1),
    )
    return db.session.scalar(query) or 0
