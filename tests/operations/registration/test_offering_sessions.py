"""A seat in a session is held for an answer where the event says so, and passes on by itself without one."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import (
    AuditEntry,
    BouncedAddress,
    EmailState,
    Event,
    EventSession,
    EventState,
    FailureReason,
    MessageKind,
    Mode,
    OutgoingEmail,
    Registration,
)
from app.operations.registration import closing_sessions, following, offering_sessions, picking, waiting
from app.operations.registration.allotting import lock_event
from app.operations.registration.cancelling import cancel
from app.operations.registration.offering import NoOfferError, OfferEndedError
from app.operations.registration.offering_sessions import accept, lapse_due
from app.operations.registration.picking import leave
from tests.support import desk
from tests.support.sessions import check_sessions, conference, session_ids, states

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]
HOURS = 24
SECOND = timedelta(seconds=1)
ONE_SEAT = {"seats": {Mode.IN_PERSON: 1}}


@pytest.fixture
def event_id(at: datetime) -> int:
    """One person sits in the one seat of the session, and two wait for it."""
    event_id = desk.with_rules(conference(ONE_SEAT), offer_hours=HOURS)
    for _ in range(3):
        desk.sign_up(event_id, desk.details(sessions=tuple(session_ids(event_id))))
    return event_id


def people(event_id: int) -> list[Registration]:
    db.session.expire_all()
    return desk.registrations(event_id)


def stand(event_id: int) -> list[str]:
    return [state for person in people(event_id) for state in states(person) or ["none"]]


def told(person: Registration) -> list[MessageKind]:
    query = db.select(OutgoingEmail.kind).where(OutgoingEmail.registration_id == person.id).order_by(OutgoingEmail.id)
    return list(db.session.scalars(query))


def offer(event_id: int) -> int:
    """The seat becomes free and is offered. Returns the session."""
    [session_id] = session_ids(event_id)
    transact(lambda at: cancel(people(event_id)[0].id, at=at).id)
    return session_id


def test_it_works(event_id: int, at: datetime) -> None:
    session_id, asked = offer(event_id), people(event_id)[1]
    assert stand(event_id) == ["none", "offered", "waitlisted"]
    assert asked.picks[0].offered_until == at + timedelta(hours=HOURS)
    mail = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.SESSION_OFFERED)).one()
    assert (mail.facts["promoted"], mail.facts["answer_by"]) == (["Session 1"], "2026-03-03T17:00:00+00:00")
    transact(lambda at: accept(asked.id, session_id, at=at).id)
    assert stand(event_id) == ["none", "confirmed", "waitlisted"]
    assert told(asked)[-1] is MessageKind.SESSION_PROMOTED
    check_sessions(event_id)
    with pytest.raises(NoOfferError):
        transact(lambda at: accept(asked.id, session_id, at=at).id)


def test_a_declined_seat_goes_to_the_next(event_id: int) -> None:
    session_id, asked = offer(event_id), people(event_id)[1]
    for _ in range(2):  # A second press changes nothing.
        transact(lambda at: leave(asked.id, session_id, at=at) and None)
    assert stand(event_id) == ["none", "none", "offered"]
    assert told(asked)[-1] is MessageKind.CHANGED


def test_an_offer_passes_on_by_itself(event_id: int, at: datetime) -> None:
    session_id, asked = offer(event_id), people(event_id)[1]
    ends = at + timedelta(hours=HOURS)
    with clock.stopped_at(ends - SECOND):
        assert not offering_sessions.is_due()
        assert transact(lapse_due) == 0
    with clock.stopped_at(ends):
        with pytest.raises(OfferEndedError):
            transact(lambda at: accept(asked.id, session_id, at=at).id)
        assert offering_sessions.is_due()
        desk.take_offers()
        assert transact(lapse_due) == 1
        assert transact(lapse_due) == 0
    assert stand(event_id) == ["none", "none", "offered"]
    assert told(asked)[-1] is MessageKind.SESSION_OFFER_LAPSED
    acts = db.session.scalars(db.select(AuditEntry.act).where(AuditEntry.subject_id == asked.id)).all()
    assert "session offer lapsed" in acts


def test_the_mail_of_a_second_offer_names_the_first_which_it_replaces(at: datetime) -> None:
    event_id = desk.with_rules(conference(ONE_SEAT, ONE_SEAT), offer_hours=HOURS)
    for _ in range(2):
        desk.sign_up(event_id, desk.details(sessions=tuple(session_ids(event_id))))
    gives_up, asked = people(event_id)
    for session_id, hours in zip(reversed(session_ids(event_id)), (0, 1), strict=True):
        with clock.stopped_at(at + timedelta(hours=hours)):
            transact(lambda at, number=session_id: leave(gives_up.id, number, at=at) and None)
    query = db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.SESSION_OFFERED)
    first, second = db.session.scalars(query.order_by(OutgoingEmail.id)).all()
    assert first.state is EmailState.WITHDRAWN
    assert second.registration_id == asked.id
    assert second.facts["promoted"] == ["Session 1", "Session 2"]
    assert second.facts["answer_by"] == (at + timedelta(hours=HOURS)).isoformat()


def test_no_offer_outlasts_the_beginning(event_id: int, at: datetime) -> None:
    [session] = db.session.get_one(Event, event_id).sessions
    begins = session.starts_at
    with clock.stopped_at(begins - timedelta(hours=2)):
        offer(event_id)
    assert people(event_id)[1].picks[0].offered_until == begins


def test_a_session_that_moves_forward_takes_its_offers_along(event_id: int, at: datetime) -> None:
    session_id, begins = offer(event_id), at + timedelta(hours=20)
    move(session_id, starts_at=begins, ends_at=begins + timedelta(hours=1))
    assert people(event_id)[1].picks[0].offered_until == begins


def test_while_the_event_rests_nobody_has_to_decide(event_id: int, at: datetime) -> None:
    session_id, asked = offer(event_id), people(event_id)[1]
    be_in(event_id, EventState.POSTPONED)
    transact(lambda at: following.follow(lock_event(event_id), at, rested=False))
    assert stand(event_id) == ["none", "waitlisted", "waitlisted"]
    with clock.stopped_at(at + timedelta(days=3)):
        assert transact(lapse_due) == 0
        be_in(event_id, EventState.PUBLISHED)
        transact(lambda at: following.follow(lock_event(event_id), at, rested=True))
        transact(lambda at: waiting.promote(lock_event(event_id), at))
        assert transact(lapse_due) == 0
        transact(lambda at: accept(asked.id, session_id, at=at).id)
    assert stand(event_id) == ["none", "confirmed", "waitlisted"]


def test_who_was_never_asked_is_asked_anew(event_id: int, at: datetime) -> None:
    offer(event_id)
    ends = at + timedelta(hours=HOURS)
    with clock.stopped_at(ends):
        assert transact(lapse_due) == 1
        assert transact(lapse_due) == 0
    assert stand(event_id) == ["none", "offered", "waitlisted"]
    asked = people(event_id)[1]
    assert asked.picks[0].offered_until == ends + timedelta(hours=HOURS)
    assert told(asked)[-2:] == [MessageKind.SESSION_OFFERED] * 2


def move(session_id: int, **times: object) -> None:
    def work(at: datetime) -> None:
        session = db.session.get_one(EventSession, session_id)
        for name, value in times.items():
            setattr(session, name, value)
        db.session.flush()
        following.follow(lock_event(session.event_id), at, rested=False)

    transact(work)


def times_of(session_id: int) -> dict[str, object]:
    session = db.session.get_one(EventSession, session_id)
    return {name: getattr(session, name) for name in ("starts_at", "ends_at", "starts_local", "ends_local")}


def be_in(event_id: int, state: EventState) -> None:
    transact(lambda _: setattr(lock_event(event_id), "state", state))


def test_who_leaves_gives_the_held_seat_back(event_id: int) -> None:
    offer(event_id)
    transact(lambda at: cancel(people(event_id)[1].id, at=at).id)
    assert stand(event_id) == ["none", "none", "offered"]


def test_nobody_is_asked_for_a_session_beside_one_that_is_held(at: datetime) -> None:
    """Staff moved two sessions to one hour while somebody waited for both."""
    event_id = desk.with_rules(conference(ONE_SEAT, ONE_SEAT | {"hour": 2}), offer_hours=HOURS)
    one, two = session_ids(event_id)
    for _ in range(2):
        desk.sign_up(event_id, desk.details(sessions=(one, two)))
    move(two, **times_of(one))
    transact(lambda at: cancel(people(event_id)[0].id, at=at).id)
    assert states(people(event_id)[1]) == ["offered", "waitlisted"]
    transact(lambda at: leave(people(event_id)[1].id, one, at=at) and None)
    assert states(people(event_id)[1]) == ["offered"]


def test_who_is_seated_at_the_event_is_held_up_by_a_moved_session_too(at: datetime) -> None:
    event_id = conference(capacity=1)
    one, two = session_ids(event_id)
    desk.sign_up(event_id)
    desk.sign_up(event_id, desk.details(sessions=(one, two)))
    move(two, **times_of(one))
    transact(lambda at: cancel(people(event_id)[0].id, at=at).id)
    assert states(people(event_id)[1]) == ["confirmed", "waitlisted"]


def test_everybody_hears_that_a_line_is_closed(event_id: int, at: datetime) -> None:
    [session] = db.session.get_one(Event, event_id).sessions
    begins = session.starts_at
    assert transact(closing_sessions.close_lines) == 0
    with clock.stopped_at(begins):
        assert closing_sessions.is_due()
        assert transact(closing_sessions.close_lines) == 2
        assert transact(closing_sessions.close_lines) == 0
        assert not closing_sessions.is_due()
    for person in people(event_id)[1:]:
        assert told(person)[-1] is MessageKind.SESSION_LINE_CLOSED
    assert MessageKind.SESSION_LINE_CLOSED not in told(people(event_id)[0])


def test_a_session_that_is_put_off_opens_its_line_again(event_id: int, at: datetime) -> None:
    [session] = db.session.get_one(Event, event_id).sessions
    begins, session_id = session.starts_at, session.id
    with clock.stopped_at(begins):
        transact(closing_sessions.close_lines)
        move(session_id, starts_at=begins + timedelta(hours=3), ends_at=begins + timedelta(hours=4))
    pool = db.session.get_one(EventSession, session_id).pools[0]
    db.session.refresh(pool)
    assert pool.line_closed_at is None


def test_without_the_rule_the_seat_is_given_at_once(at: datetime) -> None:
    event_id = conference(ONE_SEAT)
    for _ in range(2):
        desk.sign_up(event_id, desk.details(sessions=tuple(session_ids(event_id))))
    transact(lambda at: picking.leave(people(event_id)[0].id, session_ids(event_id)[0], at=at) and None)
    assert stand(event_id) == ["none", "confirmed"]


def test_no_seat_is_held_for_an_address_at_which_nothing_arrives(event_id: int, at: datetime) -> None:
    """Whose mail came back before is passed over; whose mail comes back meanwhile keeps the place in line."""
    first, second = (one.email_key for one in people(event_id)[1:3])
    gone = {"bounced_at": at, "reason": FailureReason.NO_SUCH_ADDRESS}
    transact(lambda _: db.session.add(BouncedAddress(email_key=first, **gone)))
    offer(event_id)
    assert [states(one) for one in people(event_id)[1:3]] == [["waitlisted"], ["offered"]]
    transact(lambda _: db.session.add(BouncedAddress(email_key=second, **gone)))
    with clock.stopped_at(at + timedelta(hours=HOURS)):
        transact(offering_sessions.lapse_due)
    assert [states(one) for one in people(event_id)[1:3]] == [["waitlisted"], ["waitlisted"]]


def give_up_all(event_id: int, number: int) -> None:
    leaves = people(event_id)[number].id
    transact(lambda at: cancel(leaves, at=at).id)


def test_an_offer_that_goes_on_keeps_its_mail_when_another_runs_out(at: datetime) -> None:
    event_id = desk.with_rules(conference(ONE_SEAT, ONE_SEAT), offer_hours=HOURS)
    begun, to_come = session_ids(event_id)
    for picked in ((begun,), (to_come,), (begun, to_come)):
        desk.sign_up(event_id, desk.details(sessions=picked))
    begins = db.session.get_one(EventSession, begun).starts_at
    for number in range(2):
        desk.take_offers()  # The first mail has left when the second is written, which has not.
        with clock.stopped_at(begins - timedelta(hours=2 - number)):
            give_up_all(event_id, number)
    with clock.stopped_at(begins):
        assert transact(lapse_due) == 1
    assert "offered" in states(people(event_id)[2])
    mails = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.SESSION_OFFERED))
    assert [mail.facts["promoted"] for mail in mails if mail.state.is_waiting] == [["Session 2"]]
