"""The ways out that one worker uses side by side. Each has some messages in hand, until the server has answered them.

One commit promises all that leave together. So the faster the server, the more of them there are, up to a few in each
lane: what a worker that dies leaves in doubt is never more than what the server takes in a moment.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from app import clock
from app.mail.answers import NotBegunError, UnreachableError
from app.mail.letters import Letter
from app.mail.messages import return_path
from app.mail.transports import Transport

T = TypeVar("T")
MOMENT = 0.002  # Seconds, which a commit takes anyway: mails that leave together share one.
TRIP = 0.05  # Seconds that the messages of one promise may take in their lane ...
MOST = 4  # ... and how many there may be at most.


@dataclass(frozen=True)
class Trip:
    """Messages that left through one lane, one behind the other, and the answer to each."""

    answers: list[Future[str]]
    seconds: float

    @property
    def has_faults(self) -> bool:
        return any(one.exception() for one in self.answers)


class Lanes:
    """``free`` are those without a message; the first of them is used first, so that few mails need one connection."""

    def __init__(self, transports: Sequence[Transport], stopping: Callable[[], bool]) -> None:
        self.stopping = stopping
        self.free = deque(transports)
        self.resting: list[Transport] = []
        self.under_way: dict[Future[Trip], tuple[list[Letter], Transport]] = {}
        self.each = 1  # So many messages leave through one lane with one promise.
        self.pool = ThreadPoolExecutor(len(transports)) if len(transports) > 1 else None

    def open(self, wanted: int) -> int:
        """Make free ones ready for so many mails, and say how many may leave. Raises UnreachableError if none can.

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
        return min(wanted, ready * self.each)

    def hand_over(self, letters: Sequence[Letter]) -> None:
        """Send them on their way, through as many lanes as ``open`` made ready for them."""
        used = min(len(letters), len(self.free))
        for number in range(used):
            lane, some = self.free.popleft(), list(letters[number::used])
            send = partial(_sent, lane, [(one, return_path(one.email_id)) for one in some], self.stopping)
            # A single way out needs no company, and no thread.
            trip = self.pool.submit(copy_context().run, send) if self.pool else _done(send)
            self.under_way[trip] = some, lane

    @property
    def room(self) -> int:
        """How many may leave now."""
        return len(self.free) * self.each

    @property
    def worth_having_ready(self) -> int:
        """As many mails as can leave at once, because they share a commit; and two for each lane while others leave."""
        return (len(self.free) + len(self.under_way)) * max(self.each, 2 if self.under_way else 1)

    def have_answers(self) -> bool:
        return any(trip.done() for trip in self.under_way)

    def answers(self) -> Iterator[tuple[Letter, Future[str]]]:
        """What has been answered; waits for the first answer, if there is none yet, and a moment for the others."""
        wait(self.under_way, return_when=FIRST_COMPLETED)
        done, _ = wait(self.under_way, timeout=MOMENT)
        for one in done:
            letters, lane = self.under_way.pop(one)
            self.free.appendleft(lane)
            self._keep_pace(one.result())
            yield from zip(letters, one.result().answers, strict=True)

    def _keep_pace(self, trip: Trip) -> None:
        """More at a time while the server is fast; one by one as soon as anything goes wrong."""
        fitting = int(TRIP * len(trip.answers) / max(trip.seconds, MOMENT))
        self.each = 1 if trip.has_faults else min(max(fitting, 1), MOST)

    def rest_is_over(self) -> None:
        self.free.extend(self.resting)
        self.resting.clear()

    def close(self) -> None:
        for lane in self.free:
            lane.close()


def _sent(lane: Transport, letters: Sequence[tuple[Letter, str]], stopping: Callable[[], bool]) -> Trip:
    """What comes of them, in turn. Where the server lets nobody in, it is not asked again for the others.

    Whoever stops waits for the answer to one: a slow server would keep it for minutes with each of the others.
    """
    began, answers = clock.ticks(), list[Future[str]]()
    for letter, path in letters:
        if answers and isinstance(answers[-1].exception(), UnreachableError):
            answers.append(answers[-1])
        elif answers and stopping():
            answers.append(_done(_not_begun))
        else:
            answers.append(_done(partial(lane.send, letter.content, letter.row.recipient, path)))
    return Trip(answers, clock.ticks() - began)


def _not_begun() -> str:
    raise NotBegunError


def _done(send: Callable[[], T]) -> Future[T]:
    sent: Future[T] = Future()
    try:
        sent.set_result(send())
    except Exception as error:  # Raised again where the answer is read.
        sent.set_exception(error)
    return sent
