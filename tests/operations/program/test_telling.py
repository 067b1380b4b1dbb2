"""Ten minutes between a change and its mails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.models import (
    Event,
    EventState,
    MessageKind,
    Mode,
    OutgoingEmail,
    Registration,
    RegistrationSource,
    RegistrationState,
)
from app.operations import notifying
from app.operations.communication import announcing, recounting
from app.operations.program import planning, rescheduling, telling
from app.operations.program.details import Basics, HowToJoin, People, Place
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import NothingToUndoError, Telling
from tests.support import factories as make
from tests.support.factories import wall

BY = "ed@example.gov"


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    return make.event()


def rename(event: Event, title: str, tell: Telling | None = None) -> None:
    event_id, part = event.id, replace(Basics.of(event), title=title)
    transact(lambda at: planning.edit(event_id, [part], version=None, by=BY, at=at, tell=tell or Telling()))


def move(event: Event, day: int) -> None:
    event_id, span = event.id, (Moment(wall(f"2026-04-0{day} 13:00")), Moment(wall(f"2026-04-0{day} 14:00")))
    transact(lambda at: rescheduling.reschedule(event_id, Move(*span), version=None, by=BY, at=at, tell=Telling()))


def undo(event: Event, notice_id: int | None = None) -> Event:
    event_id = event.id
    waiting = telling.waiting_notice(event_id)
    chosen = notice_id or (waiting.id if waiting else 0)
    return transact(lambda at: telling.undo(event_id, chosen, by=BY, at=at))


def test_a_change_of_the_time_waits_ten_minutes(event: Event, at: datetime) -> None:
    move(event, 1)
    notice = telling.waiting_notice(event.id)
    assert notice
    assert (notice.kind, notice.due_at) == (MessageKind.EVENT_CHANGED, at + timedelta(minutes=10))
    assert notice.before["starts_local"] == "2026-03-16T13:00:00"
    assert event.calendar_sequence == 1


def test_a_second_change_replaces_the_first(event: Event, at: datetime) -> None:
    move(event, 1)
    with clock.stopped_at(at + timedelta(minutes=6)):
        move(event, 2)
    [notice] = db.session.scalars(db.select(telling.ChangeNotice)).all()
    assert notice.before["starts_local"] == "2026-03-16T13:00:00"
    assert notice.due_at == at + timedelta(minutes=16)


def test_a_change_that_is_taken_back_by_hand_is_told_to_nobody(event: Event) -> None:
    title = event.title
    rename(event, "Other")
    rename(event, title)
    assert telling.waiting_notice(event.id) is None


def test_a_typo_is_corrected_without_a_mail(event: Event) -> None:
    rename(event, "Filing an Entry", Telling(quietly=True))
    assert telling.waiting_notice(event.id) is None
    assert event.calendar_sequence == 1  # Calendars that ask learn of it.


def unimportant(event: Event) -> None:
    event_id, part = event.id, replace(People.of(event), contact_phone="202-555-0100")
    transact(lambda at: planning.edit(event_id, [part], version=None, by=BY, at=at))


def draft(event: Event) -> None:
    event_id = make.event(state=EventState.DRAFT).id
    rename(db.session.get_one(Event, event_id), "Other")


def over(event: Event) -> None:
    times = {"starts_local": wall("2026-01-05 09:00"), "ends_local": wall("2026-01-05 10:00")}
    rename(make.event(**times), "Other")


@pytest.mark.parametrize("change", [unimportant, draft, over])
def test_what_concerns_nobody_is_told_to_nobody(event: Event, change: Callable[[Event], None]) -> None:
    change(event)
    assert db.session.scalars(db.select(telling.ChangeNotice)).all() == []


def test_a_new_link_is_told_when_asked_for(event: Event) -> None:
    event_id, part = event.id, HowToJoin(link="https://meet.example.gov/new")
    tell = Telling(how_to_join=True)
    transact(lambda at: planning.edit(event_id, [part], version=None, by=BY, at=at, tell=tell))
    notice = telling.waiting_notice(event_id)
    assert notice
    assert notice.kind is MessageKind.HOW_TO_JOIN


def test_undo_brings_time_place_and_title_back(event: Event) -> None:
    event_id, title = event.id, event.title
    move(event, 1)
    rename(event, "Other")
    transact(lambda at: planning.edit(event_id, [Place(name="Elsewhere")], version=None, by=BY, at=at))
    undo(event)
    assert (event.title, event.venue, event.starts_at) == (title, None, make.on("2026-03-16", 17))
    assert telling.waiting_notice(event_id) is None
    assert event.calendar_sequence == 4  # It never goes down.


def test_undo_brings_a_cancelled_event_back(event: Event) -> None:
    event_id = event.id
    transact(lambda at: rescheduling.cancel(event_id, version=None, by=BY, at=at, tell=Telling(reason="No room.")))
    assert undo(event).state is EventState.PUBLISHED
    assert event.change_reason == ""


@pytest.mark.parametrize("verb", [rescheduling.cancel, rescheduling.postpone])
def test_what_is_called_off_quietly_can_be_undone_for_ten_minutes(
    event: Event, verb: Callable[..., Event], at: datetime
) -> None:
    event_id, before = event.id, (event.state, event.starts_at, event.change_reason)
    quietly = {"version": None, "by": BY, "tell": Telling(quietly=True, reason="No room.")}
    transact(lambda at: verb(event_id, at=at, **quietly))
    brought_back = undo(event)
    assert (brought_back.state, brought_back.starts_at, brought_back.change_reason) == before
    transact(lambda at: verb(event_id, at=at, **quietly))
    with clock.stopped_at(at + telling.DELAY):
        assert transact(announcing.send_due_notices) == 0
    assert telling.waiting_notice(event_id) is None
    assert db.session.scalars(db.select(OutgoingEmail)).all() == []
    with pytest.raises(NothingToUndoError):
        undo(event)


def test_what_was_to_be_told_is_told_to_nobody_once_it_is_called_off_quietly(event: Event, at: datetime) -> None:
    move(event, 1)
    event_id = event.id
    transact(lambda at: rescheduling.cancel(event_id, version=None, by=BY, at=at, tell=Telling(quietly=True)))
    with clock.stopped_at(at + telling.DELAY):
        transact(announcing.send_due_notices)
    assert db.session.scalars(db.select(OutgoingEmail)).all() == []
    assert recounting.tellings(event_id) == []


def test_undo_comes_too_late_once(event: Event) -> None:
    move(event, 1)
    notice = telling.waiting_notice(event.id)
    assert notice
    undo(event)
    with pytest.raises(NothingToUndoError):
        undo(event, notice.id)


def test_whoever_registered_in_between_hears_of_an_undo(event: Event, at: datetime) -> None:
    make.registration(event, registered_at=at - timedelta(days=1))
    move(event, 1)
    with clock.stopped_at(at + timedelta(minutes=5)):
        latecomer = make.registration(event)
        undo(event)
    [email] = db.session.scalars(db.select(OutgoingEmail)).all()
    assert (email.registration_id, email.kind) == (latecomer.id, MessageKind.EVENT_CHANGED)
    assert email.facts["before"]["starts_local"] == "2026-04-01T13:00:00"
    assert email.facts["event"]["starts_local"] == "2026-03-16T13:00:00"


def send_how_to_join(registration_id: int, at: datetime) -> None:
    notifying.queue(MessageKind.HOW_TO_JOIN, db.session.get_one(Registration, registration_id), at=at)


@pytest.mark.parametrize("take_back", [undo, lambda event: rename(event, "Answering")])
def test_whoever_was_mailed_in_between_hears_that_it_was_taken_back(
    app: Flask, at: datetime, take_back: Callable[[Event], object]
) -> None:
    event = make.event(title="Answering")
    make.registration(event, registered_at=at - timedelta(days=1))
    mailed = make.registration(event, registered_at=at - timedelta(days=1)).id
    rename(event, "Asking")
    with clock.stopped_at(at + timedelta(minutes=5)):
        transact(lambda at: send_how_to_join(mailed, at))
    with clock.stopped_at(at + timedelta(minutes=6)):
        take_back(event)
    [email] = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.EVENT_CHANGED)).all()
    assert email.registration_id == mailed
    assert (email.facts["before"]["title"], email.facts["event"]["title"]) == ("Asking", "Answering")


def test_the_audience_is_counted(event: Event) -> None:
    make.registration(event)
    make.registration(event, email=None)
    make.registration(event, state=RegistrationState.WAITLISTED)
    make.registration(event, state=RegistrationState.CANCELLED)
    make.registration(event, source=RegistrationSource.DEMO)
    found = telling.audience(event)
    assert (found.confirmed, found.waitlisted, found.without_address, found.mailed) == (1, 1, 1, 2)
    assert telling.audience(make.event(seats={Mode.IN_PERSON: 5}), online_only=True).mailed == 0


@pytest.mark.parametrize("quietly", [False, True])
def test_whoever_was_registered_hears_of_a_past_event_that_was_not_held(
    at: datetime, app: Flask, quietly: bool
) -> None:
    event_id = make.event(starts_local=wall("2026-02-02 13:00"), ends_local=wall("2026-02-02 14:00")).id
    make.registration(db.session.get_one(Event, event_id))
    said = Telling(quietly=quietly)
    event = transact(lambda at: rescheduling.cancel(event_id, version=None, by=BY, at=at, tell=said))
    assert undo(event).state is EventState.PUBLISHED
    transact(lambda at: rescheduling.cancel(event_id, version=None, by=BY, at=at, tell=said))
    with clock.stopped_at(at + telling.DELAY):
        transact(announcing.send_due_notices)
    kinds = db.session.scalars(db.select(OutgoingEmail.kind)).all()
    assert kinds == ([] if quietly else [MessageKind.EVENT_CANCELLED])
