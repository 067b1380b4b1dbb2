"""Attending the other way: within that way's own times, for those who know what it costs them."""

from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db, transact
from app.models import AuditEntry, MessageKind, Mode, OutgoingEmail
from app.operations.registration.keeping_turn import attend_online
from app.operations.registration.switching import WayClosedError, change_mode
from tests.operations.registration.test_registering import pool
from tests.support.desk import details, make_event, registrations, sign_up, standings
from tests.support.sessions import conference, session_ids
from tests.web.public.test_way_times import SECOND, own_times

pytestmark = pytest.mark.usefixtures("app")


def test_it_keeps_the_other_ways_own_times(at: datetime) -> None:
    event_id = make_event(capacity=5, online=5)
    opens, closes = at + timedelta(hours=1), at + timedelta(hours=2)
    own_times(event_id, Mode.ONLINE, opens_at=opens, closes_at=closes)
    sign_up(event_id)
    mine = registrations(event_id)[0].id
    for moment in (opens - SECOND, closes):
        with clock.stopped_at(moment), pytest.raises(WayClosedError):
            transact(lambda at: change_mode(mine, Mode.ONLINE, at=at))
    assert (pool(event_id).taken, pool(event_id, Mode.ONLINE).taken) == (1, 0)
    with clock.stopped_at(closes - SECOND):
        transact(lambda at: change_mode(mine, Mode.ONLINE, at=at))
    assert (pool(event_id).taken, pool(event_id, Mode.ONLINE).taken) == (0, 1)


def test_who_waits_gets_no_seat_online_after_its_end(at: datetime) -> None:
    event_id = make_event(capacity=1, online=5)
    for _ in range(2):
        sign_up(event_id)
    own_times(event_id, Mode.ONLINE, closes_at=at)
    with pytest.raises(WayClosedError):
        transact(lambda at: attend_online(registrations(event_id)[1].id, at=at).id)
    assert standings(event_id) == ["in-person confirmed", "in-person waitlisted"]


def test_staff_pass_over_the_times_with_a_reason(at: datetime) -> None:
    event_id = make_event(capacity=5, online=5)
    own_times(event_id, Mode.ONLINE, closes_at=at)
    sign_up(event_id, details())
    mine = registrations(event_id)[0].id
    with pytest.raises(WayClosedError):
        transact(lambda at: change_mode(mine, Mode.ONLINE, at=at, by="ruth@example.gov"))
    transact(lambda at: change_mode(mine, Mode.ONLINE, at=at, by="ruth@example.gov", reason="Broke a leg"))
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "changed")).one()
    assert (entry.detail, entry.personal) == ({"reason": "Broke a leg"}, {"mode": ["in-person", "online"]})


def test_a_seat_that_came_with_the_way_is_told_beside_the_line_that_ended(at: datetime) -> None:
    event_id = conference({"seats": {Mode.IN_PERSON: 1, Mode.ONLINE: 5}}, online=None)
    for _ in range(2):
        sign_up(event_id, details(sessions=tuple(session_ids(event_id))))
    mine = registrations(event_id)[1].id
    transact(lambda at: change_mode(mine, Mode.ONLINE, at=at))
    [mail] = db.session.scalars(db.select(OutgoingEmail).where(OutgoingEmail.kind == MessageKind.CHANGED))
    told = {field: (old, new) for field, old, new in mail.facts["changes"]}
    assert told == {
        "mode": ("in-person", "online"),
        "seats_in": ([], ["Session 1"]),
        "waits_in": (["Session 1"], []),
    }
