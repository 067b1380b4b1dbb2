"""What the room asks of whoever attends online and keeps a turn for it: on the form, on the own page, with the seat."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock, links
from app.db import db, transact
from app.models import Mode, Question, QuestionKind
from app.operations.registration.cancelling import cancel
from app.operations.registration.details import GivenAnswer
from app.operations.registration.offering import lapse_due
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.support.questions import ask, given
from tests.web.public.test_bookings import colleague
from tests.web.public.test_my_registration import own_page, press, words
from tests.web.public.test_questions import is_open
from tests.web.public.test_waiting import FORM, form_of

pytestmark = pytest.mark.usefixtures("at")
KEEPING = {**FORM, "mode": "online-keeping-turn"}


@pytest.fixture
def event_id(app: Flask) -> int:
    """A room of one seat, taken; online there is room; colleagues may come along."""
    made = with_rules(make_event(capacity=1, online=9), offer_hours=24, most_colleagues=2)
    sign_up(made)
    return made


def meal(event_id: int, **limits: int) -> Question:
    text, kind = "Which meal?", QuestionKind.CHOICE
    return ask(event_id, text, kind, options=("meat", "fish"), limits=limits, mode=Mode.IN_PERSON, is_required=True)


def camera(event_id: int) -> Question:
    return ask(event_id, "Have you a camera?", mode=Mode.ONLINE, is_required=True)


def asked(page: Page, question: Question, prefix: str = "") -> bool:
    return is_open(page.all("input", name=prefix + question.field_name)[0])


def answers(event_id: int, number: int = 1) -> dict[str, list[str]]:
    db.session.expire_all()
    return {one.version.text: one.value for one in registrations(event_id)[number].answers}


def keep_turn(event_id: int, *answered: GivenAnswer) -> None:
    sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True, answers=answered))


def send(client: CheckedClient, page: Page, **typed: Any) -> Page:
    answer = client.submit(page, **typed)
    return client.page(answer.location) if answer.status_code == 303 else Page(answer.text)


def test_without_scripts_both_ways_are_asked_in_a_second_step(client: CheckedClient, event_id: int) -> None:
    room, online = meal(event_id), camera(event_id)
    page = send(client, form_of(client, event_id), **KEEPING)
    assert "2 more questions" in words(page)
    assert [asked(page, room), asked(page, online)] == [True, True]
    refused = send(client, page, **{online.field_name: "yes"})
    assert "Answer “Which meal?”." in words(refused)
    send(client, refused, **{room.field_name: "fish"})
    assert standings(event_id)[1] == "online confirmed > in-person"
    assert answers(event_id) == {"Which meal?": ["fish"], "Have you a camera?": ["yes"]}


def test_one_way_alone_is_asked_its_own(client: CheckedClient, event_id: int) -> None:
    room, online = meal(event_id), camera(event_id)
    page = send(client, form_of(client, event_id), **FORM, mode="online")
    assert [asked(page, room), asked(page, online)] == [False, True]


def test_who_waits_beside_a_seat_online_holds_what_they_chose_for_the_room(
    client: CheckedClient, event_id: int
) -> None:
    room = meal(event_id, fish=1)
    keep_turn(event_id, given(room, "fish"))
    page = send(client, form_of(client, event_id), **KEEPING)
    assert "Taken. Nobody more can choose this." in words(page)
    address = own_page(event_id, 1)
    assert press(client, client.page(address), f"{address}/line/leave") == 303
    assert answers(event_id) == {}
    assert room.full_options == ()


def test_a_colleague_is_asked_what_the_sender_is(client: CheckedClient, event_id: int) -> None:
    room = meal(event_id)
    page = Page(client.submit(form_of(client, event_id), add_colleague="y").text)
    own = {"colleagues-0-same_answers": [], "all_or_none": "as-many"}
    page = send(client, page, **KEEPING, **colleague(0, "Ana", "lim@broker.example"), **own)
    assert [asked(page, room), asked(page, room, "colleagues-0-")] == [True, True]
    send(client, page, **{room.field_name: "fish", f"colleagues-0-{room.field_name}": "meat"})
    assert [answers(event_id, one) for one in (1, 2)] == [{"Which meal?": ["fish"]}, {"Which meal?": ["meat"]}]


def test_who_came_without_is_asked_on_their_own_page_while_they_wait(client: CheckedClient, event_id: int) -> None:
    room = meal(event_id)
    keep_turn(event_id)
    address = own_page(event_id, 1)
    assert "You wait for the room, so the event needs this answer of you too." in words(client.page(address))
    page = client.page(f"{address}/change")
    assert asked(page, room)
    send(client, page, **{room.field_name: "fish"})
    assert answers(event_id) == {"Which meal?": ["fish"]}
    assert "question for you" not in words(client.page(address))


def test_the_page_of_an_offered_seat_names_what_is_still_to_answer(client: CheckedClient, event_id: int) -> None:
    meal(event_id)
    keep_turn(event_id)
    first, second = registrations(event_id)
    address = f"/registrations/{links.sign_reference(links.OFFER, second.id, second.link_version)}/offer"
    transact(lambda at: cancel(first.id, at=at).id)
    page = client.page(address)
    assert "Still to answer Which meal? If you accept, answer this on your own page." in words(page)
    assert press(client, page, f"{address}/accept") == 303
    assert "Still to answer Which meal? Answer this on your own page." in words(client.page(address))


def test_who_gets_the_room_at_once_keeps_no_answers_of_online(app: Flask) -> None:
    event_id = make_event(capacity=2, online=9)
    room, online = meal(event_id), camera(event_id)
    sign_up(event_id)
    keep_turn(event_id, given(room, "fish"), given(online, "yes"))
    assert standings(event_id)[1] == "in-person confirmed"
    assert answers(event_id) == {"Which meal?": ["fish"]}


def test_an_offer_that_lapses_gives_back_what_was_chosen_for_the_room(event_id: int, at: datetime) -> None:
    room, first = meal(event_id, fish=1), registrations(event_id)[0].id
    keep_turn(event_id, given(room, "fish"))
    transact(lambda at: cancel(first, at=at).id)
    with clock.stopped_at(at + timedelta(hours=25)):
        transact(lapse_due)
    assert standings(event_id)[1] == "online confirmed"
    assert (answers(event_id), room.full_options) == ({}, ())


def test_staff_see_and_save_the_answers_of_both_ways(editor: CheckedClient, event_id: int) -> None:
    room, online = meal(event_id), camera(event_id)
    keep_turn(event_id, given(room, "fish"), given(online, "yes"))
    person = registrations(event_id)[1].id
    page = editor.page(f"/staff/registrations/{person}/details")
    send(editor, page, **{room.field_name: "meat"})
    assert answers(event_id) == {"Which meal?": ["meat"], "Have you a camera?": ["yes"]}
