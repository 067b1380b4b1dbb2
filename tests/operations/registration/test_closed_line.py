"""Once a waiting list is closed, who still stands in it is before nobody: a free seat goes to whoever comes next."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import Approval, Event, EventSession, MessageKind, Mode, OutgoingEmail, Registration
from app.models.availability import Availability, mode_availability, session_availability
from app.operations.registration import picking, reconsidering, switching, taking_free_seats
from app.operations.registration.booking import NoSeatsForRestError
from app.operations.registration.by_hand import Asked, Channel, register_by_hand
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import NoSeatError
from app.operations.registration.fitting import SessionTakenError
from app.operations.registration.keeping_turn import NotWaitingError, attend_online
from app.operations.registration.registering import AllTakenError
from app.operations.registration.switching import change_mode
from tests.support.booking import booked_form
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules
from tests.support.sessions import check_sessions, hold_sessions, states

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow]
BY = "ed@example.gov"
ONE_WAITS = ["in-person confirmed", "in-person confirmed", "in-person waitlisted"]


@pytest.fixture(params=["plain", "with rules"])
def event_id(request: pytest.FixtureRequest, at: datetime) -> Iterator[int]:
    """Two seats in the room, taken, and one who waits. In half a day it begins: the line for the room is closed."""
    made = make_event(capacity=2, online=1)
    if request.param == "with rules":
        with_rules(made, most_colleagues=2)
    for _ in range(3):
        sign_up(made)
    with clock.stopped_at(at + timedelta(days=13, hours=12)):
        yield made


def leave(event_id: int, index: int = 0) -> None:
    person_id = registrations(event_id)[index].id
    transact(lambda at: cancel(person_id, at=at).id)


def room(event_id: int) -> Availability:
    db.session.expire_all()
    event = db.session.get_one(Event, event_id)
    return next(one.availability for one in mode_availability(event, clock.now()) if one.mode is Mode.IN_PERSON)


def enter_by_hand(event_id: int, *, adds_seat: bool = False) -> Registration:
    asked = Asked(Channel.PHONE, "Comes late.", adds_seat=adds_seat)
    return transact(lambda at: register_by_hand(event_id, details(), asked, by="ed@example.gov", at=at))


def test_a_newcomer_gets_the_seat_that_nobody_in_the_line_can_have(event_id: int) -> None:
    assert room(event_id) is Availability.FULL
    leave(event_id)
    assert room(event_id) is Availability.FEW_SEATS
    sign_up(event_id)
    assert standings(event_id)[2:] == ["in-person waitlisted", "in-person confirmed"]
    assert seats(event_id)["in-person"] == (2, 1)


def test_the_last_seat_is_theirs_when_the_form_comes_twice(event_id: int) -> None:
    leave(event_id)
    typed = details()
    assert sign_up(event_id, typed, form_key="once") == sign_up(event_id, typed, form_key="once")


def test_nobody_is_put_on_a_closed_list(event_id: int) -> None:
    with pytest.raises(AllTakenError):
        sign_up(event_id)
    with pytest.raises(AllTakenError):
        enter_by_hand(event_id)
    assert standings(event_id) == ONE_WAITS


def test_staff_give_the_free_seat_too_and_may_add_one(event_id: int) -> None:
    leave(event_id)
    enter_by_hand(event_id)
    enter_by_hand(event_id, adds_seat=True)
    assert standings(event_id)[2:] == ["in-person waitlisted", "in-person confirmed", "in-person confirmed"]
    kinds = db.session.scalars(db.select(OutgoingEmail.kind).order_by(OutgoingEmail.id.desc()).limit(2)).all()
    assert kinds == [MessageKind.CONFIRMED] * 2


def test_who_is_online_may_come_into_the_room(event_id: int) -> None:
    sign_up(event_id, details(mode=Mode.ONLINE))
    leave(event_id)
    online = registrations(event_id)[3].id
    transact(lambda at: change_mode(online, Mode.IN_PERSON, at=at))
    assert standings(event_id)[2:] == ["in-person waitlisted", "in-person confirmed"]


def test_who_would_keep_a_turn_gets_the_room_if_it_has_a_seat_and_else_no_turn(event_id: int) -> None:
    leave(event_id)
    for expected in ("in-person confirmed", "online confirmed"):
        sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True))
        assert standings(event_id)[-1] == expected


def test_of_several_none_is_registered_when_some_would_stand_on_a_closed_list(at: datetime) -> None:
    event_id = with_rules(make_event(capacity=2), most_colleagues=2)
    sign_up(event_id)
    with clock.stopped_at(at + timedelta(days=13, hours=12)):
        with pytest.raises(NoSeatsForRestError):
            sign_up(event_id, booked_form("Bo"))
        assert standings(event_id) == ["in-person confirmed"]


def test_a_session_that_has_begun_has_its_free_seats_for_newcomers_and_no_list(at: datetime) -> None:
    event_id = make_event(capacity=None)
    [session_id] = hold_sessions(event_id, {"seats": {Mode.IN_PERSON: 1}, "hour": -1, "minutes": 120})
    for _ in range(2):
        sign_up(event_id, details(sessions=(session_id,)))
    with clock.stopped_at(at + timedelta(days=13, hours=23, minutes=30)):
        session = db.session.get_one(EventSession, session_id)
        assert session_availability(session, Mode.IN_PERSON, clock.now()) is Availability.FULL
        with pytest.raises(SessionTakenError):
            sign_up(event_id, details(sessions=(session_id,)))
        leave(event_id)
        sign_up(event_id, details(sessions=(session_id,)))
    assert [[pick.state.value for pick in one.live_picks] for one in registrations(event_id)] == [
        [],
        ["waitlisted"],
        ["confirmed"],
    ]


@pytest.fixture
def session_id(at: datetime) -> Iterator[int]:
    """A session that has begun, with its only seat of each way taken, at an event that has seats to spare."""
    event_id = make_event(online=None)
    [made] = hold_sessions(event_id, {"seats": dict.fromkeys(Mode, 1), "hour": -1, "minutes": 120})
    for mode in Mode:
        sign_up(event_id, details(mode=mode, sessions=(made,)))
    with clock.stopped_at(at + timedelta(days=13, hours=23, minutes=30)):
        yield made


def test_attending_the_other_way_costs_a_session_that_has_begun_there_without_a_seat(session_id: int) -> None:
    event_id = db.session.get_one(EventSession, session_id).event_id
    person = registrations(event_id)[0]
    stakes = switching.at_stake(person, Mode.ONLINE, clock.now())
    assert [(one.session_id, one.waits, one.has_begun) for one in stakes] == [(session_id, False, True)]
    number = person.id
    transact(lambda at: switching.change_mode(number, Mode.ONLINE, at=at, known=[session_id], by=BY, reason="Ill."))
    assert [states(one) for one in registrations(event_id)] == [[], ["confirmed"]]
    check_sessions(event_id)


def test_a_yes_after_all_brings_no_session_back_that_has_begun_without_a_seat(session_id: int) -> None:
    event_id = db.session.get_one(EventSession, session_id).event_id
    sign_up(event_id)

    def bring_back(at: datetime) -> None:
        person = registrations(event_id)[-1]
        person.approval = Approval(sessions=[session_id])
        reconsidering.bring_back(person, at)

    transact(bring_back)
    assert states(registrations(event_id)[-1]) == []


def take(registration_id: int, *known: int) -> None:
    transact(lambda at: taking_free_seats.take(registration_id, known=known, at=at).id)


def test_whoever_stands_in_it_takes_a_seat_that_became_free(event_id: int) -> None:
    waits = registrations(event_id)[2].id
    assert not taking_free_seats.can_take(registrations(event_id)[2], clock.now())
    with pytest.raises(NoSeatError):
        take(waits)
    leave(event_id)
    assert taking_free_seats.can_take(registrations(event_id)[2], clock.now())
    take(waits)
    assert standings(event_id)[1:] == ["in-person confirmed", "in-person confirmed"]
    assert seats(event_id) == {"in-person": (2, 0), "online": (0, 0)}
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert mail
    assert (mail.kind, mail.registration_id) == (MessageKind.CONFIRMED, waits)
    with pytest.raises(NotWaitingError):
        take(waits)


def test_a_seat_online_meanwhile_goes_back(event_id: int) -> None:
    waits = registrations(event_id)[2].id
    transact(lambda at: attend_online(waits, at=at).id)
    leave(event_id)
    take(waits)
    assert standings(event_id)[1:] == ["in-person confirmed", "in-person confirmed"]
    assert seats(event_id) == {"in-person": (2, 0), "online": (0, 0)}


def test_nobody_takes_a_seat_while_the_line_moves_or_after_registration_has_closed(event_id: int) -> None:
    waits = registrations(event_id)[2].id
    leave(event_id)
    starts = db.session.get_one(Event, event_id).starts_at
    assert starts
    for moment in (starts - timedelta(hours=25), starts):
        with clock.stopped_at(moment), pytest.raises(switching.WayClosedError):
            take(waits)


def test_a_free_seat_names_the_sessions_that_it_costs(event_id: int) -> None:
    [session_id] = hold_sessions(event_id, {"seats": {Mode.ONLINE: 5}})
    waits = registrations(event_id)[2].id
    transact(lambda at: attend_online(waits, at=at).id)
    transact(lambda at: len(picking.change(waits, picking.Wanted((session_id,)), at=at)))
    leave(event_id)
    with pytest.raises(switching.SessionsAtStakeError):
        take(waits)
    take(waits, session_id)
    assert states(registrations(event_id)[2]) == []
