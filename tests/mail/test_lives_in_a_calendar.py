"""Whole lives of a registration as the person's calendar sees them: every mail applied, and the subscription polled."""

import re
from datetime import date, datetime, timedelta

import pytest

from app import clock, links
from app.db import db, transact
from app.mail.rendering import render
from app.models import Event, EventSession, MessageKind, Mode, OutgoingEmail, Registration
from app.operations.communication import announcing
from app.operations.program import arranging, rescheduling
from app.operations.program.details import SessionDetails
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from app.operations.registration import picking, switching
from app.operations.registration.cancelling import cancel
from tests.support import factories as make
from tests.support.calendars import Calendar
from tests.support.desk import details, registrations, sign_up
from tests.support.sessions import hold_sessions

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
ONLINE = {Mode.ONLINE: None}


class Person:
    """Somebody online at the event, with a calendar that gets every mail and one that polls the subscription."""

    def __init__(self, event_id, client, sessions=()):
        sign_up(event_id, details(mode=Mode.ONLINE, sessions=tuple(sessions)))
        self.id = db.session.scalars(db.select(Registration.id).filter_by(event_id=event_id)).one()
        self.event_id, self.client, self.read = event_id, client, 0
        self.by_mail, self.by_file, self.subscribed = Calendar(), Calendar(), Calendar()

    def look(self):
        """Read the new mails, poll, and tell what stands in each calendar."""
        db.session.rollback()
        query = db.select(OutgoingEmail).where(OutgoingEmail.id > self.read, OutgoingEmail.registration_id == self.id)
        for mail in db.session.scalars(query.order_by(OutgoingEmail.id)).all():
            rendered = render(mail.kind, mail.facts, at=mail.queued_at)
            self.by_mail.receive(rendered)
            if attached := rendered.sessions or rendered.calendar:
                self.by_file.read(attached)
            self.read = mail.id
        self.subscribed.poll(self.poll().data)
        assert self.by_file.plan == self.by_mail.plan  # Some programs read the attached file alone.
        return self.by_mail.plan, self.subscribed.plan

    def poll(self, **headers):
        version = db.session.get_one(Registration, self.id).link_version
        token = links.sign_reference(links.CALENDAR, self.id, version)
        return self.client.get(f"/registrations/{token}/calendar.ics", headers=headers)


def tell():
    """The time for "Undo" is over."""
    with clock.stopped_at(clock.now() + HOUR):
        transact(announcing.send_due_notices)


def move(event_id, span):
    event = db.session.get_one(Event, event_id)
    where = Move(Moment(event.starts_local + span), Moment(event.ends_local + span))
    transact(lambda at: rescheduling.reschedule(event_id, where, version=None, by="e", at=at, tell=Telling()).id)
    tell()


def put_off(verb, event_id):
    transact(lambda at: verb(event_id, version=None, by="e", at=at, tell=Telling()).id)
    tell()


def test_confirmed_then_moved_then_cancelled(client):
    event = make.event(title="Origin")
    starts, person = event.starts_at, Person(event.id, client)
    assert person.look() == ([("Origin", starts)], [("Origin", starts)])
    move(event.id, WEEK)
    assert person.look() == ([("Origin", starts + WEEK)], [("Origin", starts + WEEK)])
    transact(lambda at: cancel(person.id, at=at).id)
    assert person.look() == ([], [])


@pytest.mark.parametrize("verb", [rescheduling.postpone, rescheduling.cancel])
def test_an_event_that_is_not_held_leaves_the_calendar_and_comes_back(client, verb):
    event = make.event(title="Origin")
    starts, person = event.starts_at, Person(event.id, client)
    put_off(verb, event.id)
    assert person.look() == ([], [])
    if verb is rescheduling.postpone:
        where = Move(Moment(make.wall("2026-03-23 13:00")), Moment(make.wall("2026-03-23 14:00")))
        transact(lambda at: rescheduling.reschedule(event.id, where, version=None, by="e", at=at, tell=Telling()).id)
        tell()
        assert person.look() == ([("Origin", starts + WEEK)], [("Origin", starts + WEEK)])


@pytest.fixture
def week(app):
    """An event of seven sessions in a row."""
    event = make.event(seats=ONLINE, title="Trade Week", ends_local=make.wall("2026-03-16 20:00"))
    ids = hold_sessions(event.id, *[{"seats": ONLINE}] * 7)
    return event.id, ids


def sessions_in(person):
    """Both calendars hold the same: the event as a whole, and these sessions beside it."""
    by_mail, subscribed = person.look()
    assert by_mail == subscribed
    assert [title for title, _ in by_mail].count("Trade Week") == 1
    return [entry for entry in by_mail if entry[0] != "Trade Week"]


def test_five_picked_sessions_are_five_entries_in_one_file_through_every_change(client, week):
    event_id, ids = week
    person = Person(event_id, client, ids[:5])
    starts = db.session.get_one(Event, event_id).starts_at
    five = [(f"Session {number}", starts + (number - 1) * HOUR) for number in range(1, 6)]
    assert sessions_in(person) == five

    transact(lambda at: picking.change(person.id, picking.Wanted((*ids[1:5], ids[6])), at=at))
    swapped = [*five[1:], ("Session 7", starts + 6 * HOUR)]
    assert sessions_in(person) == swapped

    session = db.session.get_one(EventSession, ids[1])
    later = Moment(session.starts_local - HOUR), Moment(session.ends_local - HOUR)
    changed = SessionDetails(title="Session 2, earlier", starts=later[0], ends=later[1], is_picked=True)
    transact(lambda at: arranging.save(event_id, changed, part_id=ids[1], version=None, by="e", at=at).id)
    tell()
    moved = [("Session 2, earlier", starts), *swapped[1:]]
    assert sessions_in(person) == moved

    move(event_id, WEEK)
    again = [(title, start + WEEK) for title, start in moved]
    assert sessions_in(person) == again

    transact(lambda at: cancel(person.id, at=at).id)
    assert person.look() == ([], [])


def test_the_confirmation_gives_the_same_five_entries(client, week):
    event_id, ids = week
    slug = db.session.get_one(Event, event_id).slug
    page = client.page(f"/events/{slug}/register")
    typed = {"first_name": "Ana", "email": "ana@example.com", "organization": "Harbor", "mode": "online"}
    sent = client.submit(page, **typed, sessions=[str(number) for number in ids[:5]])
    by_page = Calendar().read(client.get(f"{sent.location}.ics").data)
    (mail,) = db.session.scalars(db.select(OutgoingEmail)).all()
    facts = mail.facts | {"registration": mail.facts["registration"] | {"id": mail.registration_id}}
    by_mail = Calendar().read(render(mail.kind, facts, at=mail.queued_at).sessions)
    assert sorted(by_page.titles) == sorted(["Trade Week", *(f"Session {number}" for number in range(1, 6))])
    assert by_page.entries == by_mail.entries


def test_a_session_taken_off_the_agenda_is_struck_out(client, week):
    event_id, ids = week
    person = Person(event_id, client, ids[:2])
    person.look()
    transact(lambda at: arranging.remove(event_id, "sessions", ids[0], reason="", by="e", at=at).id)
    tell()
    assert [title for title, _ in sessions_in(person)] == ["Session 2"]


def test_a_session_in_which_the_seat_is_lost_is_struck_out(client):
    """The one chair in the hall of the first is taken; online there was a seat."""
    event = make.event(seats={Mode.IN_PERSON: 5, Mode.ONLINE: 5}, title="Trade Week")
    ids = hold_sessions(event.id, *[{"seats": {Mode.IN_PERSON: chairs, Mode.ONLINE: 5}} for chairs in (1, 5)])
    person = Person(event.id, client, ids)
    sign_up(event.id, details(mode=Mode.IN_PERSON, sessions=(ids[0],)))
    assert [title for title, _ in sessions_in(person)] == ["Session 1", "Session 2"]
    transact(lambda at: switching.change_mode(person.id, Mode.IN_PERSON, at=at, known=ids))
    assert [title for title, _ in sessions_in(person)] == ["Session 2"]


def test_what_never_stood_there_is_not_struck_out(client):
    """Somebody waits for the event and for the one seat in its first session, and then has a seat at the event."""
    event_id = make.event(seats={Mode.ONLINE: 2}, title="Trade Week").id
    ids = hold_sessions(event_id, {"seats": {Mode.ONLINE: 1}}, {"seats": {Mode.ONLINE: 5}})
    for chosen in ((), ids[:1], ids):
        sign_up(event_id, details(mode=Mode.ONLINE, sessions=tuple(chosen)))
    leaves = registrations(event_id)[0].id
    transact(lambda at: cancel(leaves, at=at).id)
    [mail] = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.PROMOTED))
    calendar = Calendar().receive(render(mail.kind, mail.facts, at=mail.queued_at))
    assert (sorted(calendar.titles), len(calendar.known)) == (["Session 2", "Trade Week"], 2)


def test_a_weekly_series_keeps_its_hour_when_the_clocks_change(client):
    calendar, hours = Calendar(), []
    for number in range(4):  # The clocks go forward on March 8.
        day = datetime(2026, 3, 3, 13, 0) + number * WEEK  # noqa: DTZ001  By the wall clock.
        event = make.event(title=f"Webinar {number}", starts_local=day, ends_local=day + HOUR)
        person = Person(event.id, client)
        person.look()
        calendar.read(person.poll().data)
        assert person.by_mail.plan == person.subscribed.plan
        hours.append(event.starts_at.astimezone(event.zone).hour)
    assert [start.hour for _title, start in calendar.plan] == [18, 17, 17, 17]
    assert hours == [13] * 4


def test_of_an_event_whose_hours_are_open_the_days_are_kept(client):
    days = {"starts_local": make.wall("2026-03-17 00:00"), "ends_local": make.wall("2026-03-18 23:59")}
    event = make.event(title="Symposium", **days)
    person = Person(event.id, client)
    assert person.look() == ([("Symposium", date(2026, 3, 17))], [("Symposium", date(2026, 3, 17))])
    assert b"DTEND;VALUE=DATE:20260319" in person.poll().data
    move(event.id, timedelta(days=1))
    assert person.look()[0] == [("Symposium", date(2026, 3, 18))]
    transact(lambda at: cancel(person.id, at=at).id)
    assert person.look() == ([], [])


def test_an_older_mail_that_arrives_last_changes_nothing(client, week):
    event_id, ids = week
    person = Person(event_id, client, ids[:5])
    transact(lambda at: picking.change(person.id, picking.Wanted(tuple(ids[5:])), at=at))
    query = db.select(OutgoingEmail).where(OutgoingEmail.registration_id == person.id).order_by(OutgoingEmail.id.desc())
    late = Calendar()
    for mail in db.session.scalars(query).all():
        late.receive(render(mail.kind, mail.facts, at=mail.queued_at))
    assert late.titles == ["Trade Week", "Session 6", "Session 7"]


class TestTheSubscription:
    def test_it_is_private_and_cheap_to_poll(self, client):
        person = Person(make.event().id, client)
        answer = person.poll()
        assert answer.status_code == 200
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Set-Cookie" not in answer.headers
        again = person.poll(**{"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        move(person.event_id, WEEK)
        assert person.poll(**{"If-None-Match": answer.headers["ETag"]}).status_code == 200

    def test_it_ends_with_the_other_links(self, client):
        person = Person(make.event().id, client)
        token = links.sign_reference(links.CALENDAR, person.id)
        transact(lambda _: setattr(db.session.get_one(Registration, person.id), "link_version", 2))
        assert client.get(f"/registrations/{token}/calendar.ics").status_code == 404

    def test_its_address_changes_nothing(self, app, client):
        person = Person(make.event().id, client)
        token = links.sign_reference(links.CALENDAR, person.id)
        opened = set()
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith("/registrations/<token>"):
                address = re.sub(r"<any\('?([\w-]+)[^>]*>", r"\1", rule.rule)
                address = address.replace("<token>", token).replace("<int:session_id>", "1")
                for method in {"GET", "POST"} & rule.methods:
                    answer = client.open(address, method=method, data={"form_key": "no key"})
                    opened |= {rule.endpoint} if answer.status_code != 404 else set()
        assert opened == {"public.my_calendar", "public.join_event", "public.my_links"}

    def test_its_entries_hold_nothing_that_does(self, client):
        event = make.event()
        make.joining(event)
        person = Person(event.id, client)
        plain = person.poll().get_data(as_text=True).replace("\r\n ", "")
        manage = links.sign_reference(links.MANAGE, person.id)
        assert manage not in plain
        assert f"have your link mailed to you: {links.calendar(person.id, 1, page='links')}" in plain
        assert links.calendar(person.id, 1, page="join") in plain

    def test_they_lead_to_a_button_that_mails_the_link(self, client):
        person = Person(make.event().id, client)
        page = client.page(f"/registrations/{links.sign_reference(links.CALENDAR, person.id)}/links")
        address = db.session.get_one(Registration, person.id).email
        assert address not in page.main.text
        for _ in range(2):  # Pressed twice it is one mail.
            answer = client.submit(page)
            assert (answer.status_code, address in answer.text) == (200, False)
            assert "Look into your mailbox" in answer.text
            assert answer.headers["Cache-Control"] == "no-store"
        (mail,) = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.MY_LINKS)).all()
        assert mail.recipient == address
        assert links.manage(person.id, 1) in render(mail.kind, mail.facts, at=mail.queued_at).text

    def test_they_let_the_person_in(self, client):
        event = make.event()
        make.joining(event)
        person = Person(event.id, client)
        page = client.page(f"/registrations/{links.sign_reference(links.CALENDAR, person.id)}/join")
        assert db.session.get_one(Registration, person.id).email not in page.main.text
        assert client.submit(page).location == "https://meet.example.gov/entry"

    def test_who_waits_has_an_empty_calendar_that_programs_read(self, client):
        event = make.event(seats={Mode.ONLINE: 1})
        make.registration(event)
        sign_up(event.id, details(mode=Mode.ONLINE))
        waiting = db.session.scalars(db.select(Registration.id).order_by(Registration.id.desc())).first()
        token = links.sign_reference(links.CALENDAR, waiting)
        content = client.get(f"/registrations/{token}/calendar.ics").data
        assert Calendar().read(content).plan == []
        assert b"BEGIN:VTIMEZONE" in content

    def test_the_page_and_the_mails_offer_it(self, client):
        person = Person(make.event().id, client)
        address = links.calendar(person.id, 1)
        page = client.page(f"/registrations/{links.sign_reference(links.MANAGE, person.id)}")
        shown = [link.get("href") for link in page.main.all("a")]
        assert {address, address.replace("http://", "webcal://")} <= set(shown)
        mail = db.session.scalars(db.select(OutgoingEmail)).one()
        facts = mail.facts | {"registration": mail.facts["registration"] | {"id": person.id}}
        assert address in render(mail.kind, facts, at=mail.queued_at).text
