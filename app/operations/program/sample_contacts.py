"""Contacts that nobody answers: those of the sample texts, which an office replaces before real people read them."""

import re
from datetime import datetime

from sqlalchemy import or_, select

from app.db import db
from app.models import Event, EventState
from app.operations.program.listing import is_past

# Names and numbers that are kept for examples (RFC 2606, and 555-0100 to 555-0199).
ADDRESS = re.compile(r"[@.]example(\.(gov|com|net|org))?$", re.IGNORECASE)
NUMBER = re.compile(r"\b555[-. ]?01\d\d\b")
MOST = 200


def is_sample(value: str) -> bool:
    """Whether an address or a number reaches nobody."""
    return bool(ADDRESS.search(value) or NUMBER.search(value))


def has_samples(event: Event) -> bool:
    """Whether the people of this event are told to turn to an example."""
    return any(
        map(
            is_sample,
            (
                event.contact_email,
                event.contact_phone,
                event.accessibility_contact_email,
                event.accessibility_contact_phone,
            ),
        )
    )


def coming_with_samples(at: datetime) -> list[Event]:
    """Public events to come whose people are told to turn to an example; the next first."""
    columns = (Event.contact_email, Event.accessibility_contact_email)
    numbers = (Event.contact_phone, Event.accessibility_contact_phone)
    like = or_(*(one.like("%example%") for one in columns), *(one.like("%555%") for one in numbers))
    chosen = select(Event).where(Event.state.in_((EventState.PUBLISHED, EventState.POSTPONED)), ~is_past(at), like)
    found = db.session.scalars(chosen.order_by(Event.starts_at, Event.id).limit(MOST))
    return [event for event in found if has_samples(event)]
