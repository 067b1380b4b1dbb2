"""After a postponement: keeping and giving up are both recorded, and silence keeps the seat."""

import pytest

from app.db import db, transact
from app.models import AuditEntry, PostponedAnswer
from app.operations.program import rescheduling
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from app.operations.registration import standing_by
from app.operations.registration.changing import NotLiveError
from app.operations.registration.standing_by import Answers, NotPostponedError
from tests.support.desk import make_event, registrations, sign_up, standings
from tests.support.factories import wall

pytestmark = pytest.mark.usefixtures("app", "at")


def postponed_event(people: int) -> int:
    event_id = make_event(capacity=2)
    for _ in range(people):
        sign_up(event_id)
    postpone(event_id)
    return event_id


def postpone(event_id: int) -> None:
    told = {"version": None, "by": "staff", "tell": Telling(reason="A storm")}
    transact(lambda at: rescheduling.postpone(event_id, at=at, **told).id)


def keep(registration_id: int) -> None:
    transact(lambda at: standing_by.keep(registration_id, at=at).id)


def give_up(registration_id: int) -> None:
    transact(lambda at: standing_by.give_up(registration_id, at=at).id)


def test_it_works() -> None:
    event_id = postponed_event(4)
    first, second, *_ = [person.id for person in registrations(event_id)]
    keep(first)
    keep(first)
    give_up(second)
    assert standing_by.answers(event_id) == Answers(keep=1, gave_up=1, silent=2)
    assert standings(event_id)[:2] == ["in-person confirmed", "in-person cancelled"]
    acts = db.session.scalars(db.select(AuditEntry.act).where(AuditEntry.subject_id == first)).all()
    assert acts.count("keeps the seat") == 1


def test_who_gave_it_up_cannot_answer_again() -> None:
    event_id = postponed_event(1)
    person = registrations(event_id)[0].id
    give_up(person)
    with pytest.raises(NotLiveError):
        keep(person)


def test_whoever_keeps_it_may_still_give_it_up() -> None:
    event_id = postponed_event(1)
    person = registrations(event_id)[0].id
    keep(person)
    give_up(person)
    assert registrations(event_id)[0].postponed_answer is PostponedAnswer.GAVE_UP
    assert standing_by.answers(event_id) == Answers(keep=0, gave_up=1, silent=0)


def test_there_is_nothing_to_answer_while_the_event_has_a_date() -> None:
    event_id = make_event()
    sign_up(event_id)
    person = registrations(event_id)[0].id
    for verb in (keep, give_up):
        with pytest.raises(NotPostponedError):
            verb(person)


def test_another_postponement_asks_anew() -> None:
    event_id = postponed_event(1)
    keep(registrations(event_id)[0].id)
    on_again = Move(Moment(wall("2026-04-01 13:00")), Moment(wall("2026-04-01 14:00")))
    told = {"version": None, "by": "staff", "tell": Telling()}
    transact(lambda at: rescheduling.reschedule(event_id, on_again, at=at, **told).id)
    postpone(event_id)
    assert standing_by.answers(event_id) == Answers(keep=0, gave_up=0, silent=1)
