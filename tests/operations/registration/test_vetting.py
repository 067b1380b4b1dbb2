"""Whether visitors are U.S. persons: sealed, apart, and gone when nobody needs to know it any more."""

import pytest

from app import clock
from app.db import db, transact
from app.models import (
    AuditEntry,
    FormSubmission,
    Mode,
    MoveKind,
    OutgoingEmail,
    PendingMove,
    RegistrationRules,
    UsPerson,
    UsPersonAnswer,
)
from app.operations.registration import handing_over, vetting
from app.operations.registration.cancelling import cancel
from app.operations.registration.details import Colleague, RegistrationDetails
from app.operations.registration.switching import change_mode
from tests.support.desk import details, make_event, registrations, sign_up, with_rules

pytestmark = pytest.mark.usefixtures("app", "at")


@pytest.fixture
def event_id() -> int:
    return with_rules(make_event(capacity=5, online=None), asks_us_person=True)


def told(event_id: int) -> list[UsPerson | None]:
    db.session.expire_all()
    return [one.told for one in vetting.visitors(event_id)]


def test_it_works(event_id: int) -> None:
    for answer in UsPerson:
        sign_up(event_id, details(us_person=answer, last_name=answer.value))
    sign_up(event_id, details(last_name="zz"))
    assert told(event_id) == [UsPerson.CONTACT_ME, UsPerson.NO, UsPerson.YES, None]


def test_it_is_unreadable_at_rest_and_stands_in_no_log_mail_or_form(event_id: int) -> None:
    sign_up(event_id, details(us_person=UsPerson.CONTACT_ME))
    [row] = db.session.scalars(db.select(UsPersonAnswer))
    assert b"contact-me" not in row.sealed
    for table in (AuditEntry, OutgoingEmail, FormSubmission):
        for found in db.session.execute(db.select(table.__table__)).all():
            assert "contact-me" not in str(found), table.__tablename__


def test_a_kept_form_knows_it_again() -> None:
    typed = details(us_person=UsPerson.NO)
    assert RegistrationDetails.from_json(typed.to_json()).us_person is UsPerson.NO
    assert RegistrationDetails.from_json(details().to_json()).us_person is None
    asked = Colleague("Ana", us_person=UsPerson.CONTACT_ME)
    assert Colleague.from_json(asked.to_json()) == asked


def test_whoever_does_not_come_is_not_asked(event_id: int) -> None:
    sign_up(event_id, details(mode=Mode.ONLINE, us_person=UsPerson.YES))
    sign_up(make_event(), details(us_person=UsPerson.YES))
    assert told(event_id) == []
    assert not db.session.scalars(db.select(UsPersonAnswer)).all()


def test_it_is_erased_when_the_person_stays_away(event_id: int) -> None:
    for _ in range(2):
        sign_up(event_id, details(us_person=UsPerson.NO))
    first, second = (person.id for person in registrations(event_id))
    transact(lambda at: cancel(first, at=at).id)
    transact(lambda at: change_mode(second, Mode.ONLINE, at=at))
    assert not db.session.scalars(db.select(UsPersonAnswer)).all()


def test_it_is_erased_too_when_the_event_asks_no_more(event_id: int) -> None:
    sign_up(event_id, details(us_person=UsPerson.NO))
    [person] = (person.id for person in registrations(event_id))
    transact(lambda at: setattr(db.session.get_one(RegistrationRules, event_id), "asks_us_person", False))
    transact(lambda at: change_mode(person, Mode.ONLINE, at=at))
    assert not db.session.scalars(db.select(UsPersonAnswer)).all()


def test_it_is_answered_anew(event_id: int) -> None:
    sign_up(event_id)
    [person] = registrations(event_id)
    person_id = person.id
    for answer in (UsPerson.CONTACT_ME, UsPerson.YES):
        transact(lambda at, answer=answer: vetting.answer(person_id, answer, at=at))
        assert told(event_id) == [answer]
    assert not db.session.scalars(db.select(AuditEntry).filter(AuditEntry.act != "registered")).all()


def test_whoever_takes_a_seat_over_answers_for_themselves(event_id: int) -> None:
    sign_up(event_id, details(us_person=UsPerson.YES))
    [person] = registrations(event_id)
    asked = {"registration_id": person.id, "link_version": person.link_version, "kind": MoveKind.HAND_OVER}
    move = PendingMove(**asked, email="ben@importer.example", first_name="Ben", asked_at=clock.now())
    transact(lambda _: db.session.add(move))
    person_id, version = person.id, db.session.get_one(PendingMove, person.id).version
    typed = details(us_person=UsPerson.CONTACT_ME)
    transact(lambda at: handing_over.take_over(person_id, version, typed, at=at).id)
    assert told(event_id) == [UsPerson.CONTACT_ME]
