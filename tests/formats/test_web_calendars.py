"""Links into web calendars, read again as the calendar would."""

import dataclasses
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from app.formats.calendar_entry import CalendarEntry, Party
from app.formats.web_calendars import calendar_links

START = datetime(2027, 7, 6, 17, 0, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="17@events.example",
    sequence=0,
    stamp=START,
    start=START,
    end=START + timedelta(hours=1),
    zone="America/New_York",
    summary="Forced labor: rules & practice + 100 %",
    location="Online",
    description="Line one.\nLine two.",
    url="https://events.example/events/forced-labor?a=b&c=d#x",
    organizer=Party(email="trade@events.example", name="Office"),
    attendee=Party(email="ana@example.com", name="Ana"),
)


def links(**values):
    return calendar_links(dataclasses.replace(ENTRY, **values))


def query(link):
    return {name: values[0] for name, values in parse_qs(urlsplit(link.url).query, keep_blank_values=True).items()}


def test_google():
    google = links()[0]
    assert google.name == "Google Calendar"
    assert google.url.startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&")
    assert query(google) == {
        "action": "TEMPLATE",
        "text": "Forced labor: rules & practice + 100 %",
        "dates": "20270706T170000Z/20270706T180000Z",
        "details": "Line one.\nLine two.\n\nhttps://events.example/events/forced-labor?a=b&c=d#x",
        "location": "Online",
        "ctz": "America/New_York",
    }


@pytest.mark.parametrize(("number", "host"), [(1, "outlook.live.com"), (2, "outlook.office.com")])
def test_microsoft(number, host):
    link = links()[number]
    assert urlsplit(link.url).netloc == host
    assert query(link) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": "Forced labor: rules & practice + 100 %",
        "startdt": "2027-07-06T17:00:00Z",
        "enddt": "2027-07-06T18:00:00Z",
        "body": "Line one.\nLine two.\n\nhttps://events.example/events/forced-labor?a=b&c=d#x",
        "location": "Online",
    }


def test_no_person_is_named_and_no_space_becomes_a_plus():
    for link in links():
        assert "ana" not in link.url
        assert "+" not in link.url
        assert "trade%40" not in link.url


@pytest.mark.parametrize("text", ["a\r\nb", "&action=EVIL", "#", "שרה", "\u2028", '"><script>'])
def test_a_text_stays_in_its_place(text):
    for link in links(summary=text, location=text, description=text):
        assert link.url.isascii()
        assert not set(query(link)) - set(query(links()[0])) - set(query(links()[1]))
        assert not set('\r\n"<># ') & set(link.url)
        assert "\n" not in query(link).get("location", "")


def test_times_are_told_in_utc():
    assert links(start=START.astimezone(ZoneInfo("Asia/Tokyo"))) == links()


def test_a_long_description_is_shortened():
    for link in links(description="é" * 50_000, url="https://x.example/"):
        assert len(link.url) < 8_000
        assert " …\n\nhttps://x.example/" in (query(link).get("details") or query(link).get("body"))


def test_an_address_that_the_description_gives_is_not_repeated():
    for link in links(description="Bring questions.\n\nhttps://x.example/", url="https://x.example/"):
        assert (query(link).get("details") or query(link).get("body")).count("https://x.example/") == 1


def test_empty_parts_are_left_out():
    assert set(query(links(location="", description="", url="", zone=None)[0])) == {"action", "text", "dates"}


def test_whole_days_end_before_the_day_that_follows():
    google, *outlooks = [query(link) for link in links(all_day=True, end=START + timedelta(days=1))]
    assert google["dates"] == "20270706/20270708"
    for outlook in outlooks:
        assert (outlook["allday"], outlook["startdt"], outlook["enddt"]) == ("true", "2027-07-06", "2027-07-08")
