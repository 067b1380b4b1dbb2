"""Invitations: a mail and a link for each address, good for one registration, and nothing for anybody else."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import (
    Access,
    AuditEntry,
    EmailState,
    Event,
    EventState,
    Invitation,
    InvitationState,
    MessageKind,
    OutgoingEmail,
)
from app.models.outgoing_email import NO_LONGER_TRUE
from app.operations import notifying
from app.operations.registration import admitting, inviting, telling_invited
from app.operations.registration.by_hand import Asked, Channel, register_by_hand
from app.operations.registration.cancelling import EventOverError, cancel
from app.operations.registration.handing_over import may_hand_over
from app.operations.registration.moving_address import ask
from app.operations.registration.readdressing import readdress
from tests.support.desk import details, make_event, registrations, sign_up, standings, with_rules

pytestmark = pytest.mark.usefixtures("app", "at")
BY = "ed@example.gov"
ANA, BEN = "ana@broker.example", "ben@importer.example"


@pytest.fixture
def event_id() -> int:
    return with_rules(make_event(capacity=5), access=Access.INVITED)


def invite(event_id: int, *addresses: str) -> inviting.Invited:
    return transact(lambda at: inviting.invite(event_id, addresses, by=BY, at=at))


def invitation(event_id: int, address: str = ANA) -> Invitation:
    db.session.expire_all()
    return db.session.scalars(db.select(Invitation).filter_by(event_id=event_id, email_key=address)).one()


def come(event_id: int, address: str = ANA, **given: object) -> int:
    """Register through one's invitation."""
    mine = invitation(event_id, address)
    values = {"email": address, "invitation": (mine.id, mine.link_version)} | given
    return sign_up(event_id, details(**values))


def mails() -> list[str]:
    found = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.INVITATION))
    return sorted(mail.recipient for mail in found)


def leave() -> None:
    """The worker hands over every mail that waits."""
    transact(lambda _: db.session.execute(db.update(OutgoingEmail).values(state=EmailState.ACCEPTED)) and None)


def test_it_works(event_id: int) -> None:
    assert invite(event_id, ANA, BEN) == inviting.Invited(new=2)
    assert mails() == [ANA, BEN]
    come(event_id)
    assert standings(event_id) == ["in-person confirmed"]
    used = invitation(event_id)
    assert (used.state, used.registration_id) == (InvitationState.USED, registrations(event_id)[0].id)
    assert invitation(event_id, BEN).is_open


def test_nobody_registers_without_one_or_under_another_address(event_id: int) -> None:
    invite(event_id, ANA, BEN)
    mine = invitation(event_id)
    other = with_rules(make_event(), access=Access.INVITED)
    for typed in (
        details(email=ANA),
        details(email="zoe@importer.example", invitation=(mine.id, mine.link_version)),
        details(email=BEN, invitation=(mine.id, mine.link_version)),
        details(email=ANA, invitation=(mine.id, mine.link_version + 1)),
        details(email=ANA, is_guest=True, invitation=(mine.id, mine.link_version)),
        details(email=ANA, invitation=(99, 1)),
    ):
        with pytest.raises(admitting.InvitationNeededError):
            sign_up(event_id, typed)
    with pytest.raises(admitting.InvitationNeededError):
        sign_up(other, details(email=ANA, invitation=(mine.id, mine.link_version)))
    assert registrations(event_id) == []


def test_it_is_good_once(event_id: int) -> None:
    invite(event_id, ANA)
    come(event_id)
    with pytest.raises(admitting.InvitationNeededError):
        come(event_id)
    for act in (inviting.resend, inviting.revoke):
        number = invitation(event_id).id
        with pytest.raises(inviting.InvitationUsedError):
            transact(lambda at, act=act, number=number: act(number, by=BY, at=at) is None)
    cancelled = registrations(event_id)[0].id
    transact(lambda at: cancel(cancelled, at=at).id)
    with pytest.raises(admitting.InvitationNeededError):
        come(event_id)
    number = invitation(event_id).id
    assert transact(lambda at: inviting.resend(number, by=BY, at=at))
    come(event_id)
    assert standings(event_id) == ["in-person cancelled", "in-person confirmed"]


def test_sending_the_form_twice_is_harmless(event_id: int) -> None:
    invite(event_id, ANA)
    mine = invitation(event_id)
    typed = details(email=ANA, invitation=(mine.id, mine.link_version))
    assert sign_up(event_id, typed, form_key="one") == sign_up(event_id, typed, form_key="one")


def test_taken_back_it_opens_nothing_and_can_be_sent_anew(event_id: int) -> None:
    invite(event_id, ANA)
    number, version = invitation(event_id).id, invitation(event_id).link_version
    transact(lambda at: inviting.revoke(number, by=BY, at=at).id)
    for known in (version, invitation(event_id).link_version):
        with pytest.raises(admitting.InvitationNeededError):
            sign_up(event_id, details(email=ANA, invitation=(number, known)))
    assert invite(event_id, ANA) == inviting.Invited(new=1)
    with pytest.raises(admitting.InvitationNeededError):
        sign_up(event_id, details(email=ANA, invitation=(number, version)))
    come(event_id)
    assert mails() == [ANA, ANA]


def test_who_is_invited_or_registered_gets_no_second_mail(event_id: int) -> None:
    invite(event_id, ANA)
    asked = Asked(Channel.PHONE)
    transact(lambda at: register_by_hand(event_id, details(email=BEN), asked, by=BY, at=at).id)
    assert invite(event_id, ANA.upper(), BEN) == inviting.Invited(new=0, standing=2)
    assert mails() == [ANA]


def test_whom_staff_register_needs_the_invitation_no_more(event_id: int) -> None:
    invite(event_id, ANA)
    asked = Asked(Channel.PHONE)
    transact(lambda at: register_by_hand(event_id, details(email=ANA), asked, by=BY, at=at).id)
    assert invitation(event_id).state is InvitationState.USED


def test_the_registration_stays_under_the_invited_address(event_id: int) -> None:
    invite(event_id, ANA)
    submission = come(event_id)
    [person] = registrations(event_id)
    person_id = person.id
    assert not may_hand_over(person, clock.now())
    with pytest.raises(admitting.InvitationNeededError):
        transact(lambda at: ask(person_id, "ana@home.example", language="en", at=at).version)
    with pytest.raises(admitting.InvitationNeededError):
        transact(lambda at: readdress(submission, "ana@home.example", at=at))
    assert registrations(event_id)[0].email == ANA


def test_only_an_event_that_takes_invited_people_invites() -> None:
    with pytest.raises(inviting.NotByInvitationError):
        invite(make_event(), ANA)
    event_id = with_rules(make_event(), access=Access.INVITED)
    over = db.session.get_one(Event, event_id).ends_at
    assert over
    with clock.stopped_at(over + timedelta(hours=1)), pytest.raises(EventOverError):
        invite(event_id, ANA)


def test_each_act_is_logged_with_the_addresses_apart(event_id: int) -> None:
    invite(event_id, ANA)
    number = invitation(event_id).id
    leave()
    assert transact(lambda at: inviting.resend(number, by=BY, at=at))
    transact(lambda at: inviting.revoke(number, by=BY, at=at).id)
    entries = db.session.scalars(db.select(AuditEntry).filter_by(actor=BY).order_by(AuditEntry.id)).all()
    assert [entry.act for entry in entries] == ["invited", "invited again", "took invitation back"]
    assert all(entry.personal == {"emails": [ANA]} for entry in entries)
    assert not any(ANA in str(entry.detail) for entry in entries)


def test_while_its_mail_waits_to_leave_no_second_one_is_made(event_id: int) -> None:
    invite(event_id, ANA)
    number = invitation(event_id).id
    assert not transact(lambda at: inviting.resend(number, by=BY, at=at))
    assert mails() == [ANA]
    leave()
    assert transact(lambda at: inviting.resend(number, by=BY, at=at))
    assert not transact(lambda at: inviting.resend(number, by=BY, at=at))
    assert mails() == [ANA, ANA]


@pytest.mark.parametrize("is_told_why", [True, False])
def test_who_was_not_invited_because_of_a_cancellation_is_once_it_is_undone(event_id: int, is_told_why: bool) -> None:
    """Whose mail staff themselves took back is not written to."""
    invite(event_id, ANA)
    words = NO_LONGER_TRUE if is_told_why else "Withdrawn by lee@example.gov."
    since = clock.now()

    def undo(at: datetime) -> None:
        event = db.session.get_one(Event, event_id)
        for mail in db.session.scalars(db.select(OutgoingEmail)):
            mail.enter(EmailState.WITHDRAWN, words, at)
        now = notifying.event_facts(event, at)
        before = now | {"state": EventState.CANCELLED.value}
        telling_invited.correct(
            MessageKind.EVENT_CHANGED,
            event,
            {"event": now, "before": before, "reason": ""},
            key="undo-1",
            since=since,
            at=at,
        )

    transact(undo)
    assert mails() == ([ANA, ANA] if is_told_why else [ANA])
    assert not db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.EVENT_CHANGED)).all()
