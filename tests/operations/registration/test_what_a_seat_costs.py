"""A seat that costs sessions says so in its mail: which are gone, which wait and why, and nobody is passed at rest."""

from datetime import datetime, timedelta

import pytest

from app import clock, links
from app.db import db, transact
from app.mail.rendering import render
from app.models import Mode, OutgoingEmail, QuestionKind, Registration
from app.operations.program import rescheduling
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from app.operations.registration import offering, placing, switching
from app.operations.registration.cancelling import cancel
from tests.operations.registration.test_offering_sessions import move, times_of
from tests.operations.registration.test_standing_by import postpone
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.factories import wall
from tests.support.pages import CheckedClient
from tests.support.questions import ask
from tests.support.sessions import conference, hold_sessions, session_ids, states
from tests.web.public.test_my_registration import own_page, press, words

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app", "at")]
BY = "ed@example.gov"
BOTH = {"seats": dict.fromkeys(Mode, 5)}


def mail_to(registration_id: int) -> str:
    query = db.select(OutgoingEmail).filter_by(registration_id=registration_id).order_by(OutgoingEmail.id.desc())
    mail = db.session.scalars(query.limit(1)).one()
    return " ".join(render(mail.kind, mail.facts).text.split())


def test_a_session_that_has_begun_and_is_full_is_named(at: datetime) -> None:
    event_id = make_event(capacity=1)
    hold_sessions(event_id, {"seats": {Mode.IN_PERSON: 1}, "hour": -1, "minutes": 120})
    for _ in range(2):
        sign_up(event_id, details(sessions=tuple(session_ids(event_id))))
    person = registrations(event_id)[1].id
    with clock.stopped_at(at + timedelta(days=13, hours=23, minutes=30)):
        transact(lambda at: placing.give_seat(person, reason="Speaks.", by=BY, at=at).id)
    assert standings(event_id) == ["in-person confirmed", "in-person confirmed"]
    assert states(registrations(event_id)[1]) == []
    assert "“Session 1” is no longer part of your registration" in mail_to(person)


def test_a_session_that_another_keeps_waiting_is_named_with_a_seat_from_the_line() -> None:
    event_id = conference(capacity=1)
    one, two = session_ids(event_id)
    sign_up(event_id)
    sign_up(event_id, details(sessions=(one, two)))
    move(two, **times_of(one))
    first, second = (person.id for person in registrations(event_id))
    transact(lambda at: cancel(first, at=at).id)
    assert states(registrations(event_id)[1]) == ["confirmed", "waitlisted"]
    assert "You cannot have “Session 2” beside “Session 1”, in which you have a seat" in mail_to(second)


@pytest.mark.parametrize("by", ["person", BY])
def test_a_session_that_another_keeps_waiting_is_named_after_a_change_of_way(by: str) -> None:
    event_id = make_event(online=None)
    one, two = hold_sessions(event_id, BOTH, BOTH | {"hour": 2})
    sign_up(event_id, details(mode=Mode.ONLINE, sessions=(one, two)))
    move(two, **times_of(one))
    person = registrations(event_id)[0].id
    assert states(registrations(event_id)[0]) == ["confirmed", "confirmed"]
    transact(lambda at: switching.change_mode(person, Mode.IN_PERSON, at=at, by=by))
    assert states(registrations(event_id)[0]) == ["waitlisted", "confirmed"]
    assert "You cannot have “Session 1” beside “Session 2”, in which you have a seat" in mail_to(person)


def test_while_an_event_is_postponed_nobody_passes_a_sessions_line() -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 1}}, capacity=2)
    for _ in range(3):
        sign_up(event_id, details(sessions=tuple(session_ids(event_id))))
    holder = registrations(event_id)[0].id
    postpone(event_id)
    transact(lambda at: cancel(holder, at=at).id)
    assert standings(event_id)[1:] == ["in-person confirmed", "in-person confirmed"]
    assert [states(one) for one in registrations(event_id)[1:]] == [["waitlisted"], ["waitlisted"]]
    again = Move(Moment(wall("2026-04-16 13:00")), Moment(wall("2026-04-16 14:00")))
    told = {"version": None, "by": "staff", "tell": Telling(reason="")}
    transact(lambda at: rescheduling.reschedule(event_id, again, at=at, **told).id)
    assert [states(one) for one in registrations(event_id)[1:]] == [["confirmed"], ["waitlisted"]]


def test_accepting_an_offered_seat_names_what_it_costs(client: CheckedClient) -> None:
    event_id = with_rules(make_event(capacity=1, online=None), offer_hours=24)
    [talk] = hold_sessions(event_id, {"title": "Online only", "seats": {Mode.ONLINE: 5}})
    sign_up(event_id)
    sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True, sessions=(talk,)))
    first, second = registrations(event_id)
    mine, address = second.id, offer_page(second)
    transact(lambda at: cancel(first.id, at=at).id)
    assert "names the sessions that accepting costs you" in mail_to(mine)
    page = client.page(address)
    assert "It costs you these sessions: Online only: not held that way, so you give it up" in words(page)
    assert "These sessions go with your registration" not in words(page)
    assert press(client, page, f"{address}/accept") == 409
    assert standings(event_id)[1] == "online confirmed > in-person (held)"
    assert press(client, page, f"{address}/accept", known=[str(talk)]) == 303
    assert (standings(event_id)[1], states(registrations(event_id)[1])) == ("in-person confirmed", [])


def offer_page(person: Registration) -> str:
    return f"/registrations/{links.sign_reference(links.OFFER, person.id, person.link_version)}/offer"


@pytest.mark.parametrize("way", ["promoted", "offered", "changed"])
def test_what_the_room_asks_is_asked_of_whoever_comes_in_later(client: CheckedClient, way: str) -> None:
    event_id = make_event(capacity=1, online=None)
    if way == "offered":
        with_rules(event_id, offer_hours=24)
    ask(event_id, "Which meal?", QuestionKind.TEXT, mode=Mode.IN_PERSON, is_required=True)
    sign_up(event_id)
    sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=way != "changed"))
    first, second = (person.id for person in registrations(event_id))
    assert ("1 question for you" in words(client.page(own_page(event_id, 1)))) is (way != "changed")
    transact(lambda at: cancel(first, at=at).id)
    if way == "offered":
        transact(lambda at: offering.accept(second, at=at).id)
    elif way == "changed":
        transact(lambda at: switching.change_mode(second, Mode.IN_PERSON, at=at))
    assert standings(event_id)[1] == "in-person confirmed"
    assert "Still to answer on your own page, with the link below: “Which meal?”" in mail_to(second)
    assert "1 question for you" in words(client.page(own_page(event_id, 1)))
    assert "Which meal?" in words(client.page(own_page(event_id, 1)))
