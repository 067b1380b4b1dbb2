"""Attending online while waiting for the room: one registration, two things held, one mail that says how it stands."""

from datetime import datetime

import pytest

from app.db import db, transact
from app.models import Event, FormSubmission, Mode, OutgoingEmail
from app.operations.program import planning
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import NoSeatError
from app.operations.registration.keeping_turn import NotWaitingError, attend_online, leave_line
from app.operations.registration.waiting import ahead_of
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings

pytestmark = pytest.mark.usefixtures("app", "at")


def keep_turn(event_id: int) -> int:
    return sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True))


@pytest.fixture
def event_id() -> int:
    """One seat in the room, taken; two keep their turn for it."""
    made = make_event(capacity=1, online=2)
    sign_up(made)
    keep_turn(made)
    keep_turn(made)
    return made


def latest_mail(event_id: int) -> OutgoingEmail:
    query = db.select(OutgoingEmail).filter_by(event_id=event_id).order_by(OutgoingEmail.id.desc()).limit(1)
    return db.session.scalars(query).one()


def test_promotion_switches_both_with_one_mail_and_one_newer_entry(event_id: int) -> None:
    holder, first, _ = registrations(event_id)
    before = db.session.scalar(db.select(db.func.count()).select_from(OutgoingEmail)) or 0
    transact(lambda at: cancel(holder.id, at=at, tell=False).id)
    assert standings(event_id) == ["in-person cancelled", "in-person confirmed", "online confirmed > in-person"]
    assert seats(event_id) == {"in-person": (1, 1), "online": (1, 0)}
    assert db.session.scalar(db.select(db.func.count()).select_from(OutgoingEmail)) == before + 1
    mail = latest_mail(event_id)
    assert (mail.kind.value, mail.facts["gave_up"]) == ("promoted", "online")
    told = mail.facts["registration"]
    assert (told["mode"], told["calendar_uid"], told["calendar_sequence"]) == ("in-person", first.calendar_uid, 1)
    assert told["days"] == ["2026-03-16"]


def test_the_seat_online_that_becomes_free_goes_to_who_waits_online(event_id: int) -> None:
    sign_up(event_id, details(mode=Mode.ONLINE))
    holder = registrations(event_id)[0]
    assert standings(event_id)[3] == "online waitlisted"
    transact(lambda at: cancel(holder.id, at=at).id)
    assert standings(event_id)[3] == "online confirmed"
    assert seats(event_id) == {"in-person": (1, 1), "online": (2, 0)}


def test_leaving_the_line_keeps_online(event_id: int) -> None:
    person = registrations(event_id)[1]
    transact(lambda at: leave_line(person.id, at=at).id)
    assert standings(event_id)[1] == "online confirmed"
    assert seats(event_id) == {"in-person": (1, 1), "online": (2, 0)}
    assert latest_mail(event_id).facts["changes"] == [["waits_for", "in-person", ""]]
    with pytest.raises(NotWaitingError):
        transact(lambda at: leave_line(person.id, at=at).id)
    assert ahead_of(registrations(event_id)[2]) == 0


def test_cancelling_gives_up_both(event_id: int) -> None:
    person = registrations(event_id)[1]
    transact(lambda at: cancel(person.id, at=at).id)
    assert seats(event_id) == {"in-person": (1, 1), "online": (1, 0)}


def test_who_waits_may_attend_online_meanwhile() -> None:
    event_id = make_event(capacity=1, online=1)
    for _ in range(3):
        sign_up(event_id)
    first, second = registrations(event_id)[1:]
    transact(lambda at: attend_online(second.id, at=at).id)
    assert standings(event_id)[1:] == ["in-person waitlisted", "online confirmed > in-person"]
    assert ahead_of(registrations(event_id)[2]) == 1
    with pytest.raises(NoSeatError):
        transact(lambda at: attend_online(first.id, at=at).id)
    with pytest.raises(NotWaitingError):
        transact(lambda at: attend_online(second.id, at=at).id)
    assert seats(event_id) == {"in-person": (1, 2), "online": (1, 0)}


def test_a_seat_in_the_room_that_is_free_meanwhile_is_given(at: datetime) -> None:
    """The form was shown while the room was full; now it is not."""
    event_id = make_event(capacity=1, online=None)
    shown = db.session.get_one(FormSubmission, keep_turn(event_id))
    assert standings(event_id) == ["in-person confirmed"]
    assert (shown.mode, shown.state.value, shown.outcome) == (Mode.IN_PERSON, "confirmed", {"days": ["2026-03-16"]})
    assert registrations(event_id)[0].days == ["2026-03-16"]


def test_without_a_seat_online_the_turn_is_what_is_left() -> None:
    event_id = make_event(capacity=1, online=1)
    for _ in range(2):
        keep_turn(event_id)
    shown = db.session.get_one(FormSubmission, keep_turn(event_id))
    assert standings(event_id) == ["in-person confirmed", "online confirmed > in-person", "in-person waitlisted"]
    assert (shown.mode, shown.state.value) == (Mode.IN_PERSON, "waitlisted")
    assert seats(event_id) == {"in-person": (1, 2), "online": (1, 0)}


def test_more_seats_reach_the_line(event_id: int) -> None:
    more = planning.Seats({Mode.IN_PERSON: 3, Mode.ONLINE: 2})
    transact(lambda at: planning.edit(event_id, [], version=None, by="ed@example.gov", at=at, seats=more))
    assert standings(event_id) == ["in-person confirmed"] * 3
    assert seats(event_id) == {"in-person": (3, 0), "online": (0, 0)}
    assert [pool.capacity for pool in db.session.get_one(Event, event_id).pools] == [3, 2]
