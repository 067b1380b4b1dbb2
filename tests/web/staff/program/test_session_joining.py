"""Staff give a session its own way in: when it is given out must be said, the log keeps no link."""

import pytest

from app.db import db, transact
from app.models import AuditEntry, EventSession, Mode, Pick, PickState, SessionJoining
from tests.support import factories as make
from tests.support.sessions import hold_sessions

pytestmark = pytest.mark.usefixtures("at")
LINK = "https://meet.example.gov/secret"


@pytest.fixture
def session_id(app):
    event = make.event(seats={Mode.ONLINE: None})
    return hold_sessions(event.id, {"seats": {Mode.ONLINE: None}})[0]


def form(editor, session_id):
    event_id = db.session.get_one(EventSession, session_id).event_id
    return editor.page(f"/staff/events/{event_id}/sessions/{session_id}")


def stored(session_id):
    db.session.rollback()
    return db.session.get(SessionJoining, session_id, populate_existing=True)


def test_it_works(editor, session_id):
    answer = editor.submit(form(editor, session_id), link=LINK, passcode="42", release_minutes="15")
    assert answer.status_code == 303
    way = stored(session_id)
    assert (way.link, way.passcode, way.release_minutes, way.release_local) == (LINK, "42", 15, None)
    assert (way.session.starts_at - way.release_at).total_seconds() == 15 * 60
    assert not [one for one in db.session.scalars(db.select(AuditEntry)) if "secret" in str(one.detail)]
    page = form(editor, session_id)
    assert page.main.one("input", name="link").get("value") == LINK
    assert editor.submit(page, link="", passcode="", release_minutes="").status_code == 303
    assert stored(session_id) is None


def test_a_set_time_will_do_as_well(editor, session_id):
    assert editor.submit(form(editor, session_id), link=LINK, release="2026-03-16T12:00").status_code == 303
    assert stored(session_id).release_at == make.on("2026-03-16", 16)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"link": LINK}, "Say when it is given out"),
        ({"link": LINK, "release_minutes": "15", "release": "2026-03-16T12:00"}, "Say when it is given out"),
        ({"passcode": "42", "release_minutes": "15"}, "Enter a link or a number to dial"),
        ({"link": "javascript:alert(1)", "release_minutes": "15"}, "begins with https://"),
        ({"link": LINK, "release_minutes": "99999"}, "from 0 to 10,080"),
    ],
)
def test_what_is_missing_is_said(editor, session_id, typed, words):
    answer = editor.submit(form(editor, session_id), **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert stored(session_id) is None


def test_a_new_link_can_be_written_to_everybody_anew(editor, session_id, at):
    person = make.registration(db.session.get_one(EventSession, session_id).event, mode=Mode.ONLINE)
    seat = {"mode": Mode.ONLINE, "state": PickState.CONFIRMED, "picked_at": at}
    make.kept(lambda _: Pick(registration_id=person.id, session_id=session_id, **seat))
    editor.submit(form(editor, session_id), link=LINK, release_minutes="15")
    assert not form(editor, session_id).main.all("input", name="write_again")
    transact(lambda at: setattr(db.session.get_one(SessionJoining, session_id), "mailed_at", at))
    transact(lambda at: setattr(db.session.get_one(SessionJoining, session_id), "release_at", at))
    page = form(editor, session_id)
    values = {"link": f"{LINK}-2", "release_minutes": "", "release": "2026-03-02T12:00", "write_again": "y"}
    assert editor.submit(page, **values).status_code == 303
    assert (stored(session_id).edition, stored(session_id).mailed_at) == (2, None)
    event_id = db.session.get_one(EventSession, session_id).event_id
    assert "People will be told in ten minutes" in editor.page(f"/staff/events/{event_id}/agenda").text
    page = editor.page(f"/staff/events/{event_id}")
    assert "How to join a session" in page.text
    undo = next(one.get("action") for one in page.main.all("form") if "/undo/" in one.get("action"))
    token = page.main.one("form", action=undo).one("input", name="csrf_token").get("value")
    assert editor.post(undo, data={"csrf_token": token}).status_code == 303
    assert stored(session_id).link == LINK
