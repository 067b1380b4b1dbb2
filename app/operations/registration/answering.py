"""Answering what people need to take part: read only by those with the right, each look and each answer logged."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from app import keys
from app.db import db
from app.models import AccessibilityRequest, MessageKind, Need, OutgoingEmail, Registration, RequestState
from app.models.registration_state import HOPE_TO_COME
from app.operations import auditing, notifying
from app.operations.registration.details import Needs

ANSWERS = (RequestState.ARRANGED, RequestState.NOT_POSSIBLE)


class NoSuchRequestError(Exception):
    """This person asked for nothing, or their request was erased."""


class AnsweredMeanwhileError(Exception):
    """Since the page was opened somebody else answered, or the person asked for more."""


class NothingToArrangeError(Exception):
    """The registration was cancelled: the person needs nothing any more."""


@dataclass(frozen=True)
class Answer:
    """What a person is told. By phone means that somebody has said it, so that no mail need."""

    state: RequestState
    text: str = ""
    by_phone: bool = False


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


def answered(event_id: int) -> list[AccessibilityRequest]:
    """The requests of an event that have an answer, the latest first."""
    person = Registration.event_id == event_id
    return list(
        db.session.scalars(
            select(AccessibilityRequest)
            .where(AccessibilityRequest.state.in_(ANSWERS), AccessibilityRequest.registration.has(person))
            .order_by(AccessibilityRequest.answered_at.desc(), AccessibilityRequest.registration_id)
            .options(joinedload(AccessibilityRequest.registration))
        )
    )


def answer_of(request: AccessibilityRequest) -> Answer | None:
    """What the person was told, in the clear. Log the look before showing it. Raises keys.UnreadableError."""
    if request.sealed_answer is None:
        return None
    told = json.loads(keys.unseal(request.sealed_answer, _row(request)))
    return Answer(request.state, told["text"], told["by_phone"])


def version_of(request: AccessibilityRequest) -> str:
    """Tells one answer, and one wish, from the next."""
    return str(request.answers)


def answer(
    registration_id: int, given: Answer, *, by: str, at: datetime, version: str = "0", by_name: str = ""
) -> AccessibilityRequest:
    """Answer a request, and mail the answer unless it was told by phone. A later answer replaces an earlier one.

    ``version`` is the answer that the page showed; the same answer sent twice is given once.
    Raises NoSuchRequestError, NothingToArrangeError and AnsweredMeanwhileError.
    """
    request = db.session.get(AccessibilityRequest, registration_id, with_for_update=True)
    if request is None:
        raise NoSuchRequestError(registration_id)
    if not request.registration.is_live:
        raise NothingToArrangeError
    if version_of(request) != version:
        if request.answered_by == by and answer_of(request) == given:
            return request
        raise AnsweredMeanwhileError
    request.state, request.answered_at, request.answered_by = given.state, at, by
    request.answers += 1
    request.sealed_answer = keys.seal(json.dumps({"text": given.text, "by_phone": given.by_phone}), _row(request))
    mailed = None if given.by_phone else _mail(request, given, by_name or by, at)
    auditing.record(
        "answered access request",
        actor=by,
        subject="registration",
        subject_id=registration_id,
        event_id=request.registration.event_id,
        detail={"state": given.state.value, "mailed": mailed is not None},
        at=at,
    )
    return request


def _mail(request: AccessibilityRequest, given: Answer, by_name: str, at: datetime) -> OutgoingEmail | None:
    """The answer travels sealed: the outbox shows nobody what a person needs."""
    sealed = notifying.sealed({"answer": facts(given, by_name)}, _row(request))
    return notifying.queue(
        MessageKind.ACCESSIBILITY_ANSWERED, request.registration, extra=sealed, key=_answer_key(request), at=at
    )


def _answer_key(request: AccessibilityRequest) -> str:
    """Whoever took a seat over is answered anew."""
    return f"answer-{request.registration.link_version}-{request.answers}"


def facts(given: Answer, by_name: str) -> dict[str, str]:
    """What the mail says of the answer, as plain values."""
    return {"state": given.state.value, "text": given.text, "by": by_name}


def _row(request: AccessibilityRequest) -> str:
    return f"accessibility-answer:{request.registration_id}"


def _waits(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """Who cancelled or was not approved needs nothing. Asked from the few requests, never from all registrations."""
    person = and_(Registration.event_id == event_id, Registration.state.in_(HOPE_TO_COME))
    return (AccessibilityRequest.state == RequestState.OPEN, AccessibilityRequest.registration.has(person))
