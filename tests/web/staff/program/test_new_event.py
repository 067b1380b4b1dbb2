"""An office puts up its next webinar."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db
from app.models import Event, EventState, Series, StaffRole
from tests.support import factories as make
from tests.support.factories import wall
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient, main_form
from tests.support.staff import signed_in

pytestmark = pytest.mark.slow

MOST_FIELDS = 12
UNCOUNTED = {"csrf_token", "topics"}


@pytest.fixture
def series(app: Flask, at: datetime) -> Series:
    make.topic()
    return make.series(
        slug="webinars",
        name="Webinars",
        defaults={
            "times": {"length_minutes": 90, "registration_closes_hours_before": 1, "joining_release_hours_before": 24},
            "capacity": {"online": 500},
            "contact_name": "Trade events desk",
            "contact_email": "trade.events@example.gov",
            "accessibility_contact_name": "Coordinator",
            "accessibility_contact_phone": "202-555-0142",
            "privacy_statement": "Authority.",
            "captions": "Live captions",
        },
    )


def made() -> Event:
    return db.session.scalars(db.select(Event).order_by(Event.id.desc())).first()


@pytest.mark.usefixtures("at")
def test_a_new_installation_says_how_its_series_come(editor: CheckedClient) -> None:
    page = editor.page("/staff/events/new")
    assert not page.main.all("table")
    assert "flask --app app events series" in page.main.text


def test_it_works(editor: CheckedClient, series: Series) -> None:
    """Chosen, filled in, made, published: four pages."""
    page = editor.page("/staff/events/new")
    assert page.main.all("a", href="/staff/events/new/webinars")
    form = editor.page("/staff/events/new/webinars")
    answer = editor.submit(
        form, title="Forced Labor", summary="First steps.", starts="2026-05-05T13:00", ends="2026-05-05T14:30"
    )
    event = made()
    assert (answer.status_code, answer.location) == (303, f"/staff/events/{event.id}")
    assert (event.starts_local, event.pools[0].capacity) == (wall("2026-05-05 13:00"), 500)
    overview = editor.page(answer.location)
    assert "Nothing stands in the way" in overview.main.text
    publish = next(form for form in overview.main.all("form") if form.get("action").endswith("/publication"))
    editor.post(publish.get("action"), data=fields(publish))
    db.session.expire_all()
    assert made().state is EventState.PUBLISHED


def test_a_webinar_needs_few_fields(editor: CheckedClient, series: Series) -> None:
    asked = {name for name in fields(main_form(editor.page("/staff/events/new/webinars"))) if name not in UNCOUNTED}
    assert len(asked) <= MOST_FIELDS, asked


def test_the_form_starts_with_what_the_series_knows(editor: CheckedClient, series: Series) -> None:
    sent = fields(main_form(editor.page("/staff/events/new/webinars")))
    assert (sent["starts"], sent["ends"]) == (["2026-04-13T13:00"], ["2026-04-13T14:30"])
    assert (sent["online"], sent["online_seats"]) == (["limited"], ["500"])


@pytest.mark.parametrize("days", [5, 6])
def test_no_event_is_proposed_for_a_weekend(app: Flask, series: Series, at: datetime, days: int) -> None:
    with clock.stopped_at(at + timedelta(days=days)):
        form = main_form(signed_in(app, StaffRole.EDITOR).page("/staff/events/new/webinars"))
    assert fields(form)["starts"] == ["2026-04-20T13:00"]  # Six weeks from a Saturday, or a Sunday, and a Monday.


def test_a_copy_keeps_weekday_and_hour(editor: CheckedClient, series: Series) -> None:
    source = make.event(series=series, starts_local=wall("2026-01-15 10:00"), ends_local=wall("2026-01-15 11:00"))
    form = editor.page(f"/staff/events/{source.id}/copy")
    assert fields(main_form(form))["starts"] == ["2026-03-12T10:00"]
    answer = editor.submit(form, title="Again")
    assert answer.status_code == 303, Page(answer.text).one("div", id="error-summary").text
    assert (answer.status_code, made().title, made().contact_name) == (303, "Again", source.contact_name)


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ({"starts": "2026-04-09T14:00"}, timedelta(days=1, hours=3)),
        ({"starts": "2026-03-13T14:00"}, timedelta(days=1, hours=3)),
        ({"starts": "2026-03-12T12:00"}, timedelta(days=1, hours=1)),
        ({"starts": "2026-04-09T14:00", "ends": "2026-04-09T16:00"}, timedelta(hours=2)),
    ],
)
def test_the_end_of_a_copy_goes_along_unless_somebody_sets_it(
    editor: CheckedClient, series: Series, typed: dict[str, str], length: timedelta
) -> None:
    times = {"starts_local": wall("2026-01-15 10:00"), "ends_local": wall("2026-01-16 13:00")}
    source = make.event(series=series, **times)
    assert editor.submit(editor.page(f"/staff/events/{source.id}/copy"), **typed).status_code == 303
    assert made().ends_local - made().starts_local == length
    assert made().starts_local.isoformat(timespec="minutes") == typed["starts"]


def test_a_shorter_copy_ends_registration_with_it(editor: CheckedClient, series: Series) -> None:
    times = {"starts_local": wall("2026-01-15 10:00"), "ends_local": wall("2026-01-15 15:00")}
    source = make.event(series=series, **times, registration_closes_local=wall("2026-01-15 15:00"))
    page = editor.page(f"/staff/events/{source.id}/copy")
    assert editor.submit(page, ends="2026-03-12T11:00").status_code == 303
    assert made().registration_closes_local == made().ends_local


def test_an_event_that_was_held_already_can_be_put_in(editor: CheckedClient, series: Series) -> None:
    page = editor.page(f"/staff/events/new/{series.slug}")
    typed = {"title": "Held", "summary": "It was held.", "starts": "2026-02-10T13:00", "ends": "2026-02-10T14:00"}
    answer = editor.submit(page, **typed)
    assert answer.status_code == 303
    assert made().accessibility_by == date(2026, 2, 10)
    assert "It lies in the past." in editor.page(answer.location).main.text


def test_all_faults_are_told_at_once(editor: CheckedClient, series: Series) -> None:
    page = editor.page(f"/staff/events/new/{series.slug}")
    refused = editor.submit(page, title="", summary="Soon.", starts="2026-04-10T13:00", ends="2026-04-10T12:00")
    summary = Page(refused.text).one("div", id="error-summary")
    assert [link.text for link in summary.all("a")] == ["Give the event a title.", "The end must be after the start."]


def test_an_end_before_the_start_is_one_fault(editor: CheckedClient, series: Series) -> None:
    times = {"starts_local": wall("2026-01-15 10:00"), "ends_local": wall("2026-01-15 15:00")}
    source = make.event(series=series, **times, registration_closes_local=wall("2026-01-15 15:00"))
    refused = editor.submit(editor.page(f"/staff/events/{source.id}/copy"), ends="2026-03-12T09:00")
    summary = Page(refused.text).one("div", id="error-summary")
    assert [link.text for link in summary.all("a")] == ["The end must be after the start."]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param({"title": " "}, "Give the event a title.", id="C13 no title"),
        pytest.param({"title": "x" * 201}, "Shorten this", id="C01 a long title"),
        pytest.param({"title": "a\x00b"}, "hidden character", id="B06 NUL"),
        pytest.param({"starts": "2026-03-08T02:30"}, "it does not exist", id="H01 an hour that does not exist"),
        pytest.param(
            {"starts": "2026-11-01T01:30", "ends": "2026-11-01T04:00"},
            "happens twice",
            id="H02 an hour that happens twice",
        ),
        pytest.param(
            {"starts": "2026-05-05T13:00", "ends": "2026-05-05T13:00"},
            "The end must be after the start.",
            id="H03 end at the start",
        ),
        pytest.param({"starts": "0001-01-01T00:00"}, "Enter a year from 2000 to 2100.", id="H07 year 1"),
        pytest.param({"starts": "10000-01-01T00:00"}, "Enter a date and a time", id="H07 year 10000"),
        pytest.param({"starts": "-1"}, "Enter a date and a time", id="H07 a negative year"),
        pytest.param({"starts": "2026-05-05T13:00+99:00"}, "Enter a date and a time", id="H09 no such zone"),
        pytest.param({"starts": ""}, "Enter a date and a time.", id="C13 no start"),
        pytest.param({"time_zone": "EST"}, "Choose a time zone from the list.", id="H11 an abbreviation"),
        pytest.param({"time_zone": "../../x"}, "Choose a time zone from the list.", id="H12 a path"),
        pytest.param({"time_zone": "Asia/Calcutta"}, "Choose a time zone from the list.", id="H12 an old name"),
        pytest.param({"time_zone": ""}, "Choose a time zone from the list.", id="H12 no zone"),
        pytest.param({"time_zone": "x" * 5000}, "Choose a time zone from the list.", id="H12 a long zone"),
        pytest.param({"online_seats": "-1"}, "Enter a whole number from 0 to 1,000,000.", id="C12 below zero"),
        pytest.param(
            {"online_seats": "1000000000000"}, "Enter a whole number from 0 to 1,000,000.", id="C14 very many"
        ),
        pytest.param(
            {"online_seats": "٣"}, "Enter a whole number from 0 to 1,000,000.", id="C11 another script's digit"
        ),
        pytest.param({"online_seats": ""}, "Enter how many seats there are.", id="C13 no number"),
        pytest.param(
            {"link": "javascript:alert(1)"}, "Enter a web address that begins with https://.", id="D04 a script"
        ),
        pytest.param({"link": "https://"}, "Enter a web address that begins with https://.", id="D04 no host"),
        pytest.param({"topics": "999"}, "Choose from these", id="C20 a topic we do not have"),
        pytest.param({"title": "Forced\r\nLabor"}, "Write this on one line.", id="F02 a break in a title"),
        pytest.param({"title": "Forced\u202eLabor"}, "hidden character", id="B01 override"),
        pytest.param({"starts": "1899-05-05T13:00"}, "Enter a year from 2000 to 2100.", id="H07 year 1899"),
        pytest.param({"starts": "9999-05-05T13:00"}, "Enter a year from 2000 to 2100.", id="H07 year 9999"),
        pytest.param({"starts": "2026-05-05T25:00"}, "Enter a date and a time", id="H06 hour 25"),
        pytest.param({"time_zone": "EST5EDT"}, "Choose a time zone from the list.", id="H11 an old name"),
        pytest.param({"time_zone": "GMT+5"}, "Choose a time zone from the list.", id="H11 an offset"),
        pytest.param({"time_zone": "posixrules"}, "Choose a time zone from the list.", id="H12 a file of rules"),
        pytest.param({"online_seats": "-0"}, "Enter a whole number from 0 to 1,000,000.", id="C12 minus nothing"),
        pytest.param({"online_seats": "３"}, "Enter a whole number from 0 to 1,000,000.", id="C11 full-width"),
        pytest.param({"online_seats": "1e3"}, "Enter a whole number from 0 to 1,000,000.", id="C10 an exponent"),
        pytest.param(
            {"online_seats": "9" * 5000}, "Enter a whole number from 0 to 1,000,000.", id="C09 five thousand digits"
        ),
        pytest.param(
            {"link": "https://meet.example.gov/\r\nX: 1"}, "Write this on one line.", id="F18 a break in a link"
        ),
        pytest.param({"link": "data:text/html,x"}, "Enter a web address that begins with https://.", id="D04 data"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field(
    editor: CheckedClient, series: Series, typed: dict[str, str], words: str
) -> None:
    form = editor.page("/staff/events/new/webinars")
    answer = editor.submit(form, **{"title": "Forced Labor", "summary": "First steps."} | typed)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert words in " ".join(element.text for element in page.all("span", class_="usa-error-message"))
    assert made() is None
    if "title" not in typed:
        assert fields(main_form(page))["title"] == ["Forced Labor"]


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ({"starts": "05/05/2026 1:00 PM"}, make.on("2026-05-05", 17)),
        ({"starts": "2026-05-05T17:00Z"}, make.on("2026-05-05", 17)),
        ({"starts": "2026-05-05T22:45+05:45"}, make.on("2026-05-05", 17)),
        (
            {"starts": "2026-11-01T01:30", "starts-which": "second", "ends": "2026-11-01T04:00"},
            make.on("2026-11-01", 6, 30),
        ),
        (
            {"starts": "2026-11-01T01:30", "starts-which": "first", "ends": "2026-11-01T04:00"},
            make.on("2026-11-01", 5, 30),
        ),
        ({"time_zone": "Asia/Kolkata"}, make.on("2026-05-05", 7, 30)),
        ({"time_zone": "Europe/Kyiv"}, make.on("2026-05-05", 10)),
    ],
)
def test_a_time_is_understood(editor: CheckedClient, series: Series, typed: dict[str, str], instant: datetime) -> None:
    given = {"title": "Forced Labor", "summary": "x", "starts": "2026-05-05T13:00", "ends": "2026-05-05T18:00"}
    answer = editor.submit(editor.page("/staff/events/new/webinars"), **given | typed)
    assert answer.status_code == 303, Page(answer.text).main.text[:400]
    assert made().starts_at == instant


def test_a_browser_ends_lines_its_own_way(editor: CheckedClient, series: Series) -> None:
    form = editor.page("/staff/events/new/webinars")
    answer = editor.submit(form, title="Forced Labor", summary="First steps.\r\nThen more.")
    assert (answer.status_code, made().summary) == (303, "First steps.\nThen more.")


def test_the_question_which_hour_is_asked_with_two_answers(editor: CheckedClient, series: Series) -> None:
    form = editor.page("/staff/events/new/webinars")
    answer = editor.submit(form, title="x", summary="x", starts="2026-11-01T01:30", ends="2026-11-01T04:00")
    page = Page(answer.text)
    assert [radio.get("value") for radio in page.all("input", name="starts-which")] == ["first", "second"]
    again = editor.submit(page, **{"starts-which": "second"})
    assert again.status_code == 303


def test_an_unknown_series_is_no_page(editor: CheckedClient) -> None:
    assert editor.get("/staff/events/new/nothing").status_code == 404
    assert editor.get("/staff/events/99999999999999999999/copy").status_code == 404


def test_viewers_make_no_events(viewer: CheckedClient, series: Series) -> None:
    assert viewer.get("/staff/events/new").status_code == 403
    assert viewer.get("/staff/events").status_code == 200


def test_a_series_of_several_days_is_proposed_in_one_week_at_its_hour(editor: CheckedClient, at: datetime) -> None:
    times = {"days": 2, "starts": "08:30", "length_minutes": 480}
    series = make.series(slug="symposium", defaults={"times": times})
    with clock.stopped_at(make.on("2026-03-06", 17)):  # A Friday: the second day would be a Saturday.
        page = editor.page(f"/staff/events/new/{series.slug}")
    proposed = fields(main_form(page))
    assert (proposed["starts"], proposed["ends"]) == (["2026-04-20T08:30"], ["2026-04-21T16:30"])
