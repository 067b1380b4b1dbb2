"""A seat is to be offered to somebody at whose address nothing arrives: others go on, and the place in line stays."""

from datetime import datetime

import pytest

from app import clock
from app.db import db, transact
from app.models import BouncedAddress, Event, FailureReason, FormSubmission, Mode
from app.models.availability import Availability, mode_availability
from app.operations.registration import offering
from app.operations.registration.changing import try_again
from app.operations.registration.readdressing import readdress
from tests.operations.registration.test_offering import HOUR, answer, full_room, lapse, leave, mails
from tests.support import factories as make
from tests.support.desk import registrations, sign_up, standings

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def event_id() -> int:
    return full_room()


def passed_over(event_id: int, at: datetime) -> int:
    """Mail came back from whoever is first in line, so a seat that is free now waits for nobody. Returns their id."""
    person = registrations(event_id)[1]
    flag = BouncedAddress(email_key=person.email_key, bounced_at=at, reason=FailureReason.NO_SUCH_ADDRESS)
    make.kept(lambda _: flag)
    leave(event_id, 0)
    answer(event_id, 2, offering.decline)
    return registrations(event_id)[1].id


def test_who_cannot_be_asked_keeps_nobody_from_a_free_seat(event_id: int, at: datetime) -> None:
    passed_over(event_id, at)
    event = db.session.get_one(Event, event_id)
    shown = {one.mode: one.availability for one in mode_availability(event, at)}
    assert shown[Mode.IN_PERSON] is Availability.FEW_SEATS
    sign_up(event_id)
    assert standings(event_id)[3] == "in-person confirmed"


def test_who_corrects_the_address_themselves_is_asked_at_once(event_id: int, at: datetime) -> None:
    person_id = passed_over(event_id, at)
    sent = db.session.scalars(db.select(FormSubmission.id).filter_by(registration_id=person_id)).one()
    transact(lambda at: readdress(sent, "right@importer.example", at=at))
    assert standings(event_id)[1] == "in-person offered (held)"
    assert mails(registrations(event_id)[1])[-2:] == ["waitlisted", "offered"]


def test_whose_address_is_found_right_hears_how_they_stood_and_then_of_the_offer(event_id: int, at: datetime) -> None:
    person_id = passed_over(event_id, at)
    transact(lambda at: try_again(person_id, at=at, by="ed@example.gov"))
    assert standings(event_id)[1] == "in-person offered (held)"
    assert mails(registrations(event_id)[1]) == ["waitlisted", "waitlisted", "offered"]


def test_who_could_not_be_told_keeps_the_place(event_id: int, at: datetime) -> None:
    leave(event_id, 0)
    person = registrations(event_id)[1]
    flag = BouncedAddress(email_key=person.email_key, bounced_at=at, reason=FailureReason.NO_SUCH_ADDRESS)
    make.kept(lambda _: flag)
    with clock.stopped_at(at + 48 * HOUR):
        assert lapse() == 1
    assert standings(event_id)[1:] == ["in-person waitlisted", "online confirmed > in-person (held)"]
    assert registrations(event_id)[1].position == 1
