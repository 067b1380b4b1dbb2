"""The list of who pressed the button to join: one row a press, in the event's clocks and in UTC."""

import io
from datetime import timedelta

import pytest

from app.db import db, transact
from app.models import Event, EventSession, Mode, Pick, PickState, Registration, Role
from app.operations.records import exporting
from app.operations.records.exporting import Format, Order
from app.operations.records.profiles import PROFILES
from app.operations.records.profiles.profile import Choice
from app.operations.registration import joining
from app.operations.registration.listing import AttendeeFilter
from tests.operations.communication.test_ushering import lead_in
from tests.support import factories as make
from tests.support.csv_reading import read_csv
from tests.support.sessions import hold_sessions

pytestmark = pytest.mark.usefixtures("app")
ZONE = "Eastern Time"


def table(event_id, at, profile="presence", **asked):
    file = io.BytesIO()
    order = Order(PROFILES[profile], Format.CSV, Choice(AttendeeFilter(event_id, **asked)))
    exporting.write(order, file, at)
    file.seek(0)
    return read_csv(file)


@pytest.fixture
def event_id(at):
    """Ana presses twice for one session and once for the event; Ben presses for nothing."""
    event = make.event(seats={Mode.ONLINE: None})
    (session,) = hold_sessions(event.id, {"seats": {Mode.ONLINE: None}, "title": "=Claims"})
    lead_in(session, release_minutes=60)
    make.joining(event, release_at=at)
    named = {"first_name": "Ana", "last_name": "Núñez", "email": "ana@example.com", "organization": "Importer"}
    ana = make.registration(event, mode=Mode.ONLINE, number="7K2M9QX4TB", role=Role.BROKER, **named)
    make.registration(event, mode=Mode.ONLINE, last_name="Berg")
    values = {"mode": Mode.ONLINE, "state": PickState.CONFIRMED, "picked_at": at}
    make.kept(lambda _: Pick(registration_id=ana.id, session_id=session, **values))
    starts_at = db.session.get_one(EventSession, session).starts_at
    for minutes in (2, 9):
        pressed = starts_at - timedelta(minutes=minutes)
        transact(lambda _, pressed=pressed: joining.join_session(ana.id, session, at=pressed))
    transact(lambda _: joining.join(ana.id, at=starts_at))
    return event.id


def test_it_works(event_id, at):
    read = table(event_id, at)
    event = db.session.get_one(Event, event_id)
    (session,) = event.sessions
    utc = (session.starts_at - timedelta(minutes=2)).strftime("%Y-%m-%d %H:%M")
    local = (session.starts_local - timedelta(minutes=2)).strftime("%Y-%m-%d %H:%M")
    assert read.columns == [
        *("Confirmation number", "Last name", "First name", "Email address", "Organization", "Role"),
        *("State", "Came to"),
        *(f"Starts ({ZONE})", f"Ends ({ZONE})", f"Pressed join ({ZONE})", "Pressed join (UTC)"),
    ]
    person = ["7K2M9QX4TB", "Núñez", "Ana", "ana@example.com", "Importer", "U.S. licensed customs broker", "Confirmed"]
    assert read.rows == [
        [*person, "The event", *times(event), local, utc],
        [*person, "=Claims", *times(session), local, utc],
    ]


def times(held):
    return [moment.strftime("%Y-%m-%d %H:%M") for moment in (held.starts_local, held.ends_local)]


def test_it_takes_the_filter_of_the_list(event_id, at):
    assert len(table(event_id, at, q="nunez").rows) == 2
    assert table(event_id, at, q="berg").rows == []


def test_building_security_learns_nothing_of_it(event_id, at):
    read = table(event_id, at, "building-security")
    assert not [name for name in read.columns if "join" in name or "Came" in name]


def test_who_tries_the_link_days_before_was_not_present(event_id, at):
    ben = db.session.scalars(db.select(Registration).filter_by(last_name="Berg")).one()
    ben_id, starts_at, early = ben.id, ben.event.starts_at, timedelta(hours=21)
    with pytest.raises(joining.JoinNotReleasedError):
        transact(lambda _: joining.join(ben_id, at=at - early))
    transact(lambda _: joining.join(ben_id, at=starts_at - early) and None)
    assert {row[1] for row in table(event_id, at).rows} == {"Núñez"}
    transact(lambda _: joining.join(ben_id, at=starts_at - timedelta(minutes=20)) and None)
    assert db.session.get_one(Registration, ben_id).joined_at == starts_at - timedelta(minutes=20)


def test_who_presses_after_the_end_is_led_on_and_was_not_present(event_id, at):
    ben = db.session.scalars(db.select(Registration).filter_by(last_name="Berg")).one()
    ben_id, ends_at = ben.id, ben.event.ends_at
    assert transact(lambda _: joining.join(ben_id, at=ends_at + timedelta(minutes=5)))
    assert db.session.get_one(Registration, ben_id).joined_at is None
