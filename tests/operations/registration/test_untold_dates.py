"""A postponed event is on again: its line moves once the mail with the new date has left, not before."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import Event, MessageKind, Mode, OutgoingEmail
from app.models.availability import Availability, session_availability
from app.operations.communication import announcing
from app.operations.program import rescheduling, telling
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from app.operations.registration import picking
from app.operations.registration.cancelling import cancel
from tests.support import factories as make
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules
from tests.support.sessions import check_sessions, conference, session_ids, states

pytestmark = pytest.mark.usefixtures("app", "at")
HOUR = timedelta(hours=1)
NEW_DATE = Move(Moment(make.wall("2026-04-06 13:00")), Moment(make.wall("2026-04-06 14:00")))


@pytest.fixture
def event_id() -> int:
    """Postponed, and people know it; then the one seat in the room was given up, for which somebody waits."""
    made = with_rules(make_event(capacity=1), offer_hours=48)
    sign_up(made)
    sign_up(made)
    office(rescheduling.postpone, made)
    tell()
    leaves = registrations(made)[0].id
    transact(lambda at: cancel(leaves, at=at).id)
    return made


def office(verb: object, event_id: int, *given: object, quietly: bool = False) -> None:
    said = {"version": None, "by": "editor@example.gov", "tell": Telling(quietly=quietly)}
    transact(lambda at: verb(event_id, *given, **said, at=at).id)  # type: ignore[operator]


def tell() -> None:
    with clock.stopped_at(clock.now() + HOUR):
        transact(announcing.send_due_notices)


def test_nobody_is_asked_before_the_date_is_told(event_id: int) -> None:
    office(rescheduling.reschedule, event_id, NEW_DATE)
    assert standings(event_id)[1] == "in-person waitlisted"
    tell()
    assert standings(event_id)[1] == "in-person offered (held)"


def test_a_date_that_is_taken_back_was_told_to_nobody(event_id: int) -> None:
    office(rescheduling.reschedule, event_id, NEW_DATE)
    notice = telling.waiting_notice(event_id)
    assert notice
    notice_id = notice.id
    transact(lambda at: telling.undo(event_id, notice_id, by="editor@example.gov", at=at).id)
    tell()
    assert db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.OFFERED)).all() == []


def test_where_nobody_is_told_the_line_moves_at_once(event_id: int) -> None:
    office(rescheduling.reschedule, event_id, NEW_DATE, quietly=True)
    assert standings(event_id)[1] == "in-person offered (held)"


def test_nobody_passes_who_waits_for_a_session_before_the_date_is_told() -> None:
    made = conference({"seats": {Mode.IN_PERSON: 1}}, {})
    [session, _other] = session_ids(made)
    for _ in range(2):
        sign_up(made, details(sessions=(session,)))
    office(rescheduling.postpone, made)
    tell()
    leaves = registrations(made)[0].id
    transact(lambda at: bool(picking.leave(leaves, session, at=at)))
    office(rescheduling.reschedule, made, NEW_DATE)
    full, free = db.session.get_one(Event, made).picked_sessions
    shown = [session_availability(one, Mode.IN_PERSON, clock.now()) for one in (full, free)]
    assert shown == [Availability.WAITING_LIST, Availability.OPEN]
    sign_up(made, details(sessions=(session,)))
    assert [states(one) for one in registrations(made)] == [[], ["waitlisted"], ["waitlisted"]]
    tell()
    assert [states(one) for one in registrations(made)] == [[], ["confirmed"], ["waitlisted"]]
    check_sessions(made)
