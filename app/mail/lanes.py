"""The ways out that one worker uses side by side. Each has one message in hand, until the server has answered it."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial

from app.mail.answers import UnreachableError
from app.mail.letters import Letter
from app.mail.messages import return_path
from app.mail.transports import Transport

MOMENT = 0.002  # Seconds, which a commit takes anyway: mails that leave together share one.


class Lanes:
    """``free`` are those without a message; the first of them is used first, so that few mails need one connection."""

    def __init__(self, transports: Sequence[Transport]) -> None:
        self.free = deque(transports)
        self.resting: list[Transport] = []
        self.under_way: dict[Future[str], tuple[Letter, Transport]] = {}
        self.pool = ThreadPoolExecutor(len(transports)) if len(transports) > 1 else None

    def open(self, wanted: int) -> int:
        """Make so many free ones ready, and say how many are. Raises UnreachableError when the server lets nobody in.

        Many servers allow only a few connections: those that are refused while others work rest until all have ended.
        """
        ready = 0
        while ready < min(wanted, len(self.free)):
            try:
                self.free[ready].open()
                ready += 1
            except UnreachableError:
                if not ready and not self.under_way:
                    raise
                while len(self.free) > ready:
                    self.resting.append(self.free.pop())
        return ready

    def hand_over(self, letter: Letter) -> None:
        """Send it on its way."""
        lane = self.free.popleft()
        send = partial(lane.send, letter.content, letter.row.recipient, return_path(letter.email_id))
        # A single way out needs no company, and no thread.
        sent = self.pool.submit(copy_context().run, send) if self.pool else _done(send)
        self.under_way[sent] = letter, lane

    @property
    def worth_having_ready(self) -> int:
        """As many mails as can leave at once, because they share a commit; and as many again while others leave."""
        return (len(self.free) + len(self.under_way)) * (2 if self.under_way else 1)

    def have_answers(self) -> bool:
        return any(sent.done() for sent in self.under_way)

    def answers(self) -> Iterator[tuple[Letter, Future[str]]]:
        """What has been answered; waits for the first answer, if there is none yet, and a moment for the others."""
        wait(self.under_way, return_when=FIRST_COMPLETED)
        done, _ = wait(self.under_way, timeout=MOMENT)
        for sent in done:
            letter, lane = self.under_way.pop(sent)
            self.free.appendleft(lane)
            yield letter, sent

    def rest_is_over(self) -> None:
        self.free.extend(self.resting)
        self.resting.clear()

    def close(self) -> None:
        for lane in self.free:
            lane.close()


def _done(send: Callable[[], str]) -> Future[str]:
    sent: Future[str] = Future()
    try:
        sent.set_result(send())
    except Exception as error:  # Raised again where the answer is read.
        sent.set_exception(error)
    return sent
