"""How to join that changes, or goes out while a change stands: ten minutes to undo, and nobody hears it twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.mail import delivery, transports
from app.models import AuditEntry, EmailState, Event, EventSession, MessageKind, Mode, OutgoingEmail, SessionJoining
from app.operations.communication import announcing, reminding, ushering
from app.operations.program import arranging, planning, rescheduling, telling
from app.operations.program.details import Basics, SessionDetails, SessionHowToJoin
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import NothingToUndoError, Telling
from tests.operations.communication.test_ushering import BOTH, HALF_HOUR, pick, release, starts, way, week
from tests.support import factories as make

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow]
MINUTE, WINDOW = timedelta(minutes=1), timedelta(minutes=10)
NEW = "https://meet.example.gov/new"


@pytest.fixture
def given_out():
    """A session whose way in one person has: the event, the session, and when it went out."""
    event, (first, _) = week()
    person = make.registration(event, mode=Mode.ONLINE)
    pick(person, first)
    due = starts(first) - HALF_HOUR
    release(due)
    deliver(due)
    return event.id, first, due


def deliver(at):
    with clock.stopped_at(at):
        while delivery.drain("tests", transports.chosen()).taken:
            pass


def change_link(event_id, session_id, at, link=NEW, *, again=True):
    """Staff enter another link, and tick that people are to hear so."""
    session = db.session.get_one(EventSession, session_id)
    details = SessionDetails.read(session, session.event.zone)
    way_in = replace(SessionHowToJoin.read(session.joining, session.event.zone), link=link)
    given = {"part_id": session_id, "version": None, "by": "ed@x.gov", "way_in": way_in, "write_again": again}
    with clock.stopped_at(at):
        transact(lambda at: arranging.save(event_id, details, at=at, **given).id)
    db.session.rollback()


def undo(event_id, at):
    notice = telling.waiting_notice(event_id).id
    with clock.stopped_at(at):
        transact(lambda at: telling.undo(event_id, notice, by="ed@x.gov", at=at).id)
    db.session.rollback()


def tick(at):
    """Whatever the timetable has to do about it, as often as there is something."""
    with clock.stopped_at(at):
        jobs = (reminding.release_join, ushering.release_sessions, announcing.send_due_notices)
        while sum(transact(job) for job in jobs):
            pass
    db.session.rollback()


def told(kind):
    db.session.rollback()
    rows = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=kind).order_by(OutgoingEmail.id))
    return [mail.recipient for mail in rows if mail.state is not EmailState.WITHDRAWN]


def log(act):
    return db.session.scalars(db.select(AuditEntry.act)).all().count(act)


class TestAChangedSessionLink:
    def test_people_hear_of_it_after_ten_minutes(self, given_out):
        event_id, first, due = given_out
        change_link(event_id, first, due)
        notice = telling.waiting_notice(event_id)
        assert (notice.kind, notice.due_at) == (MessageKind.SESSION_JOIN, due + WINDOW)
        assert telling.audience(db.session.get_one(Event, event_id), notice=notice).mailed == 1
        tick(due + WINDOW - MINUTE)
        assert len(told(MessageKind.SESSION_JOIN)) == 1
        tick(due + WINDOW)
        first_mail, second_mail = told(MessageKind.SESSION_JOIN)
        assert first_mail == second_mail
        db.session.refresh(notice)
        assert (notice.sent_at, notice.recipients) == (due + WINDOW, 1)
        assert (way(first).link, way(first).mailed_at) == (NEW, due + WINDOW)
        tick(due + WINDOW + MINUTE)
        assert len(told(MessageKind.SESSION_JOIN)) == 2

    def test_undo_brings_the_link_back_and_nobody_hears_of_it(self, given_out):
        event_id, first, due = given_out
        before = way(first).link
        change_link(event_id, first, due)
        undo(event_id, due + MINUTE)
        tick(due + WINDOW)
        assert (way(first).link, way(first).mailed_at) == (before, due)
        assert len(told(MessageKind.SESSION_JOIN)) == 1
        with pytest.raises(NothingToUndoError), clock.stopped_at(due + WINDOW):
            transact(lambda at: telling.undo(event_id, 1, by="ed@x.gov", at=at))

    def test_a_second_change_replaces_the_first(self, given_out):
        event_id, first, due = given_out
        before = way(first).link
        change_link(event_id, first, due)
        change_link(event_id, first, due + MINUTE, f"{NEW}er")
        assert telling.waiting_notice(event_id).due_at == due + MINUTE + WINDOW
        tick(due + WINDOW)
        assert len(told(MessageKind.SESSION_JOIN)) == 1
        undo(event_id, due + WINDOW)
        assert way(first).link == before

    def test_a_change_that_concerns_nobody_neither_delays_it_nor_takes_it_back(self, given_out):
        event_id, first, due = given_out
        change_link(event_id, first, due)
        change_link(event_id, first, due + MINUTE, f"{NEW}er", again=False)
        assert telling.waiting_notice(event_id).due_at == due + WINDOW

    def test_with_a_larger_change_it_goes_out_once_that_can_no_longer_be_undone(self, given_out):
        event_id, first, due = given_out
        change_link(event_id, first, due)
        rename(event_id, "Other", due + MINUTE)
        notice = telling.waiting_notice(event_id)
        assert notice.kind is MessageKind.EVENT_CHANGED
        tick(due + WINDOW)
        assert len(told(MessageKind.SESSION_JOIN)) == 1
        tick(due + MINUTE + WINDOW)
        assert len(told(MessageKind.SESSION_JOIN)) == 2
        assert len(told(MessageKind.EVENT_CHANGED)) == 1

    def test_when_the_larger_one_is_taken_back_by_hand_it_is_still_told(self, given_out):
        event_id, first, due = given_out
        title = db.session.get_one(Event, event_id).title
        rename(event_id, "Other", due)
        change_link(event_id, first, due)
        rename(event_id, title, due + MINUTE)
        assert telling.waiting_notice(event_id).kind is MessageKind.SESSION_JOIN
        tick(due + MINUTE + WINDOW)
        assert len(told(MessageKind.SESSION_JOIN)) == 2

    def test_before_it_was_given_out_there_is_nothing_to_tell(self):
        event, (first, _) = week()
        pick(make.registration(event, mode=Mode.ONLINE), first)
        change_link(event.id, first, clock.now())
        assert telling.waiting_notice(event.id) is None
        tick(starts(first) - HALF_HOUR)
        assert len(told(MessageKind.SESSION_JOIN)) == 1


def rename(event_id, title, at):
    part = replace(Basics.of(db.session.get_one(Event, event_id)), title=title)
    with clock.stopped_at(at):
        transact(lambda at: planning.edit(event_id, [part], version=None, by="ed@x.gov", at=at, tell=Telling()).id)
    db.session.rollback()


def move(event_id, span, at):
    event = db.session.get_one(Event, event_id)
    where = Move(Moment(event.starts_local + span), Moment(event.ends_local + span))
    with clock.stopped_at(at):
        tell = Telling()
        transact(lambda at: rescheduling.reschedule(event_id, where, version=None, by="e", at=at, tell=tell).id)
    db.session.rollback()


class TestGivenOutWhileAChangeStood:
    @pytest.fixture
    def event(self):
        event = make.event(seats=BOTH)
        make.joining(event, release_minutes=30, release_at=event.starts_at - HALF_HOUR)
        make.registration(event, mode=Mode.ONLINE, email="ana@example.com")
        return event

    @pytest.mark.parametrize("is_delivered", [True, False], ids=["delivered", "unsent"])
    @pytest.mark.parametrize("by_hand", [True, False], ids=["by hand", "undo"])
    def test_given_out_early_it_is_not_given_out_again(self, event, by_hand, is_delivered):
        event_id, starts_at = event.id, event.starts_at
        now = starts_at - 2 * HALF_HOUR
        move(event_id, -HALF_HOUR, now)
        tick(now + MINUTE)
        if is_delivered:
            deliver(now + MINUTE)
        if by_hand:
            move(event_id, HALF_HOUR, now + 2 * MINUTE)
        else:
            undo(event_id, now + 2 * MINUTE)
        latecomer(event_id, now + 3 * MINUTE)
        tick(starts_at - HALF_HOUR)
        tick(starts_at - HALF_HOUR + MINUTE)
        assert sorted(told(MessageKind.HOW_TO_JOIN)) == ["ana@example.com", "late@example.com"]

    def test_given_out_in_time_it_is_neither_sent_nor_logged_again(self, event):
        event_id, due = event.id, event.starts_at - HALF_HOUR
        rename(event_id, "Other", due - MINUTE)
        tick(due)
        deliver(due)
        undo(event_id, due + MINUTE)
        tick(due + 2 * MINUTE)
        assert told(MessageKind.HOW_TO_JOIN) == ["ana@example.com"]
        assert log("sent how to join") == 1
        db.session.rollback()
        assert db.session.get_one(Event, event_id).joining.mailed_at == due

    def test_moved_for_good_it_is_given_out_at_the_new_time_to_everybody(self, event):
        event_id, starts_at = event.id, event.starts_at
        now = starts_at - 2 * HALF_HOUR
        move(event_id, -HALF_HOUR, now)
        tick(now + MINUTE)
        deliver(now + MINUTE)
        undo(event_id, now + 2 * MINUTE)
        move(event_id, 48 * HALF_HOUR, now + 3 * MINUTE)
        tick(now + 3 * MINUTE + WINDOW)
        tick(starts_at + 47 * HALF_HOUR)
        assert told(MessageKind.HOW_TO_JOIN) == ["ana@example.com"] * 2

    def test_a_session_whose_mail_was_taken_back_unsent_is_written_anew(self):
        event, (first, _) = week()
        ana, ben = (make.registration(event, mode=Mode.ONLINE) for _ in range(2))
        pick(ana, first)
        event_id, due = event.id, starts(first) - HALF_HOUR
        rename(event_id, "Other", due - MINUTE)
        tick(due)
        pick(ben, first)
        undo(event_id, due + MINUTE)
        tick(due + MINUTE)
        assert sorted(told(MessageKind.SESSION_JOIN)) == sorted([ana.email, ben.email])

    def test_a_session_that_was_delivered_is_neither_sent_nor_logged_again(self):
        event, (first, _) = week()
        ana = make.registration(event, mode=Mode.ONLINE)
        pick(ana, first)
        event_id, due = event.id, starts(first) - HALF_HOUR
        rename(event_id, "Other", due - MINUTE)
        tick(due)
        deliver(due)
        undo(event_id, due + MINUTE)
        tick(due + MINUTE)
        assert told(MessageKind.SESSION_JOIN) == [ana.email]
        assert log("sent how to join a session") == 1
        assert db.session.get_one(SessionJoining, first).mailed_at


def latecomer(event_id, at):
    with clock.stopped_at(at):
        make.registration(db.session.get_one(Event, event_id), mode=Mode.ONLINE, email="late@example.com")
    db.session.rollback()
