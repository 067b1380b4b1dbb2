"""Sent forms are forgotten after 48 hours, and not before."""

from datetime import timedelta

import pytest

from app.db import db, transact
from app.models import FormSubmission, Mode, RegistrationState
from app.operations.records import retaining
from tests.conftest import NOON
from tests.support import factories as make

pytestmark = pytest.mark.usefixtures("app", "at")


def sent_form(event, key, age):
    values = {
        "form_key": key,
        "body_digest": key,
        "event_id": event.id,
        "mode": Mode.ONLINE,
        "state": RegistrationState.CONFIRMED,
        "number": "7K2M9QX4TB",
        "email": "ana@example.com",
        "submitted_at": NOON - age,
    }
    make.kept(lambda _: FormSubmission(**values))


def test_it_works():
    event = make.event()
    sent_form(event, "old", timedelta(hours=48, seconds=1))
    sent_form(event, "kept", timedelta(hours=48))
    assert transact(retaining.forget_submissions) == 1
    assert db.session.scalars(db.select(FormSubmission.form_key)).all() == ["kept"]


def test_it_goes_on_until_none_is_left(monkeypatch):
    monkeypatch.setattr(retaining, "BATCH", 2)
    event = make.event()
    for number in range(3):
        sent_form(event, str(number), timedelta(days=3))
    assert [transact(retaining.forget_submissions) for _ in range(3)] == [2, 1, 0]
