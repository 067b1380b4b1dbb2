"""The page of a series: what its events have in common, found from the list of events and from each of them."""

from flask import Flask

from tests.support import factories as make
from tests.support.pages import CheckedClient


def test_it_works(editor: CheckedClient, app: Flask) -> None:
    event = make.event()
    page = editor.page(f"/staff/events/{event.id}")
    assert page.main.all("a", href=f"/staff/series/{event.series_id}")
    (way,) = editor.page("/staff/events").main.all("a", href="/staff/series")
    assert editor.page(way.get("href")).main.all("a", href=f"/staff/series/{event.series_id}")
    first = editor.page(f"/staff/series/{event.series_id}").all("ul", class_="way-list")[0]
    ways = [link.text for link in first.all("a")]
    assert ways == ["Words of its mails", "Reminders", "Questions"]


def test_whoever_may_only_look_is_shown_what_they_may_open(viewer: CheckedClient, app: Flask) -> None:
    series = make.series()
    page = viewer.page(f"/staff/series/{series.id}")
    assert all(viewer.get(link.get("href")).status_code == 200 for link in page.main.all("a"))


def test_one_that_is_none_is_not_found(editor: CheckedClient) -> None:
    assert editor.get("/staff/series/99").status_code == 404
