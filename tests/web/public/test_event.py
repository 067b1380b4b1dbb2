"""One event's page: when and where with the zone, how things stand in each state, and what must not stand there."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from app import clock
from app.models import CommitteeMeeting, EventSession, EventState, Material, MaterialKind, Mode, Speaker, Venue
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient

ADDRESS = "/events/filing"
SUMMER = {"starts_local": make.wall("2026-06-03 13:00"), "ends_local": make.wall("2026-06-03 14:30")}


def panel(page: Page) -> str:
    return page.one("section", class_="register-panel").text


def button(page: Page) -> list[str]:
    return [link.get("href") for link in page.one("section", class_="register-panel").all("a", class_="usa-button")]


def test_it_works(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", title="Filing an Entry", **SUMMER)
    page = client.page(ADDRESS)
    assert page.title == "Filing an Entry, Wednesday, June 3, 2026 – Trade Events"
    time = page.main.one("time")
    assert time.text == "Wednesday, June 3, 2026, 1:00–2:30 p.m. Eastern Time"
    assert (time.get("datetime"), time.get("data-zone")) == ("2026-06-03T17:00:00Z", "America/New_York")
    assert button(page) == ["/events/filing/register"]


def test_the_date_tile_is_read_out_as_a_full_date(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", starts_local=make.wall("2026-09-08 09:00"), ends_local=make.wall("2026-09-11 17:00"))
    tile = client.page(ADDRESS).main.one("span", class_="date-tile")
    spoken = [part for part in tile.all("span") if part.get("aria-hidden") != "true"]
    assert [part.text for part in spoken] == ["Tuesday, September 8, 2026 to Friday, September 11, 2026"]


def test_four_zones_side_by_side(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", shows_us_zones=True, **SUMMER)
    lines = [line.text for line in client.page(ADDRESS).one("ul", class_="us-times").all("li")]
    assert lines == [
        "1:00–2:30 p.m. Eastern Time",
        "12:00–1:30 p.m. Central Time",
        "11:00 a.m.–12:30 p.m. Mountain Time",
        "10:00–11:30 a.m. Pacific Time",
    ]


OPENS = {"registration_opens_local": make.wall("2026-03-10 09:00")}
CLOSES = {"registration_closes_local": make.wall("2026-06-01 17:00")}
CLOSED = {"registration_closes_local": make.wall("2026-03-01 17:00")}
FULL = {"seats": {Mode.ONLINE: 0}}
FEW = {"seats": {Mode.ONLINE: 10}}
NOW = {"starts_local": make.wall("2026-03-02 11:00"), "ends_local": make.wall("2026-03-02 13:00")}
OVER = {"starts_local": make.wall("2026-03-02 10:00"), "ends_local": make.wall("2026-03-02 12:00")}
UNDATED = {"state": EventState.POSTPONED, "starts_local": None, "ends_local": None}

STATES: dict[str, tuple[dict[str, Any], str, str]] = {
    "open": (CLOSES, "Open", "Register by Monday, June 1, 2026, 5:00 p.m. Eastern Time."),
    "open to the start": ({}, "Open", "You can register until it begins."),
    "opens later": (OPENS, "Registration opens later", "Registration opens on Tuesday, March 10, 2026, 9:00 a.m."),
    "few seats": (FEW, "Few seats left", "Only a few seats are left."),
    "ended": (CLOSED, "Registration ended", "Registration ended on Sunday, March 1, 2026, 5:00 p.m. Eastern Time."),
    "no seats": (FULL, "No seats", "There are no seats this way."),
    "not needed": ({"takes_registrations": False}, "No registration needed", "You need not register."),
    "under way": (NOW, "Under way", "The event is under way"),
    "past": (OVER, "Past event", "This event is over."),
    "postponed": (UNDATED, "Postponed", "A new date will stand here."),
    "cancelled": ({"state": EventState.CANCELLED}, "Cancelled", "This event will not take place."),
}
CAN_REGISTER = {"open", "open to the start", "few seats"}


@pytest.mark.parametrize("name", STATES)
def test_every_state_says_what_it_means(client: CheckedClient, at: datetime, name: str) -> None:
    given, label, sentence = STATES[name]
    make.event(slug="filing", **(SUMMER | given))
    page = client.page(ADDRESS)
    assert label in [badge.text for badge in page.main.all("span", class_="state")]
    assert sentence in panel(page)
    assert button(page) == (["/events/filing/register"] if name in CAN_REGISTER else [])


def test_a_cancelled_event_promises_no_mail(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", state=EventState.CANCELLED, **SUMMER)
    assert "We mail the way to join" not in client.page(ADDRESS).text


NEEDS: dict[str, tuple[dict[str, Any], str]] = {
    "in time": ({"accessibility_by": date(2026, 3, 2)}, "Tell us on the form what you need to take part, or write or"),
    "the last day": ({"accessibility_by": date(2026, 3, 2)}, "Ask by Monday, March 2, 2026 so"),
    "late": ({"accessibility_by": date(2026, 3, 1)}, "Ask at once"),
    "begun": (NOW | {"accessibility_by": date(2026, 3, 2)}, "The event has begun: what takes long to arrange"),
    "no form": ({"takes_registrations": False}, "Write or call to tell us what you need to take part."),
    "over": (OVER, "Do you need the materials in another form?"),
}


@pytest.mark.parametrize("name", NEEDS)
def test_accessibility_is_asked_for_while_it_can_be_arranged(client: CheckedClient, at: datetime, name: str) -> None:
    given, words = NEEDS[name]
    make.event(slug="filing", accessibility_contact_email="access@example.gov", **(SUMMER | given))
    assert words in " ".join(client.page(ADDRESS).main.text.split())


@pytest.mark.parametrize("given", [CLOSED, NOW])
@pytest.mark.parametrize("closed", [False, True])
def test_a_deadline_does_not_close_a_public_meeting(
    client: CheckedClient, at: datetime, given: dict[str, Any], closed: bool
) -> None:
    make.event(slug="filing", **(SUMMER | given), committee=CommitteeMeeting(closed_to_public=closed))
    assert ("stays open to the public" in panel(client.page(ADDRESS))) is not closed


def test_a_full_event_offers_its_waiting_list(client: CheckedClient, at: datetime) -> None:
    make.registration(make.event(slug="filing", seats={Mode.ONLINE: 1}))
    page = client.page(ADDRESS)
    assert "All seats are taken." in panel(page)
    assert page.one("a", class_="usa-button").text == "Join the waiting list"


@pytest.mark.parametrize("capacity", [37, 9])
def test_no_figure_of_seats_is_shown(client: CheckedClient, at: datetime, capacity: int) -> None:
    make.event(slug="filing", title="Filing an entry", seats={Mode.ONLINE: capacity}, **SUMMER)
    assert str(capacity) not in client.page(ADDRESS).main.text.replace("2026", "")


def test_the_button_appears_at_the_opening_second(client: CheckedClient) -> None:
    make.event(slug="filing", **SUMMER, **OPENS)
    opening = make.on("2026-03-10", 13)
    with clock.stopped_at(opening.replace(hour=12, minute=59, second=59)):
        assert not button(client.page(ADDRESS))
    with clock.stopped_at(opening):
        assert button(client.page(ADDRESS))


@pytest.mark.parametrize("slug", ["draft", "nowhere"])
def test_a_draft_answers_like_an_absent_event(client: CheckedClient, at: datetime, slug: str) -> None:
    make.event(slug="draft", state=EventState.DRAFT)
    page = client.page(f"/events/{slug}", 404)
    assert page.one("h1").text == "Page not found"
    assert client.get(f"/events/{slug}.ics").status_code == 404


def test_the_way_to_join_stands_nowhere(client: CheckedClient, at: datetime) -> None:
    event = make.event(slug="filing", **SUMMER)
    make.joining(event, link="https://meet.example.gov/SECRET", passcode="SECRET", dial_in="SECRET")
    for address in (ADDRESS, "/", "/events", f"{ADDRESS}.ics", "/events.ics", "/events.atom"):
        assert "SECRET" not in client.get(address).text


def test_materials_appear_at_their_time(client: CheckedClient) -> None:
    parts = {"kind": MaterialKind.SLIDES, "url": "https://example.gov/slides", "title": "Slides"}
    make.event(slug="filing", **SUMMER, materials=[Material(**parts, publish_at=make.on("2026-04-01"))])
    with clock.stopped_at(make.on("2026-03-31")):
        assert not client.page(ADDRESS).all("ul", class_="materials")
    with clock.stopped_at(make.on("2026-04-01")):
        assert "Slides" in client.page(ADDRESS).one("ul", class_="materials").text


def test_the_agenda_puts_side_by_side_what_runs_at_once(client: CheckedClient, at: datetime) -> None:
    ana = Speaker(name="Ana Lopez", organization="Harbor Brokers")
    hours = {"starts_local": make.wall("2026-06-03 13:00"), "ends_local": make.wall("2026-06-03 14:00")}
    hours |= {"starts_at": make.on("2026-06-03", 17), "ends_at": make.on("2026-06-03", 18)}
    sessions = [EventSession(title=title, room=room, **hours) for title, room in (("Left", "A"), ("Right", "B"))]
    sessions[0].speakers = [ana]
    make.event(slug="filing", **SUMMER, sessions=sessions, speakers=[ana])
    slot = client.page(ADDRESS).one("li", class_="agenda__slot")
    assert [session.one("h4").text for session in slot.all("article")] == ["Left", "Right"]
    assert "Ana Lopez, Harbor Brokers" in slot.text


def test_a_committee_says_what_its_notice_says(client: CheckedClient, at: datetime) -> None:
    block = CommitteeMeeting(docket="USCBP-2026-0001", citation="91 FR 1", citation_url="https://example.gov/91-1")
    make.event(slug="filing", **SUMMER, committee=block)
    section = client.page(ADDRESS).one("section", aria_labelledby="committee")
    assert "USCBP-2026-0001" in section.text
    assert section.one("a", href="https://example.gov/91-1").text == "91 FR 1"


def test_search_engines_are_told_in_their_words(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", title="</script><b>Filing", seats={Mode.IN_PERSON: 5, Mode.ONLINE: None}, **SUMMER)
    page = client.page(ADDRESS)
    told = json.loads("".join(page.one("script", type="application/ld+json").words()))
    assert told["name"] == "</script><b>Filing"
    assert told["startDate"] == "2026-06-03T13:00:00-04:00"
    assert told["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert told["url"] == "http://127.0.0.1:8000/events/filing"
    assert page.one("h1").text == "</script><b>Filing"


def test_search_engines_keep_the_day_that_was_postponed(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", **UNDATED, postponed_from_local=make.wall("2026-06-03 13:00"))
    told = json.loads("".join(client.page(ADDRESS).one("script", type="application/ld+json").words()))
    assert (told["eventStatus"], told["startDate"]) == (
        "https://schema.org/EventPostponed",
        "2026-06-03T13:00:00-04:00",
    )


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<base href=//evil.example>"]
)
def test_what_staff_write_runs_nowhere(client: CheckedClient, at: datetime, text: str) -> None:
    make.event(slug="filing", **SUMMER, description=text, summary=text, contact_name=text)
    page = client.page(ADDRESS)
    assert not page.main.all("script", "base")
    assert not [link for link in page.all("a") if "javascript" in link.get("href")]


def test_several_days_say_when_the_last_one_ends(client: CheckedClient, at: datetime) -> None:
    make.event(slug="filing", starts_local=make.wall("2026-12-15 09:00"), ends_local=make.wall("2026-12-16 16:00"))
    time = client.page(ADDRESS).main.one("time")
    assert time.text == "Tue, Dec 15, 9:00 a.m. – Wed, Dec 16, 2026, 4:00 p.m. Eastern Time"


def test_a_place_abroad_names_its_country_and_stands_once(client: CheckedClient, at: datetime) -> None:
    venue = Venue(name="Frankfurt", city="Frankfurt", country="DE", id_checked=True)
    make.event(slug="filing", seats={Mode.IN_PERSON: None, Mode.ONLINE: None}, venue=venue)
    page = client.page(ADDRESS)
    assert page.main.one("dl", class_="facts").text.count("Frankfurt") == 1
    assert "Frankfurt, Germany and online" in page.main.text
    assert "Bring a photo ID with the name you registered under" in page.main.text


DATED: dict[str, Any] = {
    "postponed_from_local": make.wall("2026-06-03 13:00"),
    "accessibility_by": date(2026, 5, 20),
    "accessibility_contact_email": "access@example.gov",
    "may_end_early": True,
}


def dated(state: EventState, **given: Any) -> None:
    """An event with everything that hangs on a start, put off or called off."""
    hours = {"starts_local": make.wall("2026-06-04 09:00"), "ends_local": make.wall("2026-06-04 10:00")}
    hours |= {"starts_at": make.on("2026-06-04", 13), "ends_at": make.on("2026-06-04", 14)}
    meeting = CommitteeMeeting(
        docket="USCBP-2026-0001", comments_how="Use regulations.gov.", comments_close_at=make.on("2026-05-27", 21)
    )
    hall = Venue(name="Trade Hall", city="Washington", region="DC", arrival_text="Doors open at 8.")
    event = make.event(
        slug="filing",
        state=state,
        **DATED,
        **given,
        venue=hall,
        committee=meeting,
        sessions=[EventSession(title="Entries", is_picked=True, **hours)],
    )
    make.joining(event, release_at=make.on("2026-06-02", 13))


def test_a_postponed_event_tells_no_day_that_hangs_on_the_old_one(client: CheckedClient, at: datetime) -> None:
    dated(EventState.POSTPONED, starts_local=None, ends_local=None)
    told = " ".join(client.page(ADDRESS).main.text.split())
    assert "It was planned to begin on Wednesday, June 3, 2026." in told
    assert "Day 2" in told
    assert "The hours are those that were planned; the new days follow." in told
    assert "Once there is a new date, we mail the way to join to everyone registered." in told
    for day in ("June 2", "June 4", "May 20", "May 27", "It may end early", "You choose this one when you register"):
        assert day not in told


def test_a_cancelled_meeting_asks_for_nothing_more(client: CheckedClient, at: datetime) -> None:
    dated(EventState.CANCELLED, **SUMMER)
    told = client.page(ADDRESS).main.text
    assert "USCBP-2026-0001" in told
    assert "Thursday, June 4, 2026" in told
    for words in ("Comments until", "regulations.gov", "Doors open", "It may end early", "You choose this one"):
        assert words not in told
