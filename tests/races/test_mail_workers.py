"""Several workers over one outbox: every mail leaves once, and each person's in order."""

from collections import Counter
from threading import Thread

import pytest

from app.db import db, transact
from app.mail import delivery, transports
from app.models import EmailState, MessageKind, OutgoingEmail
from tests.mail.samples import facts

WORKERS, PEOPLE, MAILS_EACH = 4, 12, 3


@pytest.fixture
def settings(smtp):
    return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": smtp.port}


def fill(at):
    for number in range(PEOPLE * MAILS_EACH):
        address = f"person-{number % PEOPLE}@example.com"
        db.session.add(
            OutgoingEmail(
                kind=MessageKind.MY_LINKS,
                dedupe_key=str(number),
                recipient=address,
                recipient_key=address,
                facts=facts(None, None, registrations=[]),
                due_at=at,
                queued_at=at,
            )
        )


def work(app, name):
    with app.app_context():
        transport = transports.chosen()
        while delivery.drain(name, transport, limit=3).taken or waiting():
            pass
        transport.close()


def waiting():
    left = db.session.scalar(db.select(db.func.count()).where(OutgoingEmail.state == EmailState.QUEUED))
    db.session.rollback()
    return left


def test_every_mail_leaves_once_and_in_order(app, smtp):
    transact(fill)
    workers = [Thread(target=work, args=(app, f"worker-{number}")) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    rows = db.session.scalars(db.select(OutgoingEmail).order_by(OutgoingEmail.id)).all()
    assert Counter(row.state for row in rows) == {EmailState.ACCEPTED: PEOPLE * MAILS_EACH}
    arrived = [message["Message-ID"] for message in smtp.sink.messages]
    assert Counter(arrived) == Counter(row.message_id for row in rows)
    for address in {row.recipient for row in rows}:
        hers = [row.message_id for row in rows if row.recipient == address]
        assert [one for one in arrived if one in hers] == hers
