"""The pages on which a registration goes to another address, from the first question to the other person's own page."""

import re
from datetime import datetime

import pytest
from flask import Flask

from app import links
from app.db import db
from app.models import MessageKind, OutgoingEmail
from tests.support.desk import details, make_event, registrations, sign_up, with_rules
from tests.support.letters import deliver, text_of, to
from tests.support.pages import CheckedClient
from tests.support.questions import ask, given, lunch
from tests.web.public.test_my_registration import own_page, press, words

pytestmark = pytest.mark.usefixtures("at")
BEN = {"first_name": "Ben", "last_name": "Ito", "email": "ben@importer.example"}


def mailed_link(kind: MessageKind, path: str) -> str:
    move = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.kind == kind)).all()[-1].facts["move"]
    purpose = {"take-over": links.TAKE_OVER, "new-address": links.NEW_ADDRESS}[path]
    return f"/registrations/{links.sign_reference(purpose, move['id'], move['version'])}/{path}"


def ask_ben(client: CheckedClient, event_id: int) -> str:
    sent = client.submit(client.page(f"{own_page(event_id)}/hand-over"), **BEN)
    assert sent.status_code == 303
    return mailed_link(MessageKind.TAKE_OVER, "take-over")


def test_a_seat_is_handed_over(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id, details(first_name="Ana", last_name="Lopez"))
    mine = own_page(event_id)
    link = ask_ben(client, event_id)
    assert "We asked Ben Ito at ben@importer.example" in words(client.page(mine))
    page = client.page(link)
    assert "Ana Lopez hands the seat over to you" in words(page)
    assert "@importer.example" not in words(page).replace("ben@importer.example", "")
    taken = client.submit(page, last_name="Ito-Smith", organization="Ito Freight")
    assert taken.status_code == 303
    assert "Ben Ito-Smith" in words(client.page(taken.location))
    assert client.get(mine).status_code == 404
    assert registrations(event_id)[0].organization == "Ito Freight"


def test_a_place_in_line_is_not_called_a_seat(client: CheckedClient, app: Flask) -> None:
    event_id = make_event(capacity=1)
    sign_up(event_id, details(email="first@importer.example"))
    sign_up(event_id, details(first_name="Ana", last_name="Lopez", email="ana@importer.example"))
    sent = client.submit(client.page(f"{own_page(event_id, 1)}/hand-over"), **BEN)
    assert sent.status_code == 303
    [mail] = to(deliver(app), BEN["email"])
    assert mail["Subject"].startswith("A place in line for you from Ana Lopez")
    assert "Take the place in line over" in " ".join(text_of(mail).split())


def test_looking_at_the_mailed_link_changes_nothing(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    link = ask_ben(client, event_id)
    client.page(link)
    assert registrations(event_id)[0].email != BEN["email"]


def test_what_the_event_requires_is_asked_of_the_colleague(client: CheckedClient) -> None:
    event_id = make_event(asked_fields={"job_title": "required"})
    question = ask(event_id, "Which port do you use?")
    sign_up(event_id, details(job_title="Owner"))
    page = client.page(ask_ben(client, event_id))
    assert "Which port do you use?" in words(page)
    assert 'value="Owner"' not in client.get(ask_ben(client, event_id)).text
    refused = client.submit(page, organization="Ito Freight")
    assert refused.status_code == 422
    taken = client.submit(page, organization="Ito Freight", job_title="Clerk", **{f"question-{question.id}": "yes"})
    assert taken.status_code == 303
    assert registrations(event_id)[0].job_title == "Clerk"


def test_the_answer_is_the_same_for_a_known_address(client: CheckedClient) -> None:
    event_id = make_event()
    for address in ("ana@importer.example", "known@importer.example"):
        sign_up(event_id, details(email=address))
    seen = []
    for email in ("known@importer.example", "newbie@importer.example"):
        sent = client.submit(client.page(f"{own_page(event_id)}/hand-over"), **BEN | {"email": email})
        page = client.get(own_page(event_id)).text.replace(email, "ADDRESS")
        seen.append((sent.status_code, re.sub(r'name="form_key" value="[^"]+"', "", page)))
    assert seen[0] == seen[1]


def test_who_is_registered_already_learns_it_from_the_mailed_page(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    sign_up(event_id, details(email=BEN["email"]))
    answer = client.submit(client.page(ask_ben(client, event_id)), organization="Ito Freight")
    assert answer.status_code == 409
    assert "Another registration for this event stands under that address." in answer.text


def test_it_can_be_taken_back(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    link, mine = ask_ben(client, event_id), own_page(event_id)
    assert press(client, client.page(mine), f"{mine}/hand-over/withdrawal") == 303
    assert "Waiting for an answer" not in words(client.page(mine))
    assert "Nobody waits for this answer any more." in words(client.page(link))
    assert client.post(link, data={"first_name": "Ben"}).status_code == 409


def test_asking_anew_says_what_it_takes_back(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    mine = own_page(event_id)
    note = "You asked Ben Ito at ben@importer.example to take over your place"
    for way in ("hand-over", "address"):
        assert note not in words(client.page(f"{mine}/{way}"))
    ask_ben(client, event_id)
    for way in ("hand-over", "address"):
        assert note in words(client.page(f"{mine}/{way}"))
    staff_page = f"/staff/registrations/{registrations(event_id)[0].id}/address"
    assert "asked Ben Ito at ben@importer.example to take the seat over" in words(editor.page(staff_page))
    client.submit(client.page(f"{mine}/address"), email="ana@importer.example")
    assert "We sent a link to ana@importer.example already" in words(client.page(f"{mine}/address"))
    assert "asked to use ana@importer.example themselves" in words(editor.page(staff_page))
    editor.submit(editor.page(staff_page), email="right@importer.example")
    assert "asked to use" not in words(editor.page(staff_page))


def test_after_the_limit_the_page_says_so(client: CheckedClient, at: datetime) -> None:
    event_id = with_rules(make_event(), hand_over_until_at=at)
    sign_up(event_id)
    assert "The time to hand over seats for this event is over." in words(
        client.page(f"{own_page(event_id)}/hand-over")
    )
    assert "Hand your seat over" not in words(client.page(own_page(event_id)))


def test_ones_own_address_is_refused_beside_its_field(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id, details(email=BEN["email"]))
    for page in ("hand-over", "address"):
        form = client.page(f"{own_page(event_id)}/{page}")
        answer = client.submit(form, **BEN if page == "hand-over" else {"email": BEN["email"]})
        assert answer.status_code == 422
        assert "Enter another one." in answer.text


def test_an_address_is_corrected(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id, details(email="ana@old.example.com"))
    mine = own_page(event_id)
    assert client.submit(client.page(f"{mine}/address"), email="ana@new.example.com").status_code == 303
    assert "We sent a link to ana@new.example.com." in words(client.page(mine))
    link = mailed_link(MessageKind.CONFIRM_ADDRESS, "new-address")
    page = client.page(link)
    assert registrations(event_id)[0].email == "ana@old.example.com"
    moved = client.submit(page)
    assert moved.status_code == 303
    assert "ana@new.example.com" in words(client.page(moved.location))
    assert client.get(mine).status_code == 404
    assert client.submit(page).status_code == 409


def test_a_link_opens_only_its_own_page(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    link = ask_ben(client, event_id)
    assert client.get(link.replace("take-over", "new-address")).status_code == 404
    assert client.get(link.removesuffix("/take-over")).status_code == 404


def test_sent_in_bulk_it_is_held_back(client: CheckedClient) -> None:
    event_id = make_event()
    sign_up(event_id)
    form = client.page(f"{own_page(event_id)}/hand-over")
    statuses = {client.submit(form, **BEN | {"email": f"ben{one}@importer.example"}).status_code for one in range(31)}
    assert statuses == {303, 429}


def test_an_option_that_the_giver_holds_can_be_taken_over(client: CheckedClient) -> None:
    event_id = make_event()
    food = lunch(event_id, fish=1)
    sign_up(event_id, details(answers=(given(food, "fish"),)))
    page = client.page(ask_ben(client, event_id))
    assert "Nobody more can choose this" not in words(page)
    taken = client.submit(page, organization="Ito Freight", **{food.field_name: "fish"})
    assert taken.status_code == 303
    assert [(limit.taken, limit.capacity) for limit in food.limits if limit.option == "fish"] == [(1, 1)]
