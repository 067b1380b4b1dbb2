"""Accessibility requests: unreadable at rest, bound to their row, answered with a line in the log."""

from datetime import datetime

import pytest

from app import keys
from app.db import db, transact
from app.models import AccessibilityRequest, AuditEntry, Need, RequestState
from app.operations.registration import answering
from app.operations.registration.answering import NoSuchRequestError
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


def answered(registration_id: int, state: RequestState) -> None:
    transact(lambda at: answering.answer(registration_id, state, by=STAFF, at=at).state)


def test_it_works(event_id: int, at: datetime) -> None:
    first, second = answering.open_requests(event_id)
    assert answering.unsealed(first) == WANTED
    answered(first.registration_id, RequestState.ARRANGED)
    assert [request.registration_id for request in answering.open_requests(event_id)] == [second.registration_id]
    assert answering.count_open(event_id) == 1
    request = answering.request_of(registrations(event_id)[0].id)
    assert request
    assert (request.state, request.answered_by, request.answered_at) == (RequestState.ARRANGED, STAFF, at)
    entry = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert (entry.act, entry.detail) == ("answered access request", {"state": "arranged"})


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
        answered(77, RequestState.ARRANGED)
