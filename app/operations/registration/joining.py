"""Joining online: the press of the button is recorded as a sign of presence and leads to the link in force."""

from datetime import datetime

from app.db import db
from app.models import Mode, Registration, RegistrationState
from app.operations import auditing


class NotAttendingError(Exception):
    """The person has no confirmed seat online."""


class JoinNotReleasedError(Exception):
    """How to join is not released yet."""


def join(registration_id: int, *, at: datetime) -> str:
    """Record that the person joins, and give the link. Raises NotAttendingError, JoinNotReleasedError."""
    registration = db.session.get_one(Registration, registration_id)
    joining = registration.event.joining
    if registration.mode is not Mode.ONLINE or registration.state is not RegistrationState.CONFIRMED:
        raise NotAttendingError
    if joining is None or not joining.link or not joining.is_released(at):
        raise JoinNotReleasedError
    if registration.joined_at is None:
        registration.joined_at = at
        auditing.record(
            "joined",
            actor="person",
            subject="registration",
            subject_id=registration.id,
            event_id=registration.event_id,
            at=at,
        )
    return joining.link
