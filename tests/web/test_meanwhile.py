"""Two people at one form: the second sees what the first one saved, and undoes nothing unseen."""

from datetime import datetime

import pytest
from flask import Flask

from app import links
from app.db import db
from app.models import MessageKind, OutgoingEmail, Registration, Role
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.html import Page
from tests.support.pages import CheckedClient, compared


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
