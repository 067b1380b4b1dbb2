"""Putting mails into the outbox: the facts of the moment, in the transaction of the act."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, select, update
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app import keys
from app.db import db
from app.models import (
    EmailState,
    Event,
    EventSession,
    MessageKind,
    OutgoingEmail,
    Pick,
    Registration,
    RegistrationSource,
)
from app.models.outgoing_email import STATE_KINDS, SUPERSEDED

# A stranger who types somebody's address again and again must not fill that person's mailbox.
UNASKED_PER_HOUR = 1
UNASKED_PER_DAY = 3
BULK, SERVICE = 2, 1
AT_ONCE = 500  # People named in one statement: databases take only so many values.


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
    if kind.says_state:
        withdraw_older(registration.id, at=at)
    about = {**(extra or {})}
    if "event" not in about:
        about["event"] = event_facts(registration.event, at)
    return _to_person(kind, registration, about, at=at, due_at=due_at, key=key, priority=priority)


def queue_many(
    kind: MessageKind,
    registrations: Sequence[Registration],
    about: dict[str, Any],
    *,
    at: datetime,
    key: str | None = None,
    priority: int = BULK,
) -> None:
    """The same to each of many people at one event; ``about`` is the event's facts and what the kind adds."""
    mailed = [registration for registration in registrations if registration.can_be_mailed]
    for start in range(0, len(mailed) if kind.says_state else 0, AT_ONCE):
        withdraw_older(*(registration.id for registration in mailed[start : start + AT_ONCE]), at=at)
    load_picks(mailed)
    for registration in mailed:
        _to_person(kind, registration, about, at=at, key=key, priority=priority)


def not_told(kind: MessageKind, key: str) -> ColumnElement[bool]:
    """For a query of registrations: whom no mail of this kind and key was queued for, and who can be mailed at all."""
    dedupe_key = literal(f"{kind.value}/") + cast(Registration.id, String) + literal(f"/{key}")
    return and_(
        Registration.email.is_not(None),
        Registration.source != RegistrationSource.DEMO,
        ~exists().where(OutgoingEmail.dedupe_key == dedupe_key),
    )


def count_told(kind: MessageKind, event_id: int, key: str) -> int:
    """To how many people of an event a mail of this kind and key was queued."""
    matching = (OutgoingEmail.kind == kind, OutgoingEmail.event_id == event_id)
    chosen = select(func.count()).where(*matching, OutgoingEmail.dedupe_key.endswith(f"/{key}", autoescape=True))
    return db.session.scalar(chosen) or 0


def _to_person(
    kind: MessageKind,
    registration: Registration,
    about: dict[str, Any],
    *,
    key: str | None,
    at: datetime,
    due_at: datetime | None = None,
    priority: int,
) -> OutgoingEmail:
    assert registration.email
    return _add(
        kind,
        key=f"{registration.id}/{key or registration.calendar_sequence}",
        recipient=registration.email,
        recipient_key=registration.email_key or registration.email,
        facts={"registration": registration_facts(registration), **about},
        at=at,
        due_at=due_at or at,
        priority=priority,
        registration_id=registration.id,
        event_id=registration.event_id,
        language=registration.language,
    )


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


def withdraw_older(*registration_ids: int, at: datetime) -> None:
    """Take back the queued mails whose state a newer one replaces: nobody reads "confirmed" after "cancelled"."""
    db.session.execute(
        update(OutgoingEmail)
        .where(
            OutgoingEmail.registration_id.in_(registration_ids),
            OutgoingEmail.state.in_([state for state in EmailState if state.is_waiting]),
            OutgoingEmail.kind.in_(STATE_KINDS),
        )
        .values(state=EmailState.WITHDRAWN, state_at=at, last_error=SUPERSEDED)
    )


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


def registration_facts(registration: Registration) -> dict[str, Any]:
    """What a mail may say of the person, as plain values."""
    return {
        "id": registration.id,
        "number": registration.number,
        "state": registration.state.value,
        "mode": registration.mode.value,
        "waits_for": registration.waits_for.value if registration.waits_for else None,
        "offered_until": _iso(registration.offered_until),
        "full_name": registration.full_name,
        "first_name": registration.first_name or registration.last_name,
        "organization": registration.organization,
        "email": registration.email,
        "link_version": registration.link_version,
        "calendar_uid": registration.calendar_uid,
        "calendar_sequence": registration.calendar_sequence,
        "days": registration.days,
        "sessions": [session_facts(pick.session) | {"state": pick.state.value} for pick in registration.live_picks],
    }


def session_facts(session: EventSession) -> dict[str, Any]:
    """What a mail may say of one session, as plain values."""
    return {
        "title": session.title,
        "room": session.room,
        "starts_at": _iso(session.starts_at),
        "ends_at": _iso(session.ends_at),
        "time_zone": session.event.time_zone,
    }


def load_picks(registrations: Sequence[Registration]) -> None:
    """Read the sessions of many people at once, before each of them is told."""
    for start in range(0, len(registrations), AT_ONCE):
        people = {registration.id: registration for registration in registrations[start : start + AT_ONCE]}
        picks: dict[int, list[Pick]] = {registration_id: [] for registration_id in people}
        query = select(Pick).where(Pick.registration_id.in_(people)).order_by(Pick.session_id)
        for pick in db.session.scalars(query):
            picks[pick.registration_id].append(pick)
        for registration_id, registration in people.items():
            set_committed_value(registration, "picks", picks[registration_id])


def with_told() -> tuple[Any, ...]:
    """For a query of registrations: read along what mails tell of them, instead of asking for each part of it."""
    event, picks = joinedload(Registration.event), selectinload(Registration.picks).joinedload(Pick.session)
    parts = (Event.series, Event.venue, Event.joining, Event.rules)
    return (*(event.joinedload(part) for part in parts), event.selectinload(Event.pools), picks)


def event_facts(event: Event, at: datetime) -> dict[str, Any]:
    """What a mail may say of the event, as plain values. How to join is never among them."""
    return {
        "id": event.id,
        "slug": event.slug,
        "title": event.title,
        "series": event.series.name,
        "summary": event.summary,
        "state": event.state.value,
        **_times(event),
        "modes": [mode.value for mode in event.modes],
        "venue": _venue(event),
        "contact": {"name": event.contact_name, "email": event.contact_email, "phone": event.contact_phone},
        "accessibility": {
            "name": event.accessibility_contact_name,
            "email": event.accessibility_contact_email,
            "phone": event.accessibility_contact_phone,
        },
        "captions": event.captions,
        "interpretation": event.interpretation,
        "spoken_language": event.spoken_language,
        "calendar_sequence": event.calendar_sequence,
        "is_demo": event.is_demo,
        "may_end_early": event.may_end_early,
        "join_released": bool(event.joining and event.joining.is_released(at)),
        "join_release_at": _iso(event.joining.release_at) if event.joining else None,
        "offer_hours": event.rules.offer_hours if event.rules else None,
    }


def sealed(values: dict[str, Any], row: str) -> dict[str, Any]:
    """Facts that nobody may read in the database: a mail's rendering opens them, and the next moment they are gone."""
    told = keys.seal(json.dumps(values), row)
    return {"sealed": {"row": row, "value": b64encode(told).decode()}}


def gist(facts: dict[str, Any]) -> tuple[Any, ...]:
    """What people plan by: a change of anything else is not mailed."""
    venue = facts["venue"] or {}
    return (
        *(facts[name] for name in ("title", "state", "starts_at", "ends_at")),
        *(venue.get(name, "") for name in ("name", "room", "address")),
    )


def _times(event: Event) -> dict[str, Any]:
    return {
        "time_zone": event.time_zone,
        "starts_local": _iso(event.starts_local),
        "ends_local": _iso(event.ends_local),
        "starts_at": _iso(event.starts_at),
        "ends_at": _iso(event.ends_at),
        "shows_us_zones": event.shows_us_zones,
        "registration_closes_at": _iso(event.registration_closes_at),
    }


def _venue(event: Event) -> dict[str, str] | None:
    if event.venue is None:
        return None
    names = ("name", "room", "address", "id_text", "arrival_text", "access_text")
    return {name: getattr(event.venue, name) for name in names}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
