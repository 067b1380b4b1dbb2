"""Picking sessions: each has seats and a line of its own, and what cannot be had together is refused by name."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transact
from app.mail.rendering import render
from app.models import AuditEntry, Event, FormSubmission, MessageKind, Mode, OutgoingEmail, PickState, Registration
from app.operations.registration import fitting, picking, switching
from app.operations.registration.cancelling import cancel
from app.operations.registration.keeping_turn import attend_online, leave_line
from app.operations.registration.picking import SessionFullError, Wanted
from app.operations.registration.switching import SessionsAtStakeError, change_mode
from tests.support import desk, factories
from tests.support.sessions import check_sessions, conference, session_ids, states

pytestmark = pytest.mark.usefixtures("at")


def sign_up(event_id: int, *sessions: int, **given: object) -> int:
    return desk.sign_up(event_id, desk.details(sessions=tuple(sessions), **given))


def swap(registration_id: int, *sessions: int) -> list[object]:
    return transact(lambda at: list(picking.change(registration_id, Wanted(tuple(sessions)), at=at)))


def mails(registration_id: int) -> list[OutgoingEmail]:
    query = db.select(OutgoingEmail).where(OutgoingEmail.registration_id == registration_id)
    return list(db.session.scalars(query.order_by(OutgoingEmail.id)))


@pytest.fixture
def event_id(app: object) -> int:
    return conference()


def test_it_works(event_id: int) -> None:
    sign_up(event_id, *session_ids(event_id))
    [person] = desk.registrations(event_id)
    assert states(person) == ["confirmed", "confirmed"]
    [mail] = mails(person.id)
    assert [one["title"] for one in mail.facts["registration"]["sessions"]] == ["Session 1", "Session 2"]
    check_sessions(event_id)


def test_nobody_must_pick(event_id: int) -> None:
    sign_up(event_id)
    [person] = desk.registrations(event_id)
    assert person.picks == []


def test_one_full_session_keeps_nobody_from_the_rest(event_id: int) -> None:
    small, large = session_ids(event_id)
    for _ in range(2):
        sign_up(event_id, small)
    submission = db.session.get_one(FormSubmission, sign_up(event_id, small, large))
    person = desk.registrations(event_id)[-1]
    assert (person.state.value, states(person)) == ("confirmed", ["waitlisted", "confirmed"])
    assert [pick.position for pick in person.live_picks] == [1, None]
    assert submission.outcome["sessions"] == [[small, "waitlisted"], [large, "confirmed"]]
    check_sessions(event_id)


def test_a_known_address_is_answered_alike(event_id: int) -> None:
    small, large = session_ids(event_id)
    typed = desk.details(sessions=(small,))
    first = desk.sign_up(event_id, typed)
    again = desk.sign_up(event_id, typed.with_values(sessions=(small, large)))
    shown = [db.session.get_one(FormSubmission, number) for number in (first, again)]
    assert shown[1].outcome["sessions"] == [[small, "confirmed"], [large, "confirmed"]]
    assert shown[0].state is shown[1].state
    [person] = desk.registrations(event_id)
    assert [pick.session_id for pick in person.live_picks] == [small]


def test_cancelling_gives_all_back_and_seats_the_longest_waiting_of_each(event_id: int) -> None:
    small, large = session_ids(event_id)
    for _ in range(4):
        sign_up(event_id, small, large)
    holder, _other, first, second = desk.registrations(event_id)
    transact(lambda at: cancel(holder.id, at=at).id)
    check_sessions(event_id)
    assert states(first) == ["confirmed", "confirmed"]
    assert states(second) == ["waitlisted", "confirmed"]
    assert [pick.state for pick in holder.picks] == [PickState.CANCELLED, PickState.CANCELLED]
    told = mails(first.id)[-1]
    assert (told.kind, told.facts["promoted"]) == (MessageKind.SESSION_PROMOTED, ["Session 1"])
    assert len(mails(second.id)) == 1


def test_two_sessions_at_the_same_time_are_refused_with_both_named(app: object) -> None:
    event_id = conference({"minutes": 90}, {"hour": 1}, {"hour": 1.5})
    early, late, after = session_ids(event_id)
    with pytest.raises(fitting.SessionsOverlapError) as refused:
        sign_up(event_id, early, late, after)
    titles = [(one.title, two.title) for one, two in refused.value.pairs]
    assert titles == [("Session 1", "Session 2"), ("Session 2", "Session 3")]
    assert refused.value.pairs[0][0].ends_at > refused.value.pairs[0][1].starts_at
    assert desk.registrations(event_id) == []
    sign_up(event_id, early, after)  # One begins as the other ends.


def test_an_event_may_leave_overlaps_to_the_person(app: object) -> None:
    event_id = conference({"minutes": 90}, {"hour": 1}, rule="warn")
    both = session_ids(event_id)
    with pytest.raises(fitting.OverlapUnnoticedError) as warned:
        sign_up(event_id, *both)
    noticed = tuple(fitting.key_of(pair) for pair in warned.value.pairs)
    sign_up(event_id, *both, noticed_overlaps=noticed)
    assert states(desk.registrations(event_id)[0]) == ["confirmed", "confirmed"]


def test_a_session_held_several_times_is_picked_once(app: object) -> None:
    event_id = conference({"repeat_key": "clinic"}, {"repeat_key": "clinic"}, {"repeat_key": "tour"}, rule="warn")
    first, second, tour = session_ids(event_id)
    with pytest.raises(fitting.SameSessionTwiceError):
        sign_up(event_id, first, second)
    sign_up(event_id, first, tour)


def test_what_is_not_offered_is_refused(app: object) -> None:
    elsewhere = session_ids(conference())[0]
    event_id = conference({"seats": {Mode.ONLINE: 5}}, {"seats": {Mode.IN_PERSON: 0}}, {"is_picked": False}, online=9)
    online, none, open_to_all = session_ids(event_id)
    for session in (elsewhere, open_to_all, 2**40):
        with pytest.raises(fitting.SessionGoneError):
            sign_up(event_id, session)
    for session in (online, none):
        with pytest.raises(fitting.SessionNotThisWayError):
            sign_up(event_id, session)
    sign_up(event_id, online, mode=Mode.ONLINE)


def test_who_waits_for_the_event_holds_no_session(app: object) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 1}}, capacity=2)
    [small] = session_ids(event_id)
    sign_up(event_id)
    sign_up(event_id)
    submission = db.session.get_one(FormSubmission, sign_up(event_id, small))
    assert submission.outcome["sessions"] == [[small, "waitlisted"]]
    holder, attends, waiting = desk.registrations(event_id)
    assert [(pick.state.value, pick.position) for pick in waiting.picks] == [("waitlisted", None)]
    check_sessions(event_id)
    swap(attends.id, small)
    transact(lambda at: cancel(holder.id, at=at).id)
    assert waiting.state.value == "confirmed"
    assert [(pick.state.value, pick.position) for pick in waiting.picks] == [("waitlisted", 1)]
    assert mails(waiting.id)[-1].kind is MessageKind.PROMOTED
    check_sessions(event_id)
    transact(lambda at: cancel(attends.id, at=at).id)
    assert states(waiting) == ["confirmed"]


def test_a_promotion_passes_over_who_holds_another_session_at_that_time(app: object) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 1}}, {"hour": 1})
    small, other = session_ids(event_id)
    sign_up(event_id, small)
    sign_up(event_id, small, other)
    sign_up(event_id, small)
    holder, clashing, third = desk.registrations(event_id)
    move_together(event_id)
    transact(lambda at: cancel(holder.id, at=at).id)
    assert states(clashing) == ["waitlisted", "confirmed"]
    assert states(third) == ["confirmed"]
    transact(lambda at: cancel(third.id, at=at).id)
    sign_up(event_id, small)
    assert states(desk.registrations(event_id)[-1]) == ["confirmed"]  # Who is held up holds nobody up.
    swap(desk.registrations(event_id)[-1].id)
    swap(clashing.id, small)
    assert states(clashing) == ["confirmed"]
    check_sessions(event_id)


def move_together(event_id: int) -> None:
    """Staff move the second session to the hour of the first."""

    def work(_at: object) -> None:
        first, second = db.session.get_one(Event, event_id).sessions
        second.starts_at, second.ends_at = first.starts_at, first.ends_at

    transact(work)


def test_swapping_frees_and_takes_in_one_step(event_id: int) -> None:
    small, large = session_ids(event_id)
    for _ in range(3):
        sign_up(event_id, small)
    holder, _other, waiting = desk.registrations(event_id)
    swap(holder.id, large)
    assert [(pick.session_id, pick.state.value) for pick in holder.live_picks] == [(large, "confirmed")]
    assert states(waiting) == ["confirmed"]
    told = mails(holder.id)[-1]
    assert (told.kind, told.facts["changes"]) == (
        MessageKind.CHANGED,
        [["sessions", ["Session 1"], ["Session 2"]]],
    )
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "changed")).one()
    assert entry.subject_id == holder.id
    check_sessions(event_id)


def test_nobody_loses_a_session_for_one_that_is_full(event_id: int) -> None:
    small, large = session_ids(event_id)
    for _ in range(2):
        sign_up(event_id, small)
    sign_up(event_id, large)
    person = desk.registrations(event_id)[-1]
    with pytest.raises(SessionFullError) as refused:
        swap(person.id, small)
    assert refused.value.titles == ["Session 1"]
    assert [(pick.session_id, pick.state.value) for pick in person.live_picks] == [(large, "confirmed")]
    swap(person.id, small, large)
    assert states(person) == ["waitlisted", "confirmed"]
    check_sessions(event_id)


def test_a_session_given_up_can_be_picked_again(event_id: int) -> None:
    small, _large = session_ids(event_id)
    sign_up(event_id, small)
    [person] = desk.registrations(event_id)
    swap(person.id)
    assert states(person) == []
    swap(person.id, small)
    assert states(person) == ["confirmed"]
    assert swap(person.id, small) == []


def test_changing_the_way_of_attending_moves_the_sessions(app: object) -> None:
    both = {Mode.IN_PERSON: 5, Mode.ONLINE: 0}
    event_id = conference({"seats": both | {Mode.ONLINE: 1}}, {"seats": {Mode.IN_PERSON: 5}}, online=None)
    both_ways, room_only = session_ids(event_id)
    sign_up(event_id, both_ways, mode=Mode.ONLINE)
    sign_up(event_id, both_ways, room_only)
    person = desk.registrations(event_id)[-1]
    stakes = switching.at_stake(person, Mode.ONLINE, clock.now())
    assert [(one.session_id, one.waits) for one in stakes] == [(both_ways, True), (room_only, False)]
    with pytest.raises(SessionsAtStakeError):
        transact(lambda at: change_mode(person.id, Mode.ONLINE, at=at, known=[both_ways]))
    transact(lambda at: change_mode(person.id, Mode.ONLINE, at=at, known=[both_ways, room_only]))
    assert [(p.session_id, p.mode, p.state.value) for p in person.live_picks] == [
        (both_ways, Mode.ONLINE, "waitlisted")
    ]
    check_sessions(event_id)


def test_the_owner_of_a_known_address_is_told_of_other_sessions(event_id: int) -> None:
    small, large = session_ids(event_id)
    typed = desk.details(sessions=(small,))
    desk.sign_up(event_id, typed)
    desk.sign_up(event_id, typed.with_values(sessions=(large,)))
    [person] = desk.registrations(event_id)
    told = mails(person.id)[-1]
    assert told.kind is MessageKind.ALREADY_REGISTERED
    assert told.facts["differences"] == [["sessions", ["Session 2"], ["Session 1"]]]


def test_who_keeps_a_turn_for_the_room_keeps_its_sessions(app: object) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 5}}, capacity=1, online=None)
    [in_the_room] = session_ids(event_id)
    sign_up(event_id)
    sign_up(event_id, in_the_room)
    holder, waiting = desk.registrations(event_id)
    transact(lambda at: attend_online(waiting.id, at=at).id)
    assert [(pick.mode, pick.state.value, pick.position) for pick in waiting.picks] == [
        (Mode.IN_PERSON, "waitlisted", None)
    ]
    transact(lambda at: cancel(holder.id, at=at).id)
    assert (waiting.mode, states(waiting)) == (Mode.IN_PERSON, ["confirmed"])
    check_sessions(event_id)


def test_a_session_seat_that_cannot_come_into_the_room_is_told(app: object) -> None:
    """The seat online was theirs; in the room the session is full."""
    event_id = conference({"seats": {Mode.IN_PERSON: 1, Mode.ONLINE: 5}}, capacity=2, online=None)
    sign_up(event_id, *session_ids(event_id))
    sign_up(event_id)
    sign_up(event_id, *session_ids(event_id), mode=Mode.ONLINE, keeps_turn=True)
    _, holder, waiting = desk.registrations(event_id)
    assert states(waiting) == ["confirmed"]
    transact(lambda at: cancel(holder.id, at=at).id)
    assert (waiting.mode, states(waiting)) == (Mode.IN_PERSON, ["waitlisted"])
    told = mails(waiting.id)[-1]
    assert (told.kind, told.facts["gave_up"], told.facts["lost"]) == (MessageKind.PROMOTED, "online", ["Session 1"])
    rendered = render(told.kind, told.facts, "en", at=told.queued_at)
    assert "“Session 1” is full: you wait for a seat there now." in " ".join(rendered.text.split())
    query = db.select(AuditEntry).where(AuditEntry.act == "promoted", AuditEntry.subject_id == waiting.id)
    assert db.session.scalars(query).one().personal["waits_in"] == [[], ["Session 1"]]
    check_sessions(event_id)


def test_leaving_the_line_for_the_room_gives_up_its_sessions(app: object) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 5}}, capacity=1, online=None)
    sign_up(event_id)
    sign_up(event_id, *session_ids(event_id))
    waiting = desk.registrations(event_id)[1]
    transact(lambda at: attend_online(waiting.id, at=at).id)
    transact(lambda at: leave_line(waiting.id, at=at).id)
    assert states(waiting) == []
    assert mails(waiting.id)[-1].facts["registration"]["sessions"] == []


def test_who_comes_from_the_line_of_the_event_passes_nobody_in_a_session(app: object) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 1}}, capacity=2)
    for _ in range(3):
        sign_up(event_id, *session_ids(event_id))
    holder, first, second = desk.registrations(event_id)
    transact(lambda at: cancel(holder.id, at=at).id)
    assert (states(first), states(second)) == (["confirmed"], ["waitlisted"])
    check_sessions(event_id)


def test_a_seat_on_another_day_adds_that_day(app: object) -> None:
    """Staff moved the session to the second day while somebody waited for it who comes on the first alone."""
    one_seat = {"seats": {Mode.IN_PERSON: 1}}
    event_id = conference(one_seat, ends_local=factories.wall("2026-03-17 16:00"))
    [session] = session_ids(event_id)
    first, second = "2026-03-16", "2026-03-17"
    holder, waiting = sign_up(event_id, session), sign_up(event_id, session, days=(first,))

    def move(_at: object) -> None:
        event = db.session.get_one(Event, event_id)
        moved = event.sessions[0]
        moved.starts_local, moved.ends_local = (
            one + timedelta(days=1) for one in (moved.starts_local, moved.ends_local)
        )

    transact(move)
    transact(lambda at: cancel(holder, at=at))
    person = db.session.get_one(Registration, waiting)
    assert (person.live_picks[0].state, person.days) == (PickState.CONFIRMED, [first, second])
    [mail] = [one for one in mails(waiting) if one.kind is MessageKind.SESSION_PROMOTED]
    assert mail.facts["registration"]["days"] == [first, second]
