"""Calendar files and feeds, read by other programs."""

import json
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import icalendar
import pytest
import vobject

from app import clock
from app.models import EventState, Mode, Venue
from tests.support import factories as make
from tests.support.pages import CheckedClient

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SUMMER = {"starts_local": make.wall("2026-06-03 13:00"), "ends_local": make.wall("2026-06-03 14:30")}


def entries(client: CheckedClient, address: str) -> list[icalendar.Event]:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "text/calendar")
    return list(icalendar.Calendar.from_ical(response.data).walk("VEVENT"))


def test_one_event_as_a_calendar_file(client: CheckedClient, at: datetime) -> None:
    event = make.event(slug="filing", title="Filing; an, Entry", **SUMMER, calendar_sequence=2)
    (entry,) = entries(client, "/events/filing.ics")
    assert entry.decoded("dtstart").astimezone(UTC) == make.on("2026-06-03", 17)
    assert (entry["uid"], entry["sequence"], entry["summary"]) == (
        f"event-{event.id}@127.0.0.1",
        2,
        "Filing; an, Entry",
    )
    assert entry["url"] == "http://127.0.0.1:8000/events/filing"
    assert client.get("/events/filing.ics").headers["Content-Disposition"] == 'attachment; filename="filing.ics"'


def test_a_calendar_leads_to_the_street(client: CheckedClient, at: datetime) -> None:
    venue = Venue(name="Harbor Hall", street="1 Main St.", city="Baltimore", region="MD", postal_code="21202")
    make.event(slug="hall", seats={Mode.IN_PERSON: 5}, venue=venue)
    (entry,) = entries(client, "/events/hall.ics")
    assert entry["location"] == "Harbor Hall, 1 Main St., Baltimore, MD 21202"


def test_cancelled_says_so(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", **SUMMER, state=EventState.CANCELLED)
    (entry,) = entries(client, "/events/filing.ics")
    assert entry["status"] == "CANCELLED"


@pytest.mark.parametrize(
    "given",
    [
        {"state": EventState.POSTPONED, "starts_local": None, "ends_local": None},
        SUMMER | {"dates_are_approximate": True},
    ],
)
def test_what_has_no_day_has_no_calendar_file(client: CheckedClient, at: datetime, given: dict[str, object]) -> None:
    make.event(slug="filing", **given)
    assert client.get("/events/filing.ics").status_code == 404
    assert not client.page("/events/filing").all("a", href="/events/filing.ics")
    assert entries(client, "/events.ics") == []


WHOLE_DAYS = {"starts_local": make.wall("2026-06-03 00:00"), "ends_local": make.wall("2026-06-04 23:59")}


@pytest.mark.parametrize("address", ["/events/symposium.ics", "/events.ics"])
def test_whole_days_are_whole_days_in_a_calendar(client: CheckedClient, at: datetime, address: str) -> None:
    """Two programs read the same: the two days, and nobody is busy at midnight."""
    make.event(slug="symposium", title="Symposium", **WHOLE_DAYS)
    (entry,) = entries(client, address)
    assert (entry["dtstart"].params["value"], entry["transp"]) == ("DATE", "TRANSPARENT")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (date(2026, 6, 3), date(2026, 6, 5))
    read = vobject.readOne(client.get(address).text).vevent
    assert (read.dtstart.value, read.dtend.value) == (date(2026, 6, 3), date(2026, 6, 5))


def test_the_page_of_whole_days_says_that_their_hours_will_be_told(client: CheckedClient, at: datetime) -> None:
    make.event(slug="symposium", **WHOLE_DAYS)
    page = client.page("/events/symposium")
    assert page.all("a", href="/events/symposium.ics")
    told = json.loads("".join(page.one("script", type="application/ld+json").words()))
    assert (told["startDate"], told["endDate"]) == ("2026-06-03", "2026-06-04")
    assert "Wed, Jun 3 – Thu, Jun 4, 2026, hours to be announced" in page.main.text
    with clock.stopped_at(make.on("2026-06-05", 12)):
        assert "hours to be announced" not in client.page("/events/symposium").main.text


@pytest.mark.parametrize("address", ["/events.ics?series=coac", "/series/coac.ics", "/topics/usmca.ics"])
def test_lists_as_calendars(client: CheckedClient, at: datetime, address: str) -> None:
    series, topic = make.series(slug="coac"), make.topic(slug="usmca")
    make.event(title="Wanted", series=series, topics=[topic])
    make.event(title="Other", series=make.series())
    assert [entry["summary"] for entry in entries(client, address)] == ["Wanted"]


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/events.atom?series=coac&q=", "/events?series=coac"),
        ("/series/coac.atom", "/series/coac"),
        ("/topics/usmca.atom", "/topics/usmca"),
    ],
)
def test_lists_as_feeds(client: CheckedClient, at: datetime, address: str, page: str) -> None:
    series, topic = make.series(slug="coac"), make.topic(slug="usmca")
    make.event(slug="wanted", title="Wanted & <found>", series=series, topics=[topic])
    make.event(title="Other", series=make.series())
    response = client.get(address)
    assert response.mimetype == "application/atom+xml"
    feed = ET.fromstring(response.data)
    assert [title.text for title in feed.findall("a:entry/a:title", ATOM)] == ["Wanted & <found>"]
    addresses = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
    assert addresses["alternate"] == f"http://127.0.0.1:8000{page}"


def test_a_feed_without_events_is_still_a_feed(client: CheckedClient, at: datetime) -> None:
    first, second = client.get("/events.atom").data, client.get("/events.atom").data
    assert first == second
    assert ET.fromstring(first).findall("a:entry", ATOM) == []


def test_pages_name_their_feed(client: CheckedClient, at: datetime) -> None:
    make.series(slug="coac")
    for page in ("/", "/events?q=tariff", "/series/coac"):
        feed = client.page(page).one("link", rel="alternate", type="application/atom+xml").get("href")
        assert client.get(feed).mimetype == "application/atom+xml"


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ({}, "Wednesday, June 3, 2026, 1:00–2:30 p.m. Eastern Time · Washington, DC and online. How"),
        ({"state": EventState.CANCELLED}, "Cancelled · Wednesday, June 3, 2026, 1:00–2:30"),
        (
            {"state": EventState.POSTPONED, "starts_local": None, "ends_local": None},
            "Postponed · Date to be announced · ",
        ),
    ],
)
def test_a_feed_says_when_where_and_whether(
    client: CheckedClient, at: datetime, given: dict[str, object], begins: str
) -> None:
    make.event(seats={Mode.IN_PERSON: 5, Mode.ONLINE: 5}, **SUMMER | given)
    told = ET.fromstring(client.get("/events.atom").data).findtext("a:entry/a:summary", "", ATOM)
    assert told.startswith(begins)
    assert told.endswith(" How an entry is filed.")
