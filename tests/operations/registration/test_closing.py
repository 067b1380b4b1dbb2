"""The waiting list is closed: one mail to everybody who still waits, once, with the way on."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.models import AuditEntry, Event, MessageKind, Mode, OutgoingEmail
from app.models.availability import Availability, mode_availability
from app.operations.registration import closing
from app.worker import TIMETABLE, run_job
from tests.support.desk import details, make_event, registrations, sign_up

pytestmark = pytest.mark.usefixtures("app", "at")
CLOSE = next(job for job in TIMETABLE if job.verb is closing.close_lines)
SECOND = timedelta(seconds=1)


@pytest.fixture
def event_id() -> int:
    """One seat in the room, taken; one waits for it, one attends online meanwhile."""
    made = make_event(capacity=1, online=5)
    sign_up(made)
    sign_up(made)
    sign_up(made, details(mode=Mode.ONLINE, keeps_turn=True))
    return made


def until(event_id: int) -> datetime:
    found = db.session.get_one(Event, event_id).promotes_until(Mode.IN_PERSON)
    assert found
    return found


def told(event_id: int) -> list[OutgoingEmail]:
    query = db.select(OutgoingEmail).filter_by(event_id=event_id, kind=MessageKind.LINE_CLOSED)
    return list(db.session.scalars(query.order_by(OutgoingEmail.id)))


def test_everybody_who_waits_hears_of_it_once(event_id: int) -> None:
    with clock.stopped_at(until(event_id) - SECOND):
        assert run_job(CLOSE) == 0
    with clock.stopped_at(until(event_id)):
        assert run_job(CLOSE) == 2
        assert run_job(CLOSE) == 0
    waiting, keeping = told(event_id)
    assert [mail.registration_id for mail in (waiting, keeping)] == [one.id for one in registrations(event_id)[1:]]
    assert waiting.facts["closed"] == {"mode": "in-person", "online_is_open": True, "may_take": True}
    [entry] = db.session.scalars(db.select(AuditEntry).filter_by(act="closed waiting list"))
    assert entry.detail == {"mode": "in-person", "recipients": 2}


def test_in_batches_nobody_is_left_out(event_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "BATCH", 1)
    with clock.stopped_at(until(event_id)):
        assert sum(run_job(CLOSE) for _ in range(4)) == 3  # The third look finds nobody and closes the line.
    assert len(told(event_id)) == 2


def test_a_line_in_which_nobody_stands_is_quiet(app: Flask) -> None:
    event_id = make_event(capacity=1)
    sign_up(event_id)
    with clock.stopped_at(until(event_id)):
        assert run_job(CLOSE) == 0


def test_the_line_for_seats_online_closes_at_the_start(app: Flask) -> None:
    event_id = make_event(capacity=5, online=1)
    for _ in range(2):
        sign_up(event_id, details(mode=Mode.ONLINE))
    with clock.stopped_at(until(event_id)):
        assert run_job(CLOSE) == 0
    with clock.stopped_at(until(event_id) + timedelta(hours=24)):
        assert run_job(CLOSE) == 1
    assert told(event_id)[0].facts["closed"] == {"mode": "online", "online_is_open": False, "may_take": False}


def test_a_closed_line_takes_nobody_more(event_id: int) -> None:
    event = db.session.get_one(Event, event_id)
    found = {one.mode: one.availability for one in mode_availability(event, until(event_id) - SECOND)}
    assert found == {Mode.IN_PERSON: Availability.WAITING_LIST, Mode.ONLINE: Availability.FEW_SEATS}
    found = {one.mode: one.availability for one in mode_availability(event, until(event_id))}
    assert found == {Mode.IN_PERSON: Availability.FULL, Mode.ONLINE: Availability.FEW_SEATS}


def test_an_event_that_moved_closes_its_line_again(event_id: int) -> None:
    def move(at: datetime) -> None:
        event = db.session.get_one(Event, event_id)
        assert event.starts_at
        assert event.ends_at
        event.starts_at, event.ends_at = event.starts_at + timedelta(days=7), event.ends_at + timedelta(days=7)
        closing.reopen(event, at)

    first = until(event_id)
    with clock.stopped_at(first):
        run_job(CLOSE)
        transact(move)
        assert run_job(CLOSE) == 0
    with clock.stopped_at(first + timedelta(days=7)):
        assert run_job(CLOSE) == 2
    assert len(told(event_id)) == 4
