"""The page of an event that was moved says so, and from when, for whoever comes with an old bulletin."""

import json
from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import transact
from app.models import Event, EventState, Mode
from app.operations.communication import announcing
from app.operations.program import rescheduling, telling
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from tests.support import factories as make
from tests.support.factories import wall
from tests.support.html import Page
from tests.support.pages import CheckedClient

BY = "ed@example.gov"


@pytest.fixture
def event(at: datetime) -> Event:
    return make.event(slug="filing", seats={Mode.ONLINE: None})


def move(event_id: int, starts: str, ends: str, tell: Telling | None = None) -> None:
    times = Move(Moment(wall(starts)), Moment(wall(ends)))
    told = tell or Telling()
    transact(lambda at: rescheduling.reschedule(event_id, times, version=None, by=BY, at=at, tell=told).id)


def shown(client: CheckedClient) -> Page:
    return client.page("/events/filing")


def words(client: CheckedClient) -> str:
    return " ".join(shown(client).main.text.split())


def search_data(client: CheckedClient) -> dict[str, str]:
    (script,) = shown(client).all("script", type="application/ld+json")
    found: dict[str, str] = json.loads(script.text)
    return found


def test_it_says_the_day_that_it_had(client: CheckedClient, event: Event) -> None:
    assert "It was planned for" not in words(client)
    move(event.id, "2026-04-20 13:00", "2026-04-20 14:00")
    assert "New date. It was planned for Monday, March 16, 2026." in words(client)
    told = search_data(client)
    assert told["eventStatus"] == "https://schema.org/EventRescheduled"
    assert told["previousStartDate"] == "2026-03-16T13:00:00-04:00"


def test_on_the_same_day_it_says_the_hours(client: CheckedClient, event: Event) -> None:
    move(event.id, "2026-03-16 15:00", "2026-03-16 16:00")
    assert "New time. It was planned for 1:00–2:00 p.m. Eastern Time." in words(client)


def test_through_a_time_without_a_date(client: CheckedClient, event: Event, at: datetime) -> None:
    event_id = event.id
    transact(lambda at: rescheduling.postpone(event_id, version=None, by=BY, at=at, tell=Telling()).id)
    with clock.stopped_at(at + timedelta(minutes=11)):
        transact(announcing.send_due_notices)
        move(event_id, "2026-04-20 13:00", "2026-04-20 14:00")
        assert "New date. It was planned for Monday, March 16, 2026." in words(client)


def test_what_was_undone_was_never_planned(client: CheckedClient, event: Event) -> None:
    event_id = event.id
    move(event_id, "2026-04-20 13:00", "2026-04-20 14:00")
    notice = telling.waiting_notice(event_id)
    assert notice
    notice_id = notice.id
    transact(lambda at: telling.undo(event_id, notice_id, by=BY, at=at).id)
    move(event_id, "2026-05-20 13:00", "2026-05-20 14:00", Telling(quietly=True))
    assert "It was planned for" not in words(client)


def test_a_slip_that_nobody_heard_of_is_not_spoken_of(client: CheckedClient, event: Event) -> None:
    move(event.id, "2026-04-20 13:00", "2026-04-20 14:00", Telling(quietly=True))
    assert "It was planned for" not in words(client)


@pytest.mark.parametrize("state", [EventState.CANCELLED, EventState.PUBLISHED])
def test_only_while_the_new_time_is_to_come(
    client: CheckedClient, event: Event, at: datetime, state: EventState
) -> None:
    event_id = event.id
    move(event_id, "2026-04-20 13:00", "2026-04-20 14:00")
    if state is EventState.CANCELLED:
        transact(lambda at: rescheduling.cancel(event_id, version=None, by=BY, at=at, tell=Telling()).id)
        assert "It was planned for" not in words(client)
    with clock.stopped_at(make.on("2026-04-20", 17)):
        assert "It was planned for" not in words(client)
