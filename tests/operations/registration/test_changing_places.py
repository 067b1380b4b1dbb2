"""What a booker changes of those whom they registered: done to the registration where there is one, and shown alike
where the address was known.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from app.db import db, transact
from app.models import BookedPlace, Event, MessageKind, Mode, Registration, RegistrationState
from app.operations.registration import attending_places, changing_places, managing, picturing, switching
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import NoSeatError, change_details
from app.operations.registration.fitting import SessionNotThisWayError, SessionsOverlapError
from app.operations.registration.picking import SessionFullError, Wanted
from app.operations.registration.questioning import OptionFullError
from tests.support.booking import booked_form, group_event, mails, places
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules
from tests.support.questions import given, lunch
from tests.support.sessions import check_sessions, conference, hold_sessions, session_ids, states

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app", "at")]
BOTH_WAYS: dict[str, Any] = {"seats": {Mode.IN_PERSON: 9, Mode.ONLINE: 9}}


@pytest.fixture(params=[False, True], ids=["new", "known"])
def known(request: pytest.FixtureRequest) -> bool:
    """Whether Ana's address was registered before Maria booked for her."""
    return bool(request.param)


def booked(event_id: int, *, known: bool, **typed: Any) -> BookedPlace:
    with_rules(event_id, most_colleagues=3)
    if known:
        sign_up(event_id, details(email="ana@broker.example"))
    sign_up(event_id, booked_form("Ana", **typed))
    return places()[0]


def ana(event_id: int) -> Registration:
    db.session.expire_all()
    return next(one for one in registrations(event_id) if one.email == "ana@broker.example")


def act(verb: Callable[..., object], place: BookedPlace, *words: Any, **more: Any) -> None:
    number = place.id

    def work(at: datetime) -> None:
        verb(number, *words, at=at, **more)

    transact(work)


def pick(place: BookedPlace, *sessions: int) -> None:
    act(changing_places.pick, place, Wanted(sessions))


def held(place: BookedPlace) -> list[str]:
    db.session.expire_all()
    return list(picturing.sessions(place).values())


def typed(place: BookedPlace, **values: Any) -> Any:
    return picturing.whole(place).with_values(**values)


def test_sessions_are_swapped(*, known: bool) -> None:
    event_id = conference(capacity=9)
    first, second = session_ids(event_id)
    place = booked(event_id, known=known, sessions=(first,))
    pick(place, second)
    assert picturing.sessions(places()[0]) == {second: "confirmed"}
    if not known:
        assert [one.session_id for one in ana(event_id).live_picks] == [second]
        assert [mail.recipient for mail in mails(MessageKind.CHANGED)] == ["ana@broker.example"]
    else:
        assert ana(event_id).live_picks == []
        assert mails(MessageKind.CHANGED) == []
    check_sessions(event_id)
    assert places()[0].may_be_managed


def test_nobody_loses_a_session_for_one_that_is_full(*, known: bool) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 1}}, {}, capacity=9)
    full, free = session_ids(event_id)
    sign_up(event_id, details(email="cy@broker.example", sessions=(full,)))
    place = booked(event_id, known=known, sessions=(free,))
    with pytest.raises(SessionFullError):
        pick(place, full)
    pick(place, free, full)
    assert held(places()[0]) == ["confirmed", "waitlisted"]
    if not known:
        assert states(ana(event_id)) == ["waitlisted", "confirmed"]
    check_sessions(event_id)


def test_a_choice_that_cannot_be_had_is_refused(*, known: bool) -> None:
    event_id = conference({}, {"hour": 0}, {"seats": {Mode.ONLINE: 9}, "hour": 5}, capacity=9)
    one, two, online = session_ids(event_id)
    place = booked(event_id, known=known)
    with pytest.raises(SessionsOverlapError):
        pick(place, one, two)
    with pytest.raises(SessionNotThisWayError):
        pick(place, online)
    assert held(places()[0]) == []


def test_the_other_way_of_attending(*, known: bool) -> None:
    event_id = make_event(capacity=9, online=9)
    both, room = hold_sessions(event_id, BOTH_WAYS, {"title": "Tour"})
    place = booked(event_id, known=known, sessions=(both, room))
    with pytest.raises(switching.SessionsAtStakeError):
        act(attending_places.attend, place, Mode.ONLINE)
    act(attending_places.attend, places()[0], Mode.ONLINE, known=[room])
    place = places()[0]
    assert (place.mode, place.state, picturing.sessions(place)) == (
        Mode.ONLINE,
        RegistrationState.CONFIRMED,
        {both: "confirmed"},
    )
    if not known:
        assert (ana(event_id).mode, states(ana(event_id))) == (Mode.ONLINE, ["confirmed"])
        assert seats(event_id) == {"in-person": (1, 0), "online": (1, 0)}
    check_sessions(event_id)


def test_a_way_without_a_seat_or_closed_is_refused(*, known: bool) -> None:
    event_id = make_event(capacity=9, online=1)
    sign_up(event_id, details(email="cy@broker.example", mode=Mode.ONLINE))
    place = booked(event_id, known=known)
    with pytest.raises(NoSeatError):
        act(attending_places.attend, place, Mode.ONLINE)
    transact(lambda at: setattr(_pool(event_id, Mode.ONLINE), "closes_at", at))
    with pytest.raises(switching.WayClosedError):
        act(attending_places.attend, place, Mode.ONLINE)
    assert places()[0].mode is Mode.IN_PERSON


def _pool(event_id: int, mode: Mode) -> Any:
    return db.session.get_one(Event, event_id).pool(mode)


def test_who_waits_gets_the_seat_of_the_other_way(*, known: bool) -> None:
    event_id = make_event(capacity=1, online=9)
    sign_up(event_id, details(email="cy@broker.example"))
    place = booked(event_id, known=known)
    assert place.state is RegistrationState.WAITLISTED
    act(attending_places.attend, place, Mode.ONLINE)
    assert places()[0].state is RegistrationState.CONFIRMED
    if not known:
        assert standings(event_id)[-1] == "online confirmed"


def test_who_keeps_a_turn_stops_waiting(*, known: bool) -> None:
    event_id = make_event(capacity=1, online=9)
    sign_up(event_id, details(email="cy@broker.example"))
    place = booked(event_id, known=known, mode=Mode.ONLINE, keeps_turn=True)
    assert place.outcome == {"state": "confirmed", "keeps_turn": True}
    act(attending_places.attend, place, Mode.ONLINE)
    assert places()[0].outcome == {"state": "confirmed", "sessions": []}
    if not known:
        assert standings(event_id)[-1] == "online confirmed"


def test_details_and_answers(*, known: bool) -> None:
    event_id = make_event(asked_fields={"job_title": "optional"})
    question = lunch(event_id, fish=1, meat=3)
    place = booked(event_id, known=known)
    act(changing_places.change, place, typed(place, job_title="Broker", answers=(given(question, "meat"),)))
    place = places()[0]
    assert picturing.whole(place).job_title == "Broker"
    if not known:
        assert (ana(event_id).job_title, [one.value for one in ana(event_id).answers]) == ("Broker", [["meat"]])
    act(changing_places.change, place, typed(place, answers=(given(question, "fish"),)))
    cy = details(email="cy@broker.example", answers=(given(question, "fish"),))
    if known:  # Nobody holds the only fish: the place keeps what it shows, whoever comes.
        sign_up(event_id, cy)
    else:
        with pytest.raises(OptionFullError):
            sign_up(event_id, cy)
    act(changing_places.change, places()[0], typed(places()[0], job_title="Owner"))
    assert [one.value for one in picturing.whole(places()[0]).answers or ()] == [("fish",)]
    act(changing_places.change, places()[0], typed(places()[0], answers=()))
    if known:
        with pytest.raises(OptionFullError):
            act(changing_places.change, places()[0], typed(places()[0], answers=(given(question, "fish"),)))


def test_what_others_changed_since_stays() -> None:
    event_id = make_event(asked_fields={"job_title": "optional"})
    place = booked(event_id, known=False)
    mine = ana(event_id)
    staff = details(email="ana@broker.example", first_name="Ana", last_name="Lim", organization="Lim & Co")
    transact(lambda at: change_details(mine.id, staff, at=at, by="ed@example.gov"))
    act(changing_places.change, place, typed(place, job_title="Broker"))
    assert (ana(event_id).organization, ana(event_id).job_title) == ("Lim & Co", "Broker")


def test_a_registration_that_stands_otherwise_by_now_stays_and_its_owner_is_told() -> None:
    event_id = conference({}, {"seats": {Mode.IN_PERSON: 1}}, capacity=3)
    first, full = session_ids(event_id)
    sign_up(event_id, details(email="cy@broker.example"))
    sign_up(event_id, details(email="di@broker.example", sessions=(full,)))
    place = booked(event_id, known=False, sessions=(first,))
    cy_id = registrations(event_id)[0].id
    transact(lambda at: cancel(cy_id, at=at).id)
    assert states(ana(event_id)) == ["confirmed"]  # The booker still sees how the form came out.
    pick(place, full)
    assert held(places()[0]) == ["waitlisted"]
    assert [one.session_id for one in ana(event_id).live_picks] == [first]
    told = mails(MessageKind.ALREADY_REGISTERED)[-1]
    assert (told.recipient, told.facts["booked_by"]) == ("ana@broker.example", "Maria Keller")
    check_sessions(event_id)


def verbs(place: BookedPlace) -> Iterator[Callable[[], None]]:
    yield lambda: act(changing_places.change, place, typed(place, job_title="Broker"))
    yield lambda: pick(place)
    yield lambda: act(attending_places.attend, place, Mode.ONLINE)


@pytest.mark.parametrize("end", ["cancelled", "taken over"])
def test_nothing_is_changed_of_who_is_not_the_bookers_any_more(end: str) -> None:
    event_id = group_event()
    place = booked_place(event_id)
    mine_id = ana(event_id).id
    if end == "cancelled":
        act(managing.cancel_place, place)
    else:
        transact(lambda at: managing.take_over(mine_id, at=at))
    for verb in verbs(places()[0]):
        with pytest.raises(managing.NotYoursAnyMoreError):
            verb()


def booked_place(event_id: int) -> BookedPlace:
    sign_up(event_id, booked_form("Ana"))
    return places()[0]


def test_who_cancelled_alone_is_changed_for_the_booker_only() -> None:
    event_id = make_event(capacity=9, online=9)
    place = booked(event_id, known=False)
    mine_id = ana(event_id).id
    transact(lambda at: cancel(mine_id, at=at, by="ed@example.gov").id)
    act(attending_places.attend, place, Mode.ONLINE)
    assert places()[0].mode is Mode.ONLINE
    assert standings(event_id)[-1] == "in-person cancelled"


def test_ten_changes_are_enough(*, known: bool) -> None:
    event_id = make_event(asked_fields={"job_title": "optional"})
    place = booked(event_id, known=known)
    for number in range(managing.MOST_CHANGES):
        act(changing_places.change, place, typed(place, job_title=f"Title {number}"))
        place = places()[0]
    with pytest.raises(managing.ChangedTooOftenError):
        act(changing_places.change, place, typed(place, job_title="Broker"))
