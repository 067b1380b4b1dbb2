"""Sessions with a way in of their own: mailed in time to whom they are for, joined by a button."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import (
    AuditEntry,
    EmailState,
    Event,
    EventSession,
    EventState,
    MessageKind,
    Mode,
    OutgoingEmail,
    Pick,
    PickState,
    SessionJoining,
    SessionPresence,
)
from app.operations.communication import ushering
from app.operations.program import cloning, planning, rescheduling, telling
from app.operations.program.details import RegistrationTimes
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.starting import NewEvent
from app.operations.program.telling import Telling
from app.operations.registration import joining
from tests.support import factories as make
from tests.support.sessions import hold_sessions

pytestmark = pytest.mark.usefixtures("app", "at")
BOTH = {Mode.ONLINE: None, Mode.IN_PERSON: None}
HALF_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)


def week(*sessions, **given):
    """An event with sessions, all of which have a link, given out half an hour before each."""
    event = make.event(seats=BOTH, **given)
    ids = hold_sessions(event.id, *(sessions or ({"seats": BOTH}, {"seats": BOTH})))
    for number in ids:
        lead_in(number)
    return db.session.get_one(Event, event.id), ids


def lead_in(session_id, **given):
    values = {"link": f"https://meet.example.gov/{session_id}", "release_minutes": 30} | given

    def work(at):
        way = SessionJoining(session_id=session_id, **values)
        db.session.add(way)
        db.session.flush()
        way.follow(way.session.starts_at, at)

    transact(work)


def pick(person, session_id, state=PickState.CONFIRMED):
    values = {"mode": person.mode, "state": state, "picked_at": person.registered_at}
    make.kept(lambda _: Pick(registration_id=person.id, session_id=session_id, **values))


def starts(session_id):
    return db.session.get_one(EventSession, session_id).starts_at


def release(at):
    with clock.stopped_at(at):
        return transact(ushering.release_sessions) if ushering.is_due() else 0


def mails():
    db.session.rollback()
    chosen = db.select(OutgoingEmail).filter_by(kind=MessageKind.SESSION_JOIN).order_by(OutgoingEmail.id)
    return db.session.scalars(chosen).all()


def test_it_works():
    event, (first, second) = week()
    ana, ben = make.registration(event, mode=Mode.ONLINE), make.registration(event, mode=Mode.ONLINE)
    pick(ana, first)
    pick(ben, second)
    assert release(starts(first) - HALF_HOUR - timedelta(seconds=1)) == 0
    assert [release(starts(first) - HALF_HOUR), release(starts(first) - HALF_HOUR)] == [1, 0]
    (mail,) = mails()
    assert (mail.recipient, mail.facts["session"]["id"]) == (ana.email, first)
    assert "meet.example.gov" not in str(mail.facts)
    assert "sent how to join a session" in db.session.scalars(db.select(AuditEntry.act)).all()
    release(starts(second) - HALF_HOUR)
    assert [mail.recipient for mail in mails()] == [ana.email, ben.email]


def test_only_a_seat_online_in_the_session_counts():
    event, (first, _) = week()
    online = make.registration(event, mode=Mode.ONLINE)
    for person, state in (
        (online, PickState.CONFIRMED),
        (make.registration(event, mode=Mode.ONLINE), PickState.WAITLISTED),
        (make.registration(event, mode=Mode.ONLINE), PickState.CANCELLED),
        (make.registration(event, mode=Mode.IN_PERSON), PickState.CONFIRMED),
    ):
        pick(person, first, state)
    make.registration(event, mode=Mode.ONLINE)  # Picked nothing.
    release(starts(first) - HALF_HOUR)
    assert [mail.recipient for mail in mails()] == [online.email]


@pytest.mark.parametrize(("has_own_link", "told"), [(False, 2), (True, 0)])
def test_to_a_session_for_all_everybody_is_led_once(has_own_link, told):
    event, (first,) = week({"is_picked": False, "seats": {}})
    if has_own_link:
        make.joining(event, release_at=None)
    for mode in (Mode.ONLINE, Mode.ONLINE, Mode.IN_PERSON):
        make.registration(event, mode=mode)
    release(starts(first) - HALF_HOUR)
    assert len(mails()) == told


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.POSTPONED, EventState.CANCELLED])
def test_of_an_event_that_is_not_held_nothing_is_sent(state):
    event, (first, _) = week(state=state)
    pick(make.registration(event, mode=Mode.ONLINE), first)
    assert release(starts(first) - HALF_HOUR) == 0


def test_many_people_are_told_in_batches_and_each_once(monkeypatch):
    monkeypatch.setattr(ushering, "BATCH", 2)
    event, (first, _) = week()
    for _ in range(3):
        pick(make.registration(event, mode=Mode.ONLINE), first)
    due = starts(first) - HALF_HOUR
    assert [release(due) for _ in range(3)] == [2, 1, 0]
    assert len({mail.recipient for mail in mails()}) == 3


def test_the_press_of_the_button_is_kept_for_each_session():
    event, (first, second) = week()
    person = make.registration(event, mode=Mode.ONLINE)
    pick(person, first)
    due = starts(first) - HALF_HOUR

    def press(session_id, at=due):
        with clock.stopped_at(at):
            return transact(lambda at: joining.join_session(person.id, session_id, at=at))

    assert [press(first), press(first, due + HALF_HOUR)] == [f"https://meet.example.gov/{first}"] * 2
    with pytest.raises(joining.NotAttendingError):
        press(second)
    with pytest.raises(joining.JoinNotReleasedError):
        press(first, due - HALF_HOUR)
    db.session.rollback()
    (presence,) = db.session.scalars(db.select(SessionPresence))
    assert (presence.session_id, presence.joined_at) == (first, due)
    assert db.session.scalars(db.select(AuditEntry.act)).all().count("joined session") == 1


def move(event, days):
    start = Moment(event.starts_local + days * DAY)
    where = Move(start, Moment(start.local + timedelta(hours=1)))
    transact(lambda at: rescheduling.reschedule(event.id, where, version=None, by="e", at=at, tell=Telling()))


def way(session_id):
    db.session.rollback()
    return db.session.get_one(SessionJoining, session_id, populate_existing=True)


def test_when_the_event_moves_it_is_given_out_anew():
    event, (first, second) = week()
    set_at = starts(second) - HALF_HOUR
    transact(lambda _: db.session.get_one(SessionJoining, second).release(set_at, event.zone))
    pick(make.registration(event, mode=Mode.ONLINE), first)
    release(starts(first) - HALF_HOUR)
    with clock.stopped_at(starts(first) - HALF_HOUR):
        move(event, 7)
    assert [mail.state for mail in mails()] == [EmailState.WITHDRAWN]
    assert (way(first).release_at, way(first).mailed_at) == (starts(first) - HALF_HOUR, None)
    assert way(second).release_at == set_at + 7 * DAY
    assert release(starts(first) - HALF_HOUR) == 1


def test_a_copy_gives_out_its_own_links_as_early():
    event, _ = week()
    start = event.starts_local + 7 * DAY
    new = NewEvent("Again", event.time_zone, Moment(start), Moment(start + timedelta(hours=1)), seats=BOTH)
    copied = transact(lambda at: cloning.clone(event.id, new, by="e", at=at).id)
    for session in db.session.get_one(Event, copied).sessions:
        assert (session.joining.link, session.joining.release_minutes) == ("", 30)
        assert session.joining.release_at == session.starts_at - HALF_HOUR


def test_undo_brings_the_release_back():
    event, (first, _) = week()
    before = way(first).release_at
    make.registration(event, mode=Mode.ONLINE)
    move(event, 7)
    assert way(first).release_at == before + 7 * DAY
    notice = telling.waiting_notice(event.id).id
    transact(lambda at: telling.undo(event.id, notice, by="e", at=at))
    assert way(first).release_at == before


def test_the_event_itself_may_count_in_minutes_too():
    event = make.event()
    make.joining(event, release_minutes=60, release_at=None)
    times = RegistrationTimes.of(event)
    transact(lambda at: planning.edit(event.id, [times], version=None, by="e", at=at))
    db.session.rollback()
    event = db.session.get_one(Event, event.id)
    assert event.joining.release_at == event.starts_at - timedelta(hours=1)
    move(event, 1)
    db.session.rollback()
    assert event.joining.release_at == event.starts_at - timedelta(hours=1)
