"""A reminder is looked at once more before it leaves: it goes only while all is as it says and there is time to act."""

from datetime import timedelta

import pytest

from app.db import db, transact
from app.models import EmailState, Event, EventSession, EventState, MessageKind, Mode, OutgoingEmail, Registration
from app.models import RegistrationState as State
from app.operations import notifying
from tests.mail.conftest import row
from tests.mail.samples import SAMPLES
from tests.support import factories as make
from tests.support.sessions import hold_sessions

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]


@pytest.fixture
def reminder(app, at):
    """A reminder that waits to be sent, useful for an hour."""
    event = make.event(seats={Mode.ONLINE: None})
    session_id = hold_sessions(event.id, {"seats": {Mode.ONLINE: None}})[0]
    person_id = make.registration(event).id

    def queue(at):
        person = db.session.get_one(Registration, person_id)
        session = notifying.session_facts(db.session.get_one(EventSession, session_id))
        extra = {"useful_until": (at + timedelta(hours=1)).isoformat(), "session": session}
        return notifying.queue(MessageKind.SESSION_JOIN, person, at=at, extra=extra, key="x")

    mail = transact(lambda at: _id(queue(at)))
    return mail, event.id, person_id, session_id


def _id(mail):
    db.session.flush()
    return mail.id


def change(table, row_id, **values):
    def work(_):
        found = db.session.get_one(table, row_id)
        for name, value in values.items():
            setattr(found, name, value)

    transact(work)


def test_it_works(reminder, drain, smtp):
    drain()
    assert row(reminder[0]).state is EmailState.ACCEPTED
    assert len(smtp.sink.messages) == 1


@pytest.mark.parametrize("change_something", ["seat", "event", "start", "session", "late"])
def test_what_is_not_so_any_more_never_leaves(reminder, drain, smtp, later, change_something):
    mail, event_id, person_id, session_id = reminder
    hour = timedelta(hours=1)
    match change_something:
        case "seat":
            change(Registration, person_id, state=State.WAITLISTED)
        case "event":
            change(Event, event_id, state=EventState.CANCELLED)
        case "start":
            change(Event, event_id, starts_at=db.session.get_one(Event, event_id).starts_at + hour)
        case "session":
            change(EventSession, session_id, starts_at=db.session.get_one(EventSession, session_id).starts_at + hour)
    with later(hour + timedelta(seconds=1) if change_something == "late" else timedelta()):
        drain()
    assert row(mail).state is EmailState.WITHDRAWN
    assert not smtp.sink.messages


CALLS = [MessageKind.INVITATION, MessageKind.REGISTRATION_OPEN, MessageKind.TAKE_OVER, MessageKind.CONFIRM_ADDRESS]


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("is_cancelled", [False, True])
def test_nobody_is_called_to_an_event_that_is_cancelled(app, at, drain, smtp, kind, is_cancelled):
    event = make.event()
    told = SAMPLES[kind][min(SAMPLES[kind])]
    given = {"facts": told, "key": "1", "event_id": event.id}
    mail = transact(lambda at: _id(notifying.queue_to(kind, "ana@example.com", at=at, **given)))
    if is_cancelled:
        change(Event, event.id, state=EventState.CANCELLED)
    drain()
    assert row(mail).state is (EmailState.WITHDRAWN if is_cancelled else EmailState.ACCEPTED)
    assert len(smtp.sink.messages) == (not is_cancelled)


CONFIRMED, PROMOTED = MessageKind.CONFIRMED, MessageKind.SESSION_PROMOTED


@pytest.mark.parametrize(
    ("first", "then", "both"),
    [
        (CONFIRMED, PROMOTED, True),
        (PROMOTED, MessageKind.SESSION_LINE_CLOSED, False),
        (PROMOTED, MessageKind.CHANGED, False),
        (CONFIRMED, MessageKind.CANCELLED, False),
    ],
)
@pytest.mark.parametrize("is_late", [False, True])
def test_word_of_a_session_takes_no_word_of_the_registration_back(drain, smtp, first, then, both, is_late):
    """Whether it comes while the first waits, or while a worker has the first in hand."""
    person_id = make.registration(make.event()).id

    def queue(kind, at):
        told = SAMPLES[kind][""]
        extra = {name: value for name, value in told.items() if name not in {"registration", "event"}}
        return notifying.queue(kind, db.session.get_one(Registration, person_id), at=at, extra=extra, key=kind.value)

    mail = transact(lambda at: _id(queue(first, at)))
    transact(lambda at: _id(queue(then, at)))
    if is_late:
        change(OutgoingEmail, mail, state=EmailState.QUEUED)
    for _ in range(2):  # A person's mails leave one after the other.
        drain()
    assert len(smtp.sink.messages) == 1 + both
    assert row(mail).state is (EmailState.ACCEPTED if both else EmailState.WITHDRAWN)
