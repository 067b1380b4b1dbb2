"""Answering what people need to take part: read only by those with the right, each look and each answer logged."""

import json
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from app import keys
from app.db import db
from app.models import AccessibilityRequest, Need, Registration, RegistrationState, RequestState
from app.operations import auditing
from app.operations.registration.details import Needs

ANSWERS = (RequestState.ARRANGED, RequestState.NOT_POSSIBLE)


class NoSuchRequestError(Exception):
    """This person asked for nothing, or their request was erased."""


def request_of(registration_id: int) -> AccessibilityRequest | None:
    """What a person asked for, still sealed."""
    return db.session.get(AccessibilityRequest, registration_id)


def open_requests(event_id: int) -> list[AccessibilityRequest]:
    """The requests of an event that wait for an answer, the oldest first."""
    return list(
        db.session.scalars(
            select(AccessibilityRequest)
            .where(*_waits(event_id))
            .order_by(AccessibilityRequest.asked_at, AccessibilityRequest.registration_id)
            .options(joinedload(AccessibilityRequest.registration))
        )
    )


def count_open(event_id: int) -> int:
    """How many wait for an answer: a figure that everybody may see."""
    return db.session.scalar(select(func.count()).select_from(AccessibilityRequest).where(*_waits(event_id))) or 0


def unsealed(request: AccessibilityRequest) -> Needs:
    """What is needed, in the clear. Log the look before showing it. Raises keys.UnreadableError."""
    told = json.loads(keys.unseal(request.sealed, f"accessibility:{request.registration_id}"))
    return Needs(tuple(Need(value) for value in told["needs"]), told["text"])


def answer(registration_id: int, state: RequestState, *, by: str, at: datetime) -> AccessibilityRequest:
    """Say that it is arranged or not possible. A later answer replaces an earlier one. Raises NoSuchRequestError."""
    request = db.session.get(AccessibilityRequest, registration_id, with_for_update=True)
    if request is None:
        raise NoSuchRequestError(registration_id)
    request.state, request.answered_at, request.answered_by = state, at, by
    auditing.record(
        "answered access request",
        actor=by,
        subject="registration",
        subject_id=registration_id,
        event_id=request.registration.event_id,
        detail={"state": state.value},
        at=at,
    )
    return request


def _waits(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """Who has cancelled needs nothing any more. Asked from the few requests, never from all registrations."""
    person = and_(Registration.event_id == event_id, Registration.state != RegistrationState.CANCELLED)
    return (AccessibilityRequest.state == RequestState.OPEN, AccessibilityRequest.registration.has(person))
