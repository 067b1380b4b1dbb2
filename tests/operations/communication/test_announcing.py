"""A change is told when "Undo" is over: what is true then, to everybody concerned, once."""

from datetime import timedelta

import pytest

from app.db import db, transact
from app.models import AuditEntry, ChangeNotice, Event, EventState, Invitation, MessageKind, Mode, OutgoingEmail
from app.models import RegistrationState as State
from app.models.message_kind import TOLD_TO_INVITED
from app.operations import notifying
from app.operations.communication import announcing
from app.operations.program import telling
from app.operations.registration import telling_invited
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

    transact(lambda _: setattr(db.session.get_one(Event, event_id), "title", "Another title"))
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


def invited(event, address, **given):
    values = {"event_id": event.id, "email": address, "email_key": address, "invited_at": NOON, "invited_by": "e@x.gov"}
    return make.kept(lambda _: Invitation(**values | given)).id


@pytest.mark.parametrize("kind", sorted(TOLD_TO_INVITED, key=str))
def test_who_is_invited_and_has_not_registered_is_told_as_well(kind):
    event = make.event()
    person = make.registration(event)
    open_one = invited(event, "ana@broker.example")
    invited(event, person.email)
    invited(event, "taken.back@broker.example", revoked_at=NOON)
    invited(event, "came@broker.example", used_at=NOON)
    invited(event, "later@broker.example", invited_at=NOON + timedelta(minutes=1))
    before = telling.audience(event)
    assert (before.invited, before.mailed) == (2, 3)
    notice_id = notice(event, kind=kind)
    assert [send(), send()] == [2, 0]
    assert [mail.recipient for mail in mails()] == [person.email, "ana@broker.example"]
    assert {mail.kind for mail in mails()} == {kind}
    assert mails()[1].registration_id is None
    assert mails()[1].dedupe_key.endswith(f"/invitation-{open_one}/notice-{notice_id}")
    assert stored(notice_id).recipients == 2


def test_invited_people_hear_nothing_of_what_is_for_registered_people_alone():
    event = make.event()
    invited(event, "ana@broker.example")
    found = notice(event, kind=MessageKind.HOW_TO_JOIN)
    assert telling.audience(event, notice=stored(found)).invited == 0
    send()
    assert mails() == []


def test_who_was_invited_while_a_change_stood_hears_that_it_was_taken_back():
    event = make.event()
    read_it = invited(event, "ana@broker.example")
    invited(event, "ben@broker.example")
    about = {"event": notifying.event_facts(event, NOON), "before": notifying.event_facts(event, NOON), "reason": ""}
    event_id = event.id

    def invite_and_undo(at):
        sent_to = {"key": f"{read_it}/1", "facts": about, "event_id": event_id, "at": at}
        notifying.queue_to(MessageKind.INVITATION, "ana@broker.example", **sent_to)
        db.session.flush()
        telling_invited.correct(
            MessageKind.EVENT_CHANGED, db.session.get_one(Event, event_id), about, key="undo-1", since=NOON, at=at
        )

    transact(invite_and_undo)
    assert [(mail.kind, mail.recipient) for mail in mails()] == [
        (MessageKind.INVITATION, "ana@broker.example"),
        (MessageKind.EVENT_CHANGED, "ana@broker.example"),
    ]


def test_nobody_hears_of_a_new_time_of_what_was_cancelled_quietly_meanwhile():
    event = make.event()
    make.registration(event)
    invited(event, "ana@broker.example")
    notice(event)
    event_id = event.id
    transact(lambda _: setattr(db.session.get_one(Event, event_id), "state", EventState.CANCELLED))
    send()
    assert mails() == []
