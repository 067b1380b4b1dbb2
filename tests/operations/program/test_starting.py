"""A new event starts with what its series knows."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.models import Event, EventState, Lead, Mode, ReminderUnit, Series
from app.operations.program import starting
from app.operations.program.leads import remind_series
from app.operations.program.moments import Moment
from app.operations.program.ordering import Disorder, OutOfOrderError
from app.operations.program.starting import NewEvent
from tests.support import factories as make
from tests.support.factories import wall

DEFAULTS = {
    "times": {"registration_closes_hours_before": 24, "joining_release_hours_before": 48},
    "contact_name": "Trade events desk",
    "contact_email": "trade.events@example.gov",
    "asked_fields": {"job_title": "optional"},
    "committee": {"comments_how": "By mail."},
    "venue": {"name": "Trade Hall", "city": "Washington"},
}
NEW = NewEvent(
    title="Forced Labor: First Steps",
    time_zone="America/New_York",
    starts=Moment(wall("2026-05-05 13:00")),
    ends=Moment(wall("2026-05-05 14:00")),
    summary="What to do first.",
    seats={Mode.ONLINE: 500},
    link="https://meet.example.gov/1",
)


def start(series: Series, new: NewEvent = NEW) -> Event:
    series_id = series.id
    return transact(lambda at: starting.create(series_id, new, by="ed@example.gov", at=at))


@pytest.fixture
def series(app: Flask, at: datetime) -> Series:
    return make.series(name="Webinars", defaults=DEFAULTS)


def test_it_works(series: Series) -> None:
    event = start(series)
    assert (event.state, event.slug) == (EventState.DRAFT, "forced-labor-first-steps-2026")
    assert event.starts_at == make.on("2026-05-05", 17)
    assert (event.contact_name, event.asked_fields) == ("Trade events desk", {"job_title": "optional"})
    assert event.committee
    assert event.committee.comments_how == "By mail."
    assert [(pool.mode, pool.capacity, pool.taken) for pool in event.pools] == [(Mode.ONLINE, 500, 0)]
    assert "forced labor" in event.search_key
    assert "webinars" in event.search_key


def test_deadlines_are_counted_back_from_the_start(series: Series) -> None:
    event = start(series)
    assert event.registration_closes_at == make.on("2026-05-04", 17)
    assert event.joining
    assert event.joining.release_local == wall("2026-05-03 13:00")
    assert event.accessibility_by == date(2026, 4, 21)


def test_people_are_reminded_as_the_series_says(series: Series) -> None:
    usual = sorted((one.amount, one.unit.value, one.mode) for one in start(series).reminders)
    assert usual == [(1, "days", None), (1, "hours", Mode.ONLINE), (1, "weeks", None)]
    series_id, leads = series.id, [Lead(3, ReminderUnit.DAYS)]
    transact(lambda at: remind_series(series_id, leads, by="ed@example.gov", at=at).id)
    event = start(db.session.get_one(Series, series_id))
    assert [one.lead for one in event.reminders] == leads


@pytest.mark.parametrize(
    ("day", "ask_by"),
    [
        ("2026-05-16", date(2026, 5, 1)),  # Two weeks before it is a Saturday.
        ("2026-05-17", date(2026, 5, 1)),
        ("2026-03-04", date(2026, 3, 3)),
        ("2026-03-03", date(2026, 3, 3)),
        ("2026-03-02", date(2026, 3, 2)),
    ],
)
def test_people_may_ask_until_a_working_day_that_is_still_to_come(series: Series, day: str, ask_by: date) -> None:
    soon = replace(NEW, starts=Moment(wall(f"{day} 13:00")), ends=Moment(wall(f"{day} 14:00")))
    assert start(series, soon).accessibility_by == ask_by


def test_before_a_weekend_the_next_day_to_ask_is_monday(series: Series) -> None:
    soon = replace(NEW, starts=Moment(wall("2026-03-10 13:00")), ends=Moment(wall("2026-03-10 14:00")))
    with clock.stopped_at(make.on("2026-03-06", 17)):  # A Friday.
        assert start(series, soon).accessibility_by == date(2026, 3, 9)


def test_two_events_of_one_name_have_two_addresses(series: Series) -> None:
    assert [start(series).slug, start(series).slug][1] == "forced-labor-first-steps-2026-2"


def test_a_title_without_latin_letters_has_an_address(series: Series) -> None:
    new = NewEvent(title="贸易", time_zone=NEW.time_zone, starts=NEW.starts, ends=NEW.ends)
    assert start(series, new).slug == "event-2026"


def test_an_end_before_the_start_is_refused(series: Series) -> None:
    new = NewEvent(title="Backwards", time_zone=NEW.time_zone, starts=NEW.ends, ends=NEW.starts)
    with pytest.raises(OutOfOrderError) as refusal:
        start(series, new)
    assert refusal.value.disorders == (Disorder.ENDS_FIRST,)
