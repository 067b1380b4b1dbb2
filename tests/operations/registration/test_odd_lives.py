"""Odd lives of a registration: two things that happen to it at once, and after each step seats and rows agree."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import Mode, OutgoingEmail
from app.operations.communication import announcing
from app.operations.program import rescheduling
from app.operations.program.telling import Telling
from app.operations.records import erasing
from app.operations.registration import changing, keeping_turn, offering, picking, switching
from app.operations.registration.by_hand import Asked, Channel, register_by_hand
from app.operations.registration.cancelling import cancel
from app.operations.registration.fitting import SessionRefusedError
from app.operations.registration.picking import Wanted
from tests.operations.program.test_removing import remove, undo
from tests.operations.registration.test_handing_over import offer as propose
from tests.operations.registration.test_handing_over import take as take_over
from tests.operations.registration.test_untold_dates import NEW_DATE, office
from tests.support.booking import booked_form, group_event
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, take_offers, with_rules
from tests.support.sessions import check_sessions, hold_sessions, session_ids, states

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app", "at")]
BOTH = {"seats": {Mode.IN_PERSON: 1, Mode.ONLINE: 5}}


@pytest.fixture
def event_id() -> int:
    """One seat in the room, held for the answer of the second of three, who attends online meanwhile."""
    made = with_rules(make_event(capacity=1, online=5), offer_hours=48)
    sign_up(made)
    sign_up(made, details(mode=Mode.ONLINE, keeps_turn=True))
    sign_up(made)
    act(cancel, made, 0)
    assert standings(made)[1:] == ["online confirmed > in-person (held)", "in-person waitlisted"]
    return made


def act(verb: Callable[..., object], event_id: int, number: int, *words: object, **more: object) -> None:
    person = registrations(event_id)[number].id

    def work(at: datetime) -> None:
        verb(person, *words, at=at, **more)

    transact(work)
    check(event_id)


def check(event_id: int) -> None:
    """The figures of every way of attending are those of the people, and no seat is given twice."""
    db.session.expire_all()
    people = registrations(event_id)
    for mode, (taken, waits) in seats(event_id).items():
        sits = [one for one in people if one.mode.value == mode and one.state.value == "confirmed"]
        held = [one for one in people if one.waits_for and one.waits_for.value == mode and one.offered_until]
        line = [one for one in people if one.waits_for and one.waits_for.value == mode and not one.offered_until]
        assert (taken, waits) == (len(sits) + len(held), len(line))


def tell_all() -> None:
    with clock.stopped_at(clock.now() + timedelta(hours=1)):
        while transact(announcing.send_due_notices):
            pass


def test_postponed_while_offered_and_handed_over_before_the_new_date(event_id: int) -> None:
    office(rescheduling.postpone, event_id)
    tell_all()
    second = registrations(event_id)[1].id
    take_over(second, propose(second))
    office(rescheduling.reschedule, event_id, NEW_DATE)
    assert standings(event_id)[1:] == ["online confirmed > in-person", "in-person waitlisted"]
    tell_all()
    check(event_id)
    act(offering.accept, event_id, 1)
    assert standings(event_id)[1:] == ["in-person confirmed", "in-person waitlisted"]
    assert registrations(event_id)[1].email == "ben@importer.example"


def test_postponed_again_before_anybody_was_told_of_the_new_date(event_id: int) -> None:
    for _twice in range(2):
        office(rescheduling.postpone, event_id)
        tell_all()
        office(rescheduling.reschedule, event_id, NEW_DATE)
    office(rescheduling.postpone, event_id)
    tell_all()
    assert standings(event_id)[1:] == ["online confirmed > in-person", "in-person waitlisted"]
    office(rescheduling.reschedule, event_id, NEW_DATE, quietly=True)
    check(event_id)
    assert standings(event_id)[1:] == ["online confirmed > in-person (held)", "in-person waitlisted"]


def test_called_off_and_on_again_while_offered(event_id: int, at: datetime) -> None:
    """The mail of the offer was taken back with the event: who never read of it is asked anew."""
    office(rescheduling.cancel, event_id)
    undo(event_id)
    check(event_id)
    assert standings(event_id)[1] == "online confirmed > in-person (held)"
    with clock.stopped_at(at + timedelta(hours=48)):
        assert transact(offering.lapse_due) == 1
        assert standings(event_id)[1:] == ["online confirmed > in-person (held)", "in-person waitlisted"]
        take_offers()
    with clock.stopped_at(at + timedelta(hours=96)):
        assert transact(offering.lapse_due) == 1
    check(event_id)
    assert standings(event_id)[1:] == ["online confirmed", "in-person offered (held)"]


def test_the_address_is_corrected_while_offered(event_id: int) -> None:
    act(changing.correct_address, event_id, 1, "right@importer.example", by="ed@example.gov")
    act(offering.accept, event_id, 1)
    assert standings(event_id)[1] == "in-person confirmed"
    last = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert last
    assert last.recipient == "right@importer.example"


def test_who_changes_over_by_themselves_while_offered_has_one_seat(event_id: int) -> None:
    with pytest.raises(changing.NoSeatError):  # The one seat is the one that is held for them.
        act(switching.change_mode, event_id, 1, Mode.IN_PERSON)
    act(switching.change_mode, event_id, 2, Mode.ONLINE)
    act(keeping_turn.leave_line, event_id, 1)
    assert standings(event_id)[1:] == ["online confirmed", "online confirmed"]
    act(switching.change_mode, event_id, 1, Mode.IN_PERSON)
    assert standings(event_id)[1:] == ["in-person confirmed", "online confirmed"]


def test_who_left_while_offered_comes_back_at_the_end(event_id: int) -> None:
    typed = details(mode=Mode.ONLINE, keeps_turn=True, email=registrations(event_id)[1].email)
    act(cancel, event_id, 1)
    assert standings(event_id)[2] == "in-person offered (held)"
    sign_up(event_id, typed)
    check(event_id)
    assert standings(event_id)[1:] == [
        "online cancelled",
        "in-person offered (held)",
        "online confirmed > in-person",
    ]
    act(offering.decline, event_id, 2)
    assert standings(event_id)[3] == "online confirmed > in-person (held)"


def test_fewer_seats_while_offered_let_the_declined_one_go(event_id: int) -> None:
    def shrink(at: datetime) -> None:
        event = rescheduling.open_for_edit(event_id, None)
        pool = event.pool(Mode.IN_PERSON)
        assert pool
        offering.allotting.set_capacity(pool, 0, shrinking=True)

    transact(shrink)
    act(offering.decline, event_id, 1)
    assert standings(event_id)[1:] == ["online confirmed", "in-person waitlisted"]
    assert seats(event_id)["in-person"] == (0, 1)


@pytest.fixture
def picked() -> int:
    """A session of one seat in the room, held for the answer of the second."""
    made = with_rules(make_event(capacity=5, online=5), offer_hours=48)
    [session] = hold_sessions(made, BOTH)
    for _ in range(2):
        sign_up(made, details(sessions=(session,)))
    act(picking.leave, made, 0, session)
    assert [states(one) for one in registrations(made)] == [[], ["offered"]]
    return made


def test_a_session_is_removed_while_its_seat_is_held_and_comes_back(picked: int, at: datetime) -> None:
    [session] = session_ids(picked)
    person = registrations(picked)[1]
    shown = picking.shown(person)
    remove(picked, session)
    with pytest.raises(SessionRefusedError):  # A form that stood open meanwhile.
        act(picking.change, picked, 0, Wanted((session,)))
    act(picking.change, picked, 1, Wanted(()), version=shown)
    undo(picked)
    check(picked)
    assert states(registrations(picked)[1]) == ["offered"]
    [session] = session_ids(picked)
    act(picking.leave, picked, 1, session)
    check_sessions(picked)


def test_who_goes_online_while_a_seat_in_a_session_is_held_lets_it_go(picked: int) -> None:
    [session] = session_ids(picked)
    act(switching.change_mode, picked, 1, Mode.ONLINE, known=(session,))
    check_sessions(picked)
    assert [states(one) for one in registrations(picked)] == [[], ["confirmed"]]


def test_a_new_date_is_taken_back_while_the_seat_in_a_session_was_to_be_offered(picked: int) -> None:
    office(rescheduling.postpone, picked)
    tell_all()
    assert states(registrations(picked)[1]) == ["waitlisted"]
    office(rescheduling.reschedule, picked, NEW_DATE)
    assert states(registrations(picked)[1]) == ["waitlisted"]
    undo(picked)
    tell_all()
    assert states(registrations(picked)[1]) == ["waitlisted"]
    office(rescheduling.reschedule, picked, NEW_DATE)
    tell_all()
    assert states(registrations(picked)[1]) == ["offered"]


def test_nobody_reads_twice_of_what_happened_once(event_id: int) -> None:
    tell = Telling(quietly=True)
    transact(lambda at: rescheduling.postpone(event_id, version=None, by="ed@example.gov", at=at, tell=tell).id)
    undo(event_id)
    check(event_id)
    assert standings(event_id)[1] == "online confirmed > in-person (held)"
    waits = db.select(OutgoingEmail).filter_by(kind="offered", state="queued")
    assert len(db.session.scalars(waits).all()) == 1


def test_who_is_erased_at_an_event_that_is_called_off_holds_no_seat_once_it_is_on_again() -> None:
    made = make_event(capacity=1)
    for _ in range(2):
        sign_up(made)
    office(rescheduling.cancel, made)
    act(lambda person, at: erasing.erase(person, by="ed@example.gov", at=at), made, 0)
    undo(made)
    check(made)
    assert standings(made) == ["in-person cancelled", "in-person confirmed"]


def test_who_leaves_an_organization_makes_room_for_whoever_waits_under_its_cap() -> None:
    made = with_rules(make_event(capacity=2), organization_cap=1)
    for name in ("Acme", "Broker", "Carrier"):
        sign_up(made, details(organization=name))

    def name(number: int, organization: str) -> None:
        typed = details(organization=organization, last_name=f"Okafor {number}")
        act(changing.change_details, made, number, typed, by="ed@example.gov")

    name(2, "Acme")
    act(cancel, made, 1)
    assert standings(made)[2] == "in-person waitlisted"
    name(0, "Forwarder")
    check(made)
    assert standings(made)[2] == "in-person confirmed"


def test_who_has_no_address_is_not_asked_but_seated() -> None:
    """Nobody can mail them an offer, so they would lose the seat for want of an answer."""
    made = with_rules(make_event(capacity=1), offer_hours=48)
    [session] = hold_sessions(made, {"seats": {Mode.IN_PERSON: 1}})
    sign_up(made, details(sessions=(session,)))
    typed = details(email="", sessions=(session,))
    asked = Asked(Channel.PHONE, "Has no mail.")
    transact(lambda at: register_by_hand(made, typed, asked, by="ed@example.gov", at=at).id)
    act(picking.leave, made, 0, session)
    act(cancel, made, 0)
    check_sessions(made)
    assert standings(made)[1] == "in-person confirmed"
    assert states(registrations(made)[1]) == ["confirmed"]


def test_a_guest_whose_booker_is_erased_is_seated_and_not_asked_at_the_address_that_is_gone() -> None:
    made = group_event(1, offer_hours=48)
    sign_up(made, booked_form("Ana", own=False))
    act(lambda person, at: erasing.erase(person, by="ed@example.gov", at=at), made, 0)
    assert standings(made) == ["in-person cancelled", "in-person confirmed"]
