"""The next event made from an earlier one."""

from datetime import date, datetime

import pytest
from flask import Flask

from app.db import db, transact
from app.models import Event, EventSession, EventState, Mode, RegistrationRules, Speaker, Venue
from app.operations.program import cloning
from app.operations.program.moments import Moment
from app.operations.program.starting import NewEvent
from tests.support import factories as make
from tests.support.factories import wall
from tests.support.sessions import conference


@pytest.fixture
def source(app: Flask, at: datetime) -> Event:
    """A published event of two days in January, with a session and its speaker."""
    speaker = Speaker(name="Ana Lopez", place=1)
    session = EventSession(
        title="Welcome",
        starts_local=wall("2026-01-14 09:00"),
        ends_local=wall("2026-01-14 10:00"),
        starts_at=make.on("2026-01-14", 14),
        ends_at=make.on("2026-01-14", 15),
        speakers=[speaker],
    )
    return make.event(
        starts_local=wall("2026-01-14 09:00"),
        ends_local=wall("2026-01-15 17:00"),
        registration_closes_local=wall("2026-01-13 17:00"),
        accessibility_by=date(2026, 1, 2),
        attended_figures="300 on site",
        seats={Mode.IN_PERSON: 50},
        venue=Venue(name="Trade Hall", id_checked=True, id_text="Photo ID"),
        sessions=[session],
        speakers=[speaker],
    )


def clone(source: Event, starts: str = "2026-07-14 09:00", ends: str = "2026-07-15 17:00") -> Event:
    new = NewEvent(
        title="Again",
        time_zone="America/New_York",
        starts=Moment(wall(starts)),
        ends=Moment(wall(ends)),
        seats={Mode.IN_PERSON: 60},
    )
    source_id = source.id
    return transact(lambda at: cloning.clone(source_id, new, by="ed@example.gov", at=at))


def test_it_works(source: Event) -> None:
    event = clone(source)
    assert (event.state, event.title, event.series) == (EventState.DRAFT, "Again", source.series)
    assert (event.pools[0].capacity, event.pools[0].taken) == (60, 0)
    assert event.venue
    assert (event.venue.name, event.venue.id_text) == ("Trade Hall", "Photo ID")
    assert (event.attended_figures, event.published_at, event.version) == ("", None, 1)


def test_everything_moves_by_the_wall_clock(source: Event) -> None:
    """From winter to summer: nine o'clock stays nine o'clock."""
    event = clone(source)
    [session] = event.sessions
    assert (session.starts_local, session.starts_at) == (wall("2026-07-14 09:00"), make.on("2026-07-14", 13))
    assert event.registration_closes_at == make.on("2026-07-13", 21)
    assert event.accessibility_by == date(2026, 7, 2)


def test_the_rules_of_registering_come_along(source: Event) -> None:
    def rule(_: datetime) -> None:
        row = db.session.get_one(Event, source.id)
        row.rules = RegistrationRules(offer_hours=48, offers_skip_weekends=True, paused_at=make.on("2026-01-10", 9))

    transact(rule)
    rules = clone(source).rules
    assert rules
    assert (rules.offer_hours, rules.offers_skip_weekends, rules.paused_at) == (48, True, None)


def test_sessions_that_people_pick_have_the_same_seats(app: Flask, at: datetime) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 2, Mode.ONLINE: 5}, "repeat_key": "clinic"}, online=None)
    [session] = clone(db.session.get_one(Event, event_id)).sessions
    assert (session.is_picked, session.repeat_key) == (True, "clinic")
    # Nobody attends this one online.
    assert [(pool.mode, pool.capacity, pool.taken) for pool in session.pools] == [(Mode.IN_PERSON, 2, 0)]


def test_reminders_come_along_and_are_sent_anew(source: Event) -> None:
    make.reminder(source, 2, "days")
    copied = clone(db.session.get_one(Event, source.id))
    assert [(one.amount, one.unit.value, one.done_for) for one in copied.reminders] == [(2, "days", None)]


def test_speakers_are_copies(source: Event) -> None:
    event = clone(source)
    assert event.sessions[0].speakers == event.speakers
    assert event.speakers[0].id != source.speakers[0].id
    assert [speaker.name for speaker in event.speakers] == ["Ana Lopez"]


def test_how_people_joined_and_the_papers_stay_behind(source: Event) -> None:
    make.joining(source, release_local=wall("2026-01-13 09:00"), release_at=make.on("2026-01-13", 14))
    db.session.expire_all()
    event = clone(source)
    assert event.joining is None  # Nobody attends this one online.
    assert event.materials == []


def test_the_latest_held_event_is_offered(source: Event, at: datetime) -> None:
    make.event(series=source.series, starts_local=wall("2026-06-01 09:00"), ends_local=wall("2026-06-01 10:00"))
    assert cloning.last_of_series(source.series_id, at=at) == source


def test_the_own_times_of_a_way_of_attending_come_along(source: Event) -> None:
    def own_times(_: datetime) -> None:
        pool = db.session.get_one(Event, source.id).pools[0]
        pool.closes_local, pool.closes_at = wall("2026-01-12 17:00"), make.on("2026-01-12", 22)
        pool.registration_required = False

    transact(own_times)
    [pool] = [one for one in clone(source).pools if one.closes_local]
    assert (pool.closes_local, pool.closes_at) == (wall("2026-07-12 17:00"), make.on("2026-07-12", 21))
    assert not pool.registration_required


def test_at_short_notice_no_day_is_over_before_the_copy_is_public(source: Event, at: datetime) -> None:
    """Tonight's event: it closes at its start, not sixteen hours before."""
    event = clone(source, "2026-03-02 18:00", "2026-03-02 20:00")
    assert event.accessibility_by == date(2026, 3, 2)
    later = clone(source, "2026-03-10 18:00", "2026-03-10 20:00")
    assert later.accessibility_by == date(2026, 3, 3)  # Tomorrow: a day that is passing turns people away.
    assert (event.registration_closes_local, event.registration_closes_at) == (None, None)
