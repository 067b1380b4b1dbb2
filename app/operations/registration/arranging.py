"""Keeping what a person needs to take part: sealed, acknowledged, and seen only by those who prepare the event."""

import json
from datetime import datetime

from app import keys
from app.db import db
from app.models import AccessibilityRequest, Event, MessageKind, Registration
from app.operations import auditing, notifying
from app.operations.registration.cancelling import PERSON
from app.operations.registration.details import Needs, RegistrationDetails


def ask_for_access(
    registration: Registration, details: RegistrationDetails, at: datetime, *, by: str = PERSON, booked_by: str = ""
) -> None:
    """Keep what the person needs, sealed; acknowledge it, and alert the lead without saying what it is."""
    keep(registration, details.needs, at)
    tell(registration, at, by=by, booked_by=booked_by, key=str(registration.link_version))


def keep(registration: Registration, needs: Needs, at: datetime) -> None:
    """Keep what somebody needs who has asked for nothing yet."""
    db.session.add(
        AccessibilityRequest(registration_id=registration.id, sealed=sealed(registration.id, needs), asked_at=at)
    )


def sealed(registration_id: int, needs: Needs) -> bytes:
    told = {"needs": [need.value for need in needs.ticked], "text": needs.text}
    return keys.seal(json.dumps(told), f"accessibility:{registration_id}")


def tell(registration: Registration, at: datetime, *, by: str, key: str, booked_by: str = "") -> None:
    """Acknowledge it, and alert the lead. ``key`` tells one request of a person from the next."""
    event = registration.event
    notifying.queue(
        MessageKind.ACCESSIBILITY_RECEIVED,
        registration,
        at=at,
        extra={"lead": _lead(event), **({"booked_by": booked_by} if booked_by else {})},
        key=f"request-{key}",
    )
    if event.accessibility_contact_email:
        _alert(event.accessibility_contact_email, registration, at, key)
    auditing.record(
        "asked for access", actor=by, subject="registration", subject_id=registration.id, event_id=event.id, at=at
    )


def _lead(event: Event) -> dict[str, str | None]:
    """Whom it is with, and until when one can ask for more."""
    return {
        "name": event.accessibility_contact_name,
        "email": event.accessibility_contact_email,
        "phone": event.accessibility_contact_phone,
        "date": event.accessibility_by.isoformat() if event.accessibility_by and event.starts_at else None,
    }


def _alert(lead: str, registration: Registration, at: datetime, key: str) -> None:
    event = notifying.event_facts(registration.event, at)
    notifying.queue_to(
        MessageKind.ACCESSIBILITY_ALERT,
        lead,
        facts={"event": event, "registration_id": registration.id, "mode": registration.mode.value},
        key=f"{registration.id}-{key}",
        event_id=registration.event_id,
        at=at,
    )
