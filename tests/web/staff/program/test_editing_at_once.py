"""Two of staff edit one event: the second sees what the first one saved."""

from datetime import datetime

import pytest
from flask import Flask

from app.models import Event, Mode
from tests.support import factories as make
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient, main_form
from tests.web.staff.program.test_editing import address, fresh, save

pytestmark = pytest.mark.slow


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    return make.event(
        title="Filing an Entry", privacy_statement="Authority.", seats={Mode.IN_PERSON: 50, Mode.ONLINE: None}
    )


def test_two_staff_edit_the_same_event(editor: CheckedClient, administrator: CheckedClient, event: Event) -> None:
    """The second sees what the first one saved, keeps the own words, and may then save over it."""
    opened = editor.page(address(event, "people"))
    assert save(administrator, event, "people", contact_name="First desk").status_code == 303
    answer = editor.submit(opened, contact_name="Second desk")
    page = Page(answer.text)
    assert answer.status_code == 409
    assert "First desk Second desk" in page.one("table").text
    assert fresh(event).contact_name == "First desk"
    assert fields(main_form(page))["contact_name"] == ["Second desk"]
    assert editor.submit(page).status_code == 303
    assert fresh(event).contact_name == "Second desk"


def test_two_who_edit_at_once_compare_words(editor: CheckedClient, administrator: CheckedClient, event: Event) -> None:
    first, second = (client.page(address(event, "people")) for client in (administrator, editor))
    administrator.submit(first, accessibility_by="2026-03-05")
    refused = editor.submit(second, accessibility_by="2026-03-06", contact_name="Desk")
    assert refused.status_code == 409
    rows = [row for row in Page(refused.text).main.one("table").all("tr") if row.all("td")]
    told = {row.one("th").text: tuple(cell.text for cell in row.all("td")) for row in rows}
    assert told["Ask by this day"] == ("Thu, Mar 5, 2026", "Fri, Mar 6, 2026")


def test_two_who_change_the_seats_at_once(editor: CheckedClient, administrator: CheckedClient, event: Event) -> None:
    first, second = (client.page(address(event, "place")) for client in (administrator, editor))
    administrator.submit(first, in_person_seats="80")
    refused = editor.submit(second, in_person_seats="60", online="limited", online_seats="500")
    assert refused.status_code == 409
    rows = [row for row in Page(refused.text).main.one("table").all("tr") if row.all("td")]
    assert {row.one("th").text: tuple(cell.text for cell in row.all("td")) for row in rows} == {
        "Seats in the room": ("80", "60"),
        "Online": ("No limit", "A number of seats"),
        "Seats online": ("nothing", "500"),
    }


def test_two_who_change_the_questions_at_once(
    editor: CheckedClient, administrator: CheckedClient, event: Event
) -> None:
    first, second = (client.page(address(event, "notices")) for client in (administrator, editor))
    administrator.submit(first, ask_job_title="required")
    refused = editor.submit(second, ask_country="optional")
    rows = [row for row in Page(refused.text).main.one("table").all("tr") if row.all("td")]
    assert {row.one("th").text: tuple(cell.text for cell in row.all("td")) for row in rows} == {
        "Job title": ("Asked, required", "Not asked"),
        "Country where you work": ("Not asked", "Asked, optional"),
    }
