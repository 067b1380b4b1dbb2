"""Whose turn it is, told from the head of the queue, however long that is and however often one person is in it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import insert, text

from app.db import db, locks_rows, transact
from app.mail import outbox
from app.models import EmailState, MessageKind, OutgoingEmail

SETTLED, LONG, SHORT, BATCH = 2000, 800, 40, 20
ROWS_READ = text("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'outgoing_email'")
SQLITE_STEPS = 100


def fill(count: int, at: datetime, *, recipient: str = "person-{}@example.com", **columns: object) -> None:
    """So many rows, as a rush leaves them."""
    first = db.session.query(OutgoingEmail).count()
    usual = {"kind": MessageKind.CONFIRMED, "facts": {}, "due_at": at, "queued_at": at}
    rows = [
        usual | {"dedupe_key": str(n), "recipient": recipient.format(n), "recipient_key": recipient.format(n)} | columns
        for n in range(first, first + count)
    ]
    db.session.execute(insert(OutgoingEmail), rows)


def worked(work: Callable[[], object]) -> int:
    """How much the database did for it: rows looked at, or with SQLite its own steps."""
    if locks_rows():
        before = db.session.scalar(ROWS_READ)
        work()
        return (db.session.scalar(ROWS_READ) or 0) - (before or 0)
    steps: list[int] = []
    driver = db.session.connection().connection.dbapi_connection
    driver.set_progress_handler(lambda: steps.append(SQLITE_STEPS), SQLITE_STEPS)
    work()
    driver.set_progress_handler(None, 0)
    return sum(steps)


def claiming(at: datetime) -> int:
    return worked(lambda: outbox.claim("worker-1", BATCH, at))


@pytest.mark.slow
@pytest.mark.usefixtures("app")
def test_a_claim_costs_the_same_from_a_long_queue_whatever_the_statistics_say(at):
    transact(lambda at: fill(SETTLED, at, state=EmailState.ACCEPTED))
    transact(lambda at: fill(SHORT, at))
    transact(lambda _: db.session.execute(text("ANALYZE")))  # From now on the database knows of a short queue.
    from_short = transact(claiming)
    transact(lambda at: fill(LONG, at))
    assert transact(claiming) < 2 * from_short


@pytest.mark.usefixtures("app", "at")
def test_many_mails_of_one_person_at_the_head_keep_nobody_waiting():
    transact(lambda at: fill(3 * BATCH, at, recipient="one@example.com"))
    transact(lambda at: fill(BATCH, at))
    taken = transact(lambda at: outbox.claim("worker-1", BATCH, at))
    recipients = [db.session.get_one(OutgoingEmail, email_id).recipient for email_id in taken]
    assert (len(taken), recipients.count("one@example.com")) == (BATCH, 1)
