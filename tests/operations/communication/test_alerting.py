"""One mail when registration opens: at that second, once, wherever the opening has moved to, and none for nothing."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import Event, EventState, MessageKind, Mode, OpeningAlert, OutgoingEmail, RegistrationRules, SeatPool
from app.models.local_time import instant_of, wall_time_of
from app.operations.communication import alerting
from app.operations.communication.alerting import NothingToOpenError
from app.worker import TIMETABLE, run_job
from tests.conftest import NOON
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("app", "at")
OPENS = NOON + timedelta(days=2)
SECOND = timedelta(seconds=1)
JOB = next(job for job in TIMETABLE if job.verb is alerting.tell_of_openings)


def later_event(**given):
    event = make.event(**given)
    return move_opening(event, OPENS)


def move_opening(event, opens_at):
    def work(_):
        row = db.session.get_one(Event, event.id)
        row.registration_opens_at, row.registration_opens_local = opens_at, wall_time_of(opens_at, row.zone)

    transact(work)
    return event


def change(event, **values):
    def work(_):
        row = db.session.get_one(Event, event.id)
        for name, value in values.items():
            setattr(row, name, value)

    transact(work)


def open_way(event, mode, opens_at):
    def work(_):
        pool = db.session.scalars(db.select(SeatPool).filter_by(event_id=event.id, mode=mode)).one()
        pool.opens_at, pool.opens_local = opens_at, wall_time_of(opens_at, event.zone)

    transact(work)


def ask(event, email="ana@example.com"):
    transact(lambda at: alerting.ask(event.id, email, language="en", at=at))


def mailed_at(instant):
    """Who is written to when the worker looks at this instant."""
    with clock.stopped_at(instant):
        before = len(queued())
        run_job(JOB)
        return [row.recipient for row in queued()[before:]]


def queued():
    db.session.rollback()
    rows = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id)).all()
    assert {row.kind for row in rows} <= {MessageKind.REGISTRATION_OPEN}
    return rows


def waiting():
    db.session.rollback()
    return db.session.scalars(db.select(OpeningAlert.email).order_by(OpeningAlert.id)).all()


def test_it_is_queued_in_the_second_of_the_opening_and_the_address_is_gone():
    event = later_event()
    ask(event)
    assert mailed_at(OPENS - SECOND) == []
    assert waiting() == ["ana@example.com"]
    assert mailed_at(OPENS) == ["ana@example.com"]
    assert (queued()[0].event_id, queued()[0].priority) == (event.id, 2)
    assert waiting() == []
    assert mailed_at(OPENS + SECOND) == []


def test_asking_twice_or_in_capitals_is_asking_once():
    event = later_event()
    for email in ("ana@example.com", "ana@example.com", "Ana@EXAMPLE.com"):
        ask(event, email)
    assert waiting() == ["ana@example.com"]


def test_nobody_can_make_an_address_wait_for_everything(monkeypatch):
    monkeypatch.setattr(alerting, "MOST_OF_ONE", 2)
    for _ in range(3):
        ask(later_event())
    assert len(waiting()) == 2


@pytest.mark.slow
def test_it_follows_the_opening():
    event = later_event()
    ask(event)
    move_opening(event, OPENS + timedelta(hours=3))
    assert mailed_at(OPENS) == []
    move_opening(event, NOON + timedelta(hours=1))
    assert mailed_at(NOON + timedelta(hours=1)) == ["ana@example.com"]


def test_the_way_that_opens_first_counts():
    event = later_event(seats={Mode.IN_PERSON: 5, Mode.ONLINE: None})
    open_way(event, Mode.ONLINE, OPENS - timedelta(hours=1))
    ask(event)
    assert mailed_at(OPENS - timedelta(hours=1) - SECOND) == []
    assert mailed_at(OPENS - timedelta(hours=1)) == ["ana@example.com"]


def test_a_way_without_seats_opens_nothing():
    event = later_event(seats={Mode.IN_PERSON: 5, Mode.ONLINE: 0})
    open_way(event, Mode.ONLINE, OPENS - timedelta(hours=1))
    ask(event)
    assert mailed_at(OPENS - timedelta(minutes=1)) == []
    assert mailed_at(OPENS) == ["ana@example.com"]


def test_a_cancelled_event_sends_none_and_forgets():
    event = later_event()
    ask(event)
    change(event, state=EventState.CANCELLED)
    assert mailed_at(OPENS) == []
    assert waiting() == []


def test_an_event_that_nobody_can_register_for_any_more_forgets():
    event = later_event()
    ask(event)
    assert mailed_at(event.ends_at) == []
    assert waiting() == []


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.POSTPONED])
def test_what_is_put_off_waits(state):
    event = later_event()
    ask(event)
    starts = event.starts_at, event.ends_at, event.starts_local, event.ends_local
    change(event, state=state, starts_at=None, ends_at=None, starts_local=None, ends_local=None)
    assert mailed_at(OPENS) == []
    names = ("starts_at", "ends_at", "starts_local", "ends_local")
    change(event, state=EventState.PUBLISHED, **dict(zip(names, starts, strict=True)))
    assert mailed_at(OPENS + SECOND) == ["ana@example.com"]


def test_a_paused_registration_is_not_open():
    event = later_event()
    ask(event)
    transact(lambda at: db.session.add(RegistrationRules(event_id=event.id, paused_at=at)))
    assert mailed_at(OPENS) == []
    transact(lambda _: setattr(db.session.get_one(RegistrationRules, event.id), "paused_at", None))
    assert mailed_at(OPENS + SECOND) == ["ana@example.com"]


def test_there_is_nothing_to_ask_once_it_is_open():
    with pytest.raises(NothingToOpenError):
        ask(make.event())


def test_many_are_told_in_batches_and_each_once(monkeypatch):
    monkeypatch.setattr(alerting, "BATCH", 2)
    event = later_event()
    people = [f"person{number}@example.com" for number in range(5)]
    for email in people:
        ask(event, email)
    assert [mailed_at(OPENS) for _ in range(4)] == [people[:2], people[2:4], people[4:], []]


def test_whoever_asks_for_a_second_opening_is_told_again():
    event = later_event()
    ask(event)
    assert mailed_at(OPENS) == ["ana@example.com"]
    move_opening(event, OPENS + timedelta(days=1))
    with clock.stopped_at(OPENS + SECOND):
        ask(event)
    assert mailed_at(OPENS + timedelta(days=1)) == ["ana@example.com"]


def test_the_wall_time_is_what_counts_across_a_clock_change():
    """In Washington the clocks go forward on March 8: eight in the morning comes an hour earlier in UTC."""
    event = make.event()
    opens_at = instant_of(make.wall("2026-03-09 08:00"), event.zone)
    move_opening(event, opens_at)
    ask(event)
    assert mailed_at(make.on("2026-03-09", 11, 59)) == []
    assert mailed_at(make.on("2026-03-09", 12)) == ["ana@example.com"]
