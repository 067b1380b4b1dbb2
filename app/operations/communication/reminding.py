"""Telling people in time: how to join goes to everybody confirmed online when its hour has come."""

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import Event, EventState, Joining, MessageKind, Mode, Registration, RegistrationState
from app.operations import auditing, notifying

BATCH = 500  # People for each transaction: nobody waits long behind it.


def release_join(at: datetime) -> int:
    """Queue how to join for the next event whose hour has come, a batch of people at a time. Returns how many.

    Whoever has it already is found out anew for each batch, so a restart skips nobody and doubles nobody. While
    nothing is entered nothing is queued: an empty mail helps nobody.
    """
    joining = _next_due(at)
    if joining is None or joining.release_at is None:
        return 0
    event = db.session.get_one(Event, joining.event_id)
    key = f"join-{joining.release_at:%Y%m%dT%H%M}"
    people = db.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.mode == Mode.ONLINE,
            Registration.state == RegistrationState.CONFIRMED,
            notifying.not_told(MessageKind.HOW_TO_JOIN, key),
        )
        .order_by(Registration.id)
        .limit(BATCH)
    ).all()
    about = {"event": notifying.event_facts(event, at)}
    notifying.queue_many(MessageKind.HOW_TO_JOIN, people, about, at=at, key=key)
    if len(people) < BATCH:
        joining.mailed_at = at
        auditing.record(
            "sent how to join", actor="worker", subject="event", subject_id=event.id, event_id=event.id, at=at
        )
    return len(people)


def _next_due(at: datetime) -> Joining | None:
    return db.session.scalar(
        select(Joining)
        .join(Event, Event.id == Joining.event_id)
        .where(
            Joining.release_at <= at,
            Joining.mailed_at.is_(None),
            (Joining.link != "") | (Joining.dial_in != ""),
            Event.state == EventState.PUBLISHED,
            Event.ends_at > at,
        )
        .order_by(Joining.release_at, Joining.event_id)
        .limit(1)
        .with_for_update(of=Joining)
    )
