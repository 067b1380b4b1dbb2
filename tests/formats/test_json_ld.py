"""What search engines are told about an event."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from app.formats.json_ld import Availability, EventFacts, EventStatus, Venue, event_data, script_text

START = datetime(2027, 7, 6, 13, 0, tzinfo=ZoneInfo("America/New_York"))
HALL = Venue(name="Convention Center", street="1 Main St.", city="Anaheim", region="CA", postal_code="92802")
FACTS = EventFacts(
    name="Trade Symposium",
    url="https://events.example/events/symposium",
    organizer_name="Office of Trade Relations",
    organizer_url="https://events.example/",
    start=START,
    end=START + timedelta(hours=8),
    venue=HALL,
    online=True,
    availability=Availability.OPEN,
)


def data(**values):
    return event_data(replace(FACTS, **values))


def test_it_works():
    found = data()
    assert (found["@context"], found["@type"], found["name"]) == ("https://schema.org", "Event", "Trade Symposium")
    assert (found["startDate"], found["endDate"]) == ("2027-07-06T13:00:00-04:00", "2027-07-06T21:00:00-04:00")
    assert found["organizer"]["name"] == "Office of Trade Relations"
    assert found["isAccessibleForFree"] is True
    assert "superEvent" not in found
    assert "description" not in found


@pytest.mark.parametrize(
    ("venue", "online", "mode", "places"),
    [
        (HALL, False, "Offline", ["Place"]),
        (None, True, "Online", ["VirtualLocation"]),
        (HALL, True, "Mixed", ["Place", "VirtualLocation"]),
    ],
)
def test_how_people_attend(venue, online, mode, places):
    found = data(venue=venue, online=online)
    location = found["location"] if isinstance(found["location"], list) else [found["location"]]
    assert found["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert [place["@type"] for place in location] == places
    assert all(place["url"] == FACTS.url for place in location if place["@type"] == "VirtualLocation")


def test_a_place_has_an_address():
    assert data(online=False)["location"] == {
        "@type": "Place",
        "name": "Convention Center",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "1 Main St.",
            "addressLocality": "Anaheim",
            "addressRegion": "CA",
            "postalCode": "92802",
            "addressCountry": "US",
        },
    }


def test_an_unknown_place_is_left_out():
    found = data(venue=None, online=False)
    assert not {"location", "eventAttendanceMode"} & set(found)


@pytest.mark.parametrize("status", EventStatus)
def test_a_status_is_named(status):
    assert data(status=status)["eventStatus"] == f"https://schema.org/{status.value}"


def test_a_postponed_event_needs_no_date():
    assert not {"startDate", "endDate"} & set(data(start=None, end=None, status=EventStatus.POSTPONED))


@pytest.mark.parametrize("band", Availability)
def test_an_offer_is_free_and_names_a_band(band):
    assert data(availability=band, registration_opens=START)["offers"] == {
        "@type": "Offer",
        "price": "0",
        "priceCurrency": "USD",
        "url": FACTS.url,
        "availability": f"https://schema.org/{band.value}",
        "validFrom": "2027-07-06T13:00:00-04:00",
    }


def test_without_registration_there_is_no_offer():
    assert "offers" not in data(availability=None)


class Scripts(HTMLParser):
    """Collects what stands in script elements, as a browser finds it."""

    def __init__(self):
        super().__init__()
        self.found, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.found.append(data)


@pytest.mark.parametrize(
    "text", ["</script><img src=x>", "<!--<script>", "a & b", "\u2028\u2029", 'q"\\', "שרה", "\ud800"]
)
def test_no_text_ends_the_script(text):
    page = Scripts()
    written = script_text(data(name=text) | {"raw": text.replace("\ud800", "")})
    page.feed(f'<script type="application/ld+json">{written}</script>')
    assert page.tags == ["script"]
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads("".join(page.found))["raw"] == text.replace("\ud800", "")
    assert written.encode()


def test_times_without_a_zone_are_refused():
    with pytest.raises(ValueError, match="know their zone"):
        data(start=datetime(2027, 7, 6, 13, 0))  # noqa: DTZ001
