"""The list: order, search, filters, pages, and whatever stands in its address."""

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from app.db import transact
from app.models import Event, EventState, Mode
from app.models.search import event_search_key
from tests.support import factories as make
from tests.support.html import Page
from tests.support.pages import CheckedClient

PAST = {"starts_local": make.wall("2025-03-05 13:00"), "ends_local": make.wall("2025-03-05 14:00")}


def titles(page: Page) -> list[str]:
    return [title.text for title in page.main.all("h2", "h3") if "event-card__title" in title.get("class")]


def searchable(event: Event) -> None:
    def work(_at: datetime) -> None:
        event.search_key = event_search_key(event)

    transact(work)


def test_what_comes_next_comes_first_and_open_dates_last(client: CheckedClient, at: datetime) -> None:
    make.event(title="No date", state=EventState.POSTPONED, starts_local=None, ends_local=None)
    make.event(title="Second", starts_local=make.wall("2026-05-02 13:00"), ends_local=make.wall("2026-05-02 14:00"))
    make.event(title="First")
    make.event(title="Over", **PAST)
    make.event(title="Draft", state=EventState.DRAFT)
    page = client.page("/events")
    assert titles(page) == ["First", "Second", "No date"]
    assert "Date to be announced" in page.main.text


def test_past_events_are_the_archive_by_year(client: CheckedClient, at: datetime) -> None:
    make.event(title="Older", starts_local=make.wall("2024-03-05 13:00"), ends_local=make.wall("2024-03-05 14:00"))
    make.event(title="Newer", **PAST)
    make.event(title="Next")
    page = client.page("/events?when=past")
    assert titles(page) == ["Newer", "Older"]
    assert [heading.text for heading in page.all("h2", class_="year")] == ["2025", "2024"]
    assert page.one("form", class_="filters").one("input", name="when").get("value") == "past"


@pytest.mark.parametrize("words", ["zölle", "ZOLLE", "zol", "zölle pflicht", "zölle’s"[:5]])
def test_search_forgives_case_marks_and_unfinished_words(client: CheckedClient, at: datetime, words: str) -> None:
    searchable(make.event(title="Zölle und Pflichten"))
    searchable(make.event(title="Something else"))
    assert titles(client.page(f"/events?q={quote(words)}")) == ["Zölle und Pflichten"]


@pytest.mark.parametrize("words", ["flichten", "%", "_", "100%", "zölle nothing"])
def test_search_takes_nothing_for_a_pattern(client: CheckedClient, at: datetime, words: str) -> None:
    searchable(make.event(title="Zölle und Pflichten"))
    found = titles(client.page(f"/events?q={quote(words)}"))
    assert found == ([] if any(letter.isalnum() for letter in words) else ["Zölle und Pflichten"])


def test_filters_narrow_and_can_be_removed_one_by_one(client: CheckedClient, at: datetime) -> None:
    series, topic = make.series(slug="coac", name="COAC"), make.topic(slug="forced-labor", name="Forced Labor")
    make.event(title="Wanted", series=series, topics=[topic], seats={Mode.IN_PERSON: 9, Mode.ONLINE: 9})
    make.event(title="Online only", series=series, topics=[topic])
    make.event(title="Other topic", series=series, seats={Mode.IN_PERSON: 9})
    page = client.page("/events?mode=in-person&topic=forced-labor&series=coac")
    assert titles(page) == ["Wanted"]
    assert page.title.startswith("Events: COAC, Forced Labor, In person")
    chips = {chip.text: chip.get("href") for chip in page.all("a", class_="chip")}
    assert chips["Remove filter: COAC"] == "/events?topic=forced-labor&mode=in-person"
    assert titles(client.page(chips["Remove filter: In person"])) == ["Wanted", "Online only"]
    assert page.one("select", name="series").one("option", selected="").get("value") == "coac"


def test_pages_of_twenty(client: CheckedClient, at: datetime) -> None:
    for number in range(21):
        start = make.wall("2026-04-01 13:00") + timedelta(days=number)
        make.event(title=f"Event {number}", starts_local=start, ends_local=start + timedelta(hours=1))
    first, second = client.page("/events"), client.page("/events?page=2")
    assert [len(titles(first)), titles(second)] == [20, ["Event 20"]]
    assert "21 events, page 2 of 2" in second.main.text
    assert first.title != second.title


PAGES = ("0", "-1", "99", "x", "1e3", "٣", "99999999999999999999", "2147483648", "²", "")
SERIES = ("nope", "%27%20OR%201=1--", "../../etc/hosts", "%00", "a" * 5000)
OTHERS = ("mode=hybrid", "topic=%FF", "when=never", "sort=%3B%20drop", "per_page=1000000", "q=%00", "q=%FF%FE")
STRANGE = [*(f"page={value}" for value in PAGES), *(f"series={value}" for value in SERIES), *OTHERS]
FOUND_BY_NOBODY = ["q=%5C%27%22%3Cscript%3E", "q=" + "a" * 3000, "q=" + "a+" * 300, "&".join(["q=a"] * 2000)]


@pytest.mark.parametrize("query", STRANGE)
def test_what_is_no_filter_is_left_out(client: CheckedClient, at: datetime, query: str) -> None:
    make.event(title="Here")
    page = client.page(f"/events?{query}")
    assert titles(page) == ["Here"]
    assert not page.all("a", class_="chip")


@pytest.mark.parametrize("query", FOUND_BY_NOBODY)
def test_strange_words_find_nothing_and_run_nowhere(client: CheckedClient, at: datetime, query: str) -> None:
    make.event(title="Here")
    page = client.page(f"/events?{query}")
    assert not titles(page)
    assert not page.main.all("script")


def test_an_unknown_filter_is_left_out_and_said(client: CheckedClient, at: datetime) -> None:
    assert "We left out a filter that we do not know." in client.page("/events?series=gone").main.text


def test_nothing_found_says_where_else_to_look(client: CheckedClient, at: datetime) -> None:
    page = client.page("/events?q=nothing")
    assert "No event fits." in page.main.text
    assert page.main.all("a", href="/events?when=past")
