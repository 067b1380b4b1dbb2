"""A small HTTP client for load: one process, plain sockets, many connections at once, every answer handed back."""

import selectors
import socket
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field

PATIENCE = 30  # Seconds without any answer after which a run is given up.
Flow = Generator[bytes, "Answer", None]


@dataclass(frozen=True)
class Answer:
    """One answer, and how many milliseconds it took from the request's first byte to its own last."""

    status: int
    headers: dict[str, str]
    body: bytes
    milliseconds: float


@dataclass
class _Connection:
    """One flow on a connection of its own."""

    flow: Flow
    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    asked_at: float = 0.0

    def ask(self, request: bytes) -> None:
        self.asked_at = time.perf_counter()
        self.socket.sendall(request)

    def is_over_after_reading(self) -> bool:
        """Take what has come; with a whole answer, let the flow go on."""
        if not (part := self.socket.recv(1 << 18)):
            raise ConnectionError("The server closed a connection in the middle of an answer.")
        self.received += part
        answer = read(self.received, self.asked_at)
        if answer is None:
            return False
        self.received.clear()
        try:
            self.ask(self.flow.send(answer))
        except StopIteration:
            return True
        return False


def read(received: bytearray, asked_at: float) -> Answer | None:
    """The answer that these bytes are, or None while some of it is still on its way."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    status, *lines = received[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if len(received) < end + 4 + int(headers["content-length"]):
        return None
    took = (time.perf_counter() - asked_at) * 1000
    return Answer(int(status.split(" ", 2)[1]), headers, bytes(received[end + 4 :]), took)


def run(port: int, flows: Iterable[Flow], *, clients: int) -> float:
    """Let so many flows run at once until all are over. Returns the seconds it took."""
    waiting = iter(flows)
    started = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(clients):
            _begin(port, waiting, selector)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise TimeoutError("The server answers nobody any more.")
            for key, _ in ready:
                if key.data.is_over_after_reading():
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
                    _begin(port, waiting, selector)
    return time.perf_counter() - started


def _begin(port: int, waiting: Iterator[Flow], selector: selectors.BaseSelector) -> None:
    flow = next(waiting, None)
    if flow is None:
        return
    connection = _Connection(flow, socket.create_connection(("127.0.0.1", port)))
    connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    selector.register(connection.socket, selectors.EVENT_READ, connection)
    connection.ask(next(flow))


def get(path: str, **headers: str) -> bytes:
    return _request("GET", path, headers)


def post(path: str, form: bytes, **headers: str) -> bytes:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(form))}
    return _request("POST", path, {**headers, **kind}) + form


def _request(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode()
