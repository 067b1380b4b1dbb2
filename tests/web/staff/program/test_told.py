"""The record of what people were told: who was, waiting people too, when their mail was taken, who was not reached."""

from datetime import timedelta
from functools import partial

import pytest

from app import clock
from app.db import db, transact
from app.models import Announcement, ChangeNotice, EmailState, MessageKind, Mode, OutgoingEmail, Registration
from app.models import RegistrationState as State
from app.models.outgoing_email import CAME_BACK, SUPERSEDED
from app.operations import notifying
from app.operations.communication import announcing, recounting, reminding
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
    ((what, made, reason, when, people, taken, missed),) = rows(page)
    assert (what, reason, when) == ("Event changed", "The speaker was called away.", "Mon, Mar 2, 2026, 1:00 p.m. EST")
    assert made == "Mon, Mar 2, 2026, 12:00 p.m. EST, ed@x.gov"
    assert people.startswith("3")
    assert (taken, missed) == ("0", "0")
    mail = db.session.scalars(
        db.select(OutgoingEmail.id).filter_by(recipient="confirmed@example.com").order_by(OutgoingEmail.id)
    ).all()[-1]

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
    address = f"/staff/events/{moved}/told/notice-{notice}"
    first = editor.page(address)
    following = next(link.get("href") for link in first.main.all("a") if "after=" in link.get("href"))
    assert [len(rows(first)), len(rows(editor.page(following)))] == [2, 1]


def test_a_notice_of_another_event_is_not_found(editor, moved):
    notice = db.session.scalars(db.select(ChangeNotice.id)).one()
    other = make.event().id
    assert editor.get(f"/staff/events/{other}/told/notice-{notice}").status_code == 404


def settle(recipient, state, words=""):
    def work(at):
        mails = db.select(OutgoingEmail).filter_by(recipient=recipient).order_by(OutgoingEmail.id)
        row = db.session.scalars(mails).all()[-1]
        row.enter(state, words, at)
        row.accepted_at = at if state is EmailState.ACCEPTED else None

    transact(work)


class TestStillToBeTold:
    @pytest.mark.parametrize(
        ("state", "words", "is_missed"),
        [
            (EmailState.FAILED, "550 No such user", True),
            (EmailState.BOUNCED, "", True),
            (EmailState.WITHDRAWN, CAME_BACK, True),
            (EmailState.WITHDRAWN, SUPERSEDED, False),
            (EmailState.RETRY, "450 Later", False),
        ],
    )
    def test_who_was_not_reached_stands_on_a_page_of_its_own(self, editor, moved, state, words, is_missed):
        settle("waitlisted@example.com", state, words)
        page = editor.page(f"/staff/events/{moved}/told")
        ((*_, missed),) = rows(page)
        assert missed.startswith("1" if is_missed else "0")
        links = [link.get("href") for link in page.one("tbody").all("a") if "missed=1" in link.get("href")]
        assert bool(links) is is_missed
        for link in links:
            assert [row[0] for row in rows(editor.page(link))] == ["waitlisted@example.com"]

    def test_a_later_mail_that_arrives_tells_it_too(self, editor, moved):
        settle("confirmed@example.com", EmailState.FAILED, "550 No such user")
        person = db.session.scalars(db.select(Registration).filter_by(email="confirmed@example.com")).one().id
        mail = partial(notifying.queue, MessageKind.CHANGED, key="again", extra={"changes": []})
        transact(lambda at: mail(db.session.get_one(Registration, person), at=at).id)
        assert rows(editor.page(f"/staff/events/{moved}/told"))[0][-1].startswith("1")
        settle("confirmed@example.com", EmailState.ACCEPTED)
        assert rows(editor.page(f"/staff/events/{moved}/told"))[0][-1] == "0"


def test_how_to_join_and_urgent_announcements_are_listed_too(editor, at):
    event = make.event(seats={Mode.ONLINE: None})
    make.joining(event, release_at=at)
    person = make.registration(event, mode=Mode.ONLINE)
    transact(reminding.release_join)
    words = {"subject": "Closed", "text": "The building is closed.", "made_by": "ed@x.gov", "asked": {}}
    for is_urgent in (True, False):
        given = {"event_id": event.id, "is_urgent": is_urgent, "left_at": at, "sent_by": "ed@x.gov", **words}
        key = make.kept(lambda at, given=given: Announcement(**given, made_at=at, changed_at=at)).key
        mail = partial(notifying.queue, MessageKind.ANNOUNCEMENT, key=key, extra={"announcement": {}})
        transact(lambda at, mail=mail: mail(db.session.get_one(Registration, person.id), at=at).id)
    page = editor.page(f"/staff/events/{event.id}/told")
    assert sorted((row[0], row[4][0]) for row in rows(page)) == [("Announcement: Closed", "1"), ("How to join", "1")]
    link = next(one.get("href") for one in page.one("tbody").all("a") if "/join-" in one.get("href"))
    assert [row[0] for row in rows(editor.page(link))] == [person.email]


def test_what_nobody_was_told_of_is_not_found(editor, moved):
    assert editor.get(f"/staff/events/{moved}/told/join-20260101T0000").status_code == 404
