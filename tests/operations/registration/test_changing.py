"""Changing and readdressing: nothing is lost, the history keeps old and new, old links die."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import AuditEntry, FormSubmission, MessageKind, Mode, OutgoingEmail
from app.operations.registration.changing import (
    AddressTakenError,
    NoSeatError,
    NotLiveError,
    change_details,
    correct_address,
)
from app.operations.registration.readdressing import CorrectionOverError, readdress
from app.operations.registration.switching import change_mode
from tests.operations.registration.test_cancelling import leave, states
from tests.operations.registration.test_registering import kinds, pool
from tests.support.desk import details, make_event, registrations, sign_up

pytestmark = pytest.mark.usefixtures("app", "at")


def test_details_change_and_the_history_keeps_both() -> None:
    event_id = make_event()
    sign_up(event_id, details(first_name="Dana", email="dana@importer.example"))
    person = registrations(event_id)[0].id
    changes = transact(lambda at: change_details(person, details(first_name="Danielle", last_name="Ito"), at=at))
    assert [change.field for change in changes] == ["first_name", "last_name"]
    assert registrations(event_id)[0].name_key == "ito danielle"
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "changed")).one()
    assert entry.personal is not None
    assert entry.personal["first_name"] == ["Dana", "Danielle"]
    assert kinds()[-1] is MessageKind.CHANGED


def test_no_change_sends_nothing() -> None:
    event_id, typed = make_event(), details()
    sign_up(event_id, typed)
    assert transact(lambda at: change_details(registrations(event_id)[0].id, typed, at=at)) == []
    assert len(kinds()) == 1


def test_a_change_of_mode_frees_and_takes_in_one_step() -> None:
    event_id = make_event(capacity=1, online=None)
    for _ in range(2):
        sign_up(event_id)
    transact(lambda at: change_mode(registrations(event_id)[0].id, Mode.ONLINE, at=at))
    assert states(event_id) == ["confirmed", "confirmed"]
    assert (pool(event_id).taken, pool(event_id, Mode.ONLINE).taken) == (1, 1)
    assert kinds()[-1] is MessageKind.PROMOTED


def test_without_a_seat_the_one_held_is_kept() -> None:
    event_id = make_event(capacity=1, online=None)
    sign_up(event_id)
    sign_up(event_id, details(mode=Mode.ONLINE))
    with pytest.raises(NoSeatError):
        transact(lambda at: change_mode(registrations(event_id)[1].id, Mode.IN_PERSON, at=at))
    assert registrations(event_id)[1].mode is Mode.ONLINE
    assert (pool(event_id).taken, pool(event_id, Mode.ONLINE).taken) == (1, 1)


def test_a_cancelled_registration_does_not_change() -> None:
    event_id = make_event()
    sign_up(event_id)
    leave(registrations(event_id)[0].id)
    with pytest.raises(NotLiveError):
        transact(lambda at: change_mode(registrations(event_id)[0].id, Mode.ONLINE, at=at))


def test_staff_correct_an_address_unless_it_is_taken() -> None:
    event_id = make_event()
    for address in ("dana@importer.example", "lee@importer.example"):
        sign_up(event_id, details(email=address))
    first = registrations(event_id)[0]
    first_id, old_number = first.id, first.number
    with pytest.raises(AddressTakenError):
        transact(lambda at: correct_address(first_id, "LEE@importer.example", at=at, by="staff"))
    transact(lambda at: correct_address(first_id, "dana@broker.example", at=at, by="staff"))
    person = registrations(event_id)[0]
    assert (person.email, person.link_version) == ("dana@broker.example", 2)
    assert person.number != old_number


def test_wrong_address_moves_the_registration_this_form_made() -> None:
    event_id = make_event()
    submission = sign_up(event_id, details(email="dana@imporetr.example"))
    assert transact(lambda at: readdress(submission, "dana@importer.example", at=at)) == submission
    [person] = registrations(event_id)
    assert (person.email, person.link_version) == ("dana@importer.example", 2)
    assert db.session.get_one(FormSubmission, submission).number == person.number
    recipients = db.session.scalars(db.select(OutgoingEmail.recipient).where(OutgoingEmail.state == "queued"))
    assert recipients.all() == ["dana@importer.example"]


def test_wrong_address_registers_the_new_one_if_the_form_made_none() -> None:
    event_id = make_event()
    sign_up(event_id, details(email="dana@importer.example"))
    second = sign_up(event_id, details(email="dana@importer.example", first_name="Lee"))
    transact(lambda at: readdress(second, "lee@importer.example", at=at))
    assert [person.first_name for person in registrations(event_id)] == ["Dana", "Lee"]


def test_wrong_address_to_a_known_one_gives_the_second_seat_up() -> None:
    event_id = make_event(capacity=5)
    sign_up(event_id, details(email="dana@importer.example"))
    second = sign_up(event_id, details(email="dana@imporetr.example"))
    assert transact(lambda at: readdress(second, "dana@importer.example", at=at)) == second
    assert states(event_id) == ["confirmed", "cancelled"]
    assert pool(event_id).taken == 1


def test_wrong_address_ends_after_half_an_hour_and_three_times(at: datetime) -> None:
    event_id = make_event()
    submission = sign_up(event_id)
    for number in range(3):
        transact(lambda at, number=number: readdress(submission, f"dana{number}@importer.example", at=at))
    with pytest.raises(CorrectionOverError):
        transact(lambda at: readdress(submission, "dana9@importer.example", at=at))
    late = sign_up(event_id)
    with clock.stopped_at(at + timedelta(minutes=31)), pytest.raises(CorrectionOverError):
        transact(lambda at: readdress(late, "lee@importer.example", at=at))
