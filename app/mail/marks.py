"""The marks that every mail gets on its usual course: it is about to leave; the server has taken it.

All that a rush asks of the outbox is this. So these two are written from the few columns they need, for several mails
in one statement: as objects, loaded and compared with what they were, rows took four times as long. Whatever is not
usual is done in outbox.py, row by row.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from app.db import db
from app.mail import outbox, still_true
from app.mail.letters import Letter
from app.models import EmailState
from app.models.mail_course import seconds_waited, trace
from app.models.outgoing_email import LONGEST_WORDS

_ONE_ROW = update(outbox.TABLE).where(outbox.TABLE.c.id == bindparam("row_id"))


class Held(NamedTuple):
    """As much of a row as its next mark is made of."""

    id: int
    state: EmailState
    leased_by: str | None
    attempts: int
    doubts: int
    history: list[dict[str, str]]
    due_at: datetime
    queued_at: datetime


_HELD = (
    select(*(outbox.TABLE.c[name] for name in Held._fields))
    .where(outbox.TABLE.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(outbox.TABLE.c.id)
    .with_for_update()
)


def held(ids: Sequence[int], worker: str) -> dict[int, Held]:
    """Those rows, locked, that this worker still owns."""
    if not ids:
        return {}
    found = [Held(*row) for row in db.session.execute(_HELD, {"ids": list(ids)})]
    return {row.id: row for row in found if row.state in outbox.HELD and row.leased_by == worker}


def send_off(letters: Sequence[Letter], rows: Mapping[int, Held], at: datetime) -> list[int]:
    """Say that these messages are about to leave. Gives those that do: others have become untrue meanwhile."""
    reasons = still_true.why_not([one.row for one in letters], at)
    outbox.withdraw(reasons, at)
    leaving = [one for one in letters if one.email_id not in reasons]
    for is_first in (True, False):  # What the first attempt fixes, the others leave alone.
        _write([_sending(rows[one.email_id], at) | one.fixed() for one in leaving if one.is_first is is_first])
    return [one.email_id for one in leaving]


def accept(answers: Sequence[tuple[Held, str]], at: datetime) -> None:
    """The server has these, and said so in these words."""
    _write([_accepted(row, words[:LONGEST_WORDS], at) for row, words in answers])


def forget_doubts(rows: Mapping[int, Held]) -> dict[int, Held]:
    """Nobody has a copy of them: whoever knows what was accepted has said so."""
    return {number: row._replace(doubts=0) for number, row in rows.items()}


def _sending(row: Held, at: datetime) -> dict[str, Any]:
    return {
        **_entered(row, EmailState.SENDING, "", at),
        "leased_until": at + outbox.LEASE,
        "attempts": row.attempts + 1,
        "doubts": row.doubts,
    }


def _accepted(row: Held, words: str, at: datetime) -> dict[str, Any]:
    return {
        **_entered(row, EmailState.ACCEPTED, words, at),
        "leased_by": None,
        "leased_until": None,
        "accepted_at": at,
        "waited_seconds": seconds_waited(row.attempts, row.due_at, row.queued_at, at),
    }


def _entered(row: Held, state: EmailState, words: str, at: datetime) -> dict[str, Any]:
    history = [*row.history, trace(state.value, words, at)]
    return {"row_id": row.id, "state": state, "state_at": at, "last_error": words, "history": history}


def _write(marks: list[dict[str, Any]]) -> None:
    if marks:
        db.session.execute(_ONE_ROW, marks)
