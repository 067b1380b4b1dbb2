"""Sessions, speakers and materials through the console."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.db import db
from app.models import Event, Mode, SessionKind
from tests.support import factories as make
from tests.support.factories import wall
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient, compared, main_form


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    return make.event()


def add(editor: CheckedClient, event: Event, part: str, **typed: Any) -> Any:
    return editor.submit(editor.page(f"/staff/events/{event.id}/{part}/new"), **typed)


def fresh(event: Event) -> Event:
    db.session.expire_all()
    return db.session.get_one(Event, event.id)


def remove(editor: CheckedClient, event: Event, part: str) -> None:
    page = editor.page(f"/staff/events/{event.id}/agenda")
    form = next(form for form in page.main.all("form") if f"/{part}/" in form.get("action"))
    editor.post(form.get("action"), data=fields(form))


def test_it_works(editor: CheckedClient, event: Event) -> None:
    add(editor, event, "speakers", name="Ana Lopez", organization="Harbor Brokers")
    speaker = fresh(event).speakers[0]
    answer = add(
        editor, event, "sessions", title="Welcome", kind="panel", mode="online", room="Hall", speakers=str(speaker.id)
    )
    assert (answer.status_code, answer.location) == (303, f"/staff/events/{event.id}/agenda")
    session = fresh(event).sessions[0]
    assert (session.kind, session.mode, session.speakers) == (SessionKind.PANEL, Mode.ONLINE, [speaker])
    assert (session.starts_local, session.starts_at) == (wall("2026-03-16 13:00"), make.on("2026-03-16", 17))
    shown = editor.page(answer.location).main.text
    assert "Mon, Mar 16, 2026" in shown
    assert "1:00–2:00 p.m. Welcome Panel Hall Online open to all Ana Lopez" in shown


def test_a_new_session_follows_the_last_one(editor: CheckedClient, event: Event) -> None:
    add(editor, event, "sessions", title="Welcome", starts="2026-03-16T13:00", ends="2026-03-16T13:20")
    sent = fields(main_form(editor.page(f"/staff/events/{event.id}/sessions/new")))
    assert (sent["starts"], sent["ends"]) == (["2026-03-16T13:20"], ["2026-03-16T14:20"])


def test_a_session_is_changed_and_removed(editor: CheckedClient, event: Event) -> None:
    add(editor, event, "sessions", title="Welcome")
    session = fresh(event).sessions[0]
    editor.submit(editor.page(f"/staff/events/{event.id}/sessions/{session.id}"), title="Good Morning", mode="")
    assert fresh(event).sessions[0].title == "Good Morning"
    remove(editor, event, "sessions")
    assert fresh(event).sessions == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": ""}, "Give the session a title."),
        ({"kind": "party"}, "Choose one of these."),
        ({"mode": "both"}, "Choose one of these."),
        ({"starts": "2026-03-16T14:00", "ends": "2026-03-16T13:00"}, "The end must be after the start."),
        ({"starts": "2026-04-16T13:00", "ends": "2026-04-16T14:00"}, "The event is not held on this day."),
        ({"starts": ""}, "Enter a date and a time."),
    ],
)
def test_a_wrong_session_is_refused(editor: CheckedClient, event: Event, typed: dict[str, str], words: str) -> None:
    answer = add(editor, event, "sessions", **{"title": "Welcome"} | typed)
    assert answer.status_code == 422
    assert words in Page(answer.text).main.text
    assert fresh(event).sessions == []


def test_a_speaker_leaves_the_sessions_too(editor: CheckedClient, event: Event) -> None:
    add(editor, event, "speakers", name="Ana Lopez")
    add(editor, event, "sessions", title="Welcome", speakers=str(fresh(event).speakers[0].id))
    remove(editor, event, "speakers")
    assert (fresh(event).speakers, fresh(event).sessions[0].speakers) == ([], [])


def test_a_speaker_of_another_event_is_refused(editor: CheckedClient, event: Event) -> None:
    other = make.event()
    add(editor, event, "speakers", name="Ana Lopez")
    add(editor, other, "speakers", name="Bo Chen")
    stranger = fresh(other).speakers[0]
    assert add(editor, event, "sessions", title="Welcome", speakers=str(stranger.id)).status_code == 422
    assert editor.get(f"/staff/events/{event.id}/speakers/{stranger.id}").status_code == 404


def test_a_material_is_shown_from_its_time(editor: CheckedClient, client: CheckedClient, event: Event) -> None:
    add(editor, event, "materials", title="Slides", url="https://media.example.gov/1.pdf", publish="2026-03-03T09:00")
    add(editor, event, "materials", title="Minutes", kind="minutes", url="https://media.example.gov/2.pdf", place="")
    slides, minutes = sorted(fresh(event).materials, key=lambda one: one.title, reverse=True)
    assert (slides.publish_at, minutes.publish_at, minutes.place) == (make.on("2026-03-03", 14), None, 0)
    shown = client.page(f"/events/{event.slug}").main.text
    assert "Minutes" in shown
    assert "Slides" not in shown
    assert add(editor, event, "materials", title="x", url="data:text/html,x").status_code == 422


def test_somebody_else_removed_it(editor: CheckedClient, administrator: CheckedClient, event: Event) -> None:
    add(editor, event, "sessions", title="Welcome")
    session = fresh(event).sessions[0]
    address = f"/staff/events/{event.id}/sessions/{session.id}"
    page = editor.page(address)
    remove(administrator, event, "sessions")
    assert editor.get(address).status_code == 404
    refused = editor.submit(page, title="Late")
    assert refused.status_code == 422
    shown = Page(refused.text)
    assert "Somebody removed it meanwhile" in shown.main.text
    assert editor.submit(shown).status_code == 303
    assert [session.title for session in fresh(event).sessions] == ["Late"]


def test_two_who_change_a_session_at_once(editor: CheckedClient, administrator: CheckedClient, event: Event) -> None:
    for name in ("Ana Lopez", "Ben Okafor"):
        add(editor, event, "speakers", name=name)
    add(editor, event, "sessions", title="Welcome", room="Hall")
    session, speakers = fresh(event).sessions[0], fresh(event).speakers
    first, second = (
        client.page(f"/staff/events/{event.id}/sessions/{session.id}") for client in (administrator, editor)
    )
    both = [str(speaker.id) for speaker in speakers]
    administrator.submit(first, title="Opening", starts="2026-03-16T13:10", speakers=both)
    refused = editor.submit(second, room="Room 4", kind="panel", mode="online", speakers=both[:1])
    assert refused.status_code == 409
    shown = Page(refused.text)
    assert compared(shown) == {
        "Title": ("Opening", "Welcome"),
        "Kind": ("Plenary", "Panel"),
        "For whom": ("Everyone", "People online"),
        "Starts": ("Mon, Mar 16, 2026, 1:10 p.m. EDT", "Mon, Mar 16, 2026, 1:00 p.m. EDT"),
        "Room": ("Hall", "Room 4"),
        "Speakers": ("Ana Lopez, Ben Okafor", "Ana Lopez"),
    }
    assert fresh(event).sessions[0].room == "Hall"
    assert editor.submit(shown, title="Opening").status_code == 303  # Knowingly over it.
    saved = fresh(event).sessions[0]
    assert (saved.title, saved.room) == ("Opening", "Room 4")


@pytest.mark.parametrize(
    ("part", "case"),
    [
        ("speakers", ({"name": "Ana"}, {"organization": "Harbor"}, {"Organization": ("Harbor", "nothing")})),
        (
            "materials",
            (
                {"title": "Slides", "url": "https://example.gov/a"},
                {"kind": "transcript"},
                {"Kind": ("Transcript", "Recording")},
            ),
        ),
    ],
)
def test_two_who_change_another_part_at_once(
    editor: CheckedClient, administrator: CheckedClient, event: Event, part: str, case: tuple[dict[str, Any], ...]
) -> None:
    given, changed, row = case
    add(editor, event, part, **given)
    part_id = getattr(fresh(event), part)[0].id
    first, second = (client.page(f"/staff/events/{event.id}/{part}/{part_id}") for client in (administrator, editor))
    administrator.submit(first, **changed)
    refused = editor.submit(second)
    assert (refused.status_code, compared(Page(refused.text))) == (409, row)


def test_a_second_press_adds_nothing_twice(editor: CheckedClient, event: Event) -> None:
    page = editor.page(f"/staff/events/{event.id}/sessions/new")
    assert editor.submit(page, title="Welcome").status_code == 303
    again = editor.submit(page, title="Welcome")
    assert again.status_code == 422
    assert "perhaps by your own second press" in Page(again.text).main.text
    assert len(fresh(event).sessions) == 1


def test_viewers_look_only(viewer: CheckedClient, event: Event) -> None:
    assert not viewer.page(f"/staff/events/{event.id}/agenda").main.all("form")
    assert viewer.get(f"/staff/events/{event.id}/sessions/new").status_code == 403
