"""Delivers what is in the outbox, a batch at a time. Rendering and sending happen outside every transaction."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from app import clock
from app.db import transact
from app.mail import marks, outbox, outcomes, relay
from app.mail.answers import NotBegunError, UnreachableError
from app.mail.desk import Desk
from app.mail.lanes import Lanes
from app.mail.letters import Letter
from app.mail.marks import Held
from app.mail.messages import UnsendableError
from app.mail.outcomes import Outcome
from app.mail.reconciling import ReconcileError, Reconciler
from app.mail.transports import Transport

BATCH = 40
SERVICE = 1  # The priority of what people wait for; whatever has a higher number can wait.
FOUND = "Found among the messages that the mail server has accepted."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drained:
    """What one batch came to."""

    taken: int  # Rows that had their turn, whatever became of them.
    unreachable: bool = False  # The server takes nothing at the moment: rest before the next batch.


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
    spare: Sequence[Transport] = ()  # Further ways out, used beside the first.
    lanes: Lanes = field(init=False)
    learned: list[Outcome] = field(default_factory=list)
    trouble: UnreachableError | None = None
    returned: int = 0  # Mails of this round whose turn did not come.
    is_in_trouble: bool = False  # As the database knows it: the next answer of the server puts an end to it.
    expects_more: bool = False  # The last batch was a full one, so there is no need to look before taking the next.

    def __post_init__(self) -> None:
        self.lanes = Lanes([self.transport, *self.spare], self.stopping)

    def deliver(self, limit: int = BATCH) -> Drained:
        self._settle()
        if self.lanes.under_way:  # Something broke while these were on their way.
            self._go_round(Desk())
        if not self.expects_more and (relay.is_closed(clock.now()) or not outbox.is_due()):
            return Drained(0)
        desk = Desk.laid_out(transact(partial(self._claim, limit)))
        self.expects_more = len(desk) == limit
        done = self._go_round(desk)
        self._settle()
        return done

    def _claim(self, limit: int, at: datetime) -> list[int]:
        allowed = relay.allowance(limit, at)
        self.is_in_trouble = relay.is_troubled()
        return outbox.claim(self.worker, allowed, at) if allowed else []

    def _go_round(self, desk: Desk) -> Drained:
        """Hand over what lies on the desk; while some mails are on their way, write the next ones."""
        is_unreachable = has_begun = False
        total, self.returned = len(desk), 0
        while desk or self.lanes.under_way:
            if desk and (self.trouble or self.stopping()):
                self._put_back(desk)
            elif desk.unwritten and len(desk.written) < self.lanes.worth_having_ready:
                self._write(desk)
            elif not desk.written or not self.lanes.free or self.lanes.have_answers():
                self._hear()
            elif has_begun and _is_overtaken(desk.written[0]):
                self._put_back(desk)
            else:
                self._start(desk)
                has_begun = True
            is_unreachable = is_unreachable or self.trouble is not None
        self.lanes.rest_is_over()
        return Drained(total - self.returned, is_unreachable)

    def _write(self, desk: Desk) -> None:
        """Whatever is wrong with one mail, the others leave."""
        email_id = desk.next_row().id
        try:
            desk.write_next()
        except UnsendableError as error:
            self.learned.append(Outcome(email_id, outbox.fail, str(error)))
        except Exception as error:  # This one waits for the repair.
            log.exception("Mail %s could not be written", email_id)
            reason = f"It could not be written: {type(error).__name__}"
            self.learned.append(Outcome(email_id, outbox.postpone_untried, reason))

    def _start(self, desk: Desk) -> None:
        """Put as many on their way as there are lanes free. One commit says so, and what became of those before."""
        letters = [one for one in desk.take(self.lanes.room) if not self._is_found(one)]
        try:
            ready = self.lanes.open(len(letters))
        except UnreachableError as error:
            self.trouble, ready = error, 0
        desk.put_back(letters[ready:])
        if not ready:
            return
        leaving = transact(partial(self._send_off, letters[:ready]))
        self.learned.clear()
        self.lanes.hand_over([one for one in letters[:ready] if one.email_id in leaving])

    def _is_found(self, one: Letter) -> bool:
        """Settle a mail in doubt by what the reconciler says. False: it did not arrive, or nobody can tell."""
        if self.reconciler is None or one.doubtful_since is None:
            return False
        try:
            if not self.reconciler.was_accepted(one.message_id, one.doubtful_since):
                return False
            self.learned.append(Outcome(one.email_id, outbox.accept_found, FOUND))
        except ReconcileError as error:
            self.learned.append(Outcome(one.email_id, outbox.postpone_untried, str(error)))
        return True

    def _send_off(self, letters: Sequence[Letter], at: datetime) -> list[int]:
        numbers = [one.email_id for one in self.learned] + [one.email_id for one in letters]
        rows = marks.held(numbers, self.worker)
        self._note_learned(rows, at)
        ours = [one for one in letters if one.email_id in rows]
        return marks.send_off(ours, marks.forget_doubts(rows) if self.reconciler else rows, at)

    def _hear(self) -> None:
        """Wait for an answer. What is known already is written down first: others may take long."""
        if not self.lanes.have_answers():
            self._settle()
        for one, sent in self.lanes.answers():
            self._note(one.email_id, sent)

    def _note(self, email_id: int, sent: Future[str]) -> None:
        try:
            self.learned.append(outcomes.of(email_id, sent))
        except NotBegunError:
            self.learned.append(self._returned(email_id))
        except UnreachableError as error:
            self.trouble = error
            self.learned.append(self._returned(email_id))
        except Exception as error:  # Ours, and the others must not suffer for it. Nobody knows how far this one came.
            log.exception("Mail %s could not be handed over", email_id)
            self.learned.append(Outcome(email_id, outbox.doubt, f"It broke on the way: {type(error).__name__}"))

    def _put_back(self, desk: Desk) -> None:
        self.learned += [self._returned(email_id) for email_id in desk.clear()]

    def _returned(self, email_id: int) -> Outcome:
        """Nobody's any more. While a server takes nothing, its trouble costs the mail a wait, and ours does not."""
        is_theirs = self.trouble is not None and not self.trouble.trouble.is_ours
        self.returned += 1
        settle = outbox.postpone_untried if is_theirs else outbox.release
        return Outcome(email_id, settle, str(self.trouble or ""))

    def _settle(self) -> None:
        if self.learned or self.trouble:
            transact(self._write_down)
        self.learned.clear()
        self.trouble = None

    def _write_down(self, at: datetime) -> None:
        self._note_learned(marks.held([one.email_id for one in self.learned], self.worker), at)

    def _note_learned(self, rows: Mapping[int, Held], at: datetime) -> None:
        """Settle those rows that are still ours: a worker that slept past its lease finds that they are not."""
        outcomes.write_down(self.learned, rows, at)
        if self.trouble:
            relay.note_trouble(self.trouble, at)
        elif self.is_in_trouble and outcomes.tell_of_an_answer(self.learned):
            relay.note_recovery(at)


def _is_overtaken(one: Letter) -> bool:
    """Whether mail has come in meanwhile that goes before this bulk mail."""
    return one.row.priority > SERVICE and outbox.is_due(before_priority=one.row.priority)
