"""A booker asks for the room for somebody whom they registered, and sees the same whoever that is."""

import pytest

from app import clock
from app.db import transact
from app.models import MessageKind, Mode
from app.operations.registration import approving, asking_for_places, attending_places, room_wishes
from app.operations.registration.allotting import lock_event
from app.operations.registration.switching import WayClosedError
from tests.operations.registration.test_changing_places import act, ana, booked, known
from tests.support.booking import booked_form, mails, places
from tests.support.desk import make_event, sign_up, with_rules

__all__ = ["known"]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("app", "at")]
RUTH = "ruth@example.gov"
ASK, TAKE_BACK = asking_for_places.ask, asking_for_places.take_back


def wishes(event_id: int) -> int:
    return len(room_wishes.of_event(event_id, clock.now()))


def told() -> list[str]:
    facts = [mail.facts for mail in mails(MessageKind.CHANGED)]
    return [name for about in facts for name in ("room_asked", "room_not_asked") if about.get(name) == "Maria Keller"]


def rule(event_id: int, **values: object) -> None:
    """Change the rules of registering."""

    def work(_at: object) -> None:
        rules = lock_event(event_id).rules
        for name, value in values.items():
            setattr(rules, name, value)

    transact(work)


def test_it_works(*, known: bool) -> None:
    event_id = make_event(capacity=1, online=5)
    place = booked(event_id, known=known, mode=Mode.ONLINE)
    with pytest.raises(WayClosedError):
        act(ASK, place)  # Nobody decides here: they just change over.
    rule(event_id, needs_approval=True)
    for _twice in range(2):
        act(ASK, place)
        assert asking_for_places.asks(places()[0])
    assert (wishes(event_id), told()) == ((0, []) if known else (1, ["room_asked"]))
    for _twice in range(2):
        act(TAKE_BACK, place)
        assert not asking_for_places.asks(places()[0])
    assert wishes(event_id) == 0
    assert told() == ([] if known else ["room_asked", "room_not_asked"])
    assert places()[0].changes == 2


def test_changing_over_is_a_wish_for_whoever_was_approved_for_online_meanwhile() -> None:
    event_id = with_rules(make_event(capacity=1, online=5), needs_approval=True, most_colleagues=1)
    sign_up(event_id, booked_form("Ana", mode=Mode.ONLINE))
    place = places()[0]
    person = ana(event_id).id
    transact(lambda at: approving.approve(person, by=RUTH, at=at).id)
    act(attending_places.attend, place, Mode.IN_PERSON)
    assert (ana(event_id).mode, wishes(event_id), told()) == (Mode.ONLINE, 1, ["room_asked"])
    act(attending_places.attend, place, Mode.ONLINE)
    assert (ana(event_id).mode, wishes(event_id), told()) == (Mode.ONLINE, 0, ["room_asked", "room_not_asked"])


def test_a_wish_ends_with_the_way_of_attending() -> None:
    event_id = make_event(capacity=3, online=5)
    place = booked(event_id, known=False, mode=Mode.ONLINE)
    rule(event_id, needs_approval=True)
    act(ASK, place)
    rule(event_id, needs_approval=False)
    act(attending_places.attend, place, Mode.IN_PERSON)
    assert not asking_for_places.asks(places()[0])
    assert (ana(event_id).mode, wishes(event_id)) == (Mode.IN_PERSON, 0)


def test_nobody_asks_for_a_room_that_takes_nobody(*, known: bool) -> None:
    event_id = make_event(capacity=1, online=5)
    place = booked(event_id, known=known, mode=Mode.ONLINE)
    rule(event_id, needs_approval=True)
    rule(event_id, paused_at=clock.now())
    with pytest.raises(WayClosedError):
        act(ASK, place)
