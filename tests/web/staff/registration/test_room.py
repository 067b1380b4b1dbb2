"""Staff see who asks for the room, and answer each of them."""

import pytest

from app.db import transact
from app.models import Mode
from app.operations.registration import asking_for_room
from tests.operations.registration.test_asking_for_room import approved_online, ask, guarded, wishes
from tests.support.desk import registrations, seats, standings
from tests.support.pages import CheckedClient
from tests.web.public.test_my_registration import own_page, press, words

pytestmark = pytest.mark.usefixtures("app", "at")


def answer(client: CheckedClient, person: int, which: str, **typed: str) -> tuple[int, str]:
    """Press the button of the page that says yes or no. Returns the status, and what is read next."""
    address = f"/staff/registrations/{person}/room/{which}"
    token = client.page(address).main.all("input", name="csrf_token")[0].get("value")
    done = client.post(address, data={"csrf_token": token, **typed})
    return done.status_code, words(client.page(done.location)) if done.status_code == 303 else done.text


def test_it_works(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = guarded()
    person = approved_online(event_id)
    page = client.page(own_page(event_id))
    assert "The office approves who comes into the room." in words(page)
    assert press(client, page, f"{own_page(event_id)}/room/ask") == 303
    page = client.page(own_page(event_id))
    assert "The office looks at the wish that you attend in person" in words(page)
    listed = editor.page(f"/staff/events/{event_id}/approvals")
    assert "1 person asks for the room" in words(listed)
    assert "1 person approved for online asks for the room." in words(editor.page("/staff/"))
    assert "attend online and ask for the room" in words(editor.page(f"/staff/events/{event_id}"))
    assert "for the room: 1" in words(editor.page("/staff/events"))
    assert "Asks to attend in person, since" in words(editor.page(f"/staff/registrations/{person}"))
    assert "They get a seat in the room" in words(editor.page(f"/staff/registrations/{person}/room/yes"))
    assert answer(editor, person, "yes")[0] == 303
    assert standings(event_id) == ["in-person confirmed"]
    assert "for the room" not in words(editor.page("/staff/events"))
    assert "Approved by staff to attend in person" in words(editor.page(f"/staff/registrations/{person}"))


def test_a_no_says_why(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = guarded()
    person = approved_online(event_id)
    ask(person)
    assert answer(editor, person, "no", words="No more badges.")[1].count("Declined, and being told.") == 1
    assert "Ask to attend in person" in words(client.page(own_page(event_id)))
    late = editor.get(f"/staff/registrations/{person}/room/no")
    assert "Somebody decided about this registration meanwhile" in words(editor.page(late.location))


def test_who_stops_asking_is_answered_no_more(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = guarded()
    person = approved_online(event_id)
    ask(person)
    page = client.page(own_page(event_id))
    address = f"/staff/registrations/{person}/room/yes"
    token = editor.page(address).main.all("input", name="csrf_token")[0].get("value")
    assert press(client, page, f"{own_page(event_id)}/room/take-back") == 303
    late = editor.post(address, data={"csrf_token": token})
    assert (late.status_code, wishes(event_id)) == (303, [])
    assert "Somebody decided about this registration meanwhile" in words(editor.page(late.location))
    assert seats(event_id)["in-person"] == (0, 0)


def test_a_full_room_is_said_on_both_pages(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = guarded()
    sits, asks = approved_online(event_id), approved_online(event_id)
    ask(sits)
    assert answer(editor, sits, "yes")[0] == 303
    assert "All seats in the room are taken. With a yes you join" in words(client.page(own_page(event_id, 1)))
    transact(lambda at: asking_for_room.ask(asks, at=at).id)
    assert "They join its waiting list" in words(editor.page(f"/staff/registrations/{asks}/room/yes"))
    assert answer(editor, asks, "yes")[0] == 303
    assert standings(event_id) == ["in-person confirmed", "online confirmed > in-person"]
    assert registrations(event_id)[1].mode is Mode.ONLINE
