"""The record of each change: who was told of it, waiting people too, and when their mail was taken."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import ChangeNotice, EmailState, MessageKind, OutgoingEmail
from app.models import RegistrationState as State
from app.operations.communication import announcing, recounting
from app.operations.program import rescheduling
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("at")
HOUR = timedelta(hours=1)


@pytest.fixture
def moved(app, at):
    """An event that was moved, of which three people were told: one with a seat, two who hope for one."""
    event = make.event()
    for state in (State.CONFIRMED, State.WAITLISTED, State.PENDING_APPROVAL, State.CANCELLED):
        make.registration(event, state=state, email=f"{state.value}@example.com")
    where = Move(Moment(event.starts_local + HOUR), Moment(event.ends_local + HOUR))
    tell = Telling(reason="The speaker was called away.")
    transact(lambda at: rescheduling.reschedule(event.id, where, version=None, by="ed@x.gov", at=at, tell=tell).id)
    with clock.stopped_at(at + HOUR):
        transact(announcing.send_due_notices)
    return event.id


def rows(page):
    return [[cell.text for cell in row.all("th", "td")] for row in page.one("tbody").all("tr")]


def test_it_works(editor, moved, at):
    assert f"/staff/events/{moved}/told" in [
        link.get("href") for link in editor.page(f"/staff/events/{moved}").main.all("a")
    ]
    page = editor.page(f"/staff/events/{moved}/told")
    ((what, made, reason, when, people),) = rows(page)
    assert (what, reason, when) == ("Event changed", "The speaker was called away.", "Mon, Mar 2, 2026, 1:00 p.m. EST")
    assert made == "Mon, Mar 2, 2026, 12:00 p.m. EST, ed@x.gov"
    assert people.startswith("3")
    mail = db.session.scalars(db.select(OutgoingEmail.id).filter_by(recipient="confirmed@example.com")).all()[-1]

    def accept(_):
        row = db.session.get_one(OutgoingEmail, mail)
        row.state, row.accepted_at = EmailState.ACCEPTED, at + 2 * HOUR

    transact(accept)
    address = page.one("tbody").one("a").get("href")
    told = rows(editor.page(address))
    assert [row[0] for row in told] == [
        f"{state}@example.com" for state in ("confirmed", "waitlisted", "pending-approval")
    ]
    assert told[0][1:] == ["Sent", "Mon, Mar 2, 2026, 1:00 p.m. EST", "Mon, Mar 2, 2026, 2:00 p.m. EST"]
    assert told[1][3] == "–"


def test_what_waits_and_what_was_taken_back_is_said(editor):
    event = make.event()
    given = {"event_id": event.id, "kind": MessageKind.EVENT_CHANGED, "before": {}, "made_by": "ed@x.gov"}
    at = clock.now()

    def write(_):
        for more in ({"due_at": at}, {"due_at": at, "withdrawn_at": at}):
            db.session.add(ChangeNotice(**given | more, made_at=at))

    transact(write)
    told = [row[3] for row in rows(editor.page(f"/staff/events/{event.id}/told"))]
    assert told == [
        "Nobody: taken back on Mon, Mar 2, 2026, 12:00 p.m. EST",
        "On Mon, Mar 2, 2026, 12:00 p.m. EST, unless it is undone",
    ]


def test_many_people_stand_on_several_pages(editor, moved, monkeypatch):
    monkeypatch.setattr(recounting, "PAGE_SIZE", 2)
    notice = db.session.scalars(db.select(ChangeNotice.id)).one()
    address = f"/staff/events/{moved}/told/{notice}"
    first = editor.page(address)
    following = next(link.get("href") for link in first.main.all("a") if "after=" in link.get("href"))
    assert [len(rows(first)), len(rows(editor.page(following)))] == [2, 1]


def test_a_notice_of_another_event_is_not_found(editor, moved):
    notice = db.session.scalars(db.select(ChangeNotice.id)).one()
    other = make.event().id
    assert editor.get(f"/staff/events/{other}/told/{notice}").status_code == 404
