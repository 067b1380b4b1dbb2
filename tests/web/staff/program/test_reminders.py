"""Staff see when people are reminded next and how many, and change it on the event and for the series."""

import pytest

from app import clock
from app.db import db, transact
from app.models import AuditEntry, Event, Mode, Reminder, Series
from app.operations.communication import reminding
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import compared

pytestmark = pytest.mark.usefixtures("at")


def stored(event_id):
    db.session.rollback()
    event = db.session.get_one(Event, event_id)
    return sorted((one.amount, one.unit.value, one.mode) for one in event.reminders)


def test_it_works(editor):
    event = make.event(seats={Mode.ONLINE: 10, Mode.IN_PERSON: 10})
    make.reminder(event, 1, "weeks")
    make.reminder(event, 1, "hours", Mode.ONLINE)
    for mode in (Mode.ONLINE, Mode.IN_PERSON, Mode.IN_PERSON):
        make.registration(event, mode=mode)
    make.registration(event, email=None)
    words = editor.page(f"/staff/events/{event.id}").main.text
    assert "Next on Mon, Mar 9, 2026, 1:00 p.m. EDT, to 3 people" in words
    page = editor.page(f"/staff/events/{event.id}/reminders")
    cells = [[cell.text for cell in row.all("th", "td")] for row in page.one("tbody").all("tr")]
    assert cells == [
        ["1 week before", "Everybody", "Mon, Mar 9, 2026, 1:00 p.m. EDT", "3"],
        ["1 hour before", "Online", "Mon, Mar 16, 2026, 12:00 p.m. EDT", "1"],
    ]


def test_it_says_why_samples_do_not_count(editor):
    for is_demo in (True, False):
        event = make.event(is_demo=is_demo)
        make.reminder(event, 1, "weeks")
        words = editor.page(f"/staff/events/{event.id}/reminders").main.text
        assert ("Sample registrations are never written to." in words) is is_demo


def test_it_changes_them_and_says_so_in_the_log(editor):
    event = make.event()
    make.reminder(event, 1, "weeks")
    page = editor.page(f"/staff/events/{event.id}/reminders")
    answer = editor.submit(
        page, amount_1="", amount_2="2", unit_2="days", amount_3="30", unit_3="minutes", mode_3="online"
    )
    assert answer.status_code == 303
    assert stored(event.id) == [(2, "days", None), (30, "minutes", Mode.ONLINE)]
    assert "changed reminders" in db.session.scalars(db.select(AuditEntry.act)).all()


def test_what_was_sent_stays_sent(editor):
    event = make.event()
    due = make.reminder(event, 1, "weeks").due_at
    make.registration(event)
    with clock.stopped_at(due):
        transact(reminding.send_reminders)
    page = editor.page(f"/staff/events/{event.id}/reminders")
    assert "Sent Mon, Mar 9, 2026" in page.main.text
    editor.submit(page, amount_2="1", unit_2="days")
    assert db.session.scalars(db.select(Reminder.recipients).order_by(Reminder.id)).all() == [1, None]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount_1": "1", "unit_1": "weeks", "amount_2": "7", "unit_2": "days"}, "Another row has this time"),
        ({"amount_1": "61", "unit_1": "days"}, "Remind people at most 60 days before the start."),
        ({"amount_1": "0"}, "from 1 to 99"),
        ({"amount_1": "x"}, "from 1 to 99"),
        ({"amount_1": "1", "unit_1": "years"}, "Choose one of these"),
    ],
)
def test_what_makes_no_sense_is_refused(editor, typed, words):
    event = make.event()
    answer = editor.submit(editor.page(f"/staff/events/{event.id}/reminders"), **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert stored(event.id) == []


def test_the_row_is_marked_that_makes_no_sense(editor):
    event = make.event()
    typed = {"amount_1": "1", "unit_1": "weeks", "amount_2": "7", "unit_2": "days", "amount_3": "61", "unit_3": "days"}
    page = Page(editor.submit(editor.page(f"/staff/events/{event.id}/reminders"), **typed).text)
    assert "Another row" in page.main.one(id="amount_2-error").text
    assert "at most 60 days" in page.main.one(id="amount_3-error").text
    assert not page.main.all(id="amount_1-error")


def test_the_second_of_two_editors_is_told(editor):
    event = make.event()
    first, second = (editor.page(f"/staff/events/{event.id}/reminders") for _ in range(2))
    assert editor.submit(first, amount_1="1").status_code == 303
    answer = editor.submit(second, amount_1="3")
    assert answer.status_code == 409
    told = compared(Page(answer.text))
    assert told["Reminders"] == ("1 day before, everybody", "3 days before, everybody")
    assert stored(event.id) == [(1, "days", None)]
    assert editor.submit(Page(answer.text)).status_code == 303
    assert stored(event.id) == [(3, "days", None)]


def test_a_viewer_looks_and_changes_nothing(viewer):
    event = make.event()
    page = viewer.page(f"/staff/events/{event.id}/reminders")
    assert not page.main.all("form")
    assert viewer.post(f"/staff/events/{event.id}/reminders", data={"amount_1": "1"}).status_code in {400, 403}
    assert stored(event.id) == []


def test_events_of_a_series_begin_with_what_was_said_for_it(editor):
    series = make.series()
    page = editor.page(f"/staff/series/{series.id}/reminders")
    assert [one.amount for one in series.leads] == [1, 1, 1]
    assert editor.submit(page, amount_1="3", unit_1="days", amount_2="", amount_3="").status_code == 303
    db.session.rollback()
    assert [(one.amount, one.unit.value) for one in db.session.get_one(Series, series.id).leads] == [(3, "days")]
