"""Delivers what is in the outbox, a batch at a time. Rendering and sending happen outside every transaction."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from app import clock
from app.db import db, transact
from app.mail import outbox
from app.mail.messages import UnsendableError, assemble, new_message_id, return_path
from app.mail.outbox import Fixed
from app.mail.rendering import render
from app.mail.transports import InDoubtError, RefusedError, Transport, TryLaterError, UnreachableError
from app.models import OutgoingEmail

BATCH = 20
Settle = Callable[[OutgoingEmail, str, datetime], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drained:
    """What one batch came to."""

    taken: int  # Rows that had their turn, whatever became of them.
    unreachable: bool = False  # The server takes nothing at the moment: rest before the next batch.


def never() -> bool:
    return False


def drain(worker: str, transport: Transport, *, limit: int = BATCH, stopping: Callable[[], bool] = never) -> Drained:
    """Deliver up to ``limit`` due mails. When asked to stop, finish the message in hand and give the rest back."""
    if not outbox.is_due():
        return Drained(0)
    ids = transact(lambda at: outbox.claim(worker, limit, at))
    for place, email_id in enumerate(ids):
        if stopping():
            _settle_all(ids[place:], worker, outbox.release, "")
            return Drained(place)
        try:
            _deliver(email_id, worker, transport)
        except UnreachableError as error:
            log.warning("The mail server takes nothing: %s", error)
            _settle_all(ids[place:], worker, outbox.postpone_untried, str(error))
            return Drained(place, unreachable=True)
    return Drained(len(ids))


def _deliver(email_id: int, worker: str, transport: Transport) -> None:
    transport.open()
    try:
        recipient, fixed = _fixed(email_id)
    except UnsendableError as error:
        _settle_all([email_id], worker, outbox.fail, str(error))
        return
    except Exception as error:  # Whatever is wrong with one mail, the others leave; this one waits for the repair.
        log.exception("Mail %s could not be written", email_id)
        reason = f"It could not be written: {type(error).__name__}"
        _settle_all([email_id], worker, outbox.postpone_untried, reason)
        return
    if transact(partial(_send_off, email_id, worker, fixed)):
        settle, words = _send(transport, fixed.content, recipient, return_path(email_id))
        _settle_all([email_id], worker, settle, words)


def _fixed(email_id: int) -> tuple[str, Fixed]:
    """The recipient and the final bytes: those of the first attempt, or new ones."""
    row = db.session.get_one(OutgoingEmail, email_id, populate_existing=True)
    recipient, kept = row.recipient, (row.letter, row.message_id, row.subject)
    kind, facts, language, queued_at = row.kind, _facts(row), row.language, row.queued_at
    db.session.rollback()  # No transaction stays open while we write and send.
    if kept[0] is not None and kept[1] is not None:
        return recipient, Fixed(kept[0], kept[1], kept[2])
    rendered, message_id = render(kind, facts, language, at=queued_at), new_message_id()
    name = (facts.get("registration") or {}).get("full_name", "")
    content = assemble(rendered, recipient, name, message_id=message_id, at=clock.now())
    return recipient, Fixed(content, message_id, rendered.subject)


def _facts(row: OutgoingEmail) -> dict[str, Any]:
    """The row's facts. A registration made in one stroke with its mail got its id only with the row."""
    registration = row.facts.get("registration")
    if registration and registration["id"] is None:
        return {**row.facts, "registration": {**registration, "id": row.registration_id}}
    return row.facts


def _send_off(email_id: int, worker: str, fixed: Fixed, at: datetime) -> bool:
    row = outbox.held(email_id, worker)
    return row is not None and outbox.send_off(row, fixed, at)


def _send(transport: Transport, content: bytes, recipient: str, sender: str) -> tuple[Settle, str]:
    """Send, and say what the row becomes. Only an unreachable server concerns the other rows too, and is raised."""
    try:
        return outbox.accept, transport.send(content, recipient, sender)
    except RefusedError as error:
        return outbox.fail, str(error)
    except TryLaterError as error:
        return outbox.postpone, str(error)
    except InDoubtError as error:
        return outbox.doubt, str(error)


def _settle_all(ids: Iterable[int], worker: str, settle: Settle, words: str) -> None:
    """Settle those rows that are still ours: a worker that slept past its lease finds that they are not."""

    def work(at: datetime) -> None:
        for email_id in ids:
            row = outbox.held(email_id, worker)
            if row is not None:
                settle(row, words, at)

    transact(work)
