"""Approval by the office: a registration holds nothing until somebody of the staff has said yes to it.

Yes gives the seat, or the place in line, that a newcomer would get at that moment. No keeps the row, so that the
address stays known and the office can still change its mind. Meanwhile the office may ask back by mail.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import Approval, Event, EventState, MessageKind, Mode, Registration, RegistrationState, SeatPool
from app.operations import notifying
from app.operations.registration import allotting, capping, keeping_turn, questioning, reconsidering, waiting
from app.operations.registration.by_hand import NotPublishedError
from app.operations.registration.cancelling import PERSON, EventOverError, lock, record
from app.operations.registration.changing import NoSeatError, state_mail
from app.operations.registration.undecided import UNDECIDED

ON = (EventState.PUBLISHED, EventState.POSTPONED)
NOT_SEATED = (*UNDECIDED, RegistrationState.NOT_APPROVED)


class NotPendingError(Exception):
    """Somebody has decided meanwhile, or the person has cancelled."""


class NoQuestionError(Exception):
    """The office asks nothing any more: it has decided, or the person has answered a question asked since."""


def approve(
    registration_id: int, *, by: str, at: datetime, reason: str = "", instead: Mode | None = None
) -> Registration:
    """Give the seat, or the place in line, that is next. Who was not approved before can be approved after all.

    Then what they had chosen comes back as far as it is there. ``instead`` is how they attend where nobody can in the
    way that they chose. Raises NotPendingError, NotPublishedError, EventOverError, changing.NoSeatError,
    allotting.NoSuchEventError, and capping.OrganizationFullError unless there is a reason to take one more.
    """
    registration = _lock_undecided(registration_id, at, NOT_SEATED)
    event = registration.event
    if not reason and capping.is_full(event, registration.organization):
        raise capping.OrganizationFullError(capping.most_of_one(event) or 0)
    mode, keeps_turn = (instead, False) if instead else _way(registration, at)
    pool = open_pool(event, mode)
    seated = waiting.has_seat(event, pool, at)
    if not seated and event.line_is_closed(mode, at):
        raise NoSeatError
    was_pending, registration.mode = registration.is_pending, mode
    gone = [] if was_pending else reconsidering.bring_back(registration, at)
    if instead:
        reconsidering.settle_into(registration, at)
    allotting.settle(registration, pool, at, seated=seated)
    if keeps_turn:
        allotting.wait_in_line(registration, allotting.pool_of(event, Mode.IN_PERSON))
    _welcome(registration, at)
    _decide(registration, by, at)
    extra = {"approved": True, "choose_again": [wording for _key, wording, _old, _new in gone]}
    extra |= {"instead": True} if instead else {}
    extra |= questioning.still_open(registration, at)
    notifying.queue(state_mail(registration), registration, at=at, extra=extra)
    told: dict[str, object] = {"state": registration.state.value, "mode": mode.value}
    told |= {"reason": reason} if reason else {}
    record(registration, "approved", by=by, at=at, detail=told, personal=questioning.told(gone))
    return registration


def open_pool(event: Event, mode: Mode) -> SeatPool:
    """The seats for this way of attending. Raises allotting.NoSuchEventError where there is none any more."""
    pool = allotting.pool_of(event, mode)
    if pool.capacity == 0:
        raise allotting.NoSuchEventError(event.id)
    return pool


def _way(registration: Registration, at: datetime) -> tuple[Mode, bool]:
    """How the person attends now, and whether they keep a turn for the room."""
    approval = registration.approval
    if approval and approval.keeps_turn and registration.mode is Mode.ONLINE:
        return keeping_turn.way_now(registration.event, at)
    return registration.mode, False


def _welcome(registration: Registration, at: datetime) -> None:
    if registration.state is RegistrationState.CONFIRMED:
        waiting.welcome(registration, at)
    else:
        registration.calendar_sequence += 1


def decline(registration_id: int, *, words: str = "", by: str, at: datetime) -> Registration:
    """Say no, with or without a word on why. Raises NotPendingError, NotPublishedError, EventOverError."""
    registration = _lock_undecided(registration_id, at, UNDECIDED)
    reconsidering.set_aside(registration, _approval(registration))
    registration.state = RegistrationState.NOT_APPROVED
    registration.calendar_sequence += 1
    _decide(registration, by, at, words)
    notifying.queue(state_mail(registration), registration, at=at, extra={"reason": words})
    record(registration, "not approved", by=by, at=at, detail={"reason": words} if words else None)
    return registration


def ask(registration_id: int, question: str, *, by: str, at: datetime) -> Registration:
    """Ask the person something before deciding. A new question takes the place of the one before.

    Raises NotPendingError, NotPublishedError, EventOverError.
    """
    registration = _lock_undecided(registration_id, at, UNDECIDED)
    asked = _approval(registration)
    asked.question, asked.asked_at, asked.asked_by = question, at, by
    asked.answer, asked.answered_at = "", None
    asked.questions += 1
    key = f"question-{asked.questions}"
    notifying.queue(MessageKind.APPROVAL_QUESTION, registration, at=at, extra={"text": question}, key=key)
    record(registration, "asked back", by=by, at=at, personal={"question": question})
    return registration


def answer(registration_id: int, text: str, *, number: int, at: datetime) -> Registration:
    """The person answers the question with this number, or answers it anew. Raises NoQuestionError."""
    registration = lock(registration_id)
    asked = registration.approval
    if asked is None or not registration.is_pending or not asked.question or asked.questions != number:
        raise NoQuestionError
    if asked.answer != text:
        asked.answer, asked.answered_at = text, at
        record(registration, "answered question", by=PERSON, at=at, personal={"answer": text})
    return registration


@dataclass
class Decided:
    """What came of a decision about many: how many stand how now, and why some were left as they are."""

    done: Counter[RegistrationState] = field(default_factory=Counter)
    left: Counter[type[Exception]] = field(default_factory=Counter)

    def add(self, other: "Decided") -> None:
        self.done += other.done
        self.left += other.left


REFUSALS = (
    *(NotPendingError, NotPublishedError, EventOverError, NoSeatError),
    *(allotting.NoSuchEventError, capping.OrganizationFullError),
)


def decide_many(event_id: int, people: Sequence[int], verb: Callable[[int], Registration]) -> Decided:
    """Do the same for some of those who wait, who came first first. Whom it cannot be done for stays as they are."""
    allotting.lock_event(event_id)
    decided = Decided()
    for registration_id in _waiting_among(event_id, people):
        try:
            decided.done[verb(registration_id).state] += 1
        except REFUSALS as refusal:
            decided.left[type(refusal)] += 1
    return decided


def _waiting_among(event_id: int, people: Sequence[int]) -> Sequence[int]:
    query = select(Registration.id).where(
        Registration.event_id == event_id, Registration.id.in_(people), Registration.state.in_(UNDECIDED)
    )
    return db.session.scalars(query.order_by(Registration.registered_at, Registration.id)).all()


def _lock_undecided(registration_id: int, at: datetime, states: tuple[RegistrationState, ...]) -> Registration:
    registration = lock(registration_id)
    if registration.state not in states:
        raise NotPendingError
    event = registration.event
    if event.state not in ON:
        raise NotPublishedError
    if event.has_ended(at):
        raise EventOverError
    return registration


def _approval(registration: Registration) -> Approval:
    if registration.approval is None:
        registration.approval = Approval()
    return registration.approval


def _decide(registration: Registration, by: str, at: datetime, words: str = "") -> None:
    decided = _approval(registration)
    decided.decided_at, decided.decided_by, decided.words = at, by, words
