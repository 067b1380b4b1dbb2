"""Home: what is next with its one action, what follows, the series as doors."""

from datetime import datetime

from flask import Flask

from app.models import Access, EventState, Mode
from tests.support import factories as make
from tests.support.desk import with_rules
from tests.support.pages import CheckedClient


def test_it_works(client: CheckedClient, at: datetime) -> None:
    make.event(title="Later", starts_local=make.wall("2026-04-02 13:00"), ends_local=make.wall("2026-04-02 14:00"))
    make.event(title="Sooner")
    page = client.page("/")
    assert page.title == "What comes next – Trade Events"
    first = page.one("section", aria_labelledby="first-event")
    assert "Sooner" in first.one("h3").text
    assert first.one("a", class_="usa-button").text == "Register for this webinar"
    assert [link.text for link in page.one("section", aria_labelledby="following").all("a")] == [
        "Later",
        "See all events",
    ]


def test_what_is_cancelled_does_not_lead(client: CheckedClient, at: datetime) -> None:
    make.event(title="Off", state=EventState.CANCELLED)
    make.event(title="On", starts_local=make.wall("2026-04-02 13:00"), ends_local=make.wall("2026-04-02 14:00"))
    page = client.page("/")
    assert "On" in page.one("section", aria_labelledby="first-event").text
    assert "Off" in page.one("section", aria_labelledby="following").text


def test_a_series_names_its_next_date(client: CheckedClient, at: datetime) -> None:
    series = make.series(slug="trade-week", name="Trade Week")
    make.event(series=series, state=EventState.CANCELLED)
    days = {"starts_local": make.wall("2026-05-04 09:00"), "ends_local": make.wall("2026-05-07 17:00")}
    make.event(series=series, **days)
    make.series(slug="quiet", name="Quiet", place=9)
    doors = client.page("/").one("section", aria_labelledby="series").all("li")
    assert ["Next: May 4, 2026" in doors[0].text, "No date yet" in doors[1].text] == [True, True]


def test_a_series_whose_event_is_postponed_says_so(client: CheckedClient, at: datetime) -> None:
    make.event(series=make.series(slug="ufac"), state=EventState.POSTPONED, starts_local=None, ends_local=None)
    assert "Date to be announced" in client.page("/").one("section", aria_labelledby="series").text


def test_an_empty_house_points_to_the_archive(client: CheckedClient, at: datetime) -> None:
    make.event(title="Draft", state=EventState.DRAFT)
    page = client.page("/")
    assert "No event is planned" in page.main.text
    assert "Draft" not in page.main.text


def test_a_full_event_leads_to_its_waiting_list(client: CheckedClient, app: Flask, at: datetime) -> None:
    event = make.event(seats={Mode.ONLINE: 1})
    make.registration(event)
    assert client.page("/").one("a", class_="usa-button").text == "Join the waiting list"


def test_what_hardly_anybody_can_have_does_not_lead(client: CheckedClient, at: datetime) -> None:
    full = make.event(title="Full", seats={Mode.ONLINE: 1})
    make.registration(full)
    guarded = make.event(title="Guarded")
    with_rules(guarded.id, access=Access.CODE, access_code="harbor")
    make.event(title="Free", starts_local=make.wall("2026-04-02 13:00"), ends_local=make.wall("2026-04-02 14:00"))
    page = client.page("/")
    first = page.one("section", aria_labelledby="first-event")
    assert (first.one("h2").text, first.one("h3").text.strip()) == ("Next event with seats", "Free")
    following = page.one("section", aria_labelledby="following").all("a")
    assert [link.text for link in following] == ["Full", "Guarded", "See all events"]
