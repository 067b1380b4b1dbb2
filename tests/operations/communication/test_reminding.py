"""How to join goes to everybody confirmed online when its hour has come: once, and never while it is empty."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import AuditEntry, EventState, Joining, MessageKind, Mode, OutgoingEmail, RegistrationSource
from app.models import RegistrationState as State
from app.operations import notifying
from app.operations.communication import reminding
from tests.conftest import NOON
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("app", "at")
BOTH_WAYS = {Mode.ONLINE: 100, Mode.IN_PERSON: 100}


def release():
    return transact(reminding.release_join)


def mailed():
    db.session.rollback()
    rows = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id)).all()
    assert {row.kind for row in rows} <= {MessageKind.HOW_TO_JOIN}
    return [row.recipient for row in rows]


def test_it_works():
    event = make.event()
    make.joining(event)
    person = make.registration(event)
    assert release() == 1
    (mail,) = db.session.scalars(db.select(OutgoingEmail))
    assert (mail.recipient, mail.registration_id, mail.event_id) == (person.email, person.id, event.id)
    assert mail.facts["event"]["join_released"]
    assert db.session.get(Joining, event.id).mailed_at == NOON
    assert db.session.scalars(db.select(AuditEntry.act)).all() == ["sent how to join"]


def test_it_goes_out_once():
    event = make.event()
    make.joining(event)
    make.registration(event)
    assert [release(), release()] == [1, 0]
    assert len(mailed()) == 1


def test_a_confirmation_that_leads_in_is_enough():
    event = make.event()
    earlier = make.registration(event)
    transact(lambda at: [notifying.queue(MessageKind.CONFIRMED, earlier, at=at)])
    make.joining(event)
    newcomer = make.registration(db.session.merge(event))
    transact(lambda at: [notifying.queue(MessageKind.CONFIRMED, newcomer, at=at)])
    assert release() == 1
    chosen = db.select(OutgoingEmail.recipient).where(OutgoingEmail.kind == MessageKind.HOW_TO_JOIN)
    assert db.session.scalars(chosen).all() == [earlier.email]


def test_only_people_confirmed_online_get_it():
    event = make.event(seats=BOTH_WAYS)
    make.joining(event)
    online = make.registration(event, mode=Mode.ONLINE)
    make.registration(event, mode=Mode.IN_PERSON)
    make.registration(event, mode=Mode.ONLINE, state=State.WAITLISTED)
    make.registration(event, mode=Mode.ONLINE, state=State.CANCELLED)
    make.registration(event, mode=Mode.ONLINE, email=None)
    make.registration(event, mode=Mode.ONLINE, source=RegistrationSource.DEMO)
    release()
    assert mailed() == [online.email]


@pytest.mark.parametrize(
    "given",
    [{"release_at": NOON + timedelta(seconds=1)}, {"release_at": None}, {"link": ""}, {"mailed_at": NOON}],
    ids=["too early", "no time set", "nothing entered", "sent before"],
)
def test_it_waits(given):
    event = make.event()
    make.joining(event, **given)
    make.registration(event)
    assert release() == 0
    assert mailed() == []


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.POSTPONED, EventState.CANCELLED])
def test_an_event_that_does_not_take_place_sends_nothing(state):
    event = make.event(state=state)
    make.joining(event)
    make.registration(event)
    assert release() == 0


def test_nothing_is_sent_for_what_is_over():
    event = make.event()
    make.joining(event)
    make.registration(event)
    with clock.stopped_at(event.ends_at):
        assert release() == 0


def test_many_people_are_told_in_batches_and_each_once(monkeypatch):
    monkeypatch.setattr(reminding, "BATCH", 2)
    event = make.event()
    make.joining(event)
    people = [make.registration(event).email for _ in range(5)]
    assert [release() for _ in range(4)] == [2, 2, 1, 0]
    assert mailed() == people
    assert db.session.get(Joining, event.id).mailed_at == NOON


def test_a_second_release_goes_out_again():
    event = make.event()
    make.joining(event)
    make.registration(event)
    release()

    def again(at):
        joining = db.session.get_one(Joining, event.id)
        joining.release_at, joining.mailed_at = at + timedelta(hours=1), None

    transact(again)
    with clock.stopped_at(NOON + timedelta(hours=1)):
        assert release() == 1
