"""Reminders: at their hour by the clock, wherever the event moves, to each person once, and only of what is so."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from app import clock, worker
from app.db import db, transact
from app.models import AuditEntry, EmailState, EventState, MessageKind, Mode, OutgoingEmail, Registration, Reminder
from app.models import RegistrationSource as Source
from app.models import RegistrationState as State
from app.operations import notifying
from app.operations.communication import reminding
from app.operations.program import rescheduling
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from app.operations.registration.cancelling import cancel
from tests.conftest import NOON
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("app", "at")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def send(at):
    with clock.stopped_at(at):
        return transact(reminding.send_reminders)


def reminders():
    db.session.rollback()
    chosen = db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.REMINDER).order_by(OutgoingEmail.id)
    return db.session.scalars(chosen).all()


def mailed():
    return [mail.recipient for mail in reminders()]


def acts():
    return [
        (one.act, one.detail["recipients"])
        for one in db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))
        if "reminder" in one.act
    ]


def ny(text):
    return make.instants({"time_zone": "America/New_York", "starts_local": make.wall(text)})["starts_at"]


@pytest.mark.parametrize(
    ("starts", "amount", "unit", "due"),
    [
        ("2026-03-09 09:00", 1, "days", "2026-03-08 09:00"),
        ("2026-03-08 09:00", 1, "days", "2026-03-07 09:00"),  # 23 hours of waiting, one day by the clock.
        ("2026-03-12 13:00", 1, "weeks", "2026-03-05 13:00"),
        ("2026-11-01 13:00", 1, "days", "2026-10-31 13:00"),  # 25 hours.
        ("2026-03-09 02:30", 1, "days", "2026-03-08 03:30"),  # There is no half past two that day.
        ("2026-03-08 03:30", 1, "hours", "2026-03-08 01:30"),  # An hour is an hour.
    ],
)
def test_a_day_is_a_day_by_the_clock_and_an_hour_is_an_hour(starts, amount, unit, due):
    local = make.wall(starts)
    event = make.event(starts_local=local, ends_local=local + HOUR)
    assert make.reminder(event, amount, unit).due_at == ny(due)


def test_of_a_day_without_hours_people_hear_in_the_morning():
    event = make.event(starts_local=make.wall("2026-03-20 00:00"), ends_local=make.wall("2026-03-20 23:59"))
    assert make.reminder(event, 1, "weeks").due_at == ny("2026-03-13 09:00")
    assert make.reminder(event, 1, "hours").due_at is None


def test_it_works():
    event = make.event()
    reminder = make.reminder(event, 1, "days")
    person = make.registration(event)
    assert send(reminder.due_at - timedelta(seconds=1)) == 0
    assert send(reminder.due_at) == 1
    (mail,) = reminders()
    assert (mail.recipient, mail.registration_id, mail.event_id) == (person.email, person.id, event.id)
    assert acts() == [("sent reminder", 1)]
    stored = db.session.get_one(Reminder, reminder.id)
    assert (stored.recipients, stored.done_for, stored.is_done) == (1, event.starts_at, True)


def test_only_people_who_have_a_seat_are_reminded():
    event = make.event(seats={Mode.ONLINE: 10, Mode.IN_PERSON: 10})
    due = make.reminder(event, 1, "days").due_at
    told = [make.registration(event, mode=mode).email for mode in Mode]
    for state in (State.WAITLISTED, State.CANCELLED, State.PENDING_APPROVAL, State.NOT_APPROVED):
        make.registration(event, state=state)
    make.registration(event, email=None)
    make.registration(event, source=Source.DEMO)
    make.registration(event, registered_at=due + timedelta(seconds=1))
    make.registration(event, registered_at=NOON, confirmed_at=due + timedelta(seconds=1))
    send(due + HOUR)
    assert mailed() == told


def test_one_for_people_online_reaches_them_alone():
    event = make.event(seats={Mode.ONLINE: 10, Mode.IN_PERSON: 10})
    due = make.reminder(event, 1, "hours", Mode.ONLINE).due_at
    make.registration(event, mode=Mode.IN_PERSON)
    online = make.registration(event, mode=Mode.ONLINE)
    send(due)
    assert mailed() == [online.email]


def test_who_is_told_how_to_join_at_the_same_hour_is_not_reminded_as_well():
    event = make.event(seats={Mode.ONLINE: 10, Mode.IN_PERSON: 10})
    due = make.reminder(event, 1, "hours").due_at
    make.joining(event, release_at=due)
    make.registration(event, mode=Mode.ONLINE)
    in_room = make.registration(event, mode=Mode.IN_PERSON)
    assert send(due) == 0  # How to join goes first.
    with clock.stopped_at(due):
        transact(reminding.release_join)
    send(due)
    assert mailed() == [in_room.email]


def test_who_was_told_how_to_join_long_before_is_reminded():
    event = make.event()
    due = make.reminder(event, 1, "hours").due_at
    make.joining(event, release_at=due - HOUR)
    online = make.registration(event)
    with clock.stopped_at(due - HOUR):
        transact(reminding.release_join)
    send(due)
    assert mailed() == [online.email]


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.POSTPONED, EventState.CANCELLED])
def test_an_event_that_is_not_held_reminds_nobody(state):
    event = make.event(state=state)
    due = make.reminder(event, 1, "days").due_at
    make.registration(event)
    assert send(due) == 0
    assert mailed() == []


def test_two_workers_and_a_second_run_send_one_of_each(monkeypatch):
    monkeypatch.setattr(reminding, "BATCH", 2)
    event = make.event()
    due = make.reminder(event, 1, "days").due_at
    people = [make.registration(event).email for _ in range(5)]
    with clock.stopped_at(due):
        for timetable in (worker.Timetable(), worker.Timetable()) * 3:
            timetable.run_due()
    assert mailed() == people
    assert acts() == [("sent reminder", 5)]


def test_taken_away_and_added_anew_it_goes_to_nobody_twice():
    event = make.event()
    first = make.reminder(event, 1, "weeks")
    due = first.due_at
    make.registration(event)
    send(due)
    transact(lambda _: db.session.delete(db.session.get_one(Reminder, first.id)))
    make.reminder(event, 7, "days")
    send(due + HOUR)
    assert len(mailed()) == 1


@pytest.mark.parametrize(("late", "sent"), [(11 * HOUR, 1), (13 * HOUR, 0)])
def test_a_late_one_is_sent_while_half_of_its_time_is_left(late, sent):
    event = make.event()
    due = make.reminder(event, 1, "days").due_at
    make.registration(event)
    send(due + late)
    assert len(mailed()) == sent
    assert acts() == [("sent reminder", 1) if sent else ("left out reminder", None)]
    assert send(due + late) == 0


def test_of_two_late_ones_the_later_is_enough():
    event = make.event()
    make.reminder(event, 2, "days")
    due = make.reminder(event, 36, "hours").due_at
    make.registration(event)
    assert [send(due), send(due), send(due)] == [1, 1, 0]
    assert len(mailed()) == 1
    assert acts() == [("left out reminder", None), ("sent reminder", 1)]


def move(event, days):
    start = Moment(event.starts_local + days * DAY)
    where = Move(start, Moment(start.local + HOUR))
    telling = Telling()
    transact(lambda at: rescheduling.reschedule(event.id, where, version=None, by="e", at=at, tell=telling))


def test_it_follows_the_event_and_reminds_anew_of_the_new_time():
    event = make.event()
    reminder = make.reminder(event, 1, "days")
    make.registration(event)
    due = reminder.due_at
    send(due)
    with clock.stopped_at(due + HOUR):
        move(event, 7)
    assert send(due + 2 * HOUR) == 0
    assert db.session.get_one(Reminder, reminder.id).due_at == due + 7 * DAY
    assert send(due + 7 * DAY) == 1
    assert [mail.state for mail in reminders()] == [EmailState.WITHDRAWN, EmailState.QUEUED]


@pytest.mark.parametrize("verb", [rescheduling.cancel, rescheduling.postpone])
def test_what_waits_to_be_sent_is_taken_back_when_the_event_is_not_held(verb):
    event = make.event()
    due = make.reminder(event, 1, "days").due_at
    make.registration(event)
    send(due)
    transact(lambda at: verb(event.id, version=None, by="e", at=at, tell=Telling(quietly=True)))
    assert [mail.state for mail in reminders()] == [EmailState.WITHDRAWN]


def test_who_cancels_is_not_reminded():
    event = make.event()
    due = make.reminder(event, 1, "days").due_at
    person = make.registration(event)
    send(due)
    transact(lambda at: cancel(person.id, at=at).id)
    assert [mail.state for mail in reminders()] == [EmailState.WITHDRAWN]


def test_it_takes_back_no_message_that_says_more():
    event = make.event()
    due = make.reminder(event, 1, "days").due_at
    person = make.registration(event)
    transact(lambda at: [notifying.queue(MessageKind.CONFIRMED, person, at=at)])
    send(due)
    db.session.rollback()
    kept = db.session.scalars(db.select(OutgoingEmail.state).order_by(OutgoingEmail.id)).all()
    assert kept == [EmailState.QUEUED, EmailState.QUEUED]


@pytest.mark.slow
def test_three_thousand_people_cost_few_statements(asked):
    event = make.event(seats={Mode.ONLINE: None})
    due = make.reminder(event, 1, "days").due_at
    crowd(make.registration(event), 2999)
    asked.clear()
    while send(due):
        pass
    assert len(asked) < 120
    assert len(set(mailed())) == 3000


def crowd(person, count):
    """So many others like this person."""
    columns = [column.key for column in Registration.__table__.columns if column.key != "id"]
    like = {name: getattr(person, name) for name in columns}
    own = [f"one-{one}" for one in range(count)]
    rows = [
        like | {"email": f"{one}@example.com", "email_key": f"{one}@example.com", "calendar_uid": one} for one in own
    ]
    transact(lambda _: db.session.execute(insert(Registration), rows) and None)
