"""Delivers what is in the outbox, a batch at a time. Rendering and sending happen outside every transaction."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from app import clock
from app.db import db, transact
from app.mail import outbox, relay
from app.mail.answers import InDoubtError, RefusedError, TryLaterError, UnreachableError
from app.mail.letters import Letter, letter
from app.mail.messages import UnsendableError, return_path
from app.mail.reconciling import ReconcileError, Reconciler
from app.mail.transports import Transport
from app.mail.wording import is_demonstration
from app.models import EmailState, OutgoingEmail

BATCH = 20
SERVICE = 1  # The priority of what people wait for; whatever has a higher number can wait.
FOUND = "Found among the messages that the mail server has accepted."
Settle = Callable[[OutgoingEmail, str, datetime], None]
ANSWERED = (outbox.accept, outbox.fail)  # What only a server does that takes our mail.
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drained:
    """What one batch came to."""

    taken: int  # Rows that had their turn, whatever became of them.
    unreachable: bool = False  # The server takes nothing at the moment: rest before the next batch.


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row becomes, and why."""

    email_id: int
    settle: Settle
    words: str = ""


def never() -> bool:
    return False


def drain(
    worker: str,
    transport: Transport,
    *,
    limit: int = BATCH,
    stopping: Callable[[], bool] = never,
    reconciler: Reconciler | None = None,
) -> Drained:
    """Deliver up to ``limit`` due mails. When asked to stop, finish the message in hand and give the rest back."""
    return Courier(worker, transport, reconciler, stopping).deliver(limit)


@dataclass
class Courier:
    """Delivers batch after batch. What the server answered is kept until it is written down, whatever happens."""

    worker: str
    transport: Transport
    reconciler: Reconciler | None = None
    stopping: Callable[[], bool] = never
    learned: list[Outcome] = field(default_factory=list)
    trouble: UnreachableError | None = None
    is_in_trouble: bool = False  # As the database knows it: the next answer of the server puts an end to it.

    def deliver(self, limit: int = BATCH) -> Drained:
        self._settle()
        if relay.is_closed(clock.now()) or not outbox.is_due():
            return Drained(0)
        ids = transact(partial(self._claim, limit))
        letters = self._letters(ids)
        done = self._go_round(letters)
        self._settle()
        return Drained(done.taken + len(ids) - len(letters), done.unreachable)

    def _claim(self, limit: int, at: datetime) -> list[int]:
        allowed = relay.allowance(limit, at)
        self.is_in_trouble = relay.is_troubled()
        return outbox.claim(self.worker, allowed, at) if allowed else []

    def _letters(self, ids: list[int]) -> list[Letter]:
        """Those that can be written. Whatever is wrong with one mail, the others leave."""
        written = []
        is_demo = is_demonstration()
        for row in outbox.rows(ids):
            try:
                written.append(letter(row, is_demo=is_demo))
            except UnsendableError as error:
                self.learned.append(Outcome(row.id, outbox.fail, str(error)))
            except Exception as error:  # This one waits for the repair.
                log.exception("Mail %s could not be written", row.id)
                reason = f"It could not be written: {type(error).__name__}"
                self.learned.append(Outcome(row.id, outbox.postpone_untried, reason))
        db.session.rollback()  # No transaction stays open while we send.
        return written

    def _go_round(self, letters: list[Letter]) -> Drained:
        for place, one in enumerate(letters):
            if self.stopping() or (place and _is_overtaken(one)):
                self._learn(letters[place:], outbox.release)
                return Drained(place)
            try:
                self._deliver(one)
            except UnreachableError as error:
                self.trouble = error
                put_back = outbox.release if error.trouble.is_ours else outbox.postpone_untried
                self._learn(letters[place:], put_back, str(error))
                return Drained(place, unreachable=True)
        return Drained(len(letters))

    def _deliver(self, one: Letter) -> None:
        if found := self._found(one):
            self.learned.append(found)
            return
        self.transport.open()
        leaves = transact(partial(self._send_off, one))
        self.learned.clear()
        if leaves:
            self.learned.append(Outcome(one.email_id, *self._send(one)))

    def _found(self, one: Letter) -> Outcome | None:
        """What the reconciler says of a mail in doubt. Nothing: it did not arrive, or nobody can tell."""
        if self.reconciler is None or one.doubtful_since is None:
            return None
        try:
            if not self.reconciler.was_accepted(one.message_id, one.doubtful_since):
                return None
        except ReconcileError as error:
            return Outcome(one.email_id, outbox.postpone_untried, str(error))
        return Outcome(one.email_id, outbox.accept_found, FOUND)

    def _send_off(self, one: Letter, at: datetime) -> bool:
        """Write down what became of the mail before, and that this one leaves: one commit for each mail."""
        self._write_down(at)
        row = outbox.held(one.email_id, self.worker)
        if row is None:
            return False
        one.keep_in(row)
        row.doubts = 0 if self.reconciler else row.doubts
        return outbox.send_off(row, at)

    def _send(self, one: Letter) -> tuple[Settle, str]:
        """Send, and say what the row becomes. Only an unreachable server concerns the other rows too, and is raised."""
        try:
            return outbox.accept, self.transport.send(one.content, one.recipient, return_path(one.email_id))
        except RefusedError as error:
            return outbox.fail, str(error)
        except TryLaterError as error:
            return outbox.postpone, str(error)
        except InDoubtError as error:
            return outbox.doubt, str(error)

    def _learn(self, letters: Iterable[Letter], settle: Settle, words: str = "") -> None:
        self.learned += [Outcome(one.email_id, settle, words) for one in letters]

    def _settle(self) -> None:
        if self.learned or self.trouble:
            transact(self._write_down)
        self.learned.clear()
        self.trouble = None

    def _write_down(self, at: datetime) -> None:
        """Settle those rows that are still ours: a worker that slept past its lease finds that they are not."""
        for outcome in self.learned:
            row = outbox.held(outcome.email_id, self.worker)
            if row is not None:
                row.doubts -= row.state is EmailState.IN_DOUBT  # We were thought to be gone.
                outcome.settle(row, outcome.words, at)
        if self.trouble:
            relay.note_trouble(self.trouble, at)
        elif self.is_in_trouble and any(outcome.settle in ANSWERED for outcome in self.learned):
            relay.note_recovery(at)


def _is_overtaken(one: Letter) -> bool:
    """Whether mail has come in meanwhile that goes before this bulk mail."""
    return one.priority > SERVICE and outbox.is_due(before_priority=one.priority)
