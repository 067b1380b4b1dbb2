"""Editing an event part by part through its pages."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.models import (
    ChangeNotice,
    Event,
    EventState,
    Joining,
    Mode,
    OverlapRule,
    RegistrationRules,
    RegistrationState,
)
from app.web.staff.program.sections import SECTIONS
from tests.support import factories as make
from tests.support.factories import wall
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.slow


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    return make.event(
        title="Filing an Entry", privacy_statement="Authority.", seats={Mode.IN_PERSON: 50, Mode.ONLINE: None}
    )


def address(event: Event, part: str) -> str:
    return f"/staff/events/{event.id}/edit/{part}"


def save(editor: CheckedClient, event: Event, part: str, **typed: Any) -> Any:
    return editor.submit(editor.page(address(event, part)), **typed)


def fresh(event: Event) -> Event:
    db.session.expire_all()
    return db.session.get_one(Event, event.id)


def test_it_works(editor: CheckedClient, event: Event) -> None:
    answer = save(editor, event, "people", contact_name="Desk", contact_phone="202-555-0100 ext. 5")
    assert (answer.status_code, answer.location) == (303, f"/staff/events/{event.id}")
    assert (fresh(event).contact_name, fresh(event).contact_phone) == ("Desk", "202-555-0100 ext. 5")


@pytest.mark.parametrize("part", SECTIONS)
def test_a_page_saved_as_it_stands_changes_nothing(editor: CheckedClient, event: Event, part: str) -> None:
    before = {column.key: getattr(event, column.key) for column in Event.__table__.columns}
    assert save(editor, event, part).status_code == 303
    after = {column.key: getattr(fresh(event), column.key) for column in Event.__table__.columns}
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"version", "changed_at", "search_key"}
    assert db.session.scalars(db.select(ChangeNotice)).all() == []


HOSTILE = "<script>alert(1)</script> \"><img src=x onerror=alert(1)> ' OR 1=1-- \\"


def test_nothing_that_was_published_loses_its_summary(editor: CheckedClient, event: Event) -> None:
    refused = save(editor, event, "basics", summary=" ")
    assert refused.status_code == 422
    assert "Say in a sentence what it is about." in refused.text


def test_what_is_typed_stays_text(editor: CheckedClient, event: Event) -> None:
    save(editor, event, "basics", title=HOSTILE, summary=HOSTILE, description=HOSTILE)
    assert fresh(event).title == HOSTILE
    for page in ("", "/edit/basics", "/preview", "/cancellation", "/agenda"):
        opened = editor.page(f"/staff/events/{event.id}{page}")
        assert not [script for script in opened.all("script") if "alert(1)" in script.text and not script.get("type")]
        assert not opened.all("img", src="x")


@pytest.mark.parametrize(
    ("part", "typed", "words"),
    [
        pytest.param("basics", {"title": ""}, "Give the event a title.", id="C13 no title"),
        pytest.param("basics", {"summary": "x" * 401}, "Shorten this", id="C01 a long summary"),
        pytest.param("basics", {"credit_live": "-1"}, "Enter credits such as 1 or 1.5.", id="C12 below zero"),
        pytest.param("basics", {"credit_live": "1e9"}, "Enter credits such as 1 or 1.5.", id="C10 an exponent"),
        pytest.param(
            "timing",
            {"registration_closes": "2026-03-17T13:00"},
            "Registration must end before the event does.",
            id="H04 closing after the event",
        ),
        pytest.param(
            "timing",
            {"registration_opens": "2026-03-16T13:00"},
            "Registration must open before the event starts.",
            id="H04 opening after the start",
        ),
        pytest.param(
            "timing", {"registration_opens": "12/31/1899 10:00"}, "Enter a year from 2000 to 2100.", id="H07 year 1899"
        ),
        pytest.param("place", {"name": ""}, "Name the place, or clear its other lines.", id="C13 no place"),
        pytest.param("place", {"country": "USA"}, "Use two letters: US.", id="C20 no such country"),
        pytest.param("place", {"in_person_seats": "0x10"}, "Enter a whole number", id="C10 hex"),
        pytest.param(
            "joining",
            {"link": "ftp://example.gov"},
            "Enter a web address that begins with https://.",
            id="D04 another scheme",
        ),
        pytest.param(
            "joining",
            {"link": "https://user:secret@example.gov/"},
            "Leave name and password out",
            id="D04 a password in an address",
        ),
        pytest.param(
            "joining",
            {"link": "https://a.gov/", "release": "2026-03-16T13:01"},
            "People need the way to join before",
            id="H04 release after the start",
        ),
        pytest.param(
            "people",
            {"contact_email": "nobody@localhost"},
            "Enter an address like name@example.com.",
            id="G05 localhost",
        ),
        pytest.param("people", {"contact_phone": "00000000000000000000"}, "Enter a phone number", id="C23 no phone"),
        pytest.param(
            "people",
            {"accessibility_by": "2026-03-17"},
            "This day must not be after the event starts.",
            id="H04 a deadline after the start",
        ),
        pytest.param("people", {"accessibility_by": "2026-02-30"}, "Enter a date such as", id="H07 30 February"),
        pytest.param("notices", {"omb_number": "1651"}, "Like 1651-0001.", id="C10 no such number"),
        pytest.param(
            "notices",
            {"omb_burden_minutes": "9" * 5000},
            "Enter a whole number from 1 to 600.",
            id="C09 five thousand digits",
        ),
        pytest.param("notices", {"ask_role": "perhaps"}, "Choose one of these.", id="C20 no such choice"),
        pytest.param("rules", {"offer_hours": "0"}, "Enter a whole number from 1 to 720.", id="C12 no hours"),
        pytest.param("rules", {"overlap_rule": "perhaps"}, "Choose one of these.", id="C20 no such rule"),
        pytest.param(
            "committee",
            {"citation_url": "javascript:alert(1)"},
            "Enter a web address that begins with https://.",
            id="D04 a script",
        ),
        pytest.param(
            "basics", {"title": "Filing\r\nBcc: x@evil.example"}, "Write this on one line.", id="F02 a break in a title"
        ),
        pytest.param("basics", {"title": "a" + "\u0301" * 300}, "fewer marks", id="B05 marks"),
        pytest.param("basics", {"description": "a\x00b"}, "hidden character", id="B06 NUL"),
        pytest.param(
            "joining", {"link": "https://a.gov/\r\nX: 1"}, "Write this on one line.", id="F18 a break in a link"
        ),
        pytest.param("joining", {"link": "https://a.gov/" + "a" * 5000}, "Shorten this", id="C02 a long link"),
        pytest.param("place", {"in_person_seats": "1000000000000"}, "Enter a whole number", id="C14 very many"),
        pytest.param("place", {"name": "Hall\u2028x"}, "Write this on one line.", id="B08 line separator"),
        pytest.param("people", {"contact_email": "a@x.gov,b@y.gov"}, "Enter one address only.", id="G09 two addresses"),
        pytest.param("people", {"contact_name": "x" * 20_000}, "Shorten this", id="C02 a long name"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field(
    editor: CheckedClient, event: Event, part: str, typed: dict[str, str], words: str
) -> None:
    version = event.version
    answer = save(editor, event, part, **typed)
    assert answer.status_code == 422
    messages = [element.text for element in Page(answer.text).all("span", class_="usa-error-message")]
    assert words in " ".join(messages)
    assert fresh(event).version == version


def test_the_role_needs_a_valid_number(editor: CheckedClient, event: Event) -> None:
    refused = save(editor, event, "notices", ask_role="optional")
    assert refused.status_code == 422
    assert "OMB number that has not expired" in Page(refused.text).one("div", id="error-summary").text
    given = {"ask_role": "optional", "omb_number": "1651-0001", "omb_expires_on": "2027-01-01"}
    assert save(editor, event, "notices", **given).status_code == 303
    assert fresh(event).asked_fields == {"role": "optional"}


def test_a_public_event_keeps_its_address_and_its_time(editor: CheckedClient, event: Event) -> None:
    save(editor, event, "basics", slug="other")
    save(editor, event, "timing", starts="2026-05-01T10:00", ends="2026-05-01T11:00")
    assert (fresh(event).slug, fresh(event).starts_local) == (event.slug, wall("2026-03-16 13:00"))


SLUGS = {
    "D21 a path": "../../../etc/hosts",
    "D22 packed": "..%2f..%2f",
    "D23 static": "static",
    "D23 register": "register",
    "D23 well-known": ".well-known",
    "D23 nothing": "",
    "D01 markup": "<script>",
    "A05 other letters": "нестор",
    "C01 a long one": "a" * 200,
    "B06 NUL": "a\x00b",
    "J08 capitals": "New Address",
}


@pytest.mark.parametrize("slug", SLUGS.values(), ids=SLUGS)
def test_an_address_that_cannot_be_is_refused(editor: CheckedClient, at: datetime, app: Flask, slug: str) -> None:
    draft = make.event(state=EventState.DRAFT, published_at=None)
    assert save(editor, draft, "basics", slug=slug).status_code == 422
    assert fresh(draft).slug == draft.slug


def test_a_draft_gets_another_address(editor: CheckedClient, at: datetime, app: Flask) -> None:
    draft = make.event(state=EventState.DRAFT, published_at=None)
    assert save(editor, draft, "basics", slug="new-address").status_code == 303
    assert fresh(draft).slug == "new-address"


class TestSeats:
    def test_a_decision_is_asked_below_what_is_taken(self, editor: CheckedClient, event: Event) -> None:
        for _ in range(3):
            make.registration(event, mode=Mode.IN_PERSON)
        refused = save(editor, event, "place", in_person_seats="1")
        page = Page(refused.text)
        assert refused.status_code == 422
        assert "3 seats are taken" in page.main.text
        assert editor.submit(page, shrinking="yes").status_code == 303
        pool = fresh(event).pool(Mode.IN_PERSON)
        assert pool
        assert (pool.capacity, pool.shrink_to) == (3, 1)

    def test_the_decision_is_asked_beside_its_way_alone(self, editor: CheckedClient, app: Flask) -> None:
        event = make.event(seats={Mode.IN_PERSON: 2, Mode.ONLINE: 6})
        for _ in range(3):
            make.registration(event, mode=Mode.ONLINE)
        refused = Page(save(editor, event, "place", online_seats="1").text)
        assert refused.main.text.count("3 seats are taken") == 2  # In the summary, and beside the one field.

    def test_a_way_of_attending_in_use_stays(self, editor: CheckedClient, event: Event) -> None:
        make.registration(event, mode=Mode.ONLINE)
        refused = save(editor, event, "place", online="no")
        assert refused.status_code == 422
        assert "1 person is registered" in refused.text

    def test_more_seats_reach_those_who_wait(self, editor: CheckedClient, app: Flask, at: datetime) -> None:
        event = make.event(seats={Mode.ONLINE: 1})
        make.registration(event)
        waiting = make.registration(event, state=RegistrationState.WAITLISTED)
        assert "Online: 1 person waits." in editor.page(f"/staff/events/{event.id}/edit/place").main.text
        assert save(editor, event, "place", online="unlimited").status_code == 303
        db.session.expire_all()
        assert waiting.state is RegistrationState.CONFIRMED

    def test_who_moves_up_is_counted_apart_from_a_change_that_still_waits(
        self, editor: CheckedClient, app: Flask, at: datetime
    ) -> None:
        event = make.event(seats={Mode.ONLINE: 1}, privacy_statement="Authority.")
        make.registration(event)
        make.registration(event, state=RegistrationState.WAITLISTED)
        moved = save(editor, event, "basics", title="Filing an Entry Today")
        assert "People will be told in ten minutes" in editor.page(moved.location).text
        with clock.stopped_at(at + timedelta(minutes=1)):
            raised = editor.page(save(editor, event, "place", online="limited", online_seats="2").location).text
        assert "Saved. 1 person moved up from the waiting list. A mail goes out at once" in raised
        assert "People will be told in ten minutes" not in raised


class TestTelling:
    def test_nobody_is_said_to_be_told_when_nobody_is_there(self, editor: CheckedClient, event: Event) -> None:
        page = editor.page(save(editor, event, "place", name="Other Hall").location)
        assert "Saved. There is nobody to write to. For ten minutes you can undo it" in page.text
        assert "You can undo this until" in page.main.text
        assert "People will be told" not in page.text
        assert "will be mailed in a few minutes" not in editor.page("/staff/").text

    def test_a_new_place_is_told_in_ten_minutes(self, editor: CheckedClient, event: Event) -> None:
        make.registration(event, mode=Mode.IN_PERSON)
        page = editor.page(save(editor, event, "place", name="Other Hall", reason="More room.").location)
        assert "People will be told at Mon, Mar 2, 2026, 12:10 p.m. EST" in page.main.text
        assert "1 person is written to: 1 with a seat, 0 on the waiting list." in page.main.text
        undo = next(form for form in page.main.all("form") if "/undo/" in form.get("action"))
        editor.post(undo.get("action"), data=fields(undo))
        assert fresh(event).venue.name == "Trade Hall"
        again = editor.page(f"/staff/events/{event.id}")
        assert "People will be told" not in again.main.text
        late = editor.post(undo.get("action"), data=fields(undo), follow_redirects=True)
        assert "It is too late to undo this" in late.text

    def test_a_slip_is_corrected_in_silence(self, editor: CheckedClient, event: Event) -> None:
        save(editor, event, "basics", title="Filing an Entry Today", tell_nobody="y")
        assert db.session.scalars(db.select(ChangeNotice)).all() == []

    def test_a_new_link_is_told_when_ticked(self, editor: CheckedClient, event: Event, at: datetime) -> None:
        make.joining(event, release_local=wall("2026-03-01 09:00"), release_at=make.on("2026-03-01", 14))
        db.session.expire_all()
        save(editor, event, "joining", link="https://meet.example.gov/new")
        assert db.session.scalars(db.select(ChangeNotice)).all() == []
        save(editor, event, "joining", link="https://meet.example.gov/newer", write_again="y")
        [notice] = db.session.scalars(db.select(ChangeNotice)).all()
        assert notice.kind.value == "how-to-join"
        assert db.session.get_one(Joining, event.id).link == "https://meet.example.gov/newer"


class TestRules:
    def test_a_rule_makes_the_row_and_the_usual_takes_it_away(self, editor: CheckedClient, event: Event) -> None:
        assert fresh(event).rules is None
        assert save(editor, event, "rules").status_code == 303
        assert fresh(event).rules is None
        given = {"offer_hours": "48", "offers_skip_weekends": "y", "overlap_rule": "warn"}
        page = editor.page(save(editor, event, "rules", **given).location)
        rules = fresh(event).rules
        assert (rules.offer_hours, rules.offers_skip_weekends, rules.overlap_rule) == (48, True, OverlapRule.WARN)
        assert "offered for 48 hours; Sessions that overlap may be picked" in page.main.text
        usual = {"offer_hours": "", "offers_skip_weekends": None, "overlap_rule": "refuse"}
        assert save(editor, event, "rules", **usual).status_code == 303
        assert fresh(event).rules is None

    def test_saving_them_does_not_reopen_a_held_registration(
        self, editor: CheckedClient, event: Event, at: datetime
    ) -> None:
        transact(lambda _: setattr(fresh(event), "rules", RegistrationRules(paused_at=at)))
        save(editor, event, "rules")
        assert fresh(event).is_paused


def test_unknown_pages_are_not_there(editor: CheckedClient, event: Event) -> None:
    assert editor.get(f"/staff/events/{event.id}/edit/nothing").status_code == 404
    assert editor.get("/staff/events/2147483648/edit/basics").status_code == 404
    assert editor.get("/staff/events/999/edit/basics").status_code == 404


def test_viewers_and_door_staff_look_and_do_not_touch(
    viewer: CheckedClient, door_staff: CheckedClient, event: Event
) -> None:
    for client in (viewer, door_staff):
        assert client.get(address(event, "basics")).status_code == 403
        page = client.page(f"/staff/events/{event.id}")
        assert not [link for link in page.main.all("a") if "/edit/" in link.get("href")]
        assert not page.main.all("form")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "Eastern Time (New York, Washington)"),
        ("America/Phoenix", "Mountain Time without daylight saving (Phoenix)"),
        ("Europe/Paris", "Central European Time (Paris)"),
        ("America/Sao_Paulo", "Brasilia Time (Sao Paulo)"),
        ("America/Argentina/Buenos_Aires", "Argentina (Argentina/Buenos Aires) Time"),
        ("UTC", "UTC"),
    ],
)
def test_the_zone_is_said_in_words(editor: CheckedClient, app: Flask, zone: str, words: str) -> None:
    event = make.event(time_zone=zone)
    for page in ("edit/timing", "time-zone"):
        text = editor.page(f"/staff/events/{event.id}/{page}").main.text
        assert f"the clocks of {words}." in text or f"those of {words}." in text
