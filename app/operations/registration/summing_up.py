"""Summing up a booking for whoever made it: one mail that names everybody, how each attends and what they got."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.models import Booking, Event, MessageKind
from app.operations import already_told, notifying
from app.operations.registration import picturing
from app.operations.registration.details import email_key

MOST_A_DAY, MOST_LISTED = 10, 20


def tell_booker(booking: Booking, at: datetime) -> None:
    """One overview for the booker, as the form came out: how it goes on, each person is told."""
    if not booking.email:
        return  # Whoever booked was erased.
    key = email_key(booking.email)
    if already_told.count_today([MessageKind.BOOKED], key, booking.event_id, at) >= MOST_A_DAY:
        return
    notifying.queue_to(
        MessageKind.BOOKED,
        booking.email,
        facts=facts(booking, at),
        key=f"{booking.id}/{booking.link_version}",
        language=booking.language,
        event_id=booking.event_id,
        at=at,
    )


def facts(booking: Booking, at: datetime) -> dict[str, Any]:
    """What the overview says, as plain values."""
    return {
        "event": notifying.event_facts(booking.event, at),
        "booking": link_facts(booking),
        "people": [picturing.facts(place) for place in booking.places],
    }


def link_facts(booking: Booking) -> dict[str, Any]:
    """What a mail needs to lead to the booker's page."""
    return {"id": booking.id, "version": booking.link_version, "name": booking.name}


def booked_under(email: str, at: datetime) -> list[dict[str, Any]]:
    """What an address booked for others at events to come, the newest first: for the mail with one's own links."""
    # Those of a time in which keys were not kept are found by the address as it was typed.
    unkept = and_(Booking.email_key.is_(None), Booking.email.in_({email, email_key(email)}))
    query = (
        select(Booking)
        .join(Booking.event)
        .where(or_(Booking.email_key == email_key(email), unkept), or_(Event.ends_at.is_(None), Event.ends_at > at))
        .options(*_with_event(), selectinload(Booking.places))
        .order_by(Booking.id.desc())
        .limit(MOST_LISTED)
    )
    return [
        {
            "event": notifying.event_facts(one.event, at),
            "booking": link_facts(one),
            "names": [place.full_name for place in one.places],
        }
        for one in db.session.scalars(query)
    ]


def _with_event() -> tuple[Any, ...]:
    event = joinedload(Booking.event)
    parts = (Event.series, Event.venue, Event.joining, Event.rules)
    return (*(event.joinedload(part) for part in parts), event.selectinload(Event.pools))
