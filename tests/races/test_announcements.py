"""Workers let one announcement leave at the same moment, while somebody takes it back: everybody once, or nobody."""

from datetime import datetime

import pytest
from flask import Flask

from app.db import db, transact
from app.models import Announcement, OutgoingEmail
from app.operations.communication import sending, writing
from app.operations.communication.sending import HasLeftError
from app.operations.communication.writing import Words
from app.operations.registration.listing import AttendeeFilter
from tests.conftest import NOON
from tests.races.conftest import at_once
from tests.support import factories as make

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]

EDITOR = "editor@example.gov"
PEOPLE = 12


@pytest.fixture
def waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    """An announcement whose ten minutes are over."""
    monkeypatch.setattr(sending, "BATCH", 5)
    event = make.event()
    for _ in range(PEOPLE):
        make.registration(event)

    def work(at: datetime) -> int:
        made = writing.draft(event.id, Words("Slides", "Up."), AttendeeFilter(event.id), by=EDITOR, at=at)
        sending.test(made.id, to=EDITOR, name="", at=at)
        return sending.send(made.id, version=1, by=EDITOR, at=at).id

    return transact(work)


def leave() -> int:
    done = 0
    while count := transact(lambda _: sending.leave_due(NOON + sending.WINDOW)):
        done += count
    return done


def told() -> list[int | None]:
    db.session.rollback()
    chosen = db.select(OutgoingEmail.registration_id).where(OutgoingEmail.registration_id.is_not(None))
    return list(db.session.scalars(chosen))


def test_workers_at_once_tell_everybody_once(app: Flask, waiting: int) -> None:
    results = at_once(app, [leave] * 4)
    assert all(isinstance(result, int) for result in results), results
    assert len(told()) == len(set(told())) == PEOPLE
    assert db.session.get_one(Announcement, waiting).recipients == PEOPLE


def test_it_leaves_or_is_taken_back(app: Flask, waiting: int) -> None:
    def take_back() -> object:
        try:
            return transact(lambda at: sending.take_back(waiting, by=EDITOR, at=at).id)
        except HasLeftError as refusal:
            return refusal

    results = at_once(app, [leave, take_back, leave])
    was_taken_back = isinstance(results[1], int)
    assert isinstance(results[1], (int, HasLeftError)), results
    assert len(told()) == (0 if was_taken_back else PEOPLE)
    assert db.session.get_one(Announcement, waiting).is_draft is was_taken_back
