"""What tests of mail share: a queue to fill, a server or a folder to look into, a clock to drive."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import clock, create_app
from app.db import db, transact
from app.mail import delivery, transports
from app.models import EmailState, MessageKind, OutgoingEmail
from tests.conftest import NOON
from tests.mail.samples import facts
from tests.support.smtp import SmtpServer

WORKER = "worker-1"


def queue(recipient: str = "ana.nunez@example.com", kind: MessageKind = MessageKind.CONFIRMED, **columns: Any) -> int:
    """Put one row into the outbox, as the verbs do; its id."""
    count = db.session.query(OutgoingEmail).count()

    def work(at: datetime) -> int:
        values = {
            "kind": kind,
            "dedupe_key": f"{kind.value}:{count}",
            "recipient": recipient,
            "recipient_key": recipient,
            "facts": facts(),
            "due_at": at,
            "queued_at": at,
        }
        row = OutgoingEmail(**values | columns)
        db.session.add(row)
        db.session.flush()
        return row.id

    return transact(work)


def row(email_id: int) -> OutgoingEmail:
    db.session.rollback()
    return db.session.get_one(OutgoingEmail, email_id, populate_existing=True)


def state(email_id: int) -> EmailState:
    return row(email_id).state


@pytest.fixture
def later(at: datetime) -> Callable[[timedelta], Any]:
    """Stops the clock so much later than noon, for a block."""
    return lambda span: clock.stopped_at(NOON + span)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app for tests that only render: made once, with no database behind it, and always the same links."""
    folder = tmp_path_factory.mktemp("office")
    app = create_app({"TESTING": True, "INSTANCE_DIR": folder, "SECRET_KEY": "the-same-key-gives-the-same-links"})
    with app.app_context():
        yield app


@pytest.fixture
def settings(smtp: SmtpServer) -> dict[str, Any]:
    """An app whose mail goes to the server of the test."""
    return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": smtp.port}


@pytest.fixture
def transport(app: Any) -> Iterator[transports.Transport]:
    chosen = transports.chosen()
    yield chosen
    chosen.close()


@pytest.fixture
def drain(transport: transports.Transport) -> Callable[..., delivery.Drained]:
    """Deliver one batch; ``drain("worker-2")`` as somebody else."""
    return lambda worker=WORKER, **given: delivery.drain(worker, transport, **given)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return tmp_path / "mail"
