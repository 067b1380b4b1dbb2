"""An open-loop load client: everybody begins when planned, however slow the server is.

One process, plain sockets, one selector. A person is a generator that yields what to do next (``Ask``, ``Wait``,
``Start``) and is sent the answer; each runs in a tab with a connection of its own.
"""

import errno
import heapq
import itertools
import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field

PATIENCE = 60.0  # Seconds after which nobody waits for an answer any longer.
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CUT = 0  # The status of an answer that never came.


@dataclass(frozen=True)
class Ask:
    """Send a request and wait for its answer; or hang up so many seconds after the last byte went out."""

    request: bytes
    hang_up_after: float | None = None


@dataclass(frozen=True)
class Wait:
    seconds: float


@dataclass(frozen=True)
class Start:
    """Begin another flow beside this one, on a connection of its own."""

    flow: "Flow"
    port: int


@dataclass(frozen=True)
class Reconnect:
    """Use a new connection from now on, to this port."""

    port: int


@dataclass(frozen=True)
class Answer:
    """``status`` is 0 when the connection ended without an answer; ``why`` then says how."""

    status: int
    head: bytes = b""
    body: bytes = b""
    why: str = ""
    seconds: float = 0.0

    def header(self, name: str) -> str:
        found = re.search(rb"\r\n" + name.encode() + rb": *([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else ""


Flow = Generator[Ask | Wait | Start | Reconnect, Answer | None, None]


class Load:
    """Runs flows until all are over."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.tabs = 0
        self.latest = 0.0  # How much later than planned a person could begin at worst: our own fault, not the server's.
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self.waiting: deque[tuple[float, Tab, Ask]] = deque()  # Who gives up when; all have the same patience.

    def at(self, instant: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (instant, next(self._order), act))

    def run(self, flows: Iterable[tuple[float, int, Flow]]) -> None:
        """Begin each (instant, port, flow) at its instant, and come back when nobody is under way any more."""
        for instant, port, flow in flows:
            self.at(instant, _Beginning(self, instant, port, flow))
        while self._agenda or self.tabs:
            self._begin_due()
            self._give_up_overdue()
            pause = max(0.0, min(self._agenda[0][0] - time.perf_counter(), 1.0)) if self._agenda else 1.0
            for key, _ in self.selector.select(pause):
                key.data.is_ready()

    def _begin_due(self) -> None:
        while self._agenda and self._agenda[0][0] <= time.perf_counter():
            heapq.heappop(self._agenda)[2]()

    def _give_up_overdue(self) -> None:
        while self.waiting and self.waiting[0][0] <= time.perf_counter():
            _, tab, question = self.waiting.popleft()
            tab.give_up(question, "no answer")

    def close(self) -> None:
        self.selector.close()


@dataclass
class _Beginning:
    load: Load
    instant: float
    port: int
    flow: Flow

    def __call__(self) -> None:
        self.load.latest = max(self.load.latest, time.perf_counter() - self.instant)
        Tab(self.load, self.flow, self.port).go_on(None)


@dataclass
class Tab:
    """One flow, and the connection on which it asks."""

    load: Load
    flow: Flow
    port: int
    line: socket.socket | None = None
    unsent: bytes = b""
    received: bytearray = field(default_factory=bytearray)
    asked_at: float = 0.0
    question: Ask | None = None  # The one that waits for an answer.

    def __post_init__(self) -> None:
        self.load.tabs += 1

    def go_on(self, answer: Answer | None) -> None:
        """Give the flow its answer, and do what it wants next."""
        try:
            wish = self.flow.send(answer)
            while isinstance(wish, Start | Reconnect):
                if isinstance(wish, Start):
                    Tab(self.load, wish.flow, wish.port).go_on(None)
                else:
                    self._hang_up()
                    self.port = wish.port
                wish = self.flow.send(None)
        except StopIteration:
            self._hang_up()
            self.load.tabs -= 1
            return
        if isinstance(wish, Wait):
            self.load.at(time.perf_counter() + wish.seconds, lambda: self.go_on(None))
        else:
            self._ask(wish)

    def _ask(self, question: Ask) -> None:
        self.question, self.unsent, self.asked_at = question, question.request, time.perf_counter()
        self.received.clear()
        self.load.waiting.append((self.asked_at + PATIENCE, self, question))
        if self.line is None:
            self._connect()
        else:
            self._send()

    def _connect(self) -> None:
        self.line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.line.setblocking(False)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        failure = self.line.connect_ex(("127.0.0.1", self.port))
        self.load.selector.register(self.line, selectors.EVENT_WRITE, self)
        if failure not in (0, errno.EINPROGRESS):
            self._cut("refused" if failure == errno.ECONNREFUSED else errno.errorcode[failure])

    def is_ready(self) -> None:
        """The connection can be written to or read from."""
        if self.line is None:
            return
        if failure := self.line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._cut("refused" if failure == errno.ECONNREFUSED else errno.errorcode[failure])
        elif self.unsent:
            self._send()
        else:
            self._receive()

    def _send(self) -> None:
        assert self.line
        try:
            sent = self.line.send(self.unsent)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._cut(type(error).__name__)
            return
        self.unsent = self.unsent[sent:]
        self.load.selector.modify(self.line, selectors.EVENT_WRITE if self.unsent else selectors.EVENT_READ, self)
        question = self.question
        if not self.unsent and question and question.hang_up_after is not None:
            hang_up_at = time.perf_counter() + question.hang_up_after
            self.load.at(hang_up_at, lambda: self.give_up(question, "hung up"))

    def _receive(self) -> None:
        assert self.line
        try:
            part = self.line.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError as error:
            self._cut(type(error).__name__)
            return
        if not part:
            self._cut("closed")
            return
        self.received += part
        if self.question and (answer := whole(self.received, time.perf_counter() - self.asked_at)):
            self.question = None
            if answer.header("connection").lower() == "close":
                self._hang_up()
            self.go_on(answer)

    def give_up(self, question: Ask, why: str) -> None:
        """End the wait for this answer, unless it has come."""
        if self.question is question:
            self._cut(why)

    def _cut(self, why: str) -> None:
        self._hang_up()
        if self.question:
            self.question = None
            self.go_on(Answer(CUT, why=why, seconds=time.perf_counter() - self.asked_at))

    def _hang_up(self) -> None:
        if self.line is not None:
            self.load.selector.unregister(self.line)
            self.line.close()
        self.line, self.unsent = None, b""


def whole(received: bytearray, seconds: float) -> Answer | None:
    """The answer that these bytes are, or None while some of it is still on its way."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[:end])
    length = _LENGTH.search(head)
    if len(received) < end + 4 + (int(length[1]) if length else 0):
        return None
    return Answer(int(head[9:12]), head, bytes(received[end + 4 :]), seconds=seconds)
