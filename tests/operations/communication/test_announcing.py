"""A change is told when "Undo" is over: what is true then, to everybody concerned, once."""

from datetime import timedelta

import pytest

from app.db import db, transact
from app.models import AuditEntry, ChangeNotice, Event, EventState, MessageKind, Mode, OutgoingEmail
from app.models import RegistrationState as State
from app.operations import notifying
from app.operations.communication import announcing
from tests.conftest import NOON
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("app", "at")


def notice(event, before=None, **given):
    """A change made an hour ago, due now; before it the event began two hours earlier."""
    facts = notifying.event_facts(event, NOON)
    former = {**facts, "starts_at": "2026-03-16T15:00:00+00:00"} if before is None else before(facts)
    values = {
        "event_id": event.id,
        "kind": MessageKind.EVENT_CHANGED,
        "before": former,
        "reason": "A storm.",
        "made_by": "editor@example.gov",
        "made_at": NOON,
        "due_at": NOON,
    }
    return make.kept(lambda _: ChangeNotice(**values | given)).id


def send():
    return transact(announcing.send_due_notices)


def stored(notice_id):
    db.session.rollback()
    return db.session.get_one(ChangeNotice, notice_id, populate_existing=True)


def mails():
    db.session.rollback()
    return db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id)).all()


def test_it_works():
    event = make.event()
    person = make.registration(event)
    notice_id = notice(event)
    assert send() == 1
    (mail,) = mails()
    assert (mail.kind, mail.recipient) == (MessageKind.EVENT_CHANGED, person.email)
    assert mail.facts["before"]["starts_at"] == "2026-03-16T15:00:00+00:00"
    assert mail.facts["reason"] == "A storm."
    assert (stored(notice_id).sent_at, stored(notice_id).recipients) == (NOON, 1)
    assert db.session.scalars(db.select(AuditEntry.act)).all() == ["told of change"]


def test_it_goes_out_once():
    event = make.event()
    make.registration(event)
    notice(event)
    assert [send(), send()] == [1, 0]


def test_everybody_who_holds_a_seat_or_waits_is_told():
    event = make.event()
    told = [make.registration(event, state=state).email for state in (State.CONFIRMED, State.WAITLISTED)]
    for state in (State.CANCELLED, State.NOT_APPROVED):
        make.registration(event, state=state)
    notice(event)
    send()
    assert [mail.recipient for mail in mails()] == told


def test_who_registered_after_the_change_knows_it_already():
    event = make.event()
    make.registration(event, registered_at=NOON + timedelta(minutes=1))
    notice_id = notice(event)
    assert send() == 0
    assert stored(notice_id).recipients == 0


def test_how_to_join_anew_goes_to_people_online_alone():
    event = make.event(seats={Mode.ONLINE: 10, Mode.IN_PERSON: 10})
    online = make.registration(event, mode=Mode.ONLINE)
    make.registration(event, mode=Mode.IN_PERSON)
    make.registration(event, mode=Mode.ONLINE, state=State.WAITLISTED)
    notice(event, before=lambda facts: facts, kind=MessageKind.HOW_TO_JOIN)
    send()
    assert [(mail.kind, mail.recipient) for mail in mails()] == [(MessageKind.HOW_TO_JOIN, online.email)]


def test_a_change_taken_back_by_hand_is_not_told():
    event = make.event()
    make.registration(event)
    notice_id = notice(event, before=lambda facts: facts)
    assert send() == 0
    assert mails() == []
    assert stored(notice_id).withdrawn_at == NOON


@pytest.mark.parametrize("given", [{"due_at": NOON + timedelta(minutes=1)}, {"withdrawn_at": NOON}])
def test_it_waits(given):
    event = make.event()
    make.registration(event)
    notice(event, **given)
    assert send() == 0


def test_people_are_told_what_is_true_when_it_is_sent():
    event = make.event()
    make.registration(event)
    notice(event)
    event_id = event.id

    def cancel(_):
        changed = db.session.get_one(Event, event_id)
        changed.state, changed.title = EventState.CANCELLED, "Another title"

    transact(cancel)
    send()
    assert mails()[0].facts["event"]["title"] == "Another title"


def test_many_people_are_told_in_batches_and_each_once(monkeypatch):
    monkeypatch.setattr(announcing, "BATCH", 2)
    event = make.event()
    people = [make.registration(event).email for _ in range(4)]
    notice_id = notice(event)
    assert send() == 2
    assert stored(notice_id).sent_at == NOON
    assert stored(notice_id).recipients is None
    assert [send(), send(), send()] == [2, 0, 0]
    assert [mail.recipient for mail in mails()] == people
    assert stored(notice_id).recipients == 4
