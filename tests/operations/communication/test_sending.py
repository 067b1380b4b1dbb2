"""An announcement: tested by its sender, taken back in time, queued once for each address that fits when it leaves."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.mail import delivery, rendering, still_true
from app.mail.transports import MaildirTransport
from app.models import (
    Announcement,
    AnnouncementState,
    AuditEntry,
    BouncedAddress,
    EmailState,
    Event,
    EventSession,
    FailureReason,
    MessageKind,
    Mode,
    OutgoingEmail,
    Pick,
    PickState,
    RegistrationSource,
)
from app.models import RegistrationState as State
from app.models.outgoing_email import NO_LONGER_TRUE
from app.models.placeholder import GENERAL
from app.operations.communication import addressing, sending, writing
from app.operations.communication.writing import Words
from app.operations.program import rescheduling
from app.operations.program.telling import Telling
from app.operations.registration.cancelling import cancel
from app.operations.registration.listing import AttendeeFilter, ChosenSession
from app.operations.registration.reaching import Reach
from tests.conftest import NOON
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("app", "at")

EDITOR = "editor@example.gov"
LATER = NOON + sending.WINDOW
PLAIN = Words("Slides", "They are up, {first_name}.")
URGENT = Words("Doors", "Use the west entrance.", is_urgent=True, notice="West entrance.")


def draft(event, words=PLAIN, **asked):
    return transact(lambda at: writing.draft(event.id, words, AttendeeFilter(event.id, **asked), by=EDITOR, at=at).id)


def test_oneself(announcement_id):
    transact(lambda at: sending.test(announcement_id, to=EDITOR, name="Lee Park", at=at))


def send(announcement_id, by=EDITOR, version=1):
    transact(lambda at: sending.send(announcement_id, version=version, by=by, at=at))


def sent(event, words=PLAIN, **asked):
    made = draft(event, words, **asked)
    test_oneself(made)
    send(made)
    return made


def leave(at=LATER):
    return transact(lambda _: sending.leave_due(at))


def stored(announcement_id):
    db.session.rollback()
    return db.session.get_one(Announcement, announcement_id, populate_existing=True)


def mails():
    """To people; the tests that staff sent to themselves stand apart."""
    db.session.rollback()
    chosen = db.select(OutgoingEmail).where(OutgoingEmail.registration_id.is_not(None)).order_by(OutgoingEmail.id)
    return db.session.scalars(chosen).all()


test_oneself.__test__ = False


def test_it_works():
    event = make.event()
    person = make.registration(event)
    made = sent(event)
    assert stored(made).state is AnnouncementState.WAITING
    assert leave(LATER - timedelta(seconds=1)) == 0
    assert not mails()
    leave()
    (mail,) = mails()
    assert (mail.kind, mail.recipient, mail.priority) == (MessageKind.ANNOUNCEMENT, person.email, 2)
    assert mail.facts["announcement"] == {"subject": "Slides", "text": "They are up, {first_name}.", "urgent": False}
    assert (stored(made).state, stored(made).recipients) == (AnnouncementState.SENT, 1)
    acts = db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["drafted announcement", "tested announcement", "sent announcement", "announcement left"]


def test_it_goes_out_once():
    event = make.event()
    make.registration(event)
    sent(event)
    leave()
    assert leave() == 0
    assert len(mails()) == 1


def test_a_stop_between_two_batches_skips_nobody_and_doubles_nobody(monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 2)
    event = make.event()
    people = [make.registration(event).email for _ in range(5)]
    made = sent(event)
    assert [leave(), leave(), leave(), leave()] == [2, 2, 1, 0]
    assert [mail.recipient for mail in mails()] == people
    assert stored(made).recipients == 5


def test_without_a_state_everybody_is_meant_who_holds_a_seat_or_waits():
    event = make.event()
    wanted = [make.registration(event, state=state).email for state in (State.CONFIRMED, State.WAITLISTED)]
    for state in (State.CANCELLED, State.NOT_APPROVED, State.PENDING_APPROVAL):
        make.registration(event, state=state)
    make.registration(event, source=RegistrationSource.DEMO)
    make.registration(event, email=None, email_key=None)
    made = draft(event)
    found = addressing.audience(addressing.filter_of(stored(made)))
    assert (found.mailed, found.without_address, found.sharing) == (2, 1, 0)
    sent(event)
    leave()
    assert [mail.recipient for mail in mails()] == wanted


def test_who_is_meant_is_asked_when_it_leaves():
    event = make.event()
    gone, late = make.registration(event), None
    sent(event)
    transact(lambda at: cancel(gone.id, at=at))
    late = make.registration(event)
    leave()
    told = [mail.recipient for mail in mails() if mail.kind is MessageKind.ANNOUNCEMENT]
    assert told == [late.email]


def test_the_cancelled_get_it_if_the_filter_says_so():
    event = make.event()
    make.registration(event)
    cancelled = make.registration(event, state=State.CANCELLED)
    sent(event, state=State.CANCELLED)
    leave()
    assert [mail.recipient for mail in mails()] == [cancelled.email]


def test_the_filter_of_the_list_is_the_filter():
    event = make.event(seats={Mode.IN_PERSON: 5, Mode.ONLINE: 5})
    make.registration(event, mode=Mode.IN_PERSON)
    online = make.registration(event, mode=Mode.ONLINE, last_name="Baker")
    make.registration(event, mode=Mode.ONLINE, last_name="Okafor")
    sent(event, mode=Mode.ONLINE, q="bak")
    leave()
    assert [mail.recipient for mail in mails()] == [online.email]


def test_an_address_gets_one():
    event = make.event()
    holder = make.registration(event, email="a@x.example")
    make.registration(event, email="a@x.example", guest_key="a colleague")
    made = draft(event)
    found = addressing.audience(addressing.filter_of(stored(made)))
    assert (found.mailed, found.sharing) == (1, 1)
    sent(event)
    leave()
    assert [mail.registration_id for mail in mails()] == [holder.id]


def test_an_address_gets_one_though_its_first_person_cancels_while_it_leaves(monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 1)
    event = make.event()
    holder = make.registration(event, email="a@x.example")
    make.registration(event, email="a@x.example", guest_key="a colleague")
    sent(event)
    leave()
    transact(lambda at: cancel(holder.id, at=at))
    while leave():
        pass
    assert len([mail for mail in mails() if mail.kind is MessageKind.ANNOUNCEMENT]) == 1


def test_who_cancels_before_it_is_their_turn_gets_nothing(tmp_path):
    event = make.event()
    person, staying = make.registration(event), make.registration(event)
    sent(event)
    leave()
    transact(lambda at: cancel(person.id, at=at))
    with clock.stopped_at(LATER):
        while delivery.drain("one", MaildirTransport(tmp_path)).taken:
            pass
    states = {mail.registration_id: mail.state for mail in mails() if mail.kind is MessageKind.ANNOUNCEMENT}
    assert states == {person.id: EmailState.WITHDRAWN, staying.id: EmailState.ACCEPTED}


def test_the_test_goes_to_its_sender_and_opens_nothing():
    event = make.event()
    make.registration(event)
    made = draft(event)
    test_oneself(made)
    (mail,) = db.session.scalars(db.select(OutgoingEmail)).all()
    assert (mail.recipient, mail.registration_id, mail.facts["registration"]["id"]) == (EDITOR, None, 0)
    assert mail.facts["announcement"]["test"] is True


def test_in_the_test_every_placeholder_has_a_value():
    made = draft(make.event(), Words("News", " | ".join(f"{{{one.value}}}" for one in GENERAL)))
    test_oneself(made)
    facts = db.session.scalars(db.select(OutgoingEmail.facts)).one()
    read = " ".join(rendering.render(MessageKind.ANNOUNCEMENT, facts).text.split())
    assert "Lee | Lee Park | Sample organization | 0000000000 | " in read
    assert "|  |" not in read


@pytest.mark.parametrize("who", [EDITOR, "other@example.gov"])
def test_who_has_not_tested_these_words_does_not_send_them(who):
    event = make.event()
    make.registration(event)
    made = draft(event)
    version = 1
    test_oneself(made)
    if who == EDITOR:
        changed = Words("Slides", "Others.")
        transact(lambda at: writing.rewrite(made, changed, version=1, by=EDITOR, at=at))
        version = 2
    with pytest.raises(sending.NotTestedError):
        send(made, by=who, version=version)


def test_words_that_were_changed_meanwhile_are_not_sent_unseen():
    event = make.event()
    make.registration(event)
    made = draft(event)
    transact(lambda at: writing.rewrite(made, URGENT, version=1, by="other@example.gov", at=at))
    test_oneself(made)
    with pytest.raises(writing.ChangedMeanwhileError):
        send(made, version=1)
    with pytest.raises(writing.ChangedMeanwhileError):
        transact(lambda at: writing.rewrite(made, PLAIN, version=1, by=EDITOR, at=at))


def test_nobody_is_no_audience():
    event = make.event()
    made = draft(event)
    test_oneself(made)
    with pytest.raises(sending.NobodyMeantError):
        send(made)


def test_it_can_be_taken_back_until_it_leaves():
    event = make.event()
    make.registration(event)
    made = sent(event)
    transact(lambda at: sending.take_back(made, by=EDITOR, at=at))
    assert leave() == 0
    assert stored(made).is_draft
    send(made)
    leave()
    with pytest.raises(sending.HasLeftError):
        transact(lambda at: sending.take_back(made, by=EDITOR, at=at))


@pytest.mark.parametrize("act", ["rewrite", "choose", "discard", "test"])
def test_what_was_sent_stands(act):
    event = make.event()
    make.registration(event)
    made = sent(event)

    def change(at):
        match act:
            case "rewrite":
                writing.rewrite(made, URGENT, version=1, by=EDITOR, at=at)
            case "choose":
                writing.choose(made, AttendeeFilter(event.id), by=EDITOR, at=at)
            case "discard":
                writing.discard(made, by=EDITOR, at=at)
            case _:
                sending.test(made, to=EDITOR, name="", at=at)

    with pytest.raises(writing.NoDraftError):
        transact(change)


def test_an_urgent_one_leaves_at_once_before_all_others_and_stands_on_the_pages():
    event = make.event()
    make.registration(event)
    made = sent(event, URGENT)
    assert leave(NOON) == 1
    (mail,) = mails()
    assert mail.priority == 0
    assert db.session.get_one(Event, event.id).urgent_notice == "West entrance."
    with pytest.raises(sending.HasLeftError):
        transact(lambda at: sending.take_back(made, by=EDITOR, at=at))
    transact(lambda at: sending.take_down(made, by=EDITOR, at=at))
    assert db.session.get_one(Event, event.id).urgent_notice == ""
    assert stored(made).taken_down_at == NOON


def test_a_second_urgent_notice_replaces_the_first():
    event = make.event()
    make.registration(event)
    first = sent(event, URGENT)
    second = sent(event, Words("Doors", "Open.", is_urgent=True, notice="East entrance."))
    assert not stored(first).stands_on_pages
    transact(lambda at: sending.take_down(first, by=EDITOR, at=at))
    assert db.session.get_one(Event, event.id).urgent_notice == "East entrance."
    assert stored(second).stands_on_pages


def picked_session(event):
    values = {"starts_local": event.starts_local, "starts_at": event.starts_at}
    values |= {"ends_local": event.ends_local, "ends_at": event.ends_at}
    session = make.kept(lambda _: EventSession(event_id=event.id, title="Origin", is_picked=True, **values))
    return ChosenSession(session.id, session.title)


def no_longer_picked(session):
    def work(_):
        db.session.get_one(EventSession, session.id).is_picked = False

    transact(work)


def test_without_the_session_it_was_meant_for_it_goes_to_nobody():
    event = make.event()
    make.registration(event)
    session = picked_session(event)
    person = make.registration(event)
    make.kept(
        lambda at: Pick(
            registration_id=person.id, session_id=session.id, mode=Mode.ONLINE, state=PickState.CONFIRMED, picked_at=at
        )
    )
    made = sent(event, session=session)
    no_longer_picked(session)
    leave()
    assert not mails()
    assert stored(made).is_draft
    with pytest.raises(sending.FilterGoneError):
        send(made)
    acts = db.session.scalars(db.select(AuditEntry.act)).all()
    assert "held announcement back" in acts


def test_those_whose_mail_came_back_are_counted_and_can_be_chosen():
    event = make.event()
    make.registration(event)
    person = make.registration(event)
    flag = {"reason": FailureReason.MAILBOX_FULL, "words": "Full.", "bounced_at": NOON}
    make.kept(lambda _: BouncedAddress(email_key=person.email_key, **flag))
    found = addressing.audience(AttendeeFilter(event.id))
    assert (found.mailed, found.came_back) == (2, 1)
    sent(event, mail=Reach.BOUNCED)
    leave()
    assert [mail.recipient for mail in mails()] == [person.email]


def called_off(event_id, verb):
    transact(lambda at: verb(event_id, version=None, by=EDITOR, at=at, tell=Telling()).id)


@pytest.mark.parametrize("verb", [rescheduling.postpone, rescheduling.cancel])
def test_one_that_waits_is_a_draft_again_once_the_event_changed(verb):
    event = make.event()
    make.registration(event)
    made = sent(event)
    called_off(event.id, verb)
    with clock.stopped_at(LATER):
        transact(sending.leave_due)
    found = db.session.get_one(Announcement, made)
    assert (found.state, found.was_held_back) == (AnnouncementState.DRAFT, True)
    with pytest.raises(sending.NotTestedError):
        send(made)


def test_what_was_on_its_way_is_not_delivered_once_the_event_is_called_off():
    event = make.event()
    person = make.registration(event)
    sent(event)
    with clock.stopped_at(LATER):
        transact(sending.leave_due)
        called_off(event.id, rescheduling.cancel)
        rows = db.session.scalars(db.select(OutgoingEmail).filter_by(registration_id=person.id)).all()
        assert [still_true.why_not([row], LATER) for row in rows] == [{rows[0].id: NO_LONGER_TRUE}]
