"""What the room asks of whoever attends online and keeps a turn for it: on the form, on the own page, with the seat."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock, links
from app.db import db, transact
from app.mail.rendering import render
from app.models import EmailState, Event, MessageKind, Mode, OutgoingEmail, Question, QuestionKind
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import resend
from app.operations.registration.details import GivenAnswer
from app.operations.registration.offering import lapse_due
from tests.support.desk import details, make_event, registrations, sign_up, standings, take_offers, with_rules
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


@pytest.fixture
def offered(client: CheckedClient, event_id: int) -> str:
    """The room is offered to somebody who waits online and was not asked about the meal. Returns the page."""
    meal(event_id, fish=1)
    keep_turn(event_id)
    first, second = registrations(event_id)
    transact(lambda at: cancel(first.id, at=at).id)
    return f"/registrations/{links.sign_reference(links.OFFER, second.id, second.link_version)}/offer"


def test_the_page_of_an_offered_seat_leads_to_what_is_still_to_answer(
    client: CheckedClient, event_id: int, offered: str
) -> None:
    page = client.page(offered)
    assert "Still to answer Which meal? The seat comes with this." in words(page)
    [way] = [link.get("href") for link in page.main.all("a") if link.text.strip() == "Answer now"]
    page = client.page(way)
    refused = Page(client.submit(page).text)
    assert "Answer “Which meal?”." in words(refused)
    [question] = db.session.get_one(Event, event_id).questions
    sent = client.submit(refused, **{question.field_name: "fish"})
    assert (sent.status_code, sent.location) == (303, offered)
    assert answers(event_id) == {"Which meal?": ["fish"]}
    assert "Still to answer" not in words(client.page(offered))
    assert "There is nothing left to answer." in words(client.page(way))
    client.submit(page, **{question.field_name: "meat"})
    assert answers(event_id) == {"Which meal?": ["fish"]}  # What stands is changed on the own page alone.
    assert press(client, client.page(offered), f"{offered}/accept") == 303


def test_an_option_that_others_took_meanwhile_is_chosen_again(
    client: CheckedClient, event_id: int, offered: str
) -> None:
    page = client.page(f"{offered}/questions")
    [question] = db.session.get_one(Event, event_id).questions
    sign_up(event_id, details(answers=(given(question, "fish"),)))
    refused = client.submit(page, **{question.field_name: "fish"})
    assert refused.status_code == 422
    assert "Others have just taken the last of what you chose." in words(Page(refused.text))


def test_the_mail_of_an_offered_seat_names_what_is_still_to_answer(event_id: int, offered: str) -> None:
    mail = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.OFFERED)).one()
    text = " ".join(render(mail.kind, mail.facts).text.split())
    assert "The seat comes with questions, which you can answer where you accept it: “Which meal?”" in text


def test_the_mail_of_a_place_in_line_names_what_is_still_to_answer(client: CheckedClient, event_id: int) -> None:
    """Staff registered somebody by phone and did not ask everything."""
    meal(event_id)
    sign_up(event_id)
    waits = registrations(event_id)[1].id
    transact(lambda at: resend(waits, at=at, by="ed@example.gov"))
    told = {"kind": MessageKind.WAITLISTED, "state": EmailState.QUEUED}
    mail = db.session.scalars(db.select(OutgoingEmail).filter_by(**told)).one()
    text = " ".join(render(mail.kind, mail.facts).text.split())
    assert "Still to answer on your own page, with the link below: “Which meal?”" in text


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
        take_offers()
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
