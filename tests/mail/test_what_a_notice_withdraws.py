"""A notice of a change replaces what it says anew, and never news of a person's own state that has not left yet."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.mail import still_true
from app.models import EmailState, MessageKind, Mode, OutgoingEmail, Registration
from app.models.taking_back import taken_back_by
from app.operations import notifying
from app.operations.communication import announcing
from app.operations.program import rescheduling
from app.operations.program.moments import Moment
from app.operations.program.rescheduling import Move
from app.operations.program.telling import Telling
from app.operations.registration import offering, picking
from app.operations.registration.cancelling import cancel
from tests.support import factories as make
from tests.support.desk import details, registrations, sign_up, with_rules
from tests.support.sessions import hold_sessions

pytestmark = [pytest.mark.usefixtures("app", "at"), pytest.mark.slow, pytest.mark.database("sqlite")]
NEWS = [
    *(MessageKind.CONFIRMED, MessageKind.WAITLISTED, MessageKind.PROMOTED, MessageKind.SESSION_PROMOTED),
    *(MessageKind.APPROVAL_PENDING, MessageKind.OFFER_LAPSED, MessageKind.LINE_CLOSED, MessageKind.CHANGED),
]
NOTICES = [
    *(MessageKind.EVENT_CHANGED, MessageKind.EVENT_POSTPONED),
    *(MessageKind.SESSION_MOVED, MessageKind.HOW_TO_JOIN),
]


def mails_of(person_id):
    db.session.rollback()
    query = db.select(OutgoingEmail).filter_by(registration_id=person_id).order_by(OutgoingEmail.id)
    return [mail for mail in db.session.scalars(query) if mail.state is EmailState.QUEUED]


def kinds(person_id):
    return [mail.kind.value for mail in mails_of(person_id)]


def test_no_notice_replaces_news_of_the_person():
    assert [one for one in NOTICES if taken_back_by(one) & set(NEWS)] == []


def test_news_of_the_person_leaves_before_the_notice():
    person_id = make.registration(make.event()).id
    for kind in (MessageKind.CONFIRMED, MessageKind.EVENT_CHANGED):
        queue(kind, person_id)
    assert kinds(person_id) == ["confirmed", "event-changed"]
    assert still_true.why_not(mails_of(person_id), clock.now()) == {}


def queue(kind, person_id):
    transact(lambda at: notifying.queue(kind, db.session.get_one(Registration, person_id), at=at))


def test_what_ends_everything_replaces_everything():
    person_id = make.registration(make.event()).id
    for kind in (MessageKind.CONFIRMED, MessageKind.EVENT_CHANGED, MessageKind.EVENT_CANCELLED):
        queue(kind, person_id)
    assert kinds(person_id) == ["event-cancelled"]


@pytest.fixture
def offered():
    """A seat is offered to somebody, and the mail has not left. Returns the event and the person."""
    event_id = with_rules(make.event(seats={Mode.ONLINE: 1}).id, offer_hours=4)
    hold_sessions(event_id, {"seats": {Mode.ONLINE: 5}})
    for _ in range(2):
        sign_up(event_id, details(mode=Mode.ONLINE))
    first, second = (person.id for person in registrations(event_id))
    transact(lambda at: cancel(first, at=at).id)
    assert kinds(second) == ["offered"]
    return event_id, second


def move(event_id):
    where = Move(Moment(make.wall("2026-03-23 13:00")), Moment(make.wall("2026-03-23 14:00")))
    transact(lambda at: rescheduling.reschedule(event_id, where, version=None, by="e", at=at, tell=Telling()).id)


def test_an_offer_that_has_not_left_is_told_and_the_notice_tells_of_it_too(offered):
    event_id, person_id = offered
    move(event_id)
    with clock.stopped_at(clock.now() + timedelta(minutes=11)):
        transact(announcing.send_due_notices)
        assert kinds(person_id) == ["offered", "event-changed"]
        assert still_true.why_not(mails_of(person_id), clock.now()) == {}
    assert mails_of(person_id)[-1].facts["registration"]["offered_until"]


def test_postponing_takes_an_offer_back(offered):
    event_id, person_id = offered
    transact(lambda at: rescheduling.postpone(event_id, version=None, by="e", at=at, tell=Telling()).id)
    assert kinds(person_id) == []


def test_an_offer_outlasts_a_change_of_the_persons_sessions_and_no_longer(offered):
    _event_id, person_id = offered
    (session,) = db.session.get_one(Registration, person_id).event.sessions
    transact(lambda at, session_id=session.id: picking.change(person_id, picking.Wanted((session_id,)), at=at))
    assert kinds(person_id) == ["offered", "changed"]
    (offer, _) = mails_of(person_id)
    assert still_true.why_not([offer], clock.now()) == {}
    transact(lambda at: offering.accept(person_id, at=at).id)
    assert kinds(person_id) == ["confirmed"]


def test_who_holds_no_offer_any_more_is_not_asked_for_an_answer(offered):
    _event_id, person_id = offered
    transact(lambda _: setattr(db.session.get_one(Registration, person_id), "offered_until", None))
    (offer,) = mails_of(person_id)
    assert list(still_true.why_not([offer], clock.now())) == [offer.id]
