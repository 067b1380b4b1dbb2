"""Registering somebody by hand: with or without an address, by the same rules, also after the deadline."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import (
    AccessibilityRequest,
    AuditEntry,
    EventState,
    MessageKind,
    Mode,
    Need,
    OutgoingEmail,
    Registration,
    RegistrationSource,
    RegistrationState,
)
from app.operations.registration.allotting import NoSuchEventError
from app.operations.registration.by_hand import (
    AlreadyRegisteredError,
    Asked,
    Channel,
    NotPublishedError,
    ReasonNeededError,
    register_by_hand,
)
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.details import Needs, RegistrationDetails
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.factories import wall

pytestmark = pytest.mark.usefixtures("app", "at")
STAFF = "ruth@example.gov"


def enter(event_id: int, typed: RegistrationDetails | None = None, reason: str = "") -> Registration:
    asked = Asked(Channel.PHONE, reason)
    return transact(lambda at: register_by_hand(event_id, typed or details(), asked, by=STAFF, at=at))


def test_it_works(at: datetime) -> None:
    event_id = make_event(capacity=1)
    made = enter(event_id, details(email="dana@example.com", last_name="Okafor"))
    assert (made.state, made.source, made.confirmed_at) == (RegistrationState.CONFIRMED, RegistrationSource.STAFF, at)
    mail = db.session.scalars(db.select(OutgoingEmail)).one()
    assert (mail.kind, mail.recipient) == (MessageKind.CONFIRMED, "dana@example.com")
    entry = db.session.scalars(db.select(AuditEntry)).one()
    assert (entry.act, entry.actor, entry.subject_id) == ("registered by hand", STAFF, made.id)
    assert entry.detail == {"mode": "in-person", "state": "confirmed", "channel": "phone", "reason": ""}


def test_an_address_is_not_needed() -> None:
    event_id = make_event(capacity=5)
    first, second = (enter(event_id, details(email="")) for _ in range(2))
    assert (first.email, first.email_key) == (None, None)
    assert first.number != second.number
    assert not db.session.scalars(db.select(OutgoingEmail)).all()


def test_a_full_event_has_a_waiting_list() -> None:
    event_id = make_event(capacity=1)
    sign_up(event_id)
    made = enter(event_id)
    assert (made.state, made.position) == (RegistrationState.WAITLISTED, 1)
    # First come, first served: whoever calls next stands behind.
    assert enter(event_id).position == 2


def test_an_address_holds_one_registration() -> None:
    event_id = make_event(capacity=5)
    sign_up(event_id, details(email="dana@example.com"))
    standing = registrations(event_id)[0].id
    with pytest.raises(AlreadyRegisteredError) as refusal:
        enter(event_id, details(email="Dana@Example.com"))
    assert refusal.value.registration_id == standing
    assert len(registrations(event_id)) == 1


def test_after_the_deadline_it_takes_a_reason(at: datetime) -> None:
    event_id = make_event(capacity=5, registration_closes_local=wall("2026-03-10 12:00"))
    with clock.stopped_at(at + timedelta(days=9)):
        with pytest.raises(ReasonNeededError):
            enter(event_id)
        assert enter(event_id, reason="The fax came on Monday.").state is RegistrationState.CONFIRMED
    assert db.session.scalars(db.select(AuditEntry)).one().detail["reason"] == "The fax came on Monday."


def test_before_the_opening_too(at: datetime) -> None:
    with pytest.raises(ReasonNeededError):
        enter(make_event(capacity=5, registration_opens_local=wall("2026-03-09 12:00")))


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.CANCELLED, EventState.POSTPONED])
def test_not_for_an_event_that_is_not_public(state: EventState) -> None:
    with pytest.raises(NotPublishedError):
        enter(make_event(capacity=5, state=state), reason="A favor.")


def test_not_after_the_end(at: datetime) -> None:
    event_id = make_event(capacity=5)
    with clock.stopped_at(at + timedelta(days=15)), pytest.raises(EventOverError):
        enter(event_id, reason="Was there.")


def test_not_in_a_way_that_is_not_offered() -> None:
    for event_id in (make_event(capacity=5), make_event(capacity=5, online=0)):
        with pytest.raises(NoSuchEventError):
            enter(event_id, details(mode=Mode.ONLINE))


def test_what_they_need_is_kept_sealed() -> None:
    event_id = make_event(capacity=5)
    made = enter(event_id, details(needs=Needs((Need.CAPTIONS,), "A seat in front")))
    request = db.session.get_one(AccessibilityRequest, made.id)
    assert b"seat in front" not in request.sealed
