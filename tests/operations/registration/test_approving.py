"""Approval by the office: nothing is held before, the rules in force decide after, each answer is mailed and kept."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import AuditEntry, Event, FormSubmission, MessageKind, Mode, OutgoingEmail, Registration
from app.models import RegistrationState as State
from app.operations.communication import announcing
from app.operations.program import rescheduling
from app.operations.program.telling import DELAY, Telling, audience
from app.operations.registration import approving, switching
from app.operations.registration.cancelling import EventOverError, cancel
from app.operations.registration.capping import OrganizationFullError
from app.operations.registration.changing import NoSeatError
from app.operations.registration.handing_over import may_hand_over
from app.operations.registration.questioning import OptionFullError
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules
from tests.support.questions import given, lunch
from tests.support.sessions import hold_sessions

pytestmark = pytest.mark.usefixtures("app", "at")
BY = "ed@example.gov"


def an_event(*, capacity: int | None = 2, **given: object) -> int:
    rules = {name: given.pop(name) for name in ("organization_cap",) if name in given}
    return with_rules(make_event(capacity=capacity, **given), needs_approval=True, **rules)


def approve(person: Registration, **more: str) -> Registration:
    person_id = person.id
    return transact(lambda at: approving.approve(person_id, by=BY, at=at, **more))


def decline(person: Registration, words: str = "") -> None:
    person_id = person.id
    transact(lambda at: approving.decline(person_id, words=words, by=BY, at=at).id)


def mails() -> list[MessageKind]:
    return list(db.session.scalars(db.select(OutgoingEmail.kind).order_by(OutgoingEmail.id)))


def test_it_works() -> None:
    event_id = an_event()
    submission = db.session.get_one(FormSubmission, sign_up(event_id))
    assert submission.state is State.PENDING_APPROVAL
    assert seats(event_id) == {"in-person": (0, 0)}
    approve(registrations(event_id)[0])
    assert standings(event_id) == ["in-person confirmed"]
    assert seats(event_id) == {"in-person": (1, 0)}
    assert mails() == [MessageKind.APPROVAL_PENDING, MessageKind.CONFIRMED]
    [entry] = db.session.scalars(db.select(AuditEntry).filter_by(act="approved"))
    assert (entry.actor, entry.detail) == (BY, {"state": "confirmed", "mode": "in-person"})


def test_who_waits_takes_nothing_from_others_and_stands_behind_the_line() -> None:
    event_id = an_event(capacity=1)
    for name in ("A", "B", "C"):
        sign_up(event_id, details(last_name=name))
    first, second, third = registrations(event_id)
    approve(third)
    approve(first)
    assert standings(event_id) == ["in-person waitlisted", "in-person pending-approval", "in-person confirmed"]
    assert mails()[-1] is MessageKind.WAITLISTED
    cancelled = third.id
    transact(lambda at: cancel(cancelled, at=at).id)
    approve(second)
    assert standings(event_id)[:2] == ["in-person confirmed", "in-person waitlisted"]
    assert seats(event_id) == {"in-person": (1, 1)}


def test_a_known_address_gets_the_answer_of_a_newcomer() -> None:
    event_id = an_event()
    typed = details()
    sign_up(event_id, typed)
    approve(registrations(event_id)[0])
    again = db.session.get_one(FormSubmission, sign_up(event_id, typed))
    assert again.state is State.PENDING_APPROVAL
    assert len(registrations(event_id)) == 1


def test_declining_says_why_and_keeps_the_address_known() -> None:
    event_id = an_event()
    typed = details()
    sign_up(event_id, typed)
    decline(registrations(event_id)[0], "For brokers alone.")
    assert standings(event_id) == ["in-person not-approved"]
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert mail is not None
    assert (mail.kind, mail.facts["reason"]) == (MessageKind.NOT_APPROVED, "For brokers alone.")
    sign_up(event_id, typed)
    assert standings(event_id) == ["in-person not-approved"]
    with pytest.raises(approving.NotPendingError):
        decline(registrations(event_id)[0])
    approve(registrations(event_id)[0])
    assert standings(event_id) == ["in-person confirmed"]


def test_nobody_decides_twice() -> None:
    event_id = an_event()
    sign_up(event_id)
    [person] = registrations(event_id)
    approve(person)
    for act in (approve, decline):
        with pytest.raises(approving.NotPendingError):
            act(person)
    assert seats(event_id) == {"in-person": (1, 0)}


def test_it_asks_back_and_the_answer_is_to_that_question() -> None:
    event_id = an_event()
    sign_up(event_id)
    [person] = registrations(event_id)
    person_id = person.id

    def ask_back(question: str) -> None:
        transact(lambda at: approving.ask(person_id, question, by=BY, at=at).id)

    def answer(text: str, number: int) -> None:
        transact(lambda at: approving.answer(person_id, text, number=number, at=at).id)

    ask_back("Which ports?")
    answer("Laredo.", 1)
    approval = registrations(event_id)[0].approval
    assert approval
    assert (approval.answer, approval.waits_for_answer) == ("Laredo.", False)
    ask_back("And which license?")
    with pytest.raises(approving.NoQuestionError):
        answer("Laredo and Nogales.", 1)
    answer("None.", 2)
    assert mails().count(MessageKind.APPROVAL_QUESTION) == 2
    approve(registrations(event_id)[0])
    with pytest.raises(approving.NoQuestionError):
        answer("12345", 2)


def test_the_cap_of_an_organization_needs_a_reason() -> None:
    event_id = an_event(organization_cap=1, capacity=5)
    for _ in range(2):
        sign_up(event_id)
    first, second = registrations(event_id)  # Who waits for approval fills no place of the organization.
    approve(first)
    with pytest.raises(OrganizationFullError):
        approve(second)
    approve(second, reason="Speaks in the afternoon.")
    assert standings(event_id) == ["in-person confirmed"] * 2


def test_many_at_once_in_the_order_in_which_they_came() -> None:
    event_id = an_event(capacity=2, organization_cap=1)
    for name in ("Acme", "Bolt", "Acme", "Cargo", "Dock"):
        sign_up(event_id, details(organization=name))
    people = [person.id for person in registrations(event_id)]
    transact(lambda at: cancel(people[-1], at=at).id)

    def work(at: datetime) -> approving.Decided:
        return approving.decide_many(event_id, people[::-1], lambda one: approving.approve(one, by=BY, at=at))

    decided = transact(work)
    assert decided.done == Counter({State.CONFIRMED: 2, State.WAITLISTED: 1})
    assert decided.left == Counter({OrganizationFullError: 1})
    words = [one.partition(" ")[2] for one in standings(event_id)]
    assert words == ["confirmed", "confirmed", "pending-approval", "waitlisted", "cancelled"]


def test_a_wish_to_keep_the_turn_is_seen_to_at_the_approval() -> None:
    event_id = an_event(capacity=1, online=None)
    sign_up(event_id)
    for _ in range(2):
        sign_up(event_id, details(mode=Mode.ONLINE, keeps_turn=True))
    holder, early, late = registrations(event_id)
    approve(early)
    assert standings(event_id)[1] == "in-person confirmed"  # The room had a seat by then.
    approve(late)
    approve(holder)
    assert standings(event_id) == ["in-person waitlisted", "in-person confirmed", "online confirmed > in-person"]
    assert seats(event_id) == {"in-person": (1, 2), "online": (1, 0)}


def test_changing_the_way_of_attending_takes_no_seat() -> None:
    event_id = an_event(capacity=1, online=None)
    sign_up(event_id)
    [person] = registrations(event_id)
    person_id = person.id
    transact(lambda at: switching.change_mode(person_id, Mode.ONLINE, at=at))
    assert standings(event_id) == ["online pending-approval"]
    assert seats(event_id) == {"in-person": (0, 0), "online": (0, 0)}
    approve(registrations(event_id)[0])
    assert seats(event_id) == {"in-person": (0, 0), "online": (1, 0)}


def test_sessions_and_options_follow(at: datetime) -> None:
    event_id = an_event(capacity=5)
    [session_id] = hold_sessions(event_id, {"seats": {Mode.IN_PERSON: 1}})
    fish = given(lunch(event_id, fish=1), "fish")
    for _ in range(2):
        sign_up(event_id, details(sessions=(session_id,)))
    sign_up(event_id, details(answers=(fish,)))
    with pytest.raises(OptionFullError):
        sign_up(event_id, details(answers=(fish,)))
    first, second, hungry = registrations(event_id)
    assert not any(pick.state.holds_seat for person in (first, second) for pick in person.picks)
    approve(second)
    approve(first)
    states = [person.picks[0].state.value for person in registrations(event_id)[:2]]
    assert states == ["waitlisted", "confirmed"]
    decline(hungry)
    sign_up(event_id, details(answers=(fish,)))  # The fish is free again.


def test_when_the_line_no_longer_moves_nobody_is_put_into_it(at: datetime) -> None:
    event_id = an_event(capacity=1)
    for _ in range(2):
        sign_up(event_id)
    first, second = registrations(event_id)
    approve(first)
    starts = db.session.get_one(Event, event_id).starts_at
    assert starts
    with clock.stopped_at(starts - timedelta(hours=1)), pytest.raises(NoSeatError):
        approve(second)
    with clock.stopped_at(starts + timedelta(days=1)), pytest.raises(EventOverError):
        approve(second)
    assert seats(event_id) == {"in-person": (1, 0)}


def test_who_waits_hears_when_the_event_is_cancelled(at: datetime) -> None:
    event_id = an_event()
    sign_up(event_id)
    assert audience(db.session.get_one(Event, event_id)).pending == 1
    transact(lambda now: rescheduling.cancel(event_id, version=None, by=BY, at=now, tell=Telling()).id)
    with clock.stopped_at(at + DELAY):
        transact(announcing.send_due_notices)
    assert mails()[-1] is MessageKind.EVENT_CANCELLED


def test_whom_the_office_chose_hands_no_seat_over(at: datetime) -> None:
    event_id = an_event()
    sign_up(event_id)
    assert not may_hand_over(registrations(event_id)[0], at)
    approve(registrations(event_id)[0])
    assert not may_hand_over(registrations(event_id)[0], at)
    transact(lambda _: setattr(db.session.get_one(Event, event_id).rules, "needs_approval", False))
    assert may_hand_over(registrations(event_id)[0], at)


def test_who_waits_for_approval_has_nothing_to_hand_over(at: datetime) -> None:
    event_id = an_event()
    sign_up(event_id)
    transact(lambda _: setattr(db.session.get_one(Event, event_id).rules, "needs_approval", False))
    assert not may_hand_over(registrations(event_id)[0], at)
