"""What the confirmation repeats of a form besides the seat: the days, that needs were told, that news was asked for."""

import icalendar
import pytest

from app.db import db
from app.mail.rendering import render
from app.models import MessageKind, Need, OutgoingEmail, Registration, Venue
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, sign_up, with_rules
from tests.support.html import Page
from tests.support.pages import CheckedClient
from tests.web.public.test_register import send, shown, words

pytestmark = pytest.mark.usefixtures("at")
TWO_DAYS = {"starts_local": make.wall("2026-03-16 08:30"), "ends_local": make.wall("2026-03-17 16:30")}
ASKED = {"days": "2026-03-17", "needs": Need.CAPTIONS.value, "needs_text": "A seat in front", "wants_mail": "y"}


@pytest.fixture
def event_id() -> int:
    return make_event(capacity=5, venue=Venue(name="Trade Hall", id_checked=True), **TWO_DAYS)


def steps(page: Page) -> list[str]:
    return [one.text for one in page.main.all("p", class_="steps__title")]


def test_it_says_what_comes_of_each(client: CheckedClient, event_id: int) -> None:
    page = shown(client, send(client, event_id, **ASKED))
    assert "You come on: Tuesday, March 17, 2026" in words(page)
    assert steps(page)[:3] == ["Look for our mail", "Hear from us about what you need", "Confirm that you want news"]
    assert "captions" not in words(page).casefold()
    assert "A seat in front" not in words(page)


def test_what_was_not_asked_for_is_not_spoken_of(client: CheckedClient) -> None:
    page = shown(client, send(client, make_event(capacity=5)))
    assert "You come on" not in words(page)
    assert steps(page)[:2] == ["Look for our mail", "Find your way"]


def test_a_known_address_is_shown_the_same(client: CheckedClient, event_id: int) -> None:
    sign_up(event_id, details(email="dana@importer.example"))
    known = shown(client, send(client, event_id, **ASKED))
    new = shown(client, send(client, event_id, **ASKED, email="new@importer.example"))
    assert steps(known) == steps(new)
    assert words(known).count("You come on: Tuesday, March 17, 2026") == 1
    assert "If this address was not registered before, your accessibility request goes to those" in words(known)
    standing: Registration = registrations(event_id)[0]
    assert standing.days != ["2026-03-17"]


def test_the_owners_mail_tells_nobody_that_something_is_needed(client: CheckedClient, event_id: int) -> None:
    for name, asked in (("dana", ASKED), ("ann", {"days": ASKED["days"]})):
        sign_up(event_id, details(email=f"{name}@importer.example", first_name="Dana", last_name="Okafor"))
        send(client, event_id, email=f"{name}@importer.example", **asked)
    one, other = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.ALREADY_REGISTERED))
    assert {name for name in one.facts if one.facts[name] != other.facts[name]} == {"registration"}
    assert "was not passed on, because we cannot know who sent it" in " ".join(render(one.kind, one.facts).text.split())


def test_where_a_mail_alone_may_tell_it_tells_this_too(client: CheckedClient, event_id: int) -> None:
    page = shown(client, send(client, with_rules(event_id, organization_cap=1), **ASKED))
    assert "You come on" not in words(page)
    assert "Hear from us about what you need" not in steps(page)


def test_its_calendar_file_holds_the_chosen_day(client: CheckedClient, event_id: int) -> None:
    sent = send(client, event_id, **ASKED)
    (entry,) = icalendar.Calendar.from_ical(client.get(sent.location + ".ics").data).walk("VEVENT")
    assert (entry.start, entry.end) == (make.on("2026-03-17", 12, 30), make.on("2026-03-17", 20, 30))
    assert "Your days: Tuesday, March 17, 2026" in entry["description"]
