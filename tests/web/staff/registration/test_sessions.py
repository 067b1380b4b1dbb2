"""The sessions that people picked, in the console: seen, swapped, filtered by, and in the exported list."""

import csv
import io
from datetime import datetime

import pytest
from flask import Flask

from app.models import Mode
from tests.support import desk
from tests.support.html import fields
from tests.support.pages import CheckedClient, main_form
from tests.support.sessions import conference, session_ids, states


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    return conference()


def test_staff_see_and_swap_them(editor: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    desk.sign_up(event_id, desk.details(sessions=(small,)))
    [person] = desk.registrations(event_id)
    shown = editor.page(f"/staff/registrations/{person.id}")
    assert "Session 1 Mon, Mar 16, 2026, 1:00–2:00 p.m. Seat confirmed" in " ".join(shown.main.text.split())
    page = editor.page(f"/staff/registrations/{person.id}/sessions")
    assert fields(main_form(page))["sessions"] == [str(small)]
    assert editor.submit(page, sessions=[str(large)]).status_code == 303
    assert [pick.session_id for pick in person.live_picks] == [large]


def test_what_cannot_be_had_together_is_refused_there_too(editor: CheckedClient, at: datetime) -> None:
    event_id = conference({"minutes": 90}, {"hour": 1})
    both = [str(number) for number in session_ids(event_id)]
    desk.sign_up(event_id)
    [person] = desk.registrations(event_id)
    refused = editor.submit(editor.page(f"/staff/registrations/{person.id}/sessions"), sessions=both)
    assert refused.status_code == 422
    assert "are held at the same time." in refused.text
    typed = {"first_name": "Lee", "last_name": "Park", "organization": "Park", "channel": "phone"}
    by_hand = editor.page(f"/staff/events/{event_id}/attendees/new")
    assert editor.submit(by_hand, sessions=both, **typed).status_code == 422
    assert editor.submit(by_hand, sessions=both[:1], **typed).status_code == 303
    assert states(desk.registrations(event_id)[-1]) == ["confirmed"]


def test_the_list_is_narrowed_to_a_session(editor: CheckedClient, event_id: int) -> None:
    small, large = session_ids(event_id)
    desk.sign_up(event_id, desk.details(sessions=(small,), last_name="Adams"))
    desk.sign_up(event_id, desk.details(sessions=(large,), last_name="Baker"))
    page = editor.page(f"/staff/events/{event_id}/attendees?session={small}")
    assert "Adams" in page.main.text
    assert "Baker" not in page.main.text
    other = session_ids(conference())[0]
    for gone in (other, "x", 2**40):
        assert "Baker" in editor.page(f"/staff/events/{event_id}/attendees?session={gone}").main.text


def test_the_exported_list_has_a_column_for_each(administrator: CheckedClient, at: datetime) -> None:
    event_id = conference({"title": "Clinic", "seats": {Mode.IN_PERSON: 1}}, {"title": "Tour"})
    clinic, tour = session_ids(event_id)
    desk.sign_up(event_id, desk.details(sessions=(clinic,), last_name="Adams"))
    desk.sign_up(event_id, desk.details(sessions=(clinic, tour), last_name="Baker"))
    page = administrator.page(f"/staff/events/{event_id}/exports")
    form = next(form for form in page.main.all("form") if form.all("input", value="attendees"))
    answer = administrator.post(form.get("action"), data=fields(form) | {"profile": "attendees", "format": "csv"})
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    answer.close()
    head = next(line for line in lines if "Clinic (Mon, Mar 16, 2026, 1:00 p.m.)" in line)
    place = head.index("Clinic (Mon, Mar 16, 2026, 1:00 p.m.)")
    assert [line[place : place + 2] for line in lines[lines.index(head) + 1 :]] == [
        ["Confirmed", ""],
        ["On the waiting list", "Confirmed"],
    ]
