"""Approval by the office: nothing is held before, the rules in force decide after, each answer is mailed and kept."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import (
    AuditEntry,
    Event,
    EventSession,
    FormSubmission,
    MessageKind,
    Mode,
    OutgoingEmail,
    Question,
    QuestionKind,
    Registration,
)
from app.models import RegistrationState as State
from app.operations.communication import announcing
from app.operations.program import rescheduling
from app.operations.program.telling import DELAY, Telling, audience
from app.operations.registration import allotting, approving, picking, switching
from app.operations.registration.allotting import NoSuchEventError
from app.operations.registration.cancelling import EventOverError, cancel
from app.operations.registration.capping import OrganizationFullError
from app.operations.registration.changing import NoSeatError
from app.operations.registration.handing_over import may_hand_over
from app.operations.registration.questioning import OptionFullError
from tests.support.desk import details, make_event, registrations, seats, sign_up, standings, with_rules
from tests.support.questions import ask, given, lunch
from tests.support.sessions import check_sessions, hold_sessions, states

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
    assert (approval.answer, approval.answered_at is None) == ("Laredo.", False)
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


def test_the_cap_turns_nobody_away_whom_the_office_has_still_to_approve() -> None:
    event_id = an_event(organization_cap=1, capacity=5)
    for _ in range(2):
        shown = db.session.get_one(FormSubmission, sign_up(event_id))
        assert (shown.state, shown.outcome.get("told_by_mail")) == (State.PENDING_APPROVAL, None)
        approve(registrations(event_id)[-1], reason="Both speak.")
    assert MessageKind.ORGANIZATION_FULL not in mails()
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


def test_a_yes_after_all_brings_their_sessions_back(at: datetime) -> None:
    event_id = an_event(capacity=5)
    small, large, gone = hold_sessions(event_id, {"seats": {Mode.IN_PERSON: 1}}, {}, {})
    sign_up(event_id, details(sessions=(small, large, gone)))
    sign_up(event_id, details(sessions=(small,)))
    person, other = registrations(event_id)
    transact(lambda at: picking.leave(person.id, gone, at=at) and None)  # By themselves: that stays so.
    decline(person)
    assert states(person) == []
    approve(other)
    approve(person)
    assert states(registrations(event_id)[0]) == ["waitlisted", "confirmed"]
    assert [pick.session_id for pick in registrations(event_id)[0].live_picks] == [small, large]
    check_sessions(event_id)


def test_a_session_that_is_over_or_taken_off_does_not_come_back(at: datetime) -> None:
    event_id = an_event(capacity=5)
    over, closed, left = hold_sessions(event_id, {"minutes": 10}, {}, {"hour": 0.5, "minutes": 20})
    sign_up(event_id, details(sessions=(over, closed, left)))
    [person] = registrations(event_id)
    decline(person)
    starts = db.session.get_one(EventSession, over).starts_at
    transact(lambda _: allotting.set_capacity(db.session.get_one(EventSession, closed).pools[0], 0))
    with clock.stopped_at(starts + timedelta(minutes=10)):
        approve(person)
    assert [pick.session_id for pick in registrations(event_id)[0].live_picks] == [left]


def test_an_option_that_others_took_meanwhile_keeps_nobody_out(at: datetime) -> None:
    event_id = an_event(capacity=5)
    meal, extras = lunch(event_id, fish=1), ask_extras(event_id)
    chosen = (given(meal, "fish"), given(extras, "parking", "tour"))
    sign_up(event_id, details(answers=chosen))
    decline(registrations(event_id)[0])
    sign_up(event_id, details(answers=(given(meal, "fish"), given(extras, "tour"))))
    person, other = registrations(event_id)
    approve(other)
    approve(person)
    answers = {one.question_id: one.value for one in registrations(event_id)[0].answers}
    assert answers == {extras.id: ["parking"]}
    taken = {limit.option: (limit.taken, limit.capacity) for one in (meal, extras) for limit in one.limits}
    assert taken == {"fish": (1, 1), "tour": (1, 1)}
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert mail is not None
    assert mail.facts["choose_again"] == ["What will you eat?", "What else?"]
    entry = db.session.scalars(db.select(AuditEntry).filter_by(act="approved", subject_id=person.id)).one()
    assert entry.personal is not None
    assert entry.personal[f"answer:{extras.key}:What else?"] == ["Parking; Tour", "Parking"]
    # What is held again is given back again.
    transact(lambda at: cancel(person.id, at=at).id)
    transact(lambda at: cancel(other.id, at=at).id)
    assert all(limit.taken == 0 for one in (meal, extras) for limit in one.limits)


def ask_extras(event_id: int) -> Question:
    kind, options = QuestionKind.CHOICES, ("parking", "tour")
    return ask(event_id, "What else?", kind, options=options, limits={"tour": 1})


def test_whose_way_of_attending_is_gone_gets_the_other_one_that_staff_choose() -> None:
    event_id = an_event(capacity=5, online=5)
    (session,) = hold_sessions(event_id, {"seats": {Mode.IN_PERSON: 3, Mode.ONLINE: 3}})
    sign_up(event_id, details(days=("2026-03-16",), sessions=(session,)))
    [person] = registrations(event_id)
    decline(person)
    transact(lambda _: allotting.set_capacity(db.session.get_one(Event, event_id).pools[0], 0))
    with pytest.raises(NoSuchEventError):
        approve(person)
    transact(lambda at: approving.approve(person.id, by=BY, at=at, instead=Mode.ONLINE).id)
    [person] = registrations(event_id)
    assert (standings(event_id), person.days, states(person)) == (["online confirmed"], [], ["confirmed"])
    assert seats(event_id) == {"in-person": (0, 0), "online": (1, 0)}
    mail = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert mail is not None
    assert mail.facts["instead"]
    check_sessions(event_id)


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
