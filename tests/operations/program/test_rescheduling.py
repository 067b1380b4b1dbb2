"""Moving an event, putting it off, calling it off."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.db import db, transact
from app.models import (
    AuditEntry,
    CommitteeMeeting,
    Event,
    EventSession,
    EventState,
    Joining,
    MessageKind,
    RegistrationRules,
)
from app.operations.program import rescheduling, telling
from app.operations.program.moments import Moment
from app.operations.program.publishing import NotInThisStateError
from app.operations.program.rescheduling import Move, NothingMovesError
from app.operations.program.telling import Telling
from tests.support import factories as make
from tests.support.factories import wall

BY = "ed@example.gov"
QUIETLY = Telling(quietly=True)


@pytest.fixture
def event(app: Flask, at: datetime) -> Event:
    """On 16 March at 1 p.m., with everything that hangs on it. Daylight saving time began on the 8th."""
    session = EventSession(
        title="Welcome",
        starts_local=wall("2026-03-16 13:00"),
        ends_local=wall("2026-03-16 13:30"),
        starts_at=make.on("2026-03-16", 17),
        ends_at=make.on("2026-03-16", 17, 30),
    )
    return make.event(
        sessions=[session],
        registration_opens_local=wall("2026-02-01 09:00"),
        registration_closes_local=wall("2026-03-15 13:00"),
        accessibility_by=date(2026, 3, 9),
        joining=Joining(
            link="https://meet.example.gov/1",
            release_local=wall("2026-03-15 13:00"),
            release_at=make.on("2026-03-15", 17),
        ),
        committee=CommitteeMeeting(
            comments_close_local=wall("2026-03-10 23:59"), comments_close_at=make.on("2026-03-11", 3, 59)
        ),
    )


def move_to(
    event: Event, starts: datetime, ends: datetime, along: frozenset[str] | None = None, tell: Telling = QUIETLY
) -> Event:
    event_id, move = event.id, Move(Moment(starts), Moment(ends), along)
    return transact(lambda at: rescheduling.reschedule(event_id, move, version=None, by=BY, at=at, tell=tell))


def test_it_works(event: Event) -> None:
    """Into winter time: the hour on the wall stays."""
    moved = move_to(event, wall("2026-11-16 13:00"), wall("2026-11-16 14:00"))
    assert moved.starts_at == make.on("2026-11-16", 18)
    assert moved.registration_closes_local == wall("2026-11-15 13:00")
    assert moved.registration_closes_at == make.on("2026-11-15", 18)
    assert moved.accessibility_by == date(2026, 11, 9)
    assert moved.joining
    assert moved.joining.release_local == wall("2026-11-15 13:00")
    assert moved.committee
    assert moved.committee.comments_close_local == wall("2026-11-10 23:59")
    assert moved.sessions[0].ends_local == wall("2026-11-16 13:30")
    assert moved.calendar_sequence == 1


def test_the_reason_stands_in_the_log(event: Event) -> None:
    why = Telling(quietly=True, reason="The speaker is ill.")
    move_to(event, wall("2026-03-17 13:00"), wall("2026-03-17 14:00"), tell=why)
    entry = db.session.scalars(db.select(AuditEntry).filter_by(act="rescheduled")).one()
    assert entry.detail
    assert entry.detail["changed"]["reason"] == [None, "The speaker is ill."]


def test_each_time_is_shown_old_and_new(event: Event, at: datetime) -> None:
    shown = {one.key: one for one in rescheduling.shifts(event, wall("2026-03-17 13:00"), at)}
    session = f"session-{event.sessions[0].id}"
    assert list(shown) == [
        *("registration_opens", "registration_closes", "release", "comments_close", "accessibility_by", session)
    ]
    assert (shown[session].old, shown[session].new) == (wall("2026-03-16 13:00"), wall("2026-03-17 13:00"))
    assert [one.key for one in shown.values() if one.stays] == ["registration_opens"]


def test_only_what_is_ticked_goes_along(event: Event) -> None:
    moved = move_to(event, wall("2026-03-20 13:00"), wall("2026-03-20 14:00"), frozenset({"registration_closes"}))
    assert moved.registration_closes_local == wall("2026-03-19 13:00")
    assert moved.sessions[0].starts_local == wall("2026-03-16 13:00")


def test_moving_to_the_same_time_is_refused(event: Event) -> None:
    with pytest.raises(NothingMovesError):
        move_to(event, wall("2026-03-16 13:00"), wall("2026-03-16 14:00"))


def test_postponing_keeps_registrations_and_the_old_date(event: Event) -> None:
    registration, event_id = make.registration(event), event.id
    transact(lambda at: rescheduling.postpone(event_id, version=None, by=BY, at=at, tell=Telling(reason="A storm.")))
    assert (event.state, event.starts_at, event.ends_at) == (EventState.POSTPONED, None, None)
    assert (event.change_reason, registration.is_live) == ("A storm.", True)
    again = move_to(event, wall("2026-04-16 13:00"), wall("2026-04-16 14:00"))
    assert (again.state, again.change_reason, again.postponed_from_local) == (EventState.PUBLISHED, "", None)
    assert again.registration_closes_local == wall("2026-04-15 13:00")


def test_cancelling_is_seen_at_once_and_told_later(event: Event, at: datetime) -> None:
    event_id = event.id
    transact(lambda at: rescheduling.cancel(event_id, version=None, by=BY, at=at, tell=Telling(reason="No speaker.")))
    assert (event.state, event.change_reason) == (EventState.CANCELLED, "No speaker.")
    notice = telling.waiting_notice(event_id)
    assert notice
    assert (notice.kind, notice.due_at - at) == (MessageKind.EVENT_CANCELLED, telling.DELAY)
    with pytest.raises(NotInThisStateError):
        transact(lambda at: rescheduling.cancel(event_id, version=None, by=BY, at=at, tell=QUIETLY))


def test_a_postponed_event_that_is_cancelled_is_filed_under_its_day(event: Event) -> None:
    event_id = event.id
    transact(lambda at: rescheduling.postpone(event_id, version=None, by=BY, at=at, tell=QUIETLY))
    transact(lambda at: rescheduling.cancel(event_id, version=None, by=BY, at=at, tell=QUIETLY))
    assert event.starts_at == make.on("2026-03-16", 17)


def test_how_to_join_is_mailed_again_before_the_new_date(event: Event, at: datetime) -> None:
    joining = event.joining
    assert joining
    transact(lambda at: setattr(db.session.merge(joining), "mailed_at", at))
    move_to(event, wall("2026-04-20 13:00"), wall("2026-04-20 14:00"))
    assert joining.mailed_at is None


class TestZone:
    def change(self, event: Event, *, same_instant: bool) -> Event:
        event_id = event.id
        return transact(
            lambda at: rescheduling.change_zone(
                event_id, "America/Denver", same_instant=same_instant, version=None, by=BY, at=at, tell=Telling()
            )
        )

    def test_the_same_instant_by_other_clocks(self, event: Event) -> None:
        moved = self.change(event, same_instant=True)
        assert (moved.starts_local, moved.starts_at) == (wall("2026-03-16 11:00"), make.on("2026-03-16", 17))
        assert moved.sessions[0].starts_local == wall("2026-03-16 11:00")
        assert telling.waiting_notice(moved.id) is None  # Nobody has to come at another time.

    def test_the_same_hour_by_the_new_clocks(self, event: Event) -> None:
        moved = self.change(event, same_instant=False)
        assert (moved.starts_local, moved.starts_at) == (wall("2026-03-16 13:00"), make.on("2026-03-16", 19))
        assert moved.registration_closes_at == make.on("2026-03-15", 19)
        assert telling.waiting_notice(moved.id)


def test_a_release_that_has_passed_is_not_taken_back_by_itself(event: Event) -> None:
    shown = rescheduling.shifts(event, wall("2026-11-16 13:00"), make.on("2026-03-15", 18))
    assert next(one for one in shown if one.key == "release").stays


def test_the_own_times_of_a_way_of_attending_and_the_limit_for_handing_over_move_along(event: Event) -> None:
    """Over the change of the clocks, from winter to summer: five o'clock stays five o'clock."""

    def own_times(_: datetime) -> None:
        row = db.session.get_one(Event, event.id)
        pool = row.pools[0]
        pool.closes_local, pool.closes_at = wall("2026-03-05 17:00"), make.on("2026-03-05", 22)
        row.rules = RegistrationRules(
            hand_over_until_local=wall("2026-03-06 17:00"), hand_over_until_at=make.on("2026-03-06", 22)
        )

    transact(own_times)
    assert event.starts_local is not None
    assert event.ends_local is not None
    moved = move_to(event, event.starts_local + timedelta(days=28), event.ends_local + timedelta(days=28))
    assert moved.pools[0].closes_at == make.on("2026-04-02", 21)
    assert moved.rules is not None
    assert moved.rules.hand_over_until_at == make.on("2026-04-03", 21)


def test_no_deadline_is_moved_to_where_it_is_over(event: Event, at: datetime) -> None:
    """From 16 March to the 6th, in the first days of March: what was due on the 9th would have been due before."""
    shown = {one.key: one for one in rescheduling.shifts(event, wall("2026-03-06 13:00"), at)}
    assert shown["accessibility_by"].new == date(2026, 2, 27)
    staying = {key for key, one in shown.items() if one.stays}
    assert staying == {"registration_opens", "accessibility_by", "comments_close"}
