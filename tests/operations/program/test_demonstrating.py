"""The demonstration comes and goes, and leaves everything else as it was."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from app import clock
from app.cli import DEMO
from app.db import db
from app.models import (
    BouncedAddress,
    Event,
    EventState,
    Mode,
    OutgoingEmail,
    Registration,
    RegistrationSource,
    RegistrationState,
    SeatPool,
    StaffMember,
    UnwantedAddress,
)
from app.models.availability import Availability, availability
from app.operations.program import event_files
from app.operations.program.publishing import blocking
from app.operations.registration import reaching
from tests.support import factories as make

pytestmark = pytest.mark.slow  # All files of the demonstration are read, or loaded.

UPCOMING = sorted((DEMO / "upcoming").glob("*.yaml"))
PAST = sorted((DEMO / "past").glob("*.yaml"))
KEPT = (Event, Registration, SeatPool, OutgoingEmail)


def demo(runner: FlaskCliRunner, *options: str) -> str:
    result = runner.invoke(args=["demo", *options])
    assert result.exit_code == 0, result.output
    return result.output


def count() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in KEPT]


def event(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def test_it_works(runner: FlaskCliRunner) -> None:
    """One loading for all looks: it takes seconds."""
    everything_is_there_and_nobody_mailed(demo(runner))
    the_full_webinar_has_a_line_in_order()
    every_state_is_shown()
    nothing_is_missing_from_what_is_public()
    twice_does_no_harm(runner)


def everything_is_there_and_nobody_mailed(loaded: str) -> None:
    events, registrations, _pools, mails = count()
    assert (
        loaded
        == f"Loaded {events} of {len(PAST) + len(UPCOMING)} demo events and {registrations} sample registrations.\n"
    )
    assert events == len(PAST) + len(UPCOMING)
    assert registrations > 500
    assert mails == 0
    # Samples are told apart, so that no later act mails them either.
    assert set(db.session.scalars(select(Registration.source))) == {RegistrationSource.DEMO}
    assert not db.session.scalar(select(Event).where(Event.is_demo.is_(False)))


def twice_does_no_harm(runner: FlaskCliRunner) -> None:
    before = count()
    assert demo(runner) == "The demonstration is there already.\n"
    assert count() == before


def test_removing_takes_the_demonstration_and_nothing_else(runner: FlaskCliRunner) -> None:
    own = make.event(title="Our own")
    make.registration(own)
    before = count()
    demo(runner)
    visitor = make.registration(event("sample-proving-origin"))
    assert visitor.id
    colleague = make.staff_member().email
    runner.invoke(args=["staff", "demo-link"])
    assert db.session.scalars(select(UnwantedAddress)).all()
    assert demo(runner, "--remove").startswith(f"Removed {len(PAST) + len(UPCOMING)} events, ")
    assert count() == before
    for flags in (BouncedAddress, UnwantedAddress):
        assert not db.session.scalars(select(flags)).all()
    assert db.session.scalars(select(StaffMember.email)).all() == [colleague]
    assert demo(runner).startswith(f"Loaded {len(PAST) + len(UPCOMING)} of ")


def the_full_webinar_has_a_line_in_order() -> None:
    full = event("sample-answering-a-detention")
    pool = full.pool(Mode.ONLINE)
    assert pool is not None
    assert (pool.taken, pool.waiting, pool.last_position) == (40, 7, 7)
    waiting = db.session.scalars(
        select(Registration)
        .where(Registration.event_id == full.id, Registration.state == RegistrationState.WAITLISTED)
        .order_by(Registration.position)
    ).all()
    assert [person.position for person in waiting] == list(range(1, 8))
    assert waiting == sorted(waiting, key=lambda person: person.registered_at)
    assert all(person.first_name == "Sample" and (person.email or "").endswith("@example.com") for person in waiting)


def every_state_is_shown() -> None:
    at = clock.now()
    shown = {event.slug: availability(event, at) for event in db.session.scalars(select(Event))}
    assert shown["sample-ace-reports"] is Availability.OPENS_LATER
    assert shown["sample-proving-origin"] is Availability.OPEN
    assert shown["sample-answering-a-detention"] is Availability.WAITING_LIST
    assert shown["sample-ufac"] is Availability.POSTPONED
    assert shown["sample-textiles"] is Availability.CANCELLED
    assert shown["trade-week-2020"] is Availability.PAST
    assert event("sample-export-manifests").state is EventState.DRAFT
    assert {count for _event, count in reaching.events_with_unreached(at)} == {1}


def nothing_is_missing_from_what_is_public() -> None:
    at = clock.now()
    for row in db.session.scalars(select(Event).where(Event.state == EventState.PUBLISHED)):
        assert not blocking(row, at), row.slug


@pytest.mark.parametrize("days", range(7))
def test_samples_lie_ahead_on_working_days_whatever_the_day_of_loading(days: int) -> None:
    today = date(2027, 3, 29) + timedelta(days=days)
    for path in UPCOMING:
        file = event_files.load(path.read_text(encoding="utf-8"), today)
        starts = file.columns.get("starts_local")
        assert file.columns["title"].startswith("Sample: ")
        if starts and path.stem != "webinar-rulings-recorded":
            assert starts.local.date() > today
            assert starts.local.weekday() < 5


def test_past_events_are_past() -> None:
    for path in PAST:
        file = event_files.load(path.read_text(encoding="utf-8"), date(2026, 1, 1))
        assert file.columns["ends_local"].local.year < 2026
        assert not file.columns["takes_registrations"]
