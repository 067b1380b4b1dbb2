"""What calendars learn: re-read by a library that did not write it, and applied as a calendar would."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.mail.rendering import render
from app.models import MessageKind
from tests.mail.samples import (
    CANCELLED,
    CHOSE_DAYS,
    EVENT,
    MOVED,
    PERSON,
    POSTPONED,
    RELEASED,
    SAMPLES,
    SYMPOSIUM,
    WAITING,
    facts,
)
from tests.support.calendars import read

pytestmark = pytest.mark.usefixtures("office")
AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KIND = MessageKind


def calendar(kind, given):
    rendered = render(kind, given, "en", at=AT)
    return (rendered.method, read(rendered.calendar)) if rendered.calendar else (None, None)


def applied(*mails):
    """A person's calendar after these mails: entries by UID, a higher SEQUENCE wins, CANCEL takes out."""
    entries, sequences = {}, {}
    for kind, given in mails:
        method, file = calendar(kind, given)
        if file is None:
            continue
        event = file.vevent
        uid, sequence = event.uid.value, int(event.sequence.value)
        if sequence < sequences.get(uid, 0):
            continue
        sequences[uid] = sequence
        if method == "CANCEL":
            entries.pop(uid, None)
        else:
            entries[uid] = event.dtstart.value.astimezone(UTC)
    return list(entries.values())


DECEMBER_8 = datetime(2026, 12, 8, 18, 0, tzinfo=UTC)
DECEMBER_10 = datetime(2026, 12, 10, 19, 0, tzinfo=UTC)
CONFIRMED = (KIND.CONFIRMED, facts())


def test_a_confirmation_puts_it_in():
    method, file = calendar(*CONFIRMED)
    event = file.vevent
    assert (method, file.method.value, event.status.value) == ("REQUEST", "REQUEST", "CONFIRMED")
    assert event.uid.value == "5f2c9d41a07e@127.0.0.1"
    assert event.dtstart.value == DECEMBER_8.astimezone(ZoneInfo("America/New_York"))
    assert event.dtstamp.value == AT
    assert event.attendee.value == "mailto:ana.nunez@example.com"
    assert event.organizer.value == "mailto:trade-events@events.example.gov"


@pytest.mark.parametrize(
    ("mails", "left"),
    [
        ([CONFIRMED], [DECEMBER_8]),
        ([CONFIRMED, (KIND.HOW_TO_JOIN, facts(RELEASED))], [DECEMBER_8]),
        ([CONFIRMED, (KIND.EVENT_CHANGED, facts(MOVED, before=EVENT, reason=""))], [DECEMBER_10]),
        ([CONFIRMED, (KIND.CANCELLED, facts(person=PERSON | CANCELLED, was="confirmed"))], []),
        ([CONFIRMED, (KIND.CANCELLED_BY_STAFF, facts(person=PERSON | CANCELLED, was="confirmed"))], []),
        ([CONFIRMED, (KIND.EVENT_POSTPONED, facts(POSTPONED, before=EVENT, reason=""))], []),
        ([CONFIRMED, (KIND.EVENT_CANCELLED, facts(EVENT | {"calendar_sequence": 1}, before=EVENT, reason=""))], []),
        (
            [
                CONFIRMED,
                (KIND.EVENT_POSTPONED, facts(POSTPONED, before=EVENT, reason="")),
                (KIND.EVENT_CHANGED, facts(MOVED | {"calendar_sequence": 2}, before=POSTPONED, reason="")),
            ],
            [DECEMBER_10],
        ),
        (
            [
                (KIND.WAITLISTED, facts(person=PERSON | WAITING)),
                (KIND.PROMOTED, facts(person=PERSON | {"calendar_sequence": 1})),
            ],
            [DECEMBER_8],
        ),
    ],
)
def test_a_life_as_a_calendar_sees_it(mails, left):
    assert applied(*mails) == left


def test_an_older_mail_that_arrives_late_changes_nothing():
    moved = (KIND.EVENT_CHANGED, facts(MOVED, before=EVENT, reason=""))
    assert applied(moved, CONFIRMED) == [DECEMBER_10]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (KIND.WAITLISTED, facts(person=PERSON | WAITING)),
        (KIND.EVENT_CHANGED, facts(MOVED, PERSON | WAITING, before=EVENT, reason="")),
        (KIND.EVENT_CANCELLED, facts(person=PERSON | WAITING, before=EVENT, reason="")),
        (KIND.CANCELLED, facts(person=PERSON | CANCELLED, was="waitlisted")),
        (KIND.CHANGED, facts(person=PERSON | WAITING, changes=[["last_name", "Nunez", "Núñez"]])),
        (KIND.ALREADY_REGISTERED, SAMPLES[KIND.ALREADY_REGISTERED][""]),
    ],
)
def test_who_has_no_seat_has_no_entry(kind, given):
    assert calendar(kind, given) == (None, None)


def test_the_way_in_stands_in_it_only_after_its_release():
    assert "/join" not in calendar(*CONFIRMED)[1].vevent.description.value
    assert "/join" in calendar(KIND.HOW_TO_JOIN, facts(RELEASED))[1].vevent.description.value


def test_who_comes_one_day_is_busy_on_that_day_alone():
    chicago = ZoneInfo("America/Chicago")
    person = CHOSE_DAYS | {"days": ["2027-03-31"]}
    event = calendar(KIND.CHANGED, facts(SYMPOSIUM, person, changes=[], by_office=False))[1].vevent
    assert event.dtstart.value == datetime(2027, 3, 31, 8, 30, tzinfo=chicago)
    assert event.dtend.value == datetime(2027, 3, 31, 16, 0, tzinfo=chicago)
    assert "Your days: Wednesday, March 31, 2027" in event.description.value
