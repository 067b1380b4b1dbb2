"""Writing to people through the console: a draft, whom it is for, how it reads, the test, the window, the history."""

from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app import links
from app.db import db, transact
from app.models import Announcement, Event, KeptText, Mode, OutgoingEmail, Registration, RegistrationState
from app.operations.communication import sending
from tests.conftest import NOON
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient, compared

WORDS = {"subject": "Slides of {event}", "text": "Dear {first_name}, they are up."}


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    return make.event(seats={Mode.IN_PERSON: 800, Mode.ONLINE: None}, title="Filing day")


def person(event: Event, last_name: str, **given: object) -> Registration:
    return make.registration(db.session.get_one(Event, event.id), last_name=last_name, **given)


def write(client: CheckedClient, event: Event, query: str = "", **values: str) -> str:
    """The address of the draft that was made."""
    page = client.page(f"/staff/events/{event.id}/announcements/new{query}")
    answer = client.submit(page, **WORDS | values)
    assert answer.status_code == 303, Page(answer.text).main.text
    return str(answer.location)


def press(client: CheckedClient, address: str, step: str, **values: str) -> Page:
    """Press a button of the page, and see the page that follows."""
    page = client.page(address)
    form = next(form for form in page.main.all("form") if form.get("action").endswith(f"/{step}"))
    sent = {field.get("name"): field.get("value") for field in form.all("input")} | values
    answer = client.post(form.get("action"), data=sent)
    assert answer.status_code == 303
    return client.page(answer.location)


def buttons(page: Page) -> list[str]:
    return [button.text for button in page.main.all("button")]


def test_it_works(editor: CheckedClient, event: Event) -> None:
    ana = person(event, "Baker", first_name="Ana")
    person(event, "Zhou", first_name="Bo")
    address = write(editor, event)
    page = editor.page(address)
    assert "get it 2" in page.main.text or "2 get it" in page.main.text
    assert "Slides of Filing day" in page.one("pre").text or "Slides of Filing day" in page.main.text
    assert "Dear Ana, they are up." in page.one("pre").text
    assert "Send to 2 people" not in buttons(page)
    page = press(editor, address, "test")
    assert "A test is on its way to" in page.main.text
    page = press(editor, address, "sending")
    assert "It leaves at" in page.main.text
    page = press(editor, address, "undo")
    assert "It is a draft again" in page.main.text
    press(editor, address, "sending")
    transact(lambda _: sending.leave_due(NOON + timedelta(minutes=10)))
    page = editor.page(address)
    assert "2 on their way" in page.main.text or "on their way 2" in page.main.text
    assert ana.email in db.session.scalars(db.select(OutgoingEmail.recipient)).all()
    history = editor.page(f"/staff/events/{event.id}/announcements").main.text
    assert "Everybody who holds a seat or waits" in history
    assert "2 on their way" in history


def test_the_filter_of_the_list_goes_along_and_can_be_changed(editor: CheckedClient, event: Event) -> None:
    person(event, "Baker", mode=Mode.ONLINE)
    person(event, "Zhou", state=RegistrationState.WAITLISTED)
    listed = editor.page(f"/staff/events/{event.id}/attendees?state=waitlisted")
    way = next(link for link in listed.main.all("a") if link.text == "Write to them").get("href")
    address = write(editor, event, "?" + way.partition("?")[2])
    people = editor.page(f"{address}/people")
    assert "Zhou" in people.main.text
    assert "Baker" not in people.main.text
    page = press(editor, address, "people", mode="online", state="", q="")
    assert "Online." in page.main.text
    assert "Baker" in editor.page(f"{address}/people").main.text


def test_one_leafs_through_the_very_mails(editor: CheckedClient, event: Event) -> None:
    for name in ("Abbott", "Baker", "Castro"):
        person(event, name, first_name=f"F{name}")
    address = write(editor, event)
    first = editor.page(address)
    second = editor.page(first.main.one("a", rel="next").get("href"))
    assert "Dear FAbbott," in first.one("pre").text
    assert "Dear FBaker," in second.one("pre").text
    assert "2 of 3" in second.main.text
    assert editor.page(second.main.one("a", rel="prev").get("href")).one("pre").text == first.one("pre").text


STRANGE = "person=0 person=-1 person=2147483648 person=99999999999 person=x"


@pytest.mark.parametrize("query", STRANGE.split())
def test_a_strange_address_is_a_page(editor: CheckedClient, event: Event, query: str) -> None:
    person(event, "Baker")
    assert "1 of 1" in editor.page(f"{write(editor, event)}?{query}").main.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"subject": ""}, "Write a subject."),
        ({"text": "  "}, "Write what people should know."),
        ({"subject": "x" * 121}, "Shorten this to 120 characters."),
        ({"text": "x" * 5001}, "Shorten this to 5,000 characters."),
        ({"subject": "Two\nlines"}, "Write this on one line."),
        ({"subject": "See {manage_link}"}, "“{manage_link}” is no placeholder for this field."),
        ({"text": "D17 {event.__init__.__globals__}"}, "is no placeholder for this field."),
        ({"text": "{ email }"}, "is no placeholder for this field."),
        ({"text": "{email} {name}"}, "“{email}”, “{name}” are no placeholders for this field."),
        ({"text": "a\x00b"}, "hidden character"),
        ({"text": "a\u202eb"}, "hidden character"),
        ({"is_urgent": "y"}, "Say in a sentence"),
        ({"is_urgent": "y", "notice": "Dear {first_name}"}, "is no placeholder for this field."),
    ],
)
def test_what_cannot_be_sent_is_refused_beside_the_field(
    editor: CheckedClient, event: Event, values: dict[str, str], words: str
) -> None:
    page = editor.page(f"/staff/events/{event.id}/announcements/new")
    answer = editor.submit(page, **WORDS | values)
    assert answer.status_code == 422
    refused = Page(answer.text)
    assert words.replace("5,000", "5000") in refused.main.text.replace("5,000", "5000")
    assert not db.session.scalars(db.select(Announcement)).all()


def test_a_name_that_looks_like_a_placeholder_stays_a_name(editor: CheckedClient, event: Event) -> None:
    person(event, "D18", first_name="{manage_link}")
    text = editor.page(write(editor, event)).one("pre").text
    assert "Dear {manage_link}, they are up." in text


def test_words_are_changed_and_then_tested_anew(editor: CheckedClient, event: Event) -> None:
    person(event, "Baker")
    address = write(editor, event)
    press(editor, address, "test")
    form = editor.page(f"{address}/words")
    answer = editor.submit(form, text="Other words.")
    page = editor.page(answer.location)
    assert "Other words." in page.one("pre").text
    assert "Send to 1 person" not in buttons(page)
    refused = editor.submit(form, text="Third words.")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {"Text": ("Other words.", "Third words.")}
    assert editor.submit(Page(refused.text)).status_code == 303


def test_two_steps_at_once_are_refused_in_words(editor: CheckedClient, event: Event) -> None:
    person(event, "Baker")
    address = write(editor, event)
    page = press(editor, address, "test")
    token = page.main.all("input", name="csrf_token")[0].get("value")

    def post(step: str, **values: str) -> str:
        answer = editor.post(f"{address}/{step}", data={"csrf_token": token} | values)
        return editor.page(answer.location).main.text

    assert "Somebody changed this meanwhile." in post("sending", version="2147483648")
    assert "Somebody changed this meanwhile." in post("sending", version="x")
    assert "It leaves in ten minutes." in post("sending", version="1")
    assert "no draft any more" in post("sending", version="1")
    assert "no draft any more" in post("test")
    assert "no draft any more" in post("deletion")
    assert "It is a draft again" in post("undo")
    assert "too late to undo" in post("undo")


def test_an_urgent_one_stands_on_the_pages_until_it_is_taken_down(
    editor: CheckedClient, client: CheckedClient, event: Event
) -> None:
    mine = person(event, "Baker", mode=Mode.ONLINE)
    pages = [f"/events/{event.slug}", *(path_of(mine, act) for act in ("", "join", "change"))]
    known = client.get(pages[0]).headers["ETag"]
    address = write(editor, event, is_urgent="y", notice="Use the <west> entrance.")
    press(editor, address, "test")
    page = press(editor, address, "sending")
    assert "Its notice stands on the event’s pages" in page.main.text
    assert client.get(pages[0], headers={"If-None-Match": known}).status_code == 200
    for one in pages:
        assert "Use the <west> entrance." in client.page(one).main.text, one
    press(editor, address, "notice-removal")
    for one in pages:
        assert "west" not in client.page(one).main.text, one


def path_of(registration: Registration, act: str) -> str:
    return urlsplit(links.manage(registration.id, registration.link_version, "en", act=act)).path


def test_a_draft_is_deleted_and_one_like_another_begun(editor: CheckedClient, event: Event) -> None:
    person(event, "Baker")
    address = write(editor, event, "?mode=in-person")
    page = press(editor, address, "copy")
    assert "In person." in page.main.text
    press(editor, address, "deletion")
    assert editor.get(address).status_code == 404


def test_a_text_is_kept_and_used_again(editor: CheckedClient, event: Event) -> None:
    address = write(editor, event)
    number = address.rpartition("/")[2]
    form = editor.page(f"/staff/texts/new?announcement={number}")
    assert editor.submit(form, name="Slides are up").status_code == 303
    assert "Another text has this name." in editor.submit(form, name="Slides are up").text
    kept = db.session.scalars(db.select(KeptText)).one()
    begun = editor.page(f"/staff/events/{event.id}/announcements/new?text={kept.id}")
    assert begun.one("input", id="subject").get("value") == WORDS["subject"]
    changed = editor.submit(editor.page(f"/staff/texts/{kept.id}"), "kept-text", text="Better.")
    assert "Slides are up" in editor.page(changed.location).main.text
    address = f"/staff/texts/{kept.id}"
    press(editor, address, "deletion")
    assert editor.get(address).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "door_staff"])
def test_who_may_not_write_sees_nothing(request: pytest.FixtureRequest, event: Event, role: str) -> None:
    client = request.getfixturevalue(role)
    assert client.get(f"/staff/events/{event.id}/announcements").status_code == 403
    assert "Write to people" not in client.page(f"/staff/events/{event.id}").main.text


def test_what_is_not_there(editor: CheckedClient, event: Event) -> None:
    for number in (1, 2**31 - 1):
        assert editor.get(f"/staff/announcements/{number}").status_code == 404
    assert editor.get("/staff/events/2147483647/announcements").status_code == 404


def test_its_pages_lie_with_the_events(editor: CheckedClient) -> None:
    current = editor.page("/staff/texts").all("a", **{"aria-current": "page"})
    assert [link.text for link in current] == ["Events"]


def test_it_becomes_a_text_for_other_bulletins(editor: CheckedClient, event: Event) -> None:
    person(event, "Núñez", first_name="Ana")
    make.joining(db.session.get_one(Event, event.id), link="https://meet.example/secret")
    text = (
        "Dear {first_name},\n\nslides of {event} are up. Your page: {manage_link}. Join at https://meet.example/secret."
    )
    address = write(editor, event, text=text)
    (way,) = [link for link in editor.page(address).main.all("a") if link.text == "Text for other bulletins"]
    page = editor.page(way.get("href"))
    written = unescape(editor.get(way.get("href")).text.partition("readonly>")[2].partition("</textarea>")[0])
    assert written.startswith("Slides of Filing day\n\nSlides of Filing day are up.\n")
    for words in ("When: Monday, March 16, 2026", "Where: ", f"/events/{event.slug}", "Questions: Office of"):
        assert words in written
    for private in ("Ana", "secret", "/registrations/", "{"):
        assert private not in written
    assert max(len(line) for line in written.splitlines()) <= 76
    assert "Join at https://meet.example/secret." in page.main.text
    (button,) = page.main.all("button", data_copies="bulletin-text")
    assert "hidden" in button.attributes


def test_the_events_page_names_one_that_did_not_leave(editor: CheckedClient, event: Event) -> None:
    def hold_back(at: datetime) -> None:
        held = {"subject": "See you there", "tested_by": "editor@example.gov", "made_by": "e", "made_at": at}
        db.session.add(Announcement(event_id=event_id, changed_at=at, **held))

    event_id = event.id
    transact(hold_back)
    page = editor.page(f"/staff/events/{event_id}")
    assert "The announcement “See you there” did not leave" in page.main.text
    assert [link.get("href") for link in page.main.all("a") if link.text == "Look at it, test it and send it"]
