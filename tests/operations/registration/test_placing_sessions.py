"""Staff place somebody in a session's line or on a seat in it: with a reason, and by the rules of every promotion."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import AuditEntry, EventSession, MessageKind, Mode, OutgoingEmail, Registration
from app.operations.registration import fitting, placing_sessions
from app.operations.registration.cancelling import cancel
from app.operations.registration.keeping_turn import NotWaitingError
from app.operations.registration.moving_up import ahead_of
from app.operations.registration.placing_sessions import NoEventSeatError
from tests.support import desk
from tests.support.sessions import check_sessions, conference, session_ids, states

pytestmark = pytest.mark.usefixtures("app", "at")
BY = "ed@example.gov"
ONE_SEAT = {"seats": {Mode.IN_PERSON: 1}}


@pytest.fixture
def event_id() -> int:
    """One seat in the first session, taken; A, B and C wait for it. The second has room."""
    made = conference(ONE_SEAT, {})
    for name in ("Holder", "A", "B", "C"):
        desk.sign_up(made, desk.details(last_name=name, sessions=(session_ids(made)[0],)))
    return made


def named(event_id: int, name: str) -> Registration:
    db.session.expire_all()
    return next(person for person in desk.registrations(event_id) if person.last_name == name)


def line(event_id: int) -> str:
    picks = [person.picks[0] for person in desk.registrations(event_id) if states(person) == ["waitlisted"]]
    in_order = sorted(picks, key=lambda pick: pick.position or 0)
    assert [ahead_of(pick) for pick in in_order] == list(range(len(picks)))
    return "".join(pick.registration.last_name for pick in in_order)


def move(event_id: int, name: str, ahead: int) -> None:
    id_, session_id = named(event_id, name).id, session_ids(event_id)[0]
    transact(lambda at: placing_sessions.move(id_, session_id, ahead, reason="Speaks.", by=BY, at=at).id)


def give(event_id: int, name: str, index: int = 0) -> None:
    id_, session_id = named(event_id, name).id, session_ids(event_id)[index]
    transact(lambda at: placing_sessions.give_seat(id_, session_id, reason="The chair asked.", by=BY, at=at).id)


@pytest.mark.parametrize(
    ("name", "ahead", "after"), [("C", 0, "CAB"), ("A", 1, "BAC"), ("A", 99, "BCA"), ("B", 1, "ABC")]
)
def test_one_moves_and_the_others_keep_their_order(event_id: int, name: str, ahead: int, after: str) -> None:
    move(event_id, name, ahead)
    assert line(event_id) == after
    transact(lambda at: cancel(named(event_id, "Holder").id, at=at).id)
    assert line(event_id) == after[1:]
    check_sessions(event_id)


def test_a_move_is_logged_with_its_reason(event_id: int) -> None:
    move(event_id, "C", 0)
    [entry] = db.session.scalars(db.select(AuditEntry).filter_by(act="moved in line"))
    told = {"ahead": [2, 0], "sessions": ["Session 1"], "reason": "Speaks."}
    assert (entry.actor, entry.detail) == (BY, told)
    with pytest.raises(NotWaitingError):
        move(event_id, "Holder", 0)


def test_a_seat_is_added_for_one_person(event_id: int) -> None:
    give(event_id, "B")
    assert (states(named(event_id, "B")), line(event_id)) == (["confirmed"], "AC")
    check_sessions(event_id)
    [entry] = db.session.scalars(db.select(AuditEntry).filter_by(act="seated by staff"))
    assert entry.detail == {"sessions": ["Session 1"], "reason": "The chair asked.", "capacity": [1, 2]}
    mail = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.SESSION_PROMOTED)).one()
    assert mail.facts["promoted"] == ["Session 1"]
    with pytest.raises(NotWaitingError):
        give(event_id, "B")


def test_an_offered_seat_becomes_theirs_without_another(event_id: int) -> None:
    desk.with_rules(event_id, offer_hours=24)
    transact(lambda at: cancel(named(event_id, "Holder").id, at=at).id)
    assert states(named(event_id, "A")) == ["offered"]
    with pytest.raises(NotWaitingError):
        move(event_id, "A", 1)
    give(event_id, "A")
    assert states(named(event_id, "A")) == ["confirmed"]
    check_sessions(event_id)


def test_nobody_is_seated_beside_a_session_that_excludes_it(event_id: int) -> None:
    """Staff moved another session of theirs to the same hour meanwhile."""
    first, second = session_ids(event_id)
    desk.sign_up(event_id, desk.details(last_name="D", sessions=(first, second)))

    def collide(_at: datetime) -> None:
        one, two = (db.session.get_one(EventSession, number) for number in (first, second))
        two.starts_at, two.ends_at = one.starts_at, one.ends_at

    transact(collide)
    with pytest.raises(fitting.SessionsOverlapError):
        give(event_id, "D")
    assert states(named(event_id, "D")) == ["waitlisted", "confirmed"]
    transact(lambda _: setattr(db.session.get_one(EventSession, first), "repeat_key", "slot"))
    transact(lambda _: setattr(db.session.get_one(EventSession, second), "repeat_key", "slot"))
    with pytest.raises(fitting.SameSessionTwiceError):
        give(event_id, "D")


def test_who_has_no_seat_at_the_event_has_none_in_its_sessions() -> None:
    event_id = conference(capacity=1)
    for name in ("Holder", "A"):
        desk.sign_up(event_id, desk.details(last_name=name, sessions=(session_ids(event_id)[0],)))
    for act in (give, lambda *one: move(*one, 0)):
        with pytest.raises(NoEventSeatError):
            act(event_id, "A")


def test_a_session_that_is_over_seats_nobody() -> None:
    event_id = conference(ONE_SEAT | {"minutes": 30})
    for name in ("Holder", "A", "B"):
        desk.sign_up(event_id, desk.details(last_name=name, sessions=tuple(session_ids(event_id))))
    ends = db.session.get_one(EventSession, session_ids(event_id)[0]).ends_at
    with clock.stopped_at(ends - timedelta(seconds=1)):
        give(event_id, "B")  # The line is closed by now, staff still may.
    with clock.stopped_at(ends), pytest.raises(fitting.SessionOverError):
        give(event_id, "A")
