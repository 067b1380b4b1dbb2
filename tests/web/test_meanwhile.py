"""Two people at one form: the second sees what the first one saved, and undoes nothing unseen."""

from datetime import datetime

import pytest
from flask import Flask

from app import links
from app.db import db, transact
from app.models import MessageKind, OutgoingEmail, Registration, Role
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.html import Page
from tests.support.pages import CheckedClient, compared
from tests.support.sessions import conference, session_ids


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    event_id = make_event()
    sign_up(event_id, details(first_name="Dana", last_name="Lee", organization="Lund", role=Role.BROKER))
    return event_id


def person(event_id: int) -> Registration:
    [found] = registrations(event_id)
    return found


def mails_of_changes() -> int:
    return db.session.query(OutgoingEmail).filter_by(kind=MessageKind.CHANGED).count()


def test_two_of_staff_change_one_registration(
    editor: CheckedClient, administrator: CheckedClient, event_id: int
) -> None:
    address = f"/staff/registrations/{person(event_id).id}/details"
    first, second = editor.page(address), administrator.page(address)
    assert editor.submit(first, last_name="Okafor", role="importer").status_code == 303
    refused = administrator.submit(second, organization="Lund Lines")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {
        "Last name": ("Okafor", "Lee"),
        "Organization": ("Lund", "Lund Lines"),
        "What they do in trade": ("Importer", "U.S. licensed customs broker"),
    }
    assert (person(event_id).last_name, mails_of_changes()) == ("Okafor", 1)
    again = administrator.submit(Page(refused.text), last_name="Okafor", role="importer")
    assert again.status_code == 303  # Knowingly over it.
    assert (person(event_id).full_name, person(event_id).organization) == ("Dana Okafor", "Lund Lines")


def test_the_same_button_pressed_twice_is_no_conflict(editor: CheckedClient, event_id: int) -> None:
    page = editor.page(f"/staff/registrations/{person(event_id).id}/details")
    assert [editor.submit(page, last_name="Okafor").status_code for _press in range(2)] == [303, 303]
    assert mails_of_changes() == 1


def test_nor_is_it_where_a_day_was_chosen_that_the_event_lost(editor: CheckedClient, event_id: int) -> None:
    mine_id = person(event_id).id
    day = person(event_id).event.days[0].isoformat()
    set_days = db.update(Registration).where(Registration.id == mine_id).values(days=[day, "2030-01-01"])
    transact(lambda _at: db.session.execute(set_days))
    page = editor.page(f"/staff/registrations/{mine_id}/details")
    assert [editor.submit(page, last_name="Okafor").status_code for _press in range(2)] == [303, 303]


def test_a_person_sees_what_staff_changed(client: CheckedClient, editor: CheckedClient, event_id: int) -> None:
    mine = person(event_id)
    own = f"/registrations/{links.sign_reference(links.MANAGE, mine.id, mine.link_version)}/change"
    page = client.page(own)
    editor.submit(editor.page(f"/staff/registrations/{mine.id}/details"), last_name="Okafor")
    refused = client.submit(page, organization="Lund Lines")
    assert refused.status_code == 409
    words = Page(refused.text).main.text
    assert "Last name: “Okafor” was saved meanwhile, you chose “Lee”" in words
    assert "Organization: “Lund” was saved meanwhile, you chose “Lund Lines”" in words
    assert person(event_id).organization == "Lund"
    assert client.submit(Page(refused.text), last_name="Okafor").status_code == 303
    assert (person(event_id).last_name, person(event_id).organization) == ("Okafor", "Lund Lines")


def test_staff_and_the_person_swap_sessions(client: CheckedClient, editor: CheckedClient, at: datetime) -> None:
    event_id = conference({}, {"hour": 3})
    one, other = session_ids(event_id)
    sign_up(event_id, details(sessions=(one,)))
    mine = person(event_id)
    own = f"/registrations/{links.sign_reference(links.MANAGE, mine.id, mine.link_version)}/sessions"
    page, older = client.page(own), editor.page(f"/staff/registrations/{mine.id}/sessions")
    assert client.submit(page, sessions=[str(one), str(other)]).status_code == 303
    refused = editor.submit(older, sessions=[])
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {
        "Session 1": ("chosen", "not chosen"),
        "Session 2": ("chosen", "not chosen"),
    }
    assert len(person(event_id).live_picks) == 2
    assert editor.submit(Page(refused.text)).status_code == 303  # Knowingly.
    again = client.submit(page, sessions=[str(one)])
    assert again.status_code == 409
    assert "Session 1: “not chosen” was saved meanwhile, you chose “chosen”" in Page(again.text).main.text


def test_two_adapt_the_words_of_one_mail(editor: CheckedClient, administrator: CheckedClient, event_id: int) -> None:
    address = f"/staff/events/{event_id}/wording/confirmed"
    first, second = editor.page(address), administrator.page(address)
    assert editor.submit(first, "words", introduction="Bring a pen.").status_code == 303
    shown = Page(administrator.submit(second, "words", closing="See you.", show="in-person").text)
    refused = administrator.submit(shown, "words")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {
        "Before it": ("Bring a pen.", "nothing"),
        "At the end": ("nothing", "See you."),
    }
    both = administrator.submit(Page(refused.text), "words", introduction="Bring a pen.")
    assert both.status_code == 303
    assert "Bring a pen." in administrator.page(address).one("pre").text


def test_two_put_up_a_notice(administrator: CheckedClient, app: Flask, at: datetime) -> None:
    older = administrator.page("/staff/notice")
    assert administrator.submit(older, "notice", text="We are closed on Monday.").status_code == 302
    refused = administrator.submit(older, "notice", text="We are open late.")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {"Notice": ("We are closed on Monday.", "We are open late.")}
    assert administrator.submit(Page(refused.text), "notice").status_code == 302
    administrator.submit(Page(refused.text), "removal")  # Of the notice before the one that stands now.
    assert "We are open late." in administrator.get("/").text
