"""Calendar files, read again by a library that did not write them."""

import dataclasses
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.formats.calendar import cancellation, invitation, listing
from app.formats.calendar_entry import CalendarEntry, EntryStatus, Party
from tests.support.calendars import read

START = datetime(2027, 7, 6, 17, 0, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="registration-17@events.example",
    sequence=2,
    stamp=datetime(2027, 1, 5, 12, 0, tzinfo=UTC),
    start=START,
    end=START + timedelta(hours=1),
    zone="America/New_York",
    summary="Forced labor; rules, and practice",
    location="Online",
    description="First line.\nSecond line.",
    url="https://events.example/events/forced-labor",
    organizer=Party(email="trade@events.example", name="Office of Trade Relations"),
    attendee=Party(email="ana.nunez+trade@example.com", name="Ana Núñez"),
)


def changed(**values):
    return dataclasses.replace(ENTRY, **values)


def unfolded(data):
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_an_invitation_works():
    calendar = read(invitation(ENTRY))
    event = calendar.vevent
    assert calendar.method.value == "REQUEST"
    assert (event.uid.value, event.sequence.value) == ("registration-17@events.example", "2")
    assert event.dtstart.value == START.astimezone(ZoneInfo("America/New_York"))
    assert event.dtstart.value.hour == 13
    assert event.summary.value == "Forced labor; rules, and practice"
    assert event.description.value == "First line.\nSecond line."
    assert event.url.value == "https://events.example/events/forced-labor"
    assert event.organizer.value == "mailto:trade@events.example"
    assert event.status.value == "CONFIRMED"


def test_the_person_is_coming_and_is_asked_nothing():
    attendee = read(invitation(ENTRY)).vevent.attendee
    assert attendee.value == "mailto:ana.nunez+trade@example.com"
    assert attendee.params["PARTSTAT"] == ["ACCEPTED"]
    assert attendee.params["RSVP"] == ["FALSE"]
    assert attendee.params["CN"] == ["Ana Núñez"]


def test_a_cancellation_takes_the_same_entry_away():
    calendar = read(cancellation(changed(sequence=3)))
    assert calendar.method.value == "CANCEL"
    assert calendar.vevent.status.value == "CANCELLED"
    assert (calendar.vevent.uid.value, calendar.vevent.sequence.value) == (ENTRY.uid, "3")
    assert calendar.vevent.attendee.value == "mailto:ana.nunez+trade@example.com"


def test_a_listing_names_no_attendee():
    data = listing("Webinars", [ENTRY, changed(uid="b", status=EntryStatus.CANCELLED, zone="Asia/Tokyo")])
    calendar = read(data)
    assert calendar.method.value == "PUBLISH"
    assert calendar.x_wr_calname.value == "Webinars"
    assert [event.status.value for event in calendar.vevent_list] == ["CONFIRMED", "CANCELLED"]
    assert [event.dtstart.value.hour for event in calendar.vevent_list] == [13, 2]
    assert b"ATTENDEE" not in data
    assert b"ana.nunez" not in data
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in unfolded(data)


def test_an_empty_listing_is_a_calendar():
    assert read(listing("", [])).contents.keys() == {
        "version", "prodid", "calscale", "method", "refresh-interval", "x-published-ttl", "vtimezone"
    }  # fmt: skip


def test_the_same_entry_makes_the_same_bytes():
    entries = [ENTRY, changed(zone="Asia/Tokyo"), changed(zone="Europe/Kyiv"), changed(zone=None)]
    assert invitation(ENTRY) == invitation(changed())
    assert listing("Webinars", entries) == listing("Webinars", [dataclasses.replace(e) for e in entries])


def test_a_zone_is_explained_once_for_the_years_in_use():
    data = listing("", [ENTRY, changed(uid="b", end=START + timedelta(days=366)), changed(uid="c", zone=None)])
    lines = unfolded(data)
    assert lines.count("TZID:America/New_York") == 1
    assert [line[8:12] for line in lines if line.startswith("DTSTART:")][:-1] == ["2027"] * 3 + ["2028"] * 2
    assert not [line for line in lines if line.startswith("RDATE")]


def test_without_a_zone_times_are_utc():
    lines = unfolded(invitation(changed(zone=None)))
    assert "DTSTART:20270706T170000Z" in lines
    assert "BEGIN:VTIMEZONE" not in lines


def test_the_second_of_two_equal_hours_is_not_the_first():
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    lines = unfolded(invitation(changed(start=second, end=second + timedelta(hours=1))))
    assert "DTSTART:20261101T063000Z" in lines
    assert "DTEND;TZID=America/New_York:20261101T023000" in lines


@pytest.mark.parametrize("gap", ["\r\n", "\r", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00", "\x1b"])
@pytest.mark.parametrize("field", ["uid", "summary", "location", "description", "url", "name", "email"])
def test_a_text_adds_no_line(field, gap):
    attack = f"a{gap}END:VEVENT{gap}ATTACH:https://evil.example"
    if field in {"name", "email"}:
        values = {"attendee": Party(**{"email": "a@example.com", field: attack})}
    else:
        values = {field: attack}
    data = invitation(changed(**values))
    lines = unfolded(data)
    assert not [line for line in lines if line.startswith("ATTACH")]
    assert lines.count("END:VEVENT") == 1
    text = data.decode().replace("\r\n", "")
    assert not set("\r\n\x0b\x0c\x85\u2028\u2029\x00\x1b") & set(text)


@pytest.mark.parametrize("name", ["Berg; Jr.", "Ana, Núñez", 'A "B"', "a^b", "x:y", "O\u2019Neil", "יוסף", ""])
def test_a_name_makes_one_attendee(name):
    event = read(invitation(changed(attendee=Party(email="a@example.com", name=name)))).vevent
    assert [attendee.value for attendee in event.attendee_list] == ["mailto:a@example.com"]


@pytest.mark.parametrize("text", ["C:\\New; \\n, \\", "a" * 10_000, "𠮷野" * 100, "{{ email }} <b>", "=1+1"])
def test_a_text_arrives_as_it_was(text):
    data = invitation(changed(summary=text))
    assert read(data).vevent.summary.value == text
    assert max(len(line) for line in data.split(b"\r\n")) <= 75


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("text", ["a,b;" * 60, "é" * 150, "a\\,;" * 50, "🎉" * 60], ids=["marks", "é", "escapes", "🎉"])
def test_no_line_ends_inside_a_letter_or_an_escape(text, shift):
    entry = changed(summary="x" * shift + text, attendee=Party(email="a@example.com", name="x" * shift + "a^b " * 40))
    lines = invitation(entry).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert [line.decode() for line in lines]
    assert not [line for line in lines if any((len(line) - len(line.rstrip(mark))) % 2 for mark in (b"\\", b"^"))]
    assert read(invitation(entry)).vevent.summary.value == "x" * shift + text


def test_an_address_with_spaces_and_breaks_stays_one_address():
    entry = changed(attendee=Party(email="a b?c\r\n@example.com"))
    assert read(invitation(entry)).vevent.attendee.value == "mailto:a%20b%3Fc%0D%0A@example.com"


def test_times_without_a_zone_are_refused():
    with pytest.raises(ValueError, match="know their zone"):
        changed(start=datetime(2027, 7, 6, 17, 0))  # noqa: DTZ001


@pytest.mark.parametrize("write", [invitation, cancellation])
def test_a_personal_entry_needs_a_person(write):
    with pytest.raises(ValueError, match="needs an attendee"):
        write(changed(attendee=None))
