"""What people do inside the ten minutes in which staff can undo a change: the calendar holds what is so in the end.

Each mail is delivered at once and applied by UID and SEQUENCE; then it is compared with what stands in the database.
"""

from datetime import timedelta
from random import Random

import pytest

from app import clock
from app.db import db, transact
from app.mail import still_true
from app.mail.rendering import render
from app.models import EmailState, Event, EventSession, EventState, MessageKind, Mode, OutgoingEmail, Registration
from app.operations.communication import announcing
from app.operations.program import arranging, rescheduling, telling
from app.operations.program.details import SessionDetails
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from app.operations.registration import cancelling, picking, switching
from tests.support import factories as make
from tests.support.calendars import Calendar
from tests.support.desk import details, registrations, sign_up
from tests.support.sessions import hold_sessions

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow, pytest.mark.database("sqlite")]
SEATS = {Mode.IN_PERSON: 9, Mode.ONLINE: 9}
BY = "editor@example.gov"


class Story:
    """One person at an event with two sessions, and staff who cannot make up their minds."""

    def __init__(self):
        self.now = clock.now()
        self.event_id = make.event(seats=SEATS, title="Days", ends_local=make.wall("2026-03-16 16:00")).id
        self.sessions = hold_sessions(self.event_id, {"seats": SEATS}, {"seats": SEATS})
        sign_up(self.event_id, details(mode=Mode.ONLINE, sessions=(self.sessions[1],)))
        self.person_id = registrations(self.event_id)[0].id
        self.calendar, self.read = Calendar(), []
        self.deliver()

    def tell(self, *steps):
        for step in steps:
            self.now += timedelta(minutes=1)
            with clock.stopped_at(self.now):
                getattr(self, step)()
                self.deliver()
        return self

    def deliver(self):
        query = db.select(OutgoingEmail).where(
            OutgoingEmail.registration_id == self.person_id, OutgoingEmail.state == EmailState.QUEUED
        )
        for mail in db.session.scalars(query.order_by(OutgoingEmail.id)).all():
            if not still_true.why_not([mail], self.now):
                self.calendar.receive(render(mail.kind, mail.facts, at=mail.queued_at))
                self.read.append(mail.kind)
        sent = db.update(OutgoingEmail).where(OutgoingEmail.state == EmailState.QUEUED)
        transact(lambda _: db.session.execute(sent.values(state=EmailState.ACCEPTED)) and None)

    def office(self, verb, *given):
        telling_of = {"version": None, "by": BY, "tell": Telling()}
        transact(lambda at: verb(self.event_id, *given, **telling_of, at=at).id)

    def postpone(self):
        if self.event.state is EventState.PUBLISHED:
            self.office(rescheduling.postpone)

    def move(self):
        starts = (self.event.starts_local or make.wall("2026-03-16 13:00")) + timedelta(days=7)
        self.office(rescheduling.reschedule, Move(Moment(starts), Moment(starts + timedelta(hours=3))))

    def edit_session(self):
        session = db.session.get_one(EventSession, self.sessions[1])
        starts = session.starts_local + timedelta(minutes=15)
        moved = SessionDetails(
            title="Later", starts=Moment(starts), ends=Moment(starts + timedelta(minutes=30)), is_picked=True
        )
        if self.event.starts_at and moved.ends.local <= self.event.ends_local:
            given = {"part_id": session.id, "version": None, "by": BY}
            transact(lambda at: arranging.save(self.event_id, moved, **given, at=at).id)

    def undo(self):
        if notice := telling.waiting_notice(self.event_id):
            notice_id = notice.id
            transact(lambda at: telling.undo(self.event_id, notice_id, by=BY, at=at).id)

    def change_way(self):
        if self.person.is_live and self.event.state is EventState.PUBLISHED:
            wanted = Mode.IN_PERSON if self.person.mode is Mode.ONLINE else Mode.ONLINE
            transact(lambda at: switching.change_mode(self.person_id, wanted, at=at, known=self.sessions) and None)

    def pick(self):
        if self.person.is_live:
            has = {pick.session_id for pick in self.person.live_picks}
            wanted = picking.Wanted(tuple(sorted(has ^ {self.sessions[0]})))
            transact(lambda at: picking.change(self.person_id, wanted, at=at))

    def cancel(self):
        transact(lambda at: cancelling.cancel(self.person_id, at=at).id)

    def cancel_by_staff(self):
        transact(lambda at: cancelling.cancel(self.person_id, at=at, by=BY).id)

    def wait(self):
        self.now += timedelta(minutes=11)
        with clock.stopped_at(self.now):
            transact(announcing.send_due_notices)

    @property
    def event(self):
        db.session.rollback()
        return db.session.get_one(Event, self.event_id)

    @property
    def person(self):
        db.session.rollback()
        return db.session.get_one(Registration, self.person_id)

    @property
    def truth(self):
        event, person = self.event, self.person
        if not person.is_live or event.state is not EventState.PUBLISHED:
            return []
        held = [pick.session for pick in person.live_picks if pick.state.holds_seat]
        return sorted((one.title, one.starts_at) for one in (event, *held))


@pytest.mark.parametrize(
    "steps",
    [
        ("postpone", "cancel"),
        ("postpone", "cancel_by_staff"),
        ("postpone", "wait", "move", "change_way", "undo"),
        ("postpone", "wait", "move", "change_way", "undo", "cancel"),
        ("move", "pick", "undo"),
        ("move", "cancel", "undo"),
        ("edit_session", "change_way", "undo"),
        ("edit_session", "pick", "undo", "move"),
        ("postpone", "undo", "change_way"),
        ("edit_session", "move", "undo"),
    ],
    ids="-".join,
)
def test_the_calendar_holds_what_is_so(steps):
    story = Story().tell(*steps, "wait", "wait")
    assert sorted(story.calendar.plan) == story.truth


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_in_whatever_order(seed):
    chance = Random(seed)
    acts = ["postpone", "move", "move", "edit_session", "undo", "undo", "change_way", "pick", "wait"]
    steps = chance.choices(acts, k=9) + chance.choices(["cancel", "pick", "change_way"])
    story = Story().tell(*steps, "wait", "wait")
    assert sorted(story.calendar.plan) == story.truth, steps


def test_an_undone_new_date_reads_as_postponed():
    story = Story().tell("postpone", "wait", "move", "change_way", "undo")
    assert story.read[-1] is MessageKind.EVENT_POSTPONED
