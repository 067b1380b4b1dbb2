"""What was queued already: to which people of an event, and how much to one address."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, select, true

from app.db import db
from app.models import EmailState, MessageKind, OutgoingEmail, Registration, RegistrationSource

# A stranger who types somebody's address again and again must not fill that person's mailbox.
UNASKED_PER_HOUR = 1
UNASKED_PER_DAY = 3


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


def whom(event_id: int, key: str) -> set[int | None]:
    """The people of an event to whom a mail with this key was queued, of whatever kind."""
    chosen = select(OutgoingEmail.registration_id).where(OutgoingEmail.event_id == event_id)
    return set(db.session.scalars(chosen.where(OutgoingEmail.dedupe_key.endswith(f"/{key}", autoescape=True))))


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
