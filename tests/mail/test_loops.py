"""Somebody registers under an address of our own: our mails come to the mailbox that we read, and nobody answers."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import collecting
from app.db import db, transact
from app.models import BouncedAddress, MailNotice, OutgoingEmail, RegistrationState, UnwantedAddress
from app.operations.registration.cancelling import cancel
from tests.support.desk import details, make_event, registrations, sign_up
from tests.support.letters import deliver
from tests.support.notices import RETURN_PATH

pytestmark = [pytest.mark.usefixtures("at"), pytest.mark.slow]
SENDER = "events@example.gov"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    """What leaves lies at once in the mailbox that is read for what comes back."""
    ours = {"MAIL_DEFAULT_SENDER": SENDER, "MAIL_RETURN_PATH": RETURN_PATH}
    return ours | {"BOUNCES_MAILDIR": str(tmp_path / "mail")}


@pytest.mark.parametrize("address", [SENDER, RETURN_PATH], ids=["G20 our sender", "G20 our return path"])
def test_nobody_answers_our_own_mail(app: Flask, address: str) -> None:
    event_id = make_event(capacity=1, online=None)
    for _ in range(2):
        sign_up(event_id, details(email=address))
    left = [len(deliver(app))]
    person = registrations(event_id)[0].id
    transact(lambda at: cancel(person, at=at).id)
    left.append(len(deliver(app)))
    read: Counter[Any] = Counter()
    for _ in range(3):
        read += collecting.collect()
        left.append(len(deliver(app)))
    assert left == [left[0], *[left[1]] * 4]
    assert left[1] > left[0] > 0
    assert read.total() == left[1] == db.session.query(MailNotice).count()
    assert not db.session.query(BouncedAddress).count() + db.session.query(UnwantedAddress).count()
    assert {mail.state.value for mail in db.session.scalars(db.select(OutgoingEmail))} == {"accepted"}
    assert registrations(event_id)[0].state is RegistrationState.CANCELLED
