"""The list of events, and the steps of one."""

from datetime import date, datetime

import pytest
from flask import Flask

from app.db import db, transact
from app.models import (
    EmailState,
    Event,
    EventState,
    Joining,
    MessageKind,
    Mode,
    OutgoingEmail,
    Registration,
    RegistrationState,
)
from app.models.search import search_key
from app.operations import notifying
from tests.support import factories as make
from tests.support.desk import details, sign_up
from tests.support.factories import wall
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient
from tests.support.sessions import conference, session_ids


@pytest.fixture(autouse=True)
def _events(app: Flask, at: datetime) -> None:
    for title, given in {
        "Entry Basics": {},
        "Old Symposium": {"starts_local": wall("2025-03-02 09:00"), "ends_local": wall("2025-03-02 10:00")},
        "Planned Talk": {"state": EventState.DRAFT, "published_at": None},
        "Put Off": {"state": EventState.POSTPONED, "starts_local": None, "ends_local": None},
    }.items():
        make.event(title=title, search_key=f" {search_key(title)}", **given)


def titles(client: CheckedClient, query: str = "") -> list[str]:
    page = client.page(f"/staff/events{query}")
    return [link.text for heading in page.main.all("th", scope="row") for link in heading.all("a")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Put Off", "Entry Basics"]),
        ("?when=past", ["Old Symposium"]),
        ("?when=drafts", ["Planned Talk"]),
        ("?q=entr", ["Entry Basics"]),
        ("?q=ENTRY+b%C3%A1s", ["Entry Basics"]),
        ("?q=%25", ["Put Off", "Entry Basics"]),
        ("?when=nonsense&page=-1", ["Put Off", "Entry Basics"]),
        ("?series=nonsense", []),
        ("?q=%00", ["Put Off", "Entry Basics"]),
    ],
)
def test_it_works(viewer: CheckedClient, query: str, expected: list[str]) -> None:
    assert titles(viewer, query) == expected


def test_the_steps_of_a_draft(editor: CheckedClient) -> None:
    draft = db.session.scalars(db.select(Event).filter_by(title="Planned Talk")).one()
    page = editor.page(f"/staff/events/{draft.id}")
    assert "Write the Privacy Act statement that the form shows." in page.main.text
    publish = next(form for form in page.main.all("form") if form.get("action").endswith("/publication"))
    refused = editor.post(publish.get("action"), data=fields(publish), follow_redirects=True)
    assert "It cannot be published yet." in refused.text
    assert Page(refused.text).title.startswith("Error: ")
    assert not editor.page(f"/staff/events/{draft.id}").title.startswith("Error:")
    assert "Preview" in editor.page(f"/staff/events/{draft.id}/preview").title
    gone = editor.submit(editor.page(f"/staff/events/{draft.id}/deletion"))
    assert gone.location == "/staff/events?when=drafts"
    assert titles(editor, "?when=drafts") == []


def test_only_a_draft_is_offered_for_deletion(editor: CheckedClient) -> None:
    event = db.session.scalars(db.select(Event).filter_by(title="Entry Basics")).one()
    answer = editor.get(f"/staff/events/{event.id}/deletion", follow_redirects=True)
    assert "Only a draft that nobody registered for can be deleted." in answer.text
    assert "Delete it" not in answer.text


def test_a_postponed_event_without_a_time_leads_to_where_it_is_set(editor: CheckedClient) -> None:
    event = db.session.scalars(db.select(Event).filter_by(title="Put Off")).one()
    links = editor.page(f"/staff/events/{event.id}").main.all("a")
    link = next(one for one in links if one.text == "Say when it starts and ends.")
    assert link.get("href") == f"/staff/events/{event.id}/rescheduling"


def test_a_public_event_becomes_a_draft_again(editor: CheckedClient) -> None:
    event = db.session.scalars(db.select(Event).filter_by(title="Entry Basics")).one()
    page = editor.page(f"/staff/events/{event.id}")
    form = next(form for form in page.main.all("form") if form.get("action").endswith("/withdrawal"))
    make.registration(event)
    refused = editor.post(form.get("action"), data=fields(form), follow_redirects=True)
    assert "Somebody has registered" in refused.text
    assert db.session.get_one(Event, event.id).state is EventState.PUBLISHED


def test_nothing_changes_by_looking(editor: CheckedClient) -> None:
    event = db.session.scalars(db.select(Event).filter_by(title="Entry Basics")).one()
    for step in ("publication", "withdrawal", "undo/1"):
        assert editor.get(f"/staff/events/{event.id}/{step}").status_code == 405


def test_what_is_missing_is_said_only_while_it_matters(viewer: CheckedClient) -> None:
    make.event(title="Long Ago", starts_local=wall("2020-03-02 09:00"), ends_local=wall("2020-03-02 10:00"))
    old = db.session.scalars(db.select(Event).filter_by(title="Long Ago")).one()
    assert "What is missing" not in viewer.page(f"/staff/events/{old.id}").main.text
    assert date(2020, 3, 2).isoformat() == str(old.starts_local)[:10]


@pytest.mark.parametrize(("modes", "is_shown"), [([Mode.ONLINE], False), ([Mode.ONLINE, Mode.IN_PERSON], True)])
def test_helpers_at_the_venue_belong_to_events_with_a_venue(
    editor: CheckedClient, modes: list[Mode], is_shown: bool
) -> None:
    event = make.event(seats=dict.fromkeys(modes, 5))
    for page in ("", "/attendees"):
        links = editor.page(f"/staff/events/{event.id}{page}").main.all("a", href=f"/staff/events/{event.id}/helpers")
        assert bool(links) is is_shown


def test_the_list_and_the_page_count_who_waits_for_approval_and_in_sessions(viewer: CheckedClient) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 1}}, {"seats": {Mode.IN_PERSON: 1}})
    for _ in range(3):
        sign_up(event_id, details(sessions=tuple(session_ids(event_id))))
    make.registration(db.session.get_one(Event, event_id), state=RegistrationState.PENDING_APPROVAL)
    listed = viewer.page("/staff/events").main
    row = next(row for row in listed.all("tr") if row.all("a", href=f"/staff/events/{event_id}"))
    assert row.all("td")[-1].text == "0 in sessions: 4 for approval: 1"
    others = [row.all("td")[-1].text for row in listed.all("tr") if row.all("td")]
    assert others.count("0") == len(others) - 1
    page = viewer.page(f"/staff/events/{event_id}").main.text
    assert "waiting, in sessions 4" in page
    assert "waiting for approval 1" in page


def test_the_overview_tells_the_end_of_each_way_and_when_the_way_to_join_went_out(editor: CheckedClient) -> None:
    joining = Joining(link="https://meet.example.gov/1", release_at=make.on("2026-03-02", 15))
    event = make.event(title="Two Ends", seats={Mode.IN_PERSON: 5, Mode.ONLINE: 5}, joining=joining)
    event_id = event.id

    def close_the_room_first(_at: datetime) -> None:
        room = db.session.get_one(Event, event_id).pool(Mode.IN_PERSON)
        assert room
        room.closes_at, room.closes_local = make.on("2026-03-10", 17), wall("2026-03-10 13:00")

    transact(close_the_room_first)
    shown = editor.page(f"/staff/events/{event_id}").main.text
    assert "In person: Registration ends Tue, Mar 10, 2026, 1:00 p.m. EDT; Online: Registration ends" in shown
    assert "Given out since Mon, Mar 2, 2026, 10:00 a.m. EST" in shown
    transact(lambda _: setattr(db.session.get_one(Joining, event_id), "mailed_at", make.on("2026-03-02", 15, 1)))
    person_id = make.registration(db.session.get_one(Event, event_id), mode=Mode.ONLINE).id
    for key in ("join-1", "join-2"):
        transact(
            lambda at, key=key: notifying.queue(
                MessageKind.HOW_TO_JOIN, db.session.get_one(Registration, person_id), at=at, key=key
            )
        )
    other_id = make.registration(db.session.get_one(Event, event_id), mode=Mode.ONLINE).id
    gone = {"recipient": "x@example.com", "recipient_key": "x@example.com", "facts": {}, "event_id": event_id}
    for state in (EmailState.WITHDRAWN, EmailState.FAILED, EmailState.BOUNCED):
        about = {
            "kind": MessageKind.HOW_TO_JOIN,
            "state": state,
            "dedupe_key": state.value,
            "registration_id": other_id,
        }
        make.kept(lambda at, about=about: OutgoingEmail(**gone, **about, queued_at=at, due_at=at))
    shown = editor.page(f"/staff/events/{event_id}").main.text
    assert "Went out Mon, Mar 2, 2026, 10:01 a.m. EST, to 1 person" in shown


def test_what_is_over_is_moved_and_paused_no_more(editor: CheckedClient) -> None:
    seats, past = {Mode.IN_PERSON: 5, Mode.ONLINE: 5}, {"starts_local": wall("2026-02-02 13:00")}
    event = make.event(seats=seats, **past, ends_local=wall("2026-02-02 14:00"))
    page = editor.page(f"/staff/events/{event.id}").main
    ways = " ".join(one.text for one in page.all("a", "button"))
    assert not [one for one in ("Reschedule", "time zone", "Postpone", "Pause") if one in ways]
    assert "Cancel its time has passed; only if it was not held" in page.text
    asked = editor.page(f"/staff/events/{event.id}/cancellation").main
    assert fields(asked.one("form"))["tell_nobody"] == ["y"]


def test_a_bulletin_without_a_place_says_that_it_is_to_come(viewer: CheckedClient) -> None:
    event_id = make.event(title="No Hall Yet", seats={Mode.IN_PERSON: 5, Mode.ONLINE: 5}).id
    transact(lambda _: setattr(db.session.get_one(Event, event_id), "venue", None))
    assert "Where: Place to be announced; Online" in viewer.page(f"/staff/events/{event_id}/bulletin").main.text
