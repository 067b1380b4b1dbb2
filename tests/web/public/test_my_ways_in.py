"""One's own join page: a button for each session with a link of its own, and no link before its time."""

from datetime import timedelta

import pytest

from app import clock, links
from app.db import db, transact
from app.models import Event, Mode, Pick, PickState, Registration, SessionJoining, SessionPresence
from tests.support import factories as make
from tests.support.sessions import hold_sessions

pytestmark = pytest.mark.usefixtures("at")
SECRET = "meet.example.gov/only-for-those-who-come"
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def week(app):
    """A person with a seat online in the first of two sessions, both of which have a link."""
    event = make.event(seats={Mode.ONLINE: None}, slug="filing")
    ids = hold_sessions(event.id, *[{"seats": {Mode.ONLINE: None}}] * 2)
    person = make.registration(event, first_name="Ana", last_name="Lopez", email="ana@example.com")

    def work(at):
        for number in ids:
            way = SessionJoining(session_id=number, link=f"https://{SECRET}-{number}", passcode=f"P{number}")
            way.release_minutes = 30
            db.session.add(way)
            db.session.flush()
            way.follow(way.session.starts_at, at)
        values = {"mode": Mode.ONLINE, "state": PickState.CONFIRMED, "picked_at": at}
        db.session.add(Pick(registration_id=person.id, session_id=ids[0], **values))

    transact(work)
    token = links.sign_reference(links.MANAGE, person.id)
    return f"/registrations/{token}", ids, event.starts_at


def test_before_its_time_the_page_says_when_and_nothing_else(client, week):
    address, (first, _), starts_at = week
    with clock.stopped_at(starts_at - HALF_HOUR - timedelta(seconds=1)):
        page = client.page(f"{address}/join")
        assert "The way in opens here on Monday, March 16, 2026, 12:30 p.m. Eastern Time." in page.main.text
        assert SECRET not in client.get(f"{address}/join").text
        assert not page.main.all("button")
        key = client.page(address).main.all("input", name="form_key")[0].get("value")
        answer = client.post(f"{address}/join", data={"form_key": key, "session": str(first)})
        assert (answer.status_code, SECRET in answer.text) == (409, False)


def test_the_press_is_kept_and_leads_to_the_link_in_force(client, editor, week):
    address, (first, second), starts_at = week
    with clock.stopped_at(starts_at - HALF_HOUR):
        assert f"{address}/join" in [link.get("href") for link in client.page(address).main.all("a")]
        page = client.page(f"{address}/join")
        assert "Join as Ana Lopez with ana@example.com, so that your time counts." in page.main.text
        assert f"P{first}" in page.main.text
        assert f"P{second}" not in page.main.text
        transact(lambda _: setattr(db.session.get_one(SessionJoining, first), "link", f"https://{SECRET}-new"))
        assert client.submit(page).location == f"https://{SECRET}-new"
    presence = db.session.scalars(db.select(SessionPresence)).one()
    assert presence.session_id == first
    staff_page = editor.page(f"/staff/registrations/{presence.registration_id}")
    assert "Pressed join Session 1, Mon, Mar 16, 2026, 12:30 p.m." in staff_page.main.text


@pytest.mark.parametrize("session", ["0", "x", "-1", "99999999999999999999", "é", "other"])
def test_a_session_that_is_not_ones_own_leads_nowhere(client, week, session):
    address, (_, second), starts_at = week
    with clock.stopped_at(starts_at):
        key = client.page(f"{address}/join").main.all("input", name="form_key")[0].get("value")
        number = str(second) if session == "other" else session
        assert client.post(f"{address}/join", data={"form_key": key, "session": number}).status_code == 409
    assert db.session.scalars(db.select(SessionPresence)).all() == []


def test_no_public_page_and_no_page_of_ones_own_holds_the_link(client, week):
    address, _ids, starts_at = week
    with clock.stopped_at(starts_at):
        for page in ("/events/filing", "/events/filing.ics", "/events.ics", "/events.atom", "/", "/events"):
            answer = client.get(page)
            assert (answer.status_code, SECRET in answer.text) == (200, False)
        for page in ("", "/join", "/sessions", "/change"):
            assert SECRET not in client.get(f"{address}{page}").text


def test_after_the_end_a_press_says_nothing_of_presence(client, week):
    address, (first, _), starts_at = week
    with clock.stopped_at(starts_at):
        key = client.page(f"{address}/join").main.all("input", name="form_key")[0].get("value")
    ends_at = db.session.scalars(db.select(Event.ends_at)).one()
    with clock.stopped_at(ends_at + HALF_HOUR):
        page = client.page(f"{address}/join")
        assert "The event is over" in page.main.text
        assert "your time counts" not in page.main.text
        assert not page.main.all("button")
        for session in ("", str(first)):
            assert client.post(f"{address}/join", data={"form_key": key, "session": session}).status_code == 409
    db.session.rollback()
    assert not db.session.scalars(db.select(SessionPresence)).all()
    assert db.session.scalars(db.select(Registration.joined_at)).one() is None
