"""Whoever answers for an event gets a brief three days and one day before it: once each, and for the start in force."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from app import clock
from app.db import db, transact
from app.models import BouncedAddress, Event, EventState, FailureReason, MessageKind, Mode, OutgoingEmail
from app.models import RegistrationState as State
from app.operations.communication import briefing
from tests.conftest import NOON
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("app", "at")
START = datetime.combine(date(2026, 3, 10), time(9))  # Two days after the clocks went forward; EDT.
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
# By the clocks of Washington, in UTC: three days before is in winter time, one day before in summer time.
THREE_BEFORE = datetime(2026, 3, 7, 14, 0, tzinfo=NOON.tzinfo)
ONE_BEFORE = datetime(2026, 3, 9, 13, 0, tzinfo=NOON.tzinfo)


def event(**given: Any) -> Event:
    times = {"starts_local": START, "ends_local": START + timedelta(hours=1)}
    return make.event(**times | {"contact_email": "team@example.gov"} | given)


def briefs(moment: datetime) -> list[OutgoingEmail]:
    """Every brief queued so far, after the job ran at this moment."""
    with clock.stopped_at(moment):
        if briefing.is_due():
            transact(briefing.send_briefs)
        assert not briefing.is_due()
    query = db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.EVENT_BRIEF).order_by(OutgoingEmail.id)
    return list(db.session.scalars(query))


def change(event_id: int, **values: Any) -> None:
    def work(_: datetime) -> None:
        found = db.session.get_one(Event, event_id)
        for name, value in values.items():
            setattr(found, name, value)

    transact(work)


def move(event_id: int, starts: datetime) -> None:
    times = {"time_zone": "America/New_York", "starts_local": starts, "ends_local": starts + timedelta(hours=1)}
    change(event_id, **times, **make.instants(times))


def test_three_days_and_one_day_before_by_the_clocks_of_the_event():
    event()
    for moment, count in (
        (THREE_BEFORE - MINUTE, 0),
        (THREE_BEFORE, 1),
        (THREE_BEFORE + MINUTE, 1),
        (ONE_BEFORE - MINUTE, 1),
        (ONE_BEFORE, 2),
        (ONE_BEFORE + DAY - MINUTE, 2),
    ):
        assert len(briefs(moment)) == count
    assert {mail.recipient for mail in briefs(ONE_BEFORE)} == {"team@example.gov"}


def test_published_late_it_has_one_brief():
    event()
    assert len(briefs(ONE_BEFORE + MINUTE)) == 1


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.POSTPONED, EventState.CANCELLED])
def test_none_for_what_is_not_held(state):
    event(state=state)
    assert briefs(THREE_BEFORE) == []


def test_none_after_it_began_or_without_an_address_or_for_a_sample():
    event()
    assert briefs(ONE_BEFORE + DAY) == []
    event(contact_email="")
    event(is_demo=True)
    assert len(briefs(THREE_BEFORE)) == 1


def test_it_follows_the_event_when_it_moves():
    event_id = event().id
    assert len(briefs(THREE_BEFORE)) == 1
    move(event_id, START + 7 * DAY)
    assert len(briefs(ONE_BEFORE)) == 1
    assert len(briefs(THREE_BEFORE + 7 * DAY)) == 2
    change(event_id, state=EventState.CANCELLED)
    assert len(briefs(ONE_BEFORE + 7 * DAY)) == 2


def test_it_tells_how_the_event_stands():
    found = event(seats={Mode.ONLINE: 5, Mode.IN_PERSON: None})
    make.registration(found, mode=Mode.ONLINE, email="gone@example.com")
    make.registration(found, mode=Mode.ONLINE, email="gone.too@example.com", state=State.CANCELLED)
    make.registration(found, mode=Mode.IN_PERSON)
    flag = {"reason": FailureReason.NO_SUCH_ADDRESS, "words": "550"}
    for name in ("gone", "gone.too"):
        make.kept(lambda at, name=name: BouncedAddress(email_key=f"{name}@example.com", bounced_at=at, **flag))
    (mail,) = briefs(THREE_BEFORE)
    told = mail.facts["brief"]
    assert {way["mode"]: (way["taken"], way["capacity"]) for way in told["ways"]} == {
        "online": (1, 5),
        "in-person": (1, None),
    }
    assert told["join_missing"]
    assert (told["unreached"], told["requests_open"], told["waiting_for_approval"]) == (1, 0, 0)
    assert "Lopez" not in str(mail.facts)
    assert "gone@example.com" not in str(mail.facts)
    make.joining(found)
    assert not briefs(ONE_BEFORE)[1].facts["brief"]["join_missing"]
