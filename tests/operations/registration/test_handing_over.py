"""Handing a seat over: the seat stays in line, everything personal stays behind, and nobody learns who is known."""

from datetime import datetime, timedelta

import pytest

from app import clock, links
from app.db import db, transact
from app.mail.rendering import render
from app.models import (
    Access,
    AccessibilityRequest,
    Answer,
    AuditEntry,
    MessageKind,
    Mode,
    Need,
    OutgoingEmail,
    PendingMove,
    Registration,
)
from app.operations.records import retaining
from app.operations.registration import handing_over, moving_address, proposing
from app.operations.registration.admitting import InvitationNeededError, OtherDomainError, WrongCodeError
from app.operations.registration.cancelling import cancel
from app.operations.registration.changing import AddressTakenError
from app.operations.registration.details import GivenAnswer, Needs, RegistrationDetails
from app.operations.registration.handing_over import HandOverEndedError
from app.operations.registration.proposing import MoveOverError, OwnAddressError
from app.operations.registration.readdressing import readdress
from tests.operations.registration.test_cancelling import leave
from tests.operations.registration.test_registering import kinds
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules
from tests.support.pages import CheckedClient
from tests.support.questions import ask
from tests.support.sessions import hold_sessions

pytestmark = pytest.mark.usefixtures("app", "at")
BEN = "ben@importer.example"


def offer(registration_id: int, email: str = BEN) -> int:
    """Ask a colleague. Returns the version that the mailed link carries."""
    named = {"first_name": "Ben", "last_name": "Ito"}
    return transact(
        lambda at: handing_over.propose(registration_id, email=email, **named, language="en", at=at).version
    )


def bens(**given: object) -> RegistrationDetails:
    return details(email="", **{"first_name": "Ben", "last_name": "Ito", "organization": "Ito Freight", **given})


def take(registration_id: int, version: int, typed: RegistrationDetails | None = None) -> None:
    typed = typed or bens()
    transact(lambda at: handing_over.take_over(registration_id, version, typed, at=at).id)


def mails() -> list[tuple[str, str]]:
    rows = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.state == "queued").order_by("id"))
    return [(mail.kind.value, mail.recipient) for mail in rows]


def test_the_seat_goes_to_the_colleague_with_a_number_and_links_of_their_own() -> None:
    event_id = make_event(capacity=1)
    sign_up(event_id, details(email="ana@importer.example"))
    before = registrations(event_id)[0]
    person, old = before.id, (before.number, before.link_version, before.calendar_uid)
    take(person, offer(person))
    [now] = registrations(event_id)
    assert (now.id, now.full_name, now.email, now.organization) == (person, "Ben Ito", BEN, "Ito Freight")
    assert (now.email_key, now.name_key, now.organization_key) == (BEN, "ito ben", "ito freight")
    assert now.link_version == old[1] + 1
    assert now.number != old[0]
    assert now.calendar_uid != old[2]
    assert seats(event_id) == {"in-person": (1, 0)}
    assert mails() == [("take-over", BEN), ("handed-over", "ana@importer.example"), ("confirmed", BEN)]


def test_a_place_in_line_is_handed_over_as_it_is() -> None:
    event_id = make_event(capacity=1)
    for _ in range(3):
        sign_up(event_id)
    second = registrations(event_id)[1].id
    take(second, offer(second))
    leave(registrations(event_id)[0].id)
    assert [one.state.value for one in registrations(event_id)] == ["cancelled", "confirmed", "waitlisted"]
    assert registrations(event_id)[1].email == BEN


def test_until_the_colleague_agrees_nothing_changes() -> None:
    event_id = make_event()
    sign_up(event_id, details(email="ana@importer.example"))
    offer(registrations(event_id)[0].id)
    assert registrations(event_id)[0].email == "ana@importer.example"
    assert registrations(event_id)[0].link_version == 1


def test_asking_is_the_same_for_an_address_that_is_registered() -> None:
    """The colleague learns it from the page that the mail leads to, and nobody else does."""
    event_id = make_event()
    sign_up(event_id)
    sign_up(event_id, details(email="known@importer.example"))
    first = registrations(event_id)[0].id
    for address in ("known@importer.example", "unknown@importer.example"):
        offer(first, address)
    facts = db.session.scalars(db.select(OutgoingEmail.facts).where(OutgoingEmail.kind == MessageKind.TAKE_OVER)).all()
    known, unknown = ({**one, "move": {**one["move"], "version": 0}} for one in facts)
    assert known == unknown
    assert known["mode"] == "in-person"
    version = offer(first, "known@importer.example")
    with pytest.raises(AddressTakenError):
        take(first, version)
    assert standings(event_id) == ["in-person confirmed", "in-person confirmed"]


def test_nothing_personal_goes_along() -> None:
    event_id = make_event()
    question = ask(event_id, "lunch")
    given = (GivenAnswer(question.id, question.current.id, ("No nuts",)),)
    needs = Needs((Need.CAPTIONS,), "In large letters")
    sign_up(event_id, details(answers=given, needs=needs, wants_mail=True, job_title="Owner"))
    person = registrations(event_id)[0].id
    take(person, offer(person))
    [now] = registrations(event_id)
    assert (now.wants_mail, now.job_title) == (False, "")
    assert not db.session.scalars(db.select(AccessibilityRequest)).all()
    assert not db.session.scalars(db.select(Answer)).all()


def test_the_colleague_asks_for_what_they_need_themselves() -> None:
    event_id = make_event()
    sign_up(event_id, details(needs=Needs((Need.CAPTIONS,))))
    person = registrations(event_id)[0].id
    take(person, offer(person), bens(needs=Needs((Need.LARGE_PRINT,))))
    assert [one.registration_id for one in db.session.scalars(db.select(AccessibilityRequest))] == [person]
    told = [mail for mail in mails() if mail[0] == "accessibility-received"]
    assert told[-1] == ("accessibility-received", BEN)


def test_the_history_keeps_old_and_new() -> None:
    event_id = make_event()
    sign_up(event_id, details(email="ana@importer.example", first_name="Ana", last_name="Lopez"))
    person = registrations(event_id)[0].id
    take(person, offer(person))
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "handed over")).one()
    assert entry.personal is not None
    assert entry.personal["full_name"] == ["Ana Lopez", "Ben Ito"]
    assert entry.personal["email"] == ["ana@importer.example", BEN]


def test_the_form_that_was_sent_cannot_take_the_seat_back() -> None:
    event_id = make_event()
    submission = sign_up(event_id, details(email="ana@importer.example"))
    person = registrations(event_id)[0].id
    take(person, offer(person))
    transact(lambda at: readdress(submission, "ana@elsewhere.example", at=at))
    assert [one.email for one in registrations(event_id)] == [BEN, "ana@elsewhere.example"]


def test_a_later_proposal_takes_the_earlier_one_back() -> None:
    event_id = make_event()
    sign_up(event_id)
    person = registrations(event_id)[0].id
    first = offer(person, "first@importer.example")
    assert offer(person, "first@importer.example") == first  # Asked again: the mailed link stays good.
    second = offer(person, "second@importer.example")
    with pytest.raises(MoveOverError):
        take(person, first)
    take(person, second)
    assert registrations(event_id)[0].email == "second@importer.example"
    with pytest.raises(MoveOverError):
        take(person, second)


def test_it_can_be_taken_back_and_lapses_after_a_week(at: datetime) -> None:
    event_id = make_event()
    sign_up(event_id)
    person = registrations(event_id)[0].id
    version = offer(person)
    transact(lambda at: proposing.withdraw(person, at=at))
    with pytest.raises(MoveOverError):
        take(person, version)
    version = offer(person)
    assert transact(retaining.forget_moves) == 0
    with clock.stopped_at(at + timedelta(days=7)):
        with pytest.raises(MoveOverError):
            take(person, version)
        assert transact(retaining.forget_moves) == 1
    assert db.session.scalars(db.select(PendingMove)).all() == []


def test_it_ends_at_the_limit_of_the_event(at: datetime) -> None:
    event_id = with_rules(make_event(), hand_over_until_at=at + timedelta(hours=1))
    sign_up(event_id)
    person = registrations(event_id)[0].id
    version = offer(person)
    with clock.stopped_at(at + timedelta(hours=1)):
        with pytest.raises(HandOverEndedError):
            take(person, version)
        with pytest.raises(HandOverEndedError):
            offer(person)


def test_without_a_limit_it_ends_with_registration(at: datetime) -> None:
    event_id = make_event(registration_closes_at=at + timedelta(hours=2))
    sign_up(event_id)
    person = registrations(event_id)[0].id
    with clock.stopped_at(at + timedelta(hours=2)), pytest.raises(HandOverEndedError):
        offer(person)


def test_ones_own_address_is_refused() -> None:
    event_id = make_event()
    sign_up(event_id, details(email=BEN))
    with pytest.raises(OwnAddressError):
        offer(registrations(event_id)[0].id, BEN.upper())


def test_an_address_of_another_domain_is_refused_where_the_event_says_so() -> None:
    event_id = with_rules(make_event(), access=Access.DOMAINS, access_domains="importer.example")
    sign_up(event_id, details(email="ana@importer.example"))
    person = registrations(event_id)[0].id
    for verb in (offer, ask_address):
        with pytest.raises(OtherDomainError):
            verb(person, "ben@elsewhere.example")
    offer(person, BEN)


def ask_address(registration_id: int, email: str) -> int:
    return transact(lambda at: moving_address.ask(registration_id, email, language="en", at=at).version)


def test_an_address_is_corrected_once_the_new_one_confirms() -> None:
    event_id = make_event()
    sign_up(event_id, details(email="ana@old.example", mode=Mode.IN_PERSON))
    person = registrations(event_id)[0].id
    version = ask_address(person, "ana@new.example")
    assert registrations(event_id)[0].email == "ana@old.example"
    assert set(mails()) >= {("confirm-address", "ana@new.example"), ("address-asked", "ana@old.example")}
    transact(lambda at: moving_address.confirm(person, version, at=at).id)
    [now] = registrations(event_id)
    assert (now.email, now.link_version) == ("ana@new.example", 2)
    assert mails()[-1] == ("confirmed", "ana@new.example")
    assert db.session.scalars(db.select(PendingMove)).all() == []


def test_a_link_for_one_kind_of_move_does_not_do_the_other() -> None:
    event_id = make_event()
    sign_up(event_id)
    person = registrations(event_id)[0].id
    version = ask_address(person, "ana@new.example")
    with pytest.raises(MoveOverError):
        take(person, version)


def test_a_known_address_is_answered_alike_and_refused_to_its_owner() -> None:
    event_id = make_event()
    sign_up(event_id)
    sign_up(event_id, details(email="known@importer.example"))
    person = registrations(event_id)[0].id
    version = ask_address(person, "known@importer.example")
    assert kinds()[-2:] == [MessageKind.CONFIRM_ADDRESS, MessageKind.ADDRESS_ASKED]
    with pytest.raises(AddressTakenError):
        transact(lambda at: moving_address.confirm(person, version, at=at).id)
    assert db.session.get_one(Registration, person).email != "known@importer.example"


def test_a_revoked_link_revokes_what_was_asked_by_it() -> None:
    event_id = make_event()
    sign_up(event_id)
    person = registrations(event_id)[0].id
    version = offer(person)
    transact(lambda _: setattr(db.session.get_one(Registration, person), "link_version", 2))
    with pytest.raises(MoveOverError):
        take(person, version)


def test_the_rules_in_force_are_looked_at_again_when_the_seat_is_taken() -> None:
    event_id = make_event(capacity=5)
    for _ in range(2):
        sign_up(event_id, details(organization="Ito Freight"))
    mine = registrations(event_id)[0].id
    version = offer(mine)
    with_rules(event_id, organization_cap=1)
    with pytest.raises(handing_over.SeatStaysError):
        take(mine, version)
    leave(registrations(event_id)[1].id)
    transact(lambda _: setattr(registrations(event_id)[0].event.rules, "access", Access.CODE))
    transact(lambda _: setattr(registrations(event_id)[0].event.rules, "access_code", "tariff"))
    with pytest.raises(WrongCodeError):
        take(mine, version)
    take(mine, version, bens(access_code="Tariff"))
    assert registrations(event_id)[0].email == BEN


@pytest.mark.parametrize("rules", [{"needs_approval": True}, {"access": Access.INVITED}])
def test_a_seat_that_the_office_gave_in_person_stays(rules: dict[str, object]) -> None:
    event_id = make_event()
    sign_up(event_id)
    mine = registrations(event_id)[0].id
    version = offer(mine)
    with_rules(event_id, **rules)
    with pytest.raises((HandOverEndedError, InvitationNeededError)):
        take(mine, version)


@pytest.mark.slow
def test_what_comes_along_is_told_before_it_is_taken_over(client: CheckedClient) -> None:
    """Online with a turn for the room, one session that is held and one that is waited for, at a capped event."""
    event_id = with_rules(make_event(capacity=1, online=None), offer_hours=24, organization_cap=5)
    one, two = hold_sessions(event_id, {"seats": {Mode.ONLINE: 1}}, {"seats": {Mode.ONLINE: 2}, "hour": 2})
    sign_up(event_id)
    sign_up(event_id, details(mode=Mode.ONLINE, sessions=(one,)))
    ana = details(mode=Mode.ONLINE, keeps_turn=True, sessions=(one, two), organization="Acme")
    sign_up(event_id, ana)
    holder, _other, person = (one.id for one in registrations(event_id))
    waits = "A place on the waiting list of these sessions comes with it, too: Session 1."
    turn = "The place on the waiting list for the room comes with it."
    capped = "This event counts its seats by organization, so you must be of Acme."
    for said in (told(person), page_of(client, person, offer(person))):
        assert all(words in said for words in ("These sessions come with it: Session 2.", waits, turn, capped))
    transact(lambda at: cancel(holder, at=at).id)
    assert "A seat in the room is held for this registration until" in page_of(client, person, offer(person))
    take(person, offer(person), bens(organization="ACME, Inc."))
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc()).limit(1)).one()
    text = " ".join(render(mail.kind, mail.facts).text.split())
    assert "handed the registration over to you. A seat was held for it already" in text
    assert "You are registered to take part online." in text
    assert "You waited for" not in text


def told(person: int) -> str:
    offer(person)
    mail = db.session.scalars(db.select(OutgoingEmail).filter_by(kind=MessageKind.TAKE_OVER)).first()
    assert mail
    return " ".join(render(mail.kind, mail.facts).text.split())


def page_of(client: CheckedClient, person: int, version: int) -> str:
    address = f"/registrations/{links.sign_reference(links.TAKE_OVER, person, version)}/take-over"
    return " ".join(client.page(address).main.text.split())
