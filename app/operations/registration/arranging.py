"""Keeping what a person needs to take part: sealed, acknowledged, and seen only by those who arrange it."""

import json
from datetime import datetime

from app import keys
from app.db import db
from app.models import AccessibilityRequest, Event, MessageKind, Registration
from app.operations import auditing, notifying
from app.operations.registration.cancelling import PERSON
from app.operations.registration.details import RegistrationDetails


def ask_for_access(
    registration: Registration, details: RegistrationDetails, at: datetime, *, by: str = PERSON, booked_by: str = ""
) -> None:
    """Keep what the person needs, sealed; acknowledge it, and alert the lead without saying what it is."""
    needs = {"needs": [need.value for need in details.needs.ticked], "text": details.needs.text}
    db.session.add(
        AccessibilityRequest(
            registration_id=registration.id,
            sealed=keys.seal(json.dumps(needs), f"accessibility:{registration.id}"),
            asked_at=at,
        )
    )
    event = registration.event
    notifying.queue(
        MessageKind.ACCESSIBILITY_RECEIVED,
        registration,
        at=at,
        extra={"lead": _lead(event), **({"booked_by": booked_by} if booked_by else {})},
        key=f"request-{registration.link_version}",
    )
    if event.accessibility_contact_email:
        _alert(event.accessibility_contact_email, registration, at)
    auditing.record(
        "asked for access", actor=by, subject="registration", subject_id=registration.id, event_id=event.id, at=at
    )


def _lead(event: Event) -> dict[str, str | None]:
    """Whom it is with, and until when one can ask for more."""
    return {
        "name": event.accessibility_contact_name,
        "email": event.accessibility_contact_email,
        "phone": event.accessibility_contact_phone,
        "date": event.accessibility_by.isoformat() if event.accessibility_by else None,
    }


def _alert(lead: str, registration: Registration, at: datetime) -> None:
    event = notifying.event_facts(registration.event, at)
    notifying.queue_to(
        MessageKind.ACCESSIBILITY_ALERT,
        lead,
        facts={"event": event, "registration_id": registration.id, "mode": registration.mode.value},
        key=f"{registration.id}-{registration.link_version}",
        event_id=registration.event_id,
        at=at,
    )
