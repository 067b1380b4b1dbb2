"""Accessibility requests: unreadable at rest, bound to their row, answered with a line in the log."""

import json
from datetime import datetime
from email import message_from_bytes, policy

import pytest

from app import keys
from app.db import db, transact
from app.mail import delivery, transports
from app.mail.rendering import render
from app.models import (
    AccessibilityRequest,
    AuditEntry,
    EmailState,
    Event,
    MessageKind,
    Need,
    OutgoingEmail,
    RequestState,
)
from app.operations.registration import answering
from app.operations.registration.answering import (
    Answer,
    AnsweredMeanwhileError,
    NoSuchRequestError,
    NothingToArrangeError,
)
from app.operations.registration.cancelling import cancel
from app.operations.registration.details import Needs
from tests.support.desk import details, make_event, registrations, sign_up

pytestmark = pytest.mark.usefixtures("app", "at")
STAFF = "ruth@example.gov"
WANTED = Needs((Need.SIGN_LANGUAGE,), "I lip-read: a seat in front.")


@pytest.fixture
def event_id() -> int:
    event_id = make_event()
    sign_up(event_id, details(needs=WANTED))
    sign_up(event_id, details(needs=Needs((Need.CAPTIONS,))))
    return event_id


TOLD = Answer(RequestState.ARRANGED, "A seat in front of the interpreter.")


def answer(registration_id: int, given: Answer = TOLD, **more: str) -> None:
    transact(lambda at: answering.answer(registration_id, given, at=at, **{"by": STAFF, **more}).state)


def answers_mailed() -> list[OutgoingEmail]:
    mails = db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.ACCESSIBILITY_ANSWERED)
    return list(db.session.scalars(mails.order_by(OutgoingEmail.id)))


def test_it_works(event_id: int, at: datetime) -> None:
    first, second = answering.open_requests(event_id)
    assert answering.unsealed(first) == WANTED
    answer(first.registration_id, by_name="Ruth Adler")
    assert [request.registration_id for request in answering.open_requests(event_id)] == [second.registration_id]
    assert answering.count_open(event_id) == 1
    request = answering.request_of(registrations(event_id)[0].id)
    assert request
    assert (request.state, request.answered_by, request.answered_at) == (RequestState.ARRANGED, STAFF, at)
    entry = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert (entry.act, entry.detail) == ("answered access request", {"state": "arranged", "mailed": True})
    assert not entry.personal
    (mail,) = answers_mailed()
    rendered = render(mail.kind, mail.facts, at=at)
    assert "Ruth Adler" in rendered.text
    assert TOLD.text in rendered.text
    assert TOLD.text not in rendered.subject
    assert "lip-read" not in rendered.text
    assert "Sign Language" not in rendered.text


def test_the_answer_is_unreadable_in_the_database(event_id: int) -> None:
    person_id = registrations(event_id)[0].id
    answer(person_id)
    request = db.session.get_one(AccessibilityRequest, person_id)
    assert request.sealed_answer
    assert b"interpreter" not in request.sealed_answer
    assert answering.answer_of(request) == TOLD
    assert "interpreter" not in json.dumps(answers_mailed()[0].facts)
    # Nor when it has left: the kept bytes are sealed as well, and still the very bytes that were sent.
    while delivery.drain("test", transports.chosen()).taken:
        pass
    db.session.expire_all()
    (mail,) = answers_mailed()
    assert mail.state is EmailState.ACCEPTED
    assert mail.content
    assert b"interpreter" not in mail.content
    assert mail.letter
    assert TOLD.text in message_from_bytes(mail.letter, policy=policy.default).get_body(("plain",)).get_content()


def test_told_by_phone_no_mail_leaves(event_id: int) -> None:
    person_id = registrations(event_id)[0].id
    told = Answer(RequestState.ARRANGED, by_phone=True)
    answer(person_id, told)
    assert not answers_mailed()
    assert answering.answer_of(db.session.get_one(AccessibilityRequest, person_id)) == told
    entry = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert entry.detail == {"state": "arranged", "mailed": False}


def test_the_same_answer_sent_twice_is_given_once(event_id: int) -> None:
    person_id = registrations(event_id)[0].id
    for _ in range(2):
        answer(person_id)
    assert len(answers_mailed()) == 1


def test_the_second_of_two_answers_is_refused_and_may_replace_the_first(event_id: int) -> None:
    person_id = registrations(event_id)[0].id
    answer(person_id)
    other = Answer(RequestState.NOT_POSSIBLE, "Nobody is free on that day.")
    with pytest.raises(AnsweredMeanwhileError):
        answer(person_id, other)
    version = answering.version_of(db.session.get_one(AccessibilityRequest, person_id))
    answer(person_id, other, version=version)
    assert answering.answer_of(db.session.get_one(AccessibilityRequest, person_id)) == other
    assert len(answers_mailed()) == 2


def test_who_cancelled_is_not_answered(event_id: int) -> None:
    gone = registrations(event_id)[0].id
    transact(lambda at: cancel(gone, at=at).id)
    with pytest.raises(NothingToArrangeError):
        answer(gone)


def test_replies_go_to_those_who_arrange_it(event_id: int, at: datetime) -> None:
    def named(_: datetime) -> None:
        event = db.session.get_one(Event, event_id)
        event.contact_email, event.accessibility_contact_email = "team@example.gov", "access@example.gov"

    transact(named)
    answer(registrations(event_id)[0].id)
    (mail,) = answers_mailed()
    assert (render(mail.kind, mail.facts, at=at).reply_to or ("", ""))[1] == "access@example.gov"


def test_who_cancelled_needs_nothing(event_id: int) -> None:
    gone = registrations(event_id)[0].id
    transact(lambda at: cancel(gone, at=at).id)
    assert gone not in [request.registration_id for request in answering.open_requests(event_id)]
    assert answering.count_open(event_id) == 1


def test_it_is_unreadable_in_the_database(event_id: int) -> None:
    for sealed in db.session.scalars(db.select(AccessibilityRequest.sealed)):
        assert b"lip-read" not in sealed
        assert b"sign-language" not in sealed


def test_a_swapped_row_is_an_error_and_nobody_elses_text(event_id: int) -> None:
    first, second = (request.registration_id for request in answering.open_requests(event_id))

    def swap(_at: datetime) -> None:
        one, other = db.session.get_one(AccessibilityRequest, first), db.session.get_one(AccessibilityRequest, second)
        one.sealed, other.sealed = other.sealed, one.sealed

    transact(swap)
    with pytest.raises(keys.UnreadableError):
        answering.unsealed(db.session.get_one(AccessibilityRequest, first))


def test_nobody_can_answer_what_was_not_asked() -> None:
    with pytest.raises(NoSuchRequestError):
        answer(77)
