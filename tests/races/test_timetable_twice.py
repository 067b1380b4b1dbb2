"""A timetable that runs on two nodes at once: everybody is told once."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db
from app.models import MessageKind, OutgoingEmail
from app.worker import TIMETABLE, Timetable
from tests.conftest import NOON
from tests.races.conftest import AT_ONCE, at_once
from tests.support import factories as make

PEOPLE = 12
pytestmark = pytest.mark.slow


def told() -> Counter[tuple[int | None, MessageKind]]:
    rows = db.session.execute(db.select(OutgoingEmail.registration_id, OutgoingEmail.kind))
    return Counter((registration_id, kind) for registration_id, kind in rows)


def test_one_of_each_on_many_nodes(app: Flask) -> None:
    with clock.stopped_at(NOON):
        event = make.event(joining=make.Joining(link="https://meet.example/1", release_at=NOON))
        people = [make.registration(event).id for _ in range(PEOPLE)]
    with clock.stopped_at(NOON + timedelta(minutes=1)):
        for _ in range(2):  # And once more after that.
            results = at_once(app, [lambda: Timetable(TIMETABLE).run_due() for _ in range(AT_ONCE)])
            assert all(isinstance(result, int) for result in results), results
        found = told()
    assert {person for person, kind in found if kind is MessageKind.HOW_TO_JOIN} == set(people)
    assert set(found.values()) == {1}
