"""One series, one topic: what it is, what comes next, what was, where to read more."""

from datetime import datetime

import pytest

from app.models import EventState
from tests.support import factories as make
from tests.support.pages import CheckedClient

PAST = {"starts_local": make.wall("2025-03-05 13:00"), "ends_local": make.wall("2025-03-05 14:00")}


def test_a_series_shows_its_own_events(client: CheckedClient, at: datetime) -> None:
    coac = make.series(slug="coac", name="Advisory Committee", acronym="COAC", description="Meets **quarterly**.")
    make.event(title="Next meeting", series=coac)
    make.event(title="Last meeting", series=coac, **PAST)
    make.event(title="Draft meeting", series=coac, state=EventState.DRAFT)
    make.event(title="A webinar", series=make.series())
    page = client.page("/series/coac")
    assert page.one("h1").text == "Advisory Committee (COAC)"
    assert page.one("strong").text == "quarterly"
    assert [title.text for title in page.main.all("h3")] == ["Next meeting", "Last meeting"]


def test_a_topic_shows_its_events_and_resources(client: CheckedClient, at: datetime) -> None:
    topic = make.topic(slug="forced-labor", name="Forced Labor")
    make.event(title="About it", topics=[topic])
    make.event(title="About something else")
    page = client.page("/topics/forced-labor")
    assert [title.text for title in page.main.all("h3")] == ["About it"]
    assert page.one("ul", class_="resources").all("a", href="https://www.cbp.gov/trade/forced-labor")


def test_a_long_series_links_to_the_whole_list(client: CheckedClient, at: datetime) -> None:
    coac = make.series(slug="coac")
    for _ in range(11):
        make.event(series=coac, **PAST)
    page = client.page("/series/coac")
    assert len(page.main.all("h3")) == 10
    assert page.main.all("a", href="/events?series=coac&when=past")


@pytest.mark.parametrize("address", ["/series/none", "/topics/none", "/series/none.ics", "/topics/none.atom"])
def test_unknown_ones_are_not_found(client: CheckedClient, address: str) -> None:
    client.page(address, 404)
