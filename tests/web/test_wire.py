"""What arrives on the wire before it is a request: broken heads, doubtful lengths, silent clients, on the real server.

Each case begins with the number of its line in docs/bad-inputs.md.
"""

import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.db import db
from app.models import Event
from tests.support.desk import make_event, registrations
from tests.support.html import Page
from tests.support.serving import LiveServer
from tests.support.site import PERSON

# The server in front of the app is the same for every database.
pytestmark = [pytest.mark.database("sqlite"), pytest.mark.slow]
PATIENCE = 30
HALF_FORMS, IDLE = 6, 200
HEAD = b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
GET, POST = b"GET /events" + HEAD, b"POST /registrations/find" + HEAD
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
LONG, MANY = b"X: " + b"a" * 1_000_000 + b"\r\n", b"".join(b"X-%d: a\r\n" % number for number in range(5000))

ANSWERS = {
    "I25 a long header": (GET + LONG + b"\r\n", {431}),
    "I25 many headers": (GET + MANY + b"\r\n", {431}),
    "C02 a long address": (b"GET /events/" + b"a" * 70_000 + HEAD + b"\r\n", {414}),
    "I26 two lengths": (POST + FORM + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", {400}),
    "I26 a length and chunks": (
        POST + FORM + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
        {400},
    ),
    "I26 a negative length": (POST + FORM + b"Content-Length: -1\r\n\r\nab", {400}),
    "I26 a length with a sign": (POST + FORM + b"Content-Length: +2\r\n\r\nab", {400}),
    "I26 a length in hex": (POST + FORM + b"Content-Length: 0x2\r\n\r\nab", {400}),
    "I27 an encoding we do not know": (POST + FORM + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", {400}),
    "I27 chunked and then not": (POST + FORM + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", {400}),
    "I27 a space before the colon": (POST + FORM + b"Content-Length : 2\r\n\r\nab", {400}),
    "I27 chunks without numbers": (POST + FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n", {400}),
    "I32 an expectation": (POST + FORM + b"Expect: 200-nope\r\nContent-Length: 2\r\n\r\nab", {400, 417}),
    "I36 another host in the line": (b"GET http://evil.example/events" + HEAD + b"\r\n", {200, 400}),
    "I37 two slashes": (b"GET //evil.example/x" + HEAD + b"\r\n", {404}),
    "I37 a proxy's word": (b"CONNECT evil.example:443" + HEAD + b"\r\n", {400, 404, 405}),
    "I20 a method we do not know": (b"BREW /events" + HEAD + b"\r\n", {405}),
    "K02 two hosts": (GET + b"Host: evil.example\r\n\r\n", {200, 400}),
    "B06 NUL in a header": (GET + b"X: a\x00b\r\n\r\n", {400}),
    "B08 a bare return in a header": (GET + b"X: a\rSet-Cookie: b\r\n\r\n", {400}),
    "B12 bytes in the line": (b"GET /events\xff" + HEAD + b"\r\n", {400}),
    "I27 no request at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100, {400}),
}
BREAKS_OFF = {"I25 a long header", "I25 many headers"}  # While we still send, so that we may not hear the answer.


class Wire:
    """Connections that speak bytes."""

    def __init__(self, port: int) -> None:
        self.port, self.open_ones = port, list[socket.socket]()

    def connect(self, sent: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.open_ones.append(connection)
        connection.sendall(sent)
        return connection

    def ask(self, sent: bytes) -> bytes:
        """Everything that comes back until the server hangs up. To be left waiting is no answer: it raises."""
        answer = b""
        try:
            connection = self.connect(sent)
            while part := connection.recv(65536):
                answer += part
        except ConnectionError:
            pass  # Hanging up is an answer too.
        return answer

    def close(self) -> None:
        while self.open_ones:
            self.open_ones.pop().close()


@pytest.fixture
def wire(live: LiveServer) -> Iterator[Wire]:
    wire = Wire(live.port)
    yield wire
    wire.close()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def test_whatever_arrives_the_next_one_is_served(wire: Wire) -> None:
    wrong = []
    for name, (sent, allowed) in ANSWERS.items():
        answer = wire.ask(sent)
        if status(answer) not in (allowed | {0} if name in BREAKS_OFF else allowed):
            wrong.append(f"{name}: {answer[:200]!r}")
        if b"evil.example" in answer or b"Set-Cookie" in answer:
            wrong.append(f"{name}: what was sent stands in the answer")
        if status(wire.ask(GET + b"\r\n")) != 200:
            wrong.append(f"{name}: the next request was not served")
    assert not wrong, "\n".join(wrong)
    # I45: of two requests in one packet each gets its own answer, in order; after a broken one nothing is answered.
    both = wire.ask(b"GET /nope HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + GET + b"\r\n")
    assert [status(b"HTTP/1.1 " + part) for part in both.split(b"HTTP/1.1 ")[1:]] == [404, 200]
    after_a_broken_one = wire.ask(b"GET /nope HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n" + GET + b"\r\n")
    assert (status(after_a_broken_one), after_a_broken_one.count(b"HTTP/1.1 ")) == (400, 1)


def test_i29_i30_who_never_finishes_holds_nobody_up(wire: Wire) -> None:
    for _ in range(HALF_FORMS):
        wire.connect(POST + FORM + b"Content-Length: 100\r\n\r\nemail=a")
    for _ in range(IDLE):
        wire.connect(GET)
    assert status(wire.ask(GET + b"\r\n")) == 200
    wire.close()
    form = POST + FORM + b"Content-Length: 7\r\n\r\nemail=a"
    assert any(status(wire.ask(form)) == 400 for _ in range(20))  # Read, and found to be without a key.


def test_i31_who_leaves_before_the_answer_may_send_it_again(wire: Wire, app: Flask) -> None:
    event_id = make_event(capacity=5)
    address = f"/events/{db.session.get_one(Event, event_id).slug}/register".encode()
    page = Page(wire.ask(b"GET " + address + HEAD + b"\r\n").partition(b"\r\n\r\n")[2].decode())
    key = page.main.all("input", name="form_key")[0].get("value")
    body = urlencode(PERSON | {"form_key": key}).encode()
    sent = b"POST " + address + HEAD + FORM + b"Content-Length: %d\r\n\r\n" % len(body) + body
    for _ in range(3):
        wire.connect(sent).close()
    assert status(wire.ask(sent)) == 303
    db.session.rollback()
    assert len(registrations(event_id)) == 1
