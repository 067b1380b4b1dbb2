"""A session that people picked is removed: told after ten minutes, and until then brought back with everybody in it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db, transact
from app.models import (
    AuditEntry,
    ChangeNotice,
    Event,
    EventSession,
    MessageKind,
    Mode,
    OutgoingEmail,
    Registration,
    SessionJoining,
    SessionPresence,
)
from app.models import Speaker as SpeakerRow
from app.operations.communication import announcing, recounting
from app.operations.program import arranging, rescheduling, telling
from app.operations.program.details import SessionDetails
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from app.operations.registration import changing, joining, picking, switching
from app.operations.registration.cancelling import cancel
from app.operations.registration.picking import Wanted
from tests.support import desk
from tests.support.sessions import check_sessions, conference, session_ids, states

pytestmark = pytest.mark.slow
BY = "ed@example.gov"
BOTH = ["Session 1", "Session 2"]
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


@pytest.fixture
def event_id(app: Flask, at: datetime) -> int:
    """Three who picked the session of two seats, and the large one after it."""
    event_id = conference()
    for _ in range(3):
        desk.sign_up(event_id, desk.details(sessions=tuple(session_ids(event_id))))
    return event_id


def remove(event_id: int, session_id: int, reason: str = "The speaker had to cancel.") -> None:
    transact(lambda at: arranging.remove(event_id, "sessions", session_id, by=BY, at=at, reason=reason).id)


def undo(event_id: int) -> None:
    notice = telling.waiting_notice(event_id)
    assert notice
    notice_id = notice.id
    transact(lambda at: telling.undo(event_id, notice_id, by=BY, at=at).id)


def mails(kind: MessageKind = MessageKind.CHANGED) -> list[OutgoingEmail]:
    db.session.rollback()
    return list(db.session.scalars(db.select(OutgoingEmail).filter_by(kind=kind).order_by(OutgoingEmail.id)))


def ten_minutes_later(at: datetime) -> None:
    with clock.stopped_at(at + timedelta(minutes=11)):
        while transact(announcing.send_due_notices):
            pass


def people(event_id: int) -> list[Registration]:
    db.session.rollback()
    return desk.registrations(event_id)


def all_states(event_id: int) -> list[list[str]]:
    return [states(person) for person in people(event_id)]


def test_everybody_is_told_when_the_ten_minutes_are_over(event_id: int, at: datetime) -> None:
    small, _large = session_ids(event_id)
    remove(event_id, small)
    assert all_states(event_id) == [["confirmed"]] * 3
    assert mails() == []
    notice = telling.waiting_notice(event_id)
    assert notice
    assert telling.audience(db.session.get_one(Event, event_id), notice=notice).mailed == 3
    gone = people(event_id)[2].id
    transact(lambda at: cancel(gone, at=at).id)
    ten_minutes_later(at)
    told = mails()
    assert [mail.registration_id for mail in told] == [one.id for one in people(event_id)[:2]]
    facts = told[0].facts
    assert facts["changes"] == [["sessions", ["Session 2", "Session 1"], ["Session 2"]]]
    assert (facts["dropped"], facts["reason"], facts["by_office"]) == (
        ["Session 1"],
        "The speaker had to cancel.",
        True,
    )
    assert [one["title"] for one in facts["registration"]["given_up"]] == ["Session 1"]
    [row] = recounting.tellings(event_id)
    assert (row.label, row.by, row.written) == ("Session removed: Session 1", BY, 2)
    assert db.session.query(ChangeNotice).one().recipients == 2
    with pytest.raises(telling.NothingToUndoError):
        transact(lambda at: telling.undo(event_id, notice.id, by=BY, at=at).id)


def test_who_loses_two_sessions_reads_of_both_in_one_mail(event_id: int, at: datetime) -> None:
    small, large = session_ids(event_id)
    last = people(event_id)[2].id
    transact(lambda at: len(picking.change(last, Wanted((small,)), at=at)))
    remove(event_id, large)
    remove(event_id, small, "The room is closed.")
    before = mails()
    ten_minutes_later(at)
    told = [mail for mail in mails() if mail not in before]
    assert [mail.facts["dropped"] for mail in told] == [["Session 2", "Session 1"]] * 2 + [["Session 1"]]
    assert told[0].facts["changes"] == [["sessions", ["Session 2", "Session 1"], []]]
    assert told[0].facts["reason"] == "Session 2: The speaker had to cancel. Session 1: The room is closed."
    assert told[2].facts["reason"] == "The room is closed."
    assert [one["title"] for one in told[0].facts["registration"]["given_up"]] == ["Session 2", "Session 1"]
    [row] = recounting.tellings(event_id)
    assert (row.label, row.written) == ("Session removed: Session 2, Session 1", 3)
    assert db.session.query(ChangeNotice).one().recipients == 3
    ten_minutes_later(at)
    assert len(mails()) == len(before) + 3


def test_who_was_told_shows_it_at_once(event_id: int) -> None:
    remove(event_id, session_ids(event_id)[0])
    [row] = recounting.tellings(event_id)
    assert (row.label, row.reason, row.written) == ("Session removed: Session 1", "The speaker had to cancel.", 0)
    assert row.due_at
    undo(event_id)
    [row] = recounting.tellings(event_id)
    assert row.withdrawn_at


def test_undo_brings_everybody_back_and_writes_to_nobody(event_id: int, at: datetime) -> None:
    before = all_states(event_id)
    small, large = session_ids(event_id)
    remove(event_id, small)
    undo(event_id)
    assert session_ids(event_id) == [small, large]
    assert all_states(event_id) == before == [["confirmed", "confirmed"]] * 2 + [["waitlisted", "confirmed"]]
    check_sessions(event_id)
    history = (
        db.select(AuditEntry.personal)
        .filter_by(act="changed", subject="registration", subject_id=people(event_id)[0].id)
        .order_by(AuditEntry.id)
    )
    told = [[sorted(titles) for titles in entry["sessions"]] for entry in db.session.scalars(history) if entry]
    assert told == [[BOTH, ["Session 2"]], [["Session 2"], BOTH]]
    ten_minutes_later(at)
    assert mails() == []


def test_its_speaker_and_how_to_join_come_back(event_id: int) -> None:
    small, _large = session_ids(event_id)

    def furnish(_at: datetime) -> None:
        session = db.session.get_one(EventSession, small)
        session.speakers.append(SpeakerRow(event_id=event_id, name="Ruth Quinn"))
        session.joining = SessionJoining(edition=1, link="https://meet.example/1")

    transact(furnish)
    remove(event_id, small)
    undo(event_id)
    session = db.session.get_one(EventSession, small)
    assert [speaker.name for speaker in session.speakers] == ["Ruth Quinn"]
    assert session.joining
    assert session.joining.link == "https://meet.example/1"


def test_who_joined_it_joined_it_when_it_is_back(event_id: int, at: datetime) -> None:
    small, _large = session_ids(event_id)
    first, *_others = (one.id for one in people(event_id))

    def join(at: datetime) -> None:
        db.session.add(SessionPresence(registration_id=first, session_id=small, joined_at=at))

    transact(join)
    remove(event_id, small)
    undo(event_id)
    assert joining.presences(first) == [("Session 1", at)]


def test_a_seat_that_was_given_up_meanwhile_goes_to_who_waits(event_id: int) -> None:
    remove(event_id, session_ids(event_id)[0])
    first = people(event_id)[0].id
    transact(lambda at: cancel(first, at=at).id)
    undo(event_id)
    assert all_states(event_id)[1:] == [["confirmed", "confirmed"], ["confirmed", "confirmed"]]
    check_sessions(event_id)


def test_who_chose_something_else_at_that_time_keeps_that_and_hears_so(app: Flask, at: datetime) -> None:
    event_id = conference({}, {"hour": 0}, rule="refuse")
    one, other = session_ids(event_id)
    desk.sign_up(event_id, desk.details(sessions=(one,)))
    [person] = people(event_id)
    person_id = person.id
    remove(event_id, one)
    transact(lambda at: len(picking.change(person_id, Wanted((other,)), at=at)))
    undo(event_id)
    assert [pick.session_id for pick in people(event_id)[0].live_picks] == [other]
    assert mails()[-1].facts["changes"] == [["sessions", ["Session 2", "Session 1"], ["Session 2"]]]
    check_sessions(event_id)


def test_who_was_mailed_meanwhile_is_put_right(event_id: int, at: datetime) -> None:
    first_id, typed = people(event_id)[0].id, desk.details(last_name="Lund")
    with clock.stopped_at(at + timedelta(minutes=1)):
        remove(event_id, session_ids(event_id)[0])
        transact(lambda at: len(changing.change_details(first_id, typed, at=at)))
    with clock.stopped_at(at + timedelta(minutes=2)):
        undo(event_id)
    assert [mail.registration_id for mail in mails()] == [first_id, first_id]
    assert mails()[-1].facts["changes"] == [["sessions", ["Session 2"], ["Session 1", "Session 2"]]]


def moved(event_id: int, by: timedelta) -> Callable[[datetime], int]:
    event = db.session.get_one(Event, event_id)
    assert event.starts_local
    assert event.ends_local
    starts, ends = event.starts_local + by, event.ends_local + by
    along = frozenset(shift.key for shift in rescheduling.shifts(event, starts, clock.now()))
    move = Move(Moment(starts), Moment(ends), along)
    return lambda at: rescheduling.reschedule(event_id, move, version=None, by=BY, at=at, tell=Telling()).id


def test_an_event_that_moved_first_comes_back_whole(event_id: int) -> None:
    small, _large = session_ids(event_id)
    stood = db.session.get_one(EventSession, small).starts_at
    transact(moved(event_id, WEEK))
    remove(event_id, small)
    undo(event_id)
    assert db.session.get_one(EventSession, small).starts_at == stood
    assert all_states(event_id)[0] == ["confirmed", "confirmed"]


@pytest.mark.parametrize("moves_first", [True, False])
def test_both_are_told_where_the_event_moves_as_well(event_id: int, at: datetime, *, moves_first: bool) -> None:
    small, _large = session_ids(event_id)
    if moves_first:
        transact(moved(event_id, WEEK))
    remove(event_id, small)
    if not moves_first:
        transact(moved(event_id, WEEK))
    ten_minutes_later(at)
    assert [len(mails(kind)) for kind in (MessageKind.EVENT_CHANGED, MessageKind.CHANGED)] == [3, 3]
    assert {mail.state.value for kind in (MessageKind.EVENT_CHANGED, MessageKind.CHANGED) for mail in mails(kind)} == {
        "queued"
    }
    assert {row.label for row in recounting.tellings(event_id)} == {"Event changed", "Session removed: Session 1"}


def test_of_an_event_that_is_called_off_nobody_hears_that_a_session_is(event_id: int, at: datetime) -> None:
    remove(event_id, session_ids(event_id)[0])
    transact(lambda at: rescheduling.cancel(event_id, version=None, by=BY, at=at, tell=Telling()).id)
    ten_minutes_later(at)
    assert [len(mails(kind)) for kind in (MessageKind.EVENT_CANCELLED, MessageKind.CHANGED)] == [3, 0]


def test_it_comes_back_though_another_session_was_added_since(event_id: int) -> None:
    small, large = session_ids(event_id)
    remove(event_id, large)
    starts = db.session.get_one(EventSession, small).starts_local
    fresh = SessionDetails(title="Clinic", starts=Moment(starts), ends=Moment(starts + HOUR))
    transact(lambda at: arranging.save(event_id, fresh, part_id=None, version=None, by=BY, at=at).id)
    undo(event_id)
    titles = {one.title for one in db.session.scalars(db.select(EventSession).filter_by(event_id=event_id))}
    assert titles == {"Session 1", "Session 2", "Clinic"}
    assert all_states(event_id)[0] == ["confirmed", "confirmed"]
    check_sessions(event_id)


def test_after_the_event_nobody_is_written_to(event_id: int, at: datetime) -> None:
    with clock.stopped_at(at + timedelta(days=400)):
        remove(event_id, session_ids(event_id)[0])
    assert telling.waiting_notice(event_id) is None
    ten_minutes_later(at + timedelta(days=400))
    assert mails() == []


def test_undo_goes_by_the_way_in_which_people_attend_now(app: Flask, at: datetime) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 2, Mode.ONLINE: 2}}, capacity=5, online=5)
    [one] = session_ids(event_id)
    desk.sign_up(event_id, desk.details(sessions=(one,)))
    [person] = people(event_id)
    person_id = person.id
    remove(event_id, one)
    transact(lambda at: switching.change_mode(person_id, Mode.ONLINE, at=at))
    undo(event_id)
    assert all_states(event_id) == [[]]
    assert mails()[-1].facts["changes"] == [["sessions", ["Session 1"], []]]
    check_sessions(event_id)
