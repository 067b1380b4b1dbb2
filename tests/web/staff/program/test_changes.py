"""Moving, postponing and cancelling through the console: who reads what is said first."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.models import (
    ChangeNotice,
    Event,
    EventSession,
    EventState,
    Joining,
    MessageKind,
    Mode,
    Registration,
    RegistrationState,
    SeatPool,
)
from app.operations.communication import announcing
from tests.support import factories as make
from tests.support.factories import wall
from tests.support.following import follower
from tests.support.html import Page, fields
from tests.support.pages import CheckedClient, compared, main_form


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    """On 16 March at 1 p.m., with a session; one person has a seat, one waits."""
    session = EventSession(
        title="Welcome",
        starts_local=wall("2026-03-16 13:00"),
        ends_local=wall("2026-03-16 13:30"),
        starts_at=make.on("2026-03-16", 17),
        ends_at=make.on("2026-03-16", 17, 30),
    )
    made = make.event(
        sessions=[session], registration_closes_local=wall("2026-03-15 13:00"), accessibility_by=date(2026, 3, 9)
    )
    make.registration(made)
    make.registration(made, state=RegistrationState.WAITLISTED)
    return made


def fresh(event: Event) -> Event:
    db.session.expire_all()
    return db.session.get_one(Event, event.id)


class TestRescheduling:
    def test_it_works(self, editor: CheckedClient, event: Event) -> None:
        page = editor.page(f"/staff/events/{event.id}/rescheduling")
        check = Page(editor.submit(page, starts="2026-03-17T14:00", ends="2026-03-17T15:00").text)
        assert "Session: Welcome Mon, Mar 16, 2026, 1:00 p.m. EDT Tue, Mar 17, 2026, 2:00 p.m. EDT" in check.main.text
        assert "2 people are written to: 1 with a seat, 1 on the waiting list." in check.main.text
        assert "Tuesday, March 17" in check.one("pre").text
        assert fresh(event).starts_local == wall("2026-03-16 13:00")
        answer = editor.submit(check, reason="The hall is taken.")
        assert (answer.status_code, answer.location) == (303, f"/staff/events/{event.id}")
        moved = fresh(event)
        assert (moved.starts_local, moved.sessions[0].starts_local) == (
            wall("2026-03-17 14:00"),
            wall("2026-03-17 14:00"),
        )
        assert moved.registration_closes_local == wall("2026-03-16 14:00")
        [notice] = db.session.scalars(db.select(ChangeNotice)).all()
        assert (notice.kind, notice.reason) == (MessageKind.EVENT_CHANGED, "The hall is taken.")

    def test_the_days_on_which_people_come_are_said_to_move(self, editor: CheckedClient, at: datetime) -> None:
        event = make.event(seats={Mode.IN_PERSON: None}, ends_local=wall("2026-03-17 16:00"))
        page = editor.page(f"/staff/events/{event.id}/rescheduling")
        check = Page(editor.submit(page, starts="2026-03-23T13:00", ends="2026-03-24T16:00").text)
        assert "Days on which people come, from the first on Mon, Mar 16, 2026 Mon, Mar 23, 2026" in check.main.text

    def test_an_untouched_tick_is_needed(self, editor: CheckedClient, event: Event) -> None:
        page = editor.page(f"/staff/events/{event.id}/rescheduling")
        check = Page(editor.submit(page, starts="2026-03-17T14:00", ends="2026-03-17T15:00").text)
        editor.post(f"/staff/events/{event.id}/rescheduling", data=fields(main_form(check)) | {"along": []})
        moved = fresh(event)
        assert (moved.starts_local, moved.sessions[0].starts_local) == (
            wall("2026-03-17 14:00"),
            wall("2026-03-16 13:00"),
        )

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"starts": "2026-03-17T14:00", "ends": "2026-03-17T13:00"}, "The end must be after the start."),
            ({"starts": "2026-03-16T13:00", "ends": "2026-03-16T14:00"}, "That is where it is now."),
            ({"starts": "2027-03-14T02:30", "ends": "2027-03-14T04:00"}, "it does not exist"),
            ({"starts": "", "ends": ""}, "Enter a date and a time."),
        ],
    )
    def test_a_wrong_time_is_refused(
        self, editor: CheckedClient, event: Event, typed: dict[str, str], words: str
    ) -> None:
        page = editor.page(f"/staff/events/{event.id}/rescheduling")
        answer = editor.submit(page, **typed)
        if answer.status_code == 200:
            answer = editor.submit(Page(answer.text))
        assert answer.status_code == 422
        assert words in Page(answer.text).main.text

    def test_an_hour_that_happens_twice_is_asked_and_kept(self, editor: CheckedClient, event: Event) -> None:
        page = editor.page(f"/staff/events/{event.id}/rescheduling")
        asked = Page(editor.submit(page, starts="2026-11-01T01:30", ends="2026-11-01T04:00").text)
        check = Page(editor.submit(asked, **{"starts-which": "second"}).text)
        editor.submit(check)
        assert fresh(event).starts_at == make.on("2026-11-01", 6, 30)


class TestPostponing:
    def test_it_works(self, editor: CheckedClient, event: Event) -> None:
        page = editor.page(f"/staff/events/{event.id}/postponement")
        assert "2 people are written to" in page.main.text
        assert "The new date is not set yet." in page.one("pre").text
        assert fresh(event).state is EventState.PUBLISHED
        assert editor.submit(page, reason="A storm.").status_code == 303
        assert (fresh(event).state, fresh(event).starts_at) == (EventState.POSTPONED, None)
        assert "Set a new date" in editor.page(f"/staff/events/{event.id}").main.text

    def test_how_to_join_still_has_its_time(self, editor: CheckedClient, app: Flask, at: datetime) -> None:
        joining = Joining(link="https://meet.example.gov/1", release_minutes=60)
        event = make.event(seats={Mode.ONLINE: None}, joining=joining)
        editor.submit(editor.page(f"/staff/events/{event.id}/postponement"))
        shown = editor.page(f"/staff/events/{event.id}").main.text
        assert "Given out before the start, once there is a date" in shown
        assert "Say when the way to join is mailed." not in shown

    def test_a_new_date_is_found(self, editor: CheckedClient, event: Event) -> None:
        editor.submit(editor.page(f"/staff/events/{event.id}/postponement"))
        page = editor.page(f"/staff/events/{event.id}/rescheduling")
        assert "It was to be held on Mon, Mar 16, 2026, 1:00 p.m. EDT." in page.main.text
        check = Page(editor.submit(page, starts="2026-05-17T14:00", ends="2026-05-17T15:00").text)
        editor.submit(check)
        moved = fresh(event)
        assert (moved.state, moved.sessions[0].starts_local) == (EventState.PUBLISHED, wall("2026-05-17 14:00"))


class TestCancelling:
    def test_it_works(self, editor: CheckedClient, client: CheckedClient, event: Event) -> None:
        page = editor.page(f"/staff/events/{event.id}/cancellation")
        assert "2 people are written to" in page.main.text
        assert editor.submit(page, reason="No speaker.").status_code == 303
        assert fresh(event).state is EventState.CANCELLED
        assert "No speaker." in client.page(f"/events/{event.slug}").main.text

    def test_the_console_promises_nothing_any_more(self, editor: CheckedClient, event: Event, at: datetime) -> None:
        make.joining(event, release_at=at + timedelta(days=1))
        person = db.session.scalars(db.select(Registration).filter_by(event_id=event.id)).first()
        shown = editor.page(f"/staff/events/{event.id}").main.text
        assert all(words in shown for words in ("Registration ends", "Goes out", "accessibility by"))
        editor.submit(editor.page(f"/staff/events/{event.id}/cancellation"))
        shown = editor.page(f"/staff/events/{event.id}").main.text
        assert not any(words in shown for words in ("Registration ends", "Goes out", "accessibility by"))
        of_person = editor.page(f"/staff/registrations/{person.id}").main.text
        assert "Event cancelled" in of_person
        assert "who moves up" not in of_person
        assert "nobody moves up" in editor.page(f"/staff/registrations/{person.id}/cancellation").main.text

    def test_without_people_only_followers_are_said_to_read_of_it(self, editor: CheckedClient, at: datetime) -> None:
        event = make.event()
        follower(event.series)
        page = editor.page(f"/staff/events/{event.id}/cancellation")
        assert "1 address follows its series or topics and reads of it in its next news" in page.main.text
        assert "Ten minutes later people read of it" not in page.main.text
        done = editor.page(editor.submit(page).location).text
        assert "nobody is written to. For ten minutes you can undo it." in done
        assert "People will be told" not in done

    def test_undo_brings_it_back(self, editor: CheckedClient, event: Event) -> None:
        answer = editor.submit(editor.page(f"/staff/events/{event.id}/cancellation"))
        page = editor.page(answer.location)
        undo = next(form for form in page.main.all("form") if "/undo/" in form.get("action"))
        editor.post(undo.get("action"), data=fields(undo))
        assert fresh(event).state is EventState.PUBLISHED

    def test_it_can_be_undone_when_nobody_is_told(self, editor: CheckedClient, event: Event, at: datetime) -> None:
        answer = editor.submit(editor.page(f"/staff/events/{event.id}/cancellation"), tell_nobody="y")
        page = editor.page(answer.location)
        for words in ("For ten minutes you can undo it.", "You can undo this until", "Nobody is written to."):
            assert words in page.main.text
        assert "will be mailed in a few minutes" not in editor.page("/staff/").main.text
        undo = next(form for form in page.main.all("form") if "/undo/" in form.get("action"))
        editor.post(undo.get("action"), data=fields(undo))
        assert fresh(event).state is EventState.PUBLISHED

    def test_after_it_the_way_on_is_a_copy(
        self, editor: CheckedClient, viewer: CheckedClient, event: Event, at: datetime
    ) -> None:
        answer = editor.submit(editor.page(f"/staff/events/{event.id}/cancellation"))
        final = "cannot be called back"
        assert final not in editor.page(answer.location).main.text  # While it can be undone.
        with clock.stopped_at(at + timedelta(minutes=11)):
            transact(announcing.send_due_notices)
            page = editor.page(answer.location)
            assert final in page.main.text
            assert not [form for form in page.main.all("form") if "/undo/" in form.get("action")]
            (way,) = [link for link in page.main.all("a") if link.text == "Copy this event"]
            copied = editor.submit(editor.page(way.get("href")))
            seen = viewer.page(answer.location).main
        assert copied.status_code == 303
        copy = db.session.scalars(db.select(Event).order_by(Event.id.desc()).limit(1)).one()
        assert (copy.title, copy.state, copied.location) == (event.title, EventState.DRAFT, f"/staff/events/{copy.id}")
        assert final in seen.text
        assert not [link for link in seen.all("a") if link.text == "Copy this event"]

    def test_the_page_before_says_that_it_is_for_good(self, editor: CheckedClient, event: Event) -> None:
        assert "cannot be called back" in editor.page(f"/staff/events/{event.id}/cancellation").main.text

    def test_the_second_press_is_told(self, editor: CheckedClient, event: Event) -> None:
        page = editor.page(f"/staff/events/{event.id}/cancellation")
        editor.submit(page)
        again = editor.submit(page)
        assert again.status_code == 409
        assert "Somebody changed this event meanwhile" in again.text
        assert compared(Page(again.text)) == {"Another part of the event": ("changed", "as it was")}


class TestTimeZone:
    def test_it_asks_what_stays(self, editor: CheckedClient, event: Event) -> None:
        page = editor.page(f"/staff/events/{event.id}/time-zone")
        assert editor.submit(page, time_zone="America/Denver").status_code == 422
        assert editor.submit(page, time_zone="GMT+5", keeps="local").status_code == 422
        editor.submit(page, time_zone="America/Denver", keeps="instant")
        moved = fresh(event)
        assert (moved.starts_local, moved.starts_at) == (wall("2026-03-16 11:00"), make.on("2026-03-16", 17))

    def test_another_day_is_said_right(self, editor: CheckedClient, event: Event) -> None:
        editor.submit(
            editor.page(f"/staff/events/{event.id}/time-zone"), time_zone="Pacific/Kiritimati", keeps="instant"
        )
        assert fresh(event).starts_local == wall("2026-03-17 07:00")
        assert "Tuesday, March 17, 2026" in editor.page(f"/staff/events/{event.id}").main.text


class TestJoining:
    def test_it_is_given_out_now(self, editor: CheckedClient, event: Event, at: datetime) -> None:
        make.joining(event, release_at=make.on("2026-03-15"), release_local=wall("2026-03-15 08:00"))
        db.session.expire_all()
        page = editor.page(f"/staff/events/{event.id}/joining-release")
        assert "1 person confirmed online gets a mail" in page.main.text
        editor.submit(page)
        joining = fresh(event).joining
        assert joining
        assert joining.release_at == at

    def test_nothing_is_given_out_when_nothing_is_entered(self, editor: CheckedClient, event: Event) -> None:
        page = editor.page(f"/staff/events/{event.id}/joining-release")
        answer = editor.submit(page)
        assert "Enter a link or a number to dial first." in editor.page(answer.location).main.text


def test_two_who_move_it_to_another_zone_read_both(editor: CheckedClient, event: Event) -> None:
    address = f"/staff/events/{event.id}/time-zone"
    first, second = editor.page(address), editor.page(address)
    assert editor.submit(first, time_zone="America/Chicago", keeps="instant").status_code == 303
    refused = editor.submit(second, time_zone="America/Denver", keeps="instant")
    assert refused.status_code == 409
    assert compared(Page(refused.text)) == {
        "New time zone": ("Central Time (Chicago, Houston)", "Mountain Time (Denver)")
    }
    assert editor.submit(Page(refused.text)).status_code == 303


def test_two_who_move_it_to_another_day_read_both(editor: CheckedClient, event: Event) -> None:
    address = f"/staff/events/{event.id}/rescheduling"
    page = editor.page(address)
    checked = Page(editor.submit(page, starts="2026-03-18T13:00", ends="2026-03-18T14:00").text)
    assert editor.submit(checked).status_code == 303
    refused = editor.submit(checked, starts="2026-03-19T13:00", ends="2026-03-19T14:00")
    assert refused.status_code == 409
    assert set(compared(Page(refused.text))) == {"New start", "New end"}


def test_a_session_that_would_lie_outside_the_new_time_is_named(editor: CheckedClient, event: Event) -> None:
    address = f"/staff/events/{event.id}/rescheduling"
    checked = editor.submit(editor.page(address), starts="2026-03-16T09:00", ends="2026-03-16T10:00")
    assert "Sessions outside the new time" not in checked.text  # It goes along.
    assert editor.submit(Page(checked.text), along=[]).status_code == 303
    assert "A session lies outside the event’s time" in editor.page(f"/staff/events/{event.id}").main.text
    again = editor.submit(editor.page(address), starts="2026-03-16T09:00", ends="2026-03-16T11:00")
    assert "Sessions outside the new time" in Page(again.text).main.text


class TestWhatUndoTakesBack:
    def test_it_is_named_before_it_is_pressed(self, editor: CheckedClient, event: Event, at: datetime) -> None:
        editor.submit(editor.page(f"/staff/events/{event.id}/postponement"))
        with clock.stopped_at(at + timedelta(minutes=1)):
            form = editor.page(f"/staff/events/{event.id}/rescheduling")
            editor.submit(Page(editor.submit(form, starts="2026-05-17T14:00", ends="2026-05-17T15:00").text))
            notice = " ".join(editor.page(f"/staff/events/{event.id}").main.text.split())
        assert "“Undo” takes back all that was changed since Mon, Mar 2, 2026, 12:00 p.m. EST." in notice
        assert "When: Mon, Mar 16, 2026, 1:00 p.m. EDT to Mon, Mar 16, 2026, 2:00 p.m. EDT" in notice
        assert "1 session: as it was" in notice
        assert "Deadlines, and when things are given out: as they were" in notice
        assert "State:" not in notice  # Published before both, and now.

    def test_the_times_of_a_way_that_came_since_are_not_named(self, editor: CheckedClient, at: datetime) -> None:
        event = make.event(title="Filing", seats={Mode.ONLINE: 10})
        make.registration(event)
        editor.submit(editor.page(f"/staff/events/{event.id}/edit/basics"), title="Filing day")
        with clock.stopped_at(at + timedelta(minutes=1)):
            make.kept(lambda _: SeatPool(event_id=event.id, mode=Mode.IN_PERSON, capacity=5))
            notice = editor.page(f"/staff/events/{event.id}").main.text
        assert "Title: Filing" in notice
        assert "Deadlines" not in notice

    def test_an_event_that_was_put_off_is_put_off_again(self, editor: CheckedClient, event: Event) -> None:
        editor.submit(editor.page(f"/staff/events/{event.id}/postponement"))
        with clock.stopped_at(clock.now() + timedelta(minutes=11)):
            transact(announcing.send_due_notices)
            form = editor.page(f"/staff/events/{event.id}/rescheduling")
            editor.submit(Page(editor.submit(form, starts="2026-05-17T14:00", ends="2026-05-17T15:00").text))
            notice = editor.page(f"/staff/events/{event.id}").main.text
        assert "State: Postponed" in notice
        assert "When: date to be announced" in notice

    def test_a_change_of_words_and_place_names_them_alone(self, editor: CheckedClient, event: Event) -> None:
        other = make.event(title="Entries", seats={Mode.IN_PERSON: 5})
        editor.submit(editor.page(f"/staff/events/{other.id}/edit/basics"), title="Entries and more")
        page = editor.page(f"/staff/events/{other.id}/edit/place")
        editor.submit(page, name="Harbor Hall")
        notice = editor.page(f"/staff/events/{other.id}").main.text
        assert "Title: Entries" in notice
        assert "Place: Trade Hall" in notice
        assert "Deadlines" not in notice
