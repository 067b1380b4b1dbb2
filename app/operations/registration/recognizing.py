"""Recognizing an address that is registered already: nothing changes, and its owner is told by mail alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.models import EventSession, MessageKind, Registration, RegistrationState
from app.models.search import search_key
from app.operations import already_told, notifying
from app.operations.registration.details import RegistrationDetails

# Made once, and with the picks in the same round trip: a known address must not take longer than a new one.
_STANDING = (
    select(Registration)
    .where(
        Registration.event_id == bindparam("event_id"),
        Registration.email_key == bindparam("email_key"),
        Registration.guest_key == bindparam("guest_key"),
        Registration.state != RegistrationState.CANCELLED,
    )
    .options(joinedload(Registration.picks))
)


def live_registration(event_id: int, address_key: str, guest_key: str = "") -> Registration | None:
    """The one registration that stands under an address; of people booked under it, the one of this name."""
    given = {"event_id": event_id, "email_key": address_key, "guest_key": guest_key}
    return db.session.scalars(_STANDING, given).unique().one_or_none()


def tell_owner(
    standing: Registration,
    typed: RegistrationDetails,
    at: datetime,
    *,
    key: str,
    event_facts: dict[str, Any] | None = None,
    booked_by: str = "",
) -> None:
    """Mail the owner of a known address: what stands, what was typed, and what to do if it was somebody else.

    With the event's facts at hand this takes little longer than registering somebody new, so that the clock tells
    nobody who is known (bench/secrecy.py).
    """
    if already_told.has_had_enough(MessageKind.ALREADY_REGISTERED, typed.email_key, at):
        return
    differences = [
        [name, getattr(typed, name), getattr(standing, name)]
        for name in ("full_name", "organization", "job_title")
        if search_key(getattr(typed, name)) != search_key(getattr(standing, name))
    ]
    if typed.mode is not standing.mode:
        differences.append(["mode", typed.mode.value, standing.mode.value])
    differences += _sessions(typed.sessions, standing)
    extra: dict[str, Any] = {
        "typed_name": typed.full_name,
        "differences": differences,
        "booked_by": booked_by,
        "other_person": search_key(typed.full_name) != search_key(standing.full_name),
    }
    if event_facts:
        extra["event"] = event_facts
    notifying.queue(MessageKind.ALREADY_REGISTERED, standing, at=at, extra=extra, key=key)


def _sessions(typed: tuple[int, ...], standing: Registration) -> list[list[Any]]:
    """The sessions of both, where somebody typed others than they have."""
    held = [pick.session for pick in standing.live_picks] if typed else []
    if {session.id for session in held} == set(typed):
        return []
    query = select(EventSession.title).where(EventSession.id.in_(typed)).order_by(EventSession.starts_at)
    return [["sessions", list(db.session.scalars(query)), [session.title for session in held]]]
