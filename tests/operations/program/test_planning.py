"""Changing an event part by part."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from app.db import db, transact
from app.models import AuditEntry, Event, EventState, Mode, RegistrationState
from app.operations.program import planning
from app.operations.program.details import Basics, HowToJoin, Notices, Place, RegistrationTimes, Times
from app.operations.program.moments import Moment
from app.operations.program.ordering import Disorder, OutOfOrderError
from app.operations.program.plain_details import Details
from app.operations.program.planning import EditedMeanwhileError, ModeInUseError, NotADraftError, Seats
from app.operations.program.publishing import Gap, NotReadyError
from app.operations.program.slugs import SlugTakenError
from app.operations.registration.allotting import CapacityBelowTakenError
from tests.support import factories as make
from tests.support.factories import wall


def edit(event: Event, *parts: Details, **more: Any) -> Event:
    event_id, version = event.id, more.pop("version", None)
    return transact(
        lambda at: planning.edit(event_id, list(parts), version=version, by="ed@example.gov", at=at, **more)
    )


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    return make.event(privacy_statement="Authority.")


def test_it_works(event: Event) -> None:
    topic = make.topic(name="USMCA")
    edit(event, replace(Basics.of(event), title="New Title", topics=(topic.id,)))
    assert (event.title, event.topics) == ("New Title", [topic])
    assert "usmca" in event.search_key
    entry = db.session.scalars(db.select(AuditEntry)).one()
    assert (entry.act, entry.actor) == ("changed event", "ed@example.gov")
    assert entry.detail["changed"]["title"][1] == "New Title"


def test_the_log_keeps_no_link_and_no_book(event: Event) -> None:
    edit(event, HowToJoin(link="https://meet.example.gov/secret", passcode="7531"))
    edit(event, replace(Basics.of(event), description="x" * 5000))
    logged = [entry.detail for entry in db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))]
    assert logged[0]["changed"] == {"link": ["…", "…"], "passcode": ["…", "…"]}
    assert len(logged[1]["changed"]["description"][1]) == 301


def test_saving_what_stands_changes_nothing(event: Event) -> None:
    edit(event, *(kind.of(event) for kind in (Basics, Times, RegistrationTimes, Notices, Place, HowToJoin)))
    assert (event.venue, event.joining, event.calendar_sequence) == (None, None, 0)
    assert db.session.scalars(db.select(AuditEntry)).all() == []


def test_the_second_editor_is_told(event: Event) -> None:
    version = event.version
    edit(event, replace(Basics.of(event), title="First"), version=version)
    with pytest.raises(EditedMeanwhileError):
        edit(event, replace(Basics.of(event), title="Second"), version=version)
    assert event.title == "First"


def test_a_place_comes_and_goes(event: Event) -> None:
    edit(event, Place(name="Trade Hall", city="Washington"))
    assert event.venue
    assert event.venue.name == "Trade Hall"
    edit(event, Place())
    assert event.venue is None


@pytest.mark.parametrize(
    ("part", "disorder"),
    [
        (RegistrationTimes(registration_closes=Moment(wall("2026-03-17 09:00"))), Disorder.CLOSES_LATE),
        (RegistrationTimes(registration_opens=Moment(wall("2026-03-16 13:00"))), Disorder.OPENS_LATE),
        (HowToJoin(link="https://a.example", release=Moment(wall("2026-03-16 13:01"))), Disorder.RELEASE_LATE),
        (Times(Moment(wall("2026-03-16 13:00")), Moment(wall("2026-03-16 13:00"))), Disorder.ENDS_FIRST),
        (Times(Moment(wall("2026-03-16 13:00")), Moment(wall("2026-05-16 13:00"))), Disorder.TOO_LONG),
        (Times(Moment(wall("2126-03-16 13:00")), Moment(wall("2126-03-16 14:00"))), Disorder.START_YEAR),
    ],
)
def test_dates_stay_in_order(event: Event, part: Details, disorder: Disorder) -> None:
    with pytest.raises(OutOfOrderError) as refusal:
        edit(event, part)
    assert refusal.value.disorders == (disorder,)


def test_a_public_event_keeps_what_it_must_say(event: Event) -> None:
    with pytest.raises(NotReadyError) as refusal:
        edit(event, replace(Notices.of(event), asked_fields={"role": "optional"}))
    assert refusal.value.gaps == [Gap.OMB]
    notices = Notices({"role": "optional"}, "Authority.", "1651-0001", date(2027, 1, 1), 2)
    assert edit(event, notices).asks("role")


@pytest.mark.parametrize("slug", ["new", "static"])
def test_an_address_of_the_site_is_refused(event: Event, slug: str) -> None:
    with pytest.raises(SlugTakenError):
        edit(event, replace(Basics.of(event), slug=slug))


def test_an_address_of_another_event_is_refused(event: Event) -> None:
    other = make.event()
    with pytest.raises(SlugTakenError):
        edit(event, replace(Basics.of(event), slug=other.slug))


class TestSeats:
    def test_more_seats_are_given_to_those_who_wait(self, app: Flask, at: datetime) -> None:
        event = make.event(seats={Mode.ONLINE: 1})
        make.registration(event)
        waiting = [make.registration(event, state=RegistrationState.WAITLISTED) for _ in range(3)]
        edit(event, seats=Seats({Mode.ONLINE: 3}))
        db.session.expire_all()
        assert [person.state.value for person in waiting] == ["confirmed", "confirmed", "waitlisted"]
        assert (event.pools[0].taken, event.pools[0].waiting) == (3, 1)

    def test_fewer_than_taken_asks_for_a_decision(self, app: Flask, at: datetime) -> None:
        event = make.event(seats={Mode.ONLINE: 5})
        for _ in range(3):
            make.registration(event)
        with pytest.raises(CapacityBelowTakenError):
            edit(event, seats=Seats({Mode.ONLINE: 1}))
        edit(event, seats=Seats({Mode.ONLINE: 1}, shrinking=True))
        assert (event.pools[0].capacity, event.pools[0].shrink_to) == (3, 1)

    def test_a_decision_to_shrink_stands_until_another_is_made(self, app: Flask, at: datetime) -> None:
        event = make.event(seats={Mode.ONLINE: 5})
        for _ in range(3):
            make.registration(event)
        edit(event, seats=Seats({Mode.ONLINE: 0}, shrinking=True))
        edit(event, seats=Seats.of(event))
        assert (event.pools[0].capacity, event.pools[0].shrink_to) == (3, 0)
        edit(event, seats=Seats({Mode.ONLINE: 3}))
        assert (event.pools[0].capacity, event.pools[0].shrink_to) == (3, None)

    def test_a_way_of_attending_in_use_stays(self, app: Flask, at: datetime) -> None:
        event = make.event()
        make.registration(event)
        with pytest.raises(ModeInUseError):
            edit(event, seats=Seats({}))
        assert edit(event, seats=Seats({Mode.ONLINE: None})).pools[0].capacity is None

    def test_who_waits_for_a_way_or_for_approval_keeps_it_as_well(self, app: Flask, at: datetime) -> None:
        event = make.event(seats={Mode.IN_PERSON: 0, Mode.ONLINE: None})
        make.registration(event, mode=Mode.ONLINE, waits_for=Mode.IN_PERSON, position=1)
        make.registration(event, mode=Mode.IN_PERSON, state=RegistrationState.PENDING_APPROVAL)
        for state in (RegistrationState.CANCELLED, RegistrationState.NOT_APPROVED):
            make.registration(event, mode=Mode.IN_PERSON, state=state)
        with pytest.raises(ModeInUseError) as refused:
            edit(event, seats=Seats({Mode.ONLINE: None}))
        assert (refused.value.people, refused.value.pending) == (1, 1)


def test_a_draft_is_deleted_and_nothing_else(event: Event) -> None:
    draft_id, event_id = make.event(state=EventState.DRAFT).id, event.id
    transact(lambda at: planning.discard(draft_id, by="ed@example.gov", at=at))
    assert db.session.get(Event, draft_id) is None
    with pytest.raises(NotADraftError):
        transact(lambda at: planning.discard(event_id, by="ed@example.gov", at=at))
