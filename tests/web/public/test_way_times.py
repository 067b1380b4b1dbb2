"""One way of attending opens and ends by its own times: what the page says is what the desk does, to the second."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app import clock
from app.db import db, transact
from app.models import Event, Mode
from app.models.availability import Availability, availability, next_state_at
from tests.support.desk import make_event, registrations
from tests.support.factories import wall
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.public.test_my_registration import words
from tests.web.public.test_register import DANA, address_of

pytestmark = pytest.mark.usefixtures("app", "at")
SECOND = timedelta(seconds=1)


def own_times(event_id: int, mode: Mode, **given: object) -> None:
    def work(at: datetime) -> None:
        event = db.session.get_one(Event, event_id)
        event.changed_at = at
        for name, value in given.items():
            setattr(event.pool(mode), name, value)

    transact(work)


def offered(client: CheckedClient, event_id: int) -> set[str]:
    """The ways of attending that the form offers; with one alone it does not ask."""
    return {field.get("value") for field in client.page(address_of(event_id)).main.all("input", name="mode")}


def panel(client: CheckedClient, event_id: int) -> str:
    return words(client.page(address_of(event_id).removesuffix("/register")))


def test_the_room_ends_first_and_online_goes_on(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(capacity=5, online=None)
    ends = at + timedelta(hours=2)
    own_times(event_id, Mode.IN_PERSON, closes_at=ends)
    with clock.stopped_at(ends - SECOND):
        form = client.page(address_of(event_id))
        assert offered(client, event_id) == {"in-person", "online"}
        assert "Register by Monday, March 2, 2026, 2:00 p.m. Eastern Time" in panel(client, event_id)
    with clock.stopped_at(ends):
        assert offered(client, event_id) == set()
        assert "Registration ended on Monday, March 2, 2026, 2:00 p.m. Eastern Time" in panel(client, event_id)
        late = client.submit(form, **DANA, mode="in-person")
        assert late.status_code == 422
        assert "What you chose cannot be had now" in late.text
        assert "Okafor Imports" in late.text
        assert client.submit(form, **DANA, mode="online").status_code == 303
    assert [person.mode for person in registrations(event_id)] == [Mode.ONLINE]


def test_online_opens_later(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(capacity=5, online=None)
    opens = at + timedelta(hours=1)
    own_times(event_id, Mode.ONLINE, opens_at=opens)
    assert "Registration opens on Monday, March 2, 2026, 1:00 p.m. Eastern Time" in panel(client, event_id)
    assert offered(client, event_id) == set()
    event = db.session.get_one(Event, event_id)
    assert next_state_at(event, at) == opens  # A kept page lives no longer.
    with clock.stopped_at(opens):
        assert offered(client, event_id) == {"in-person", "online"}


def test_the_whole_event_stands_as_its_best_way(at: datetime) -> None:
    event_id = make_event(capacity=50, online=None)
    own_times(event_id, Mode.IN_PERSON, closes_at=at + SECOND)
    own_times(event_id, Mode.ONLINE, opens_at=at + timedelta(hours=1))
    event = db.session.get_one(Event, event_id)
    found = [availability(event, at + timedelta(seconds=seconds)) for seconds in (0, 1, 3600)]
    assert found == [Availability.OPEN, Availability.OPENS_LATER, Availability.OPEN]


def test_before_any_way_opens_the_page_tells_each(client: CheckedClient, at: datetime) -> None:
    event_id = make_event(capacity=5, online=None)
    own_times(event_id, Mode.IN_PERSON, opens_at=at + timedelta(hours=1))
    own_times(event_id, Mode.ONLINE, opens_at=at + timedelta(hours=2))
    seen = panel(client, event_id)
    assert "1:00 p.m. Eastern Time" in seen
    assert "2:00 p.m. Eastern Time" in seen
    page = client.page(address_of(event_id))
    assert "Registration opens on Monday, March 2, 2026, 1:00 p.m. Eastern Time" in page.main.text


def test_who_need_not_register_reads_so(client: CheckedClient) -> None:
    event_id = make_event(capacity=5, online=None)
    own_times(event_id, Mode.IN_PERSON, registration_required=False)
    seen = panel(client, event_id)
    assert "You may also come without registering." in seen
    assert "follow online without registering" not in seen


def test_staff_set_them_and_a_clock_change_is_asked_about(client: CheckedClient, editor: CheckedClient) -> None:
    event_id = make_event(capacity=5, online=None)
    address = f"/staff/events/{event_id}/edit/timing"
    refused = editor.submit(editor.page(address), in_person_closes="2026-03-08T02:30")
    assert refused.status_code == 422
    assert "does not exist" in refused.text
    backwards = editor.submit(editor.page(address), online_opens="2026-03-10T12:00", online_closes="2026-03-09T12:00")
    assert backwards.status_code == 422
    assert "Registration must end after it opens." in backwards.text
    assert editor.submit(editor.page(address), in_person_closes="2026-03-08T03:00").status_code == 303
    room = db.session.get_one(Event, event_id).in_person
    assert room is not None
    assert room.closes_at is not None
    assert room.closes_at.isoformat() == "2026-03-08T07:00:00+00:00"  # Daylight time has begun an hour ago.
    assert "Register by Sunday, March 8, 2026, 3:00 a.m. Eastern Time" in panel(client, event_id)


@pytest.mark.parametrize(("which", "letters", "ends"), [("first", "EDT", 5), ("second", "EST", 6)])
@pytest.mark.parametrize("mode", Mode)
def test_in_the_hour_that_comes_twice_the_page_says_which_one(
    client: CheckedClient, editor: CheckedClient, mode: Mode, which: str, letters: str, ends: int
) -> None:
    later = {"starts_local": wall("2026-11-16 13:00"), "ends_local": wall("2026-11-16 14:00")}
    event_id = make_event(capacity=5, online=5, **later)
    field = f"{mode.value.replace('-', '_')}_closes"
    address = f"/staff/events/{event_id}/edit/timing"
    asked = editor.submit(editor.page(address), **{field: "2026-11-01T01:30"})
    assert asked.status_code == 422
    typed = {field: "2026-11-01T01:30", f"{field}-which": which}
    assert editor.submit(Page(asked.text), **typed).status_code == 303
    shown = f"Register by Sunday, November 1, 2026, 1:30 a.m. Eastern Time ({letters})"
    assert shown in panel(client, event_id)
    form, instant = client.page(address_of(event_id)), datetime(2026, 11, 1, ends, 30, tzinfo=UTC)
    with clock.stopped_at(instant):
        assert client.submit(form, **DANA, mode=mode.value).status_code == 422
    with clock.stopped_at(instant - SECOND):
        assert client.submit(form, **DANA, mode=mode.value).status_code == 303


CHANGES = {"in spring": "2026-03-08", "in autumn": "2026-11-01"}  # Washington's clocks, at two in the morning.
SHOWN = re.compile(r"Register by \w+, (\w+ \d+, 2026, [\d:]+ [ap])\.m\. Eastern Time")


@pytest.mark.parametrize("day", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("hour", ["00:30", "03:30"], ids=["before the change", "after it"])
@pytest.mark.parametrize("mode", Mode)
def test_the_deadline_shown_is_the_deadline_enforced(
    client: CheckedClient, editor: CheckedClient, mode: Mode, hour: str, day: str
) -> None:
    """What a person reads, understood by Washington's clock and by nothing of ours, is the instant at which it ends."""
    later = {"starts_local": wall("2026-11-16 13:00"), "ends_local": wall("2026-11-16 14:00")}
    event_id = make_event(capacity=5, online=5, **later)
    field = f"{mode.value.replace('-', '_')}_closes"
    page = editor.page(f"/staff/events/{event_id}/edit/timing")
    assert editor.submit(page, **{field: f"{day}T{hour}"}).status_code == 303
    found = SHOWN.search(panel(client, event_id))
    assert found
    read = datetime.strptime(f"{found[1]}m", "%B %d, %Y, %I:%M %p").replace(tzinfo=ZoneInfo("America/New_York"))
    ends, form = read.astimezone(UTC), client.page(address_of(event_id))
    with clock.stopped_at(ends):
        assert client.submit(form, **DANA, mode=mode.value).status_code in {409, 422}
    with clock.stopped_at(ends - SECOND):
        assert client.submit(form, **DANA, mode=mode.value).status_code == 303
    assert [person.mode for person in registrations(event_id)] == [mode]
