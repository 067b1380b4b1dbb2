"""Registering: one form makes one registration, with its seat, its mail, its history and its confirmation."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.models import (
    AccessibilityRequest,
    AuditEntry,
    EventState,
    FormSubmission,
    MessageKind,
    Mode,
    Need,
    OutgoingEmail,
    RegistrationState,
    SeatPool,
)
from app.operations.registration.details import Needs
from app.operations.registration.registering import RegistrationEndedError, RegistrationNotOpenError
from tests.support.desk import details, make_event, registrations, sign_up

pytestmark = pytest.mark.usefixtures("app", "at")


def pool(event_id: int, mode: Mode = Mode.IN_PERSON) -> SeatPool:
    return db.session.scalars(select(SeatPool).where(SeatPool.event_id == event_id, SeatPool.mode == mode)).one()


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def kinds() -> list[MessageKind]:
    return list(db.session.scalars(select(OutgoingEmail.kind).order_by(OutgoingEmail.id)))


def test_it_works(at: datetime) -> None:
    event_id = make_event(capacity=2)
    submission = db.session.get_one(FormSubmission, sign_up(event_id, details(email="dana@importer.example")))
    [registration] = registrations(event_id)
    assert registration.state is RegistrationState.CONFIRMED
    assert registration.confirmed_at == registration.registered_at == at
    assert (submission.registration_id, submission.number) == (registration.id, registration.number)
    assert (pool(event_id).taken, pool(event_id).waiting) == (1, 0)
    assert kinds() == [MessageKind.CONFIRMED]
    assert db.session.scalars(select(AuditEntry.act)).all() == ["registered"]


def test_the_last_seat_goes_to_the_first_and_the_rest_wait_in_order() -> None:
    event_id = make_event(capacity=1)
    for _ in range(3):
        sign_up(event_id)
    states = [(person.state.value, person.position) for person in registrations(event_id)]
    assert states == [("confirmed", None), ("waitlisted", 1), ("waitlisted", 2)]
    assert (pool(event_id).taken, pool(event_id).waiting, pool(event_id).last_position) == (1, 2, 2)
    assert kinds() == [MessageKind.CONFIRMED, MessageKind.WAITLISTED, MessageKind.WAITLISTED]


def test_online_seats_do_not_fill_the_room() -> None:
    event_id = make_event(capacity=0, online=None)
    sign_up(event_id, details(mode=Mode.ONLINE))
    assert pool(event_id, Mode.ONLINE).taken == 1
    with pytest.raises(RegistrationEndedError):
        sign_up(event_id, details(mode=Mode.IN_PERSON))


def test_sending_the_same_form_twice_shows_the_same_page() -> None:
    event_id, typed = make_event(), details()
    first = sign_up(event_id, typed, form_key="one form")
    assert sign_up(event_id, typed, form_key="one form") == first
    assert (count(FormSubmission), len(registrations(event_id)), len(kinds())) == (1, 1, 1)


def test_a_known_address_changes_nothing_and_tells_its_owner() -> None:
    event_id = make_event(capacity=5)
    first = db.session.get_one(FormSubmission, sign_up(event_id, details(email="Dana@Importer.example")))
    shown = (first.state, first.number)
    second = sign_up(event_id, details(email="dana@importer.EXAMPLE", first_name="Lee"))
    submission = db.session.get_one(FormSubmission, second)
    assert submission.registration_id is None
    assert (submission.state, submission.number) == shown
    assert pool(event_id).taken == len(registrations(event_id)) == 1
    assert kinds() == [MessageKind.CONFIRMED, MessageKind.ALREADY_REGISTERED]
    facts = db.session.scalars(select(OutgoingEmail.facts).order_by(OutgoingEmail.id.desc())).first()
    assert facts is not None
    assert facts["other_person"] is True


def test_a_stranger_cannot_fill_somebodys_mailbox() -> None:
    event_id = make_event()
    for _ in range(5):
        sign_up(event_id, details(email="dana@importer.example"))
    assert kinds() == [MessageKind.CONFIRMED, MessageKind.ALREADY_REGISTERED]


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.POSTPONED, EventState.CANCELLED])
def test_only_published_events_take_registrations(state: EventState) -> None:
    event_id = make_event(state=state)
    with pytest.raises(RegistrationEndedError):
        sign_up(event_id)
    assert count(FormSubmission) == count(OutgoingEmail) == count(AuditEntry) == 0


def test_it_opens_and_closes_to_the_second(at: datetime) -> None:
    later = make_event(registration_opens_at=at + timedelta(seconds=1))
    with pytest.raises(RegistrationNotOpenError):
        sign_up(later)
    sign_up(make_event(registration_opens_at=at, registration_closes_at=at + timedelta(seconds=1)))
    with pytest.raises(RegistrationEndedError):
        sign_up(make_event(registration_closes_at=at))


def test_what_the_person_needs_is_sealed_and_acknowledged() -> None:
    event_id = make_event(accessibility_contact_email="access@events.example.gov")
    sign_up(event_id, details(needs=Needs((Need.CAPTIONS,), "I read lips.")))
    request = db.session.scalars(select(AccessibilityRequest)).one()
    assert b"lips" not in request.sealed
    assert sorted(kind.value for kind in kinds()) == ["accessibility-alert", "accessibility-received", "confirmed"]
    stored = db.session.execute(select(OutgoingEmail.facts)).scalars().all()
    assert "lips" not in str(stored)


def test_the_facts_of_the_mail_are_those_of_the_verbs(app: Flask, at: datetime) -> None:
    """The hot path writes the person's facts by hand: they must have the same keys as everywhere else."""
    from app.operations import notifying

    event_id = make_event()
    sign_up(event_id)
    [registration] = registrations(event_id)
    written = db.session.scalars(select(OutgoingEmail.facts)).one()["registration"]
    assert {**written, "id": registration.id} == notifying.registration_facts(registration)
