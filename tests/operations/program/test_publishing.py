"""From draft to public, and what stands in the way."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.db import transact
from app.models import CommitteeMeeting, Event, EventState, Mode, Venue
from app.operations.communication import announcing
from app.operations.program import publishing, rescheduling, telling
from app.operations.program.publishing import Gap, NotInThisStateError, NotReadyError, PeopleRegisteredError
from app.operations.program.telling import Telling
from tests.support import factories as make
from tests.support.factories import wall

READY: dict[str, Any] = {
    "state": EventState.DRAFT,
    "published_at": None,
    "accessibility_contact_name": "Coordinator",
    "accessibility_contact_phone": "202-555-0142",
    "accessibility_by": date(2026, 3, 6),
    "privacy_statement": "Authority: 5 U.S.C. 301.",
    "captions": "Live captions",
}


def publish(event: Event) -> Event:
    event_id = event.id
    return transact(lambda at: publishing.publish(event_id, by="ed@example.gov", at=at))


@pytest.fixture(autouse=True)
def _app(app: Flask, at: datetime) -> None:
    """Every test here has the app and a stopped clock."""


def test_it_works(at: datetime) -> None:
    event = publish(make.event(**READY))
    assert (event.state, event.published_at) == (EventState.PUBLISHED, at)


@pytest.mark.parametrize(
    ("lacking", "gap"),
    [
        ({"starts_local": None, "ends_local": None}, Gap.START),
        ({"summary": ""}, Gap.SUMMARY),
        ({"seats": {}}, Gap.SEATS),
        ({"contact_email": ""}, Gap.CONTACT),
        ({"accessibility_contact_phone": ""}, Gap.ACCESS_CONTACT),
        ({"accessibility_by": None}, Gap.ACCESS_BY),
        ({"privacy_statement": ""}, Gap.PRIVACY),
        ({"asked_fields": {"role": "optional"}}, Gap.OMB),
        (
            {"asked_fields": {"role": "optional"}, "omb_number": "1651-0001", "omb_expires_on": date(2026, 3, 1)},
            Gap.OMB,
        ),
    ],
)
def test_something_missing_blocks_it(lacking: dict[str, Any], gap: Gap) -> None:
    event = make.event(**READY | lacking)
    with pytest.raises(NotReadyError) as refusal:
        publish(event)
    assert refusal.value.gaps == [gap]
    assert event.state is EventState.DRAFT


def test_a_checked_id_is_explained(at: datetime) -> None:
    event = make.event(**READY, venue=Venue(name="Hall", id_checked=True))
    assert publishing.blocking(event, at) == [Gap.ID_TEXT]


def test_a_room_is_missing_in_person(at: datetime) -> None:
    event = make.event(**READY, seats={Mode.IN_PERSON: 10})
    assert Gap.VENUE not in publishing.missing(event, at)
    transact(lambda _: setattr(make.db.session.get_one(Event, event.id), "venue", None))
    assert Gap.VENUE in publishing.missing(event, at)


def test_a_number_that_has_not_expired_lets_the_role_be_asked() -> None:
    asked = {"asked_fields": {"role": "optional"}, "omb_number": "1651-0001", "omb_expires_on": date(2026, 3, 2)}
    assert publish(make.event(**READY | asked)).state is EventState.PUBLISHED


@pytest.mark.parametrize(("day", "warned"), [(8, True), (9, False)])
def test_a_committee_meeting_needs_seven_days(day: int, warned: bool, at: datetime) -> None:
    times = {"starts_local": wall(f"2026-03-0{day} 13:00"), "ends_local": wall(f"2026-03-0{day} 14:00")}
    event = make.event(**READY | times, committee=CommitteeMeeting(docket="USCBP-2026-0001", citation="91 FR 1"))
    assert (Gap.NOTICE in publishing.missing(event, at)) is warned


def test_only_a_draft_is_published() -> None:
    with pytest.raises(NotInThisStateError):
        publish(make.event())


def test_a_public_event_becomes_a_draft_again_until_somebody_registers() -> None:
    event = make.event()
    event_id = event.id
    make.registration(event)
    with pytest.raises(PeopleRegisteredError):
        transact(lambda at: publishing.withdraw(event_id, by="ed@example.gov", at=at))
    other_id = make.event().id
    assert transact(lambda at: publishing.withdraw(other_id, by="ed", at=at)).state is EventState.DRAFT


def test_a_cancelled_event_without_people_becomes_a_draft_once_it_cannot_be_undone() -> None:
    event_id = make.event().id
    transact(lambda at: rescheduling.cancel(event_id, version=None, by="ed", at=at, tell=Telling(reason="A slip.")))
    with pytest.raises(NotInThisStateError):
        transact(lambda at: publishing.withdraw(event_id, by="ed", at=at))
    with clock.stopped_at(clock.now() + timedelta(minutes=11)):
        transact(announcing.send_due_notices)
        draft = transact(lambda at: publishing.withdraw(event_id, by="ed", at=at))
    assert (draft.state, draft.change_reason) == (EventState.DRAFT, "")


def test_a_cancelled_event_is_no_draft_while_people_are_still_being_told(at: datetime) -> None:
    event_id = make.event().id
    transact(lambda at: rescheduling.cancel(event_id, version=None, by="ed", at=at, tell=Telling()))
    transact(lambda at: setattr(telling.waiting_notice(event_id), "sent_at", at))  # The first of several batches.
    with pytest.raises(NotInThisStateError):
        transact(lambda at: publishing.withdraw(event_id, by="ed", at=at))


def test_a_last_day_to_ask_that_is_today_is_named_before_publishing(at: datetime) -> None:
    given = READY | {"accessibility_by": date(2026, 3, 2)}
    assert Gap.ACCESS_SOON in publishing.missing(make.event(**given), at)
    assert Gap.ACCESS_SOON not in publishing.missing(make.event(**READY), at)
    public = {"state": EventState.PUBLISHED, "published_at": at}
    assert Gap.ACCESS_SOON not in publishing.missing(make.event(**given | public), at)
