"""Entering at an event with rules: the same rows as on the short road, and a turn kept while attending online."""

import pytest

from app.db import db, transact
from app.models import Event, FormSubmission, Mode, Registration, RegistrationState
from app.operations.registration.cancelling import cancel
from tests.support import desk

pytestmark = pytest.mark.usefixtures("app")


def test_the_long_road_ends_in_the_same_rows() -> None:
    rules, plain = desk.with_rules(desk.make_event(capacity=1)), desk.make_event(capacity=1)
    for event_id in (rules, plain):
        desk.sign_up(event_id)
        desk.sign_up(event_id)
    columns = ("state", "waits_for", "position", "mode", "source", "calendar_sequence", "wants_mail")
    found = [[[getattr(person, name) for name in columns] for person in desk.registrations(e)] for e in (rules, plain)]
    assert found[0] == found[1]


def test_a_known_address_changes_nothing_there_either() -> None:
    event_id = desk.with_rules(desk.make_event(capacity=5))
    typed = desk.details()
    first, second = desk.sign_up(event_id, typed), desk.sign_up(event_id, typed)
    assert first != second
    assert len(desk.registrations(event_id)) == 1
    shown = [db.session.get_one(FormSubmission, number) for number in (first, second)]
    assert len({(one.state, one.number, one.mode, one.email) for one in shown}) == 1


def test_attending_online_keeps_the_turn_for_the_room() -> None:
    event_id = desk.make_event(capacity=1, online=None)
    desk.sign_up(event_id)
    desk.sign_up(event_id, desk.details(mode=Mode.ONLINE, keeps_turn=True))
    holder, waiting = desk.registrations(event_id)
    assert (waiting.mode, waiting.state, waiting.waits_for) == (
        Mode.ONLINE,
        RegistrationState.CONFIRMED,
        Mode.IN_PERSON,
    )
    transact(lambda at: cancel(holder.id, at=at).id)
    holder, promoted = desk.registrations(event_id)
    assert _standing(promoted) == (Mode.IN_PERSON, RegistrationState.CONFIRMED, None)
    event = db.session.get_one(Event, event_id)
    assert [(pool.mode, pool.taken, pool.waiting) for pool in event.pools] == [
        (Mode.IN_PERSON, 1, 0),
        (Mode.ONLINE, 0, 0),
    ]


def _standing(person: Registration) -> tuple[Mode, RegistrationState, Mode | None]:
    return person.mode, person.state, person.waits_for
