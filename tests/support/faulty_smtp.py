"""A mail server on this machine that does wrong what it is told to do wrong, to the messages that it is told to.

It speaks for itself, without a library, so that it can fall silent, tear a line or say nonsense at any point. It runs
in a thread of its own; what a fault waits for is the test's word, or the app's clock, never the time of day.
"""

import asyncio
import contextlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from app import clock
from tests.support import certificates
from tests.support.serving import free_port

PATIENCE = 60
LONGEST = 4 * 2**20  # Bytes of a message.
_SIZE = re.compile(rb"SIZE=(\d+)", re.IGNORECASE)
_ADDRESS = re.compile(rb"<([^>]*)>")


class Then(Enum):
    """What follows the answer."""

    GO_ON = "go on"
    RESET = "reset"  # The line is cut without a goodbye.
    CLOSE = "close"
    SILENCE = "silence"  # Until the server is stopped.
    RESTART = "restart"  # All lines are cut, and the server is there again at once.


@dataclass(frozen=True)
class Fault:
    """``at`` names the point: greeting, ehlo, helo, starttls, auth, mail, rcpt, data, body, dot, noted, rset, quit.

    "dot" is before the message is taken, "noted" after it. ``answer`` replaces the server's own; None says nothing.
    """

    at: str
    answer: bytes | None = b""  # Empty: the server's own answer.
    then: Then = Then.GO_ON
    share: float = 1.0  # Of the message, read before the rest happens (at "body").
    drips: bool = False
    pause: float = 0.0


@dataclass
class Play:
    fault: Fault
    to: str | None
    times: int


@dataclass(frozen=True)
class Copy:
    """What arrived of a message. Only a whole one may reach anybody; ``taken`` says that it will."""

    recipient: str
    content: bytes
    taken: bool


class OverError(Exception):
    """The conversation has ended, one way or another."""


@dataclass
class FaultyServer:
    """``play`` faults, then look at ``copies``. ``lacks`` names extensions that it does not offer."""

    certificate: Path | None = None
    lacks: frozenset[str] = frozenset()
    takes_at_most: int = 10**7
    greylists: timedelta | None = None  # Refuses whoever came back sooner than that, and starts counting anew.
    copies: list[Copy] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # The verbs that clients used.
    connections: int = 0
    plays: list[Play] = field(default_factory=list)
    came: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = free_port()
        self.loop = asyncio.new_event_loop()
        self.lines: set[asyncio.StreamWriter] = set()
        self.talks: set[asyncio.Task[None]] = set()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.start()

    def play(self, fault: Fault, *, to: str | None = None, times: int = 1) -> None:
        """Do this so many times: to any message, or to those for one address (once the server knows it)."""
        self.plays.append(Play(fault, to, times))

    def taken(self, recipient: str | None = None) -> list[bytes]:
        return [copy.content for copy in self.copies if copy.taken and recipient in {None, copy.recipient}]

    def start(self) -> None:
        self._do(self._listen())

    def stop(self) -> None:
        """Nobody listens on the port any more."""
        self._do(self._fall())

    def freeze(self) -> None:
        """Takes connections, and does nothing more."""
        self.moves.clear()

    def thaw(self) -> None:
        self.loop.call_soon_threadsafe(self.moves.set)

    def end(self) -> None:
        self._do(self._hush())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
        self.loop.close()

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self.loop).result(PATIENCE)

    async def _listen(self) -> None:
        self.moves = asyncio.Event()
        self.moves.set()
        self.listener = await asyncio.start_server(self._converse, "127.0.0.1", self.port, limit=LONGEST)

    async def _fall(self) -> None:
        self.listener.close()
        for writer in list(self.lines):
            cut(writer)
        await asyncio.sleep(0)

    async def _hush(self) -> None:
        await self._fall()
        for talk in self.talks:
            talk.cancel()
        await asyncio.gather(*self.talks, return_exceptions=True)

    async def restart(self) -> None:
        await self._fall()
        await self._listen()

    def fault_at(self, point: str, recipient: str) -> Fault | None:
        for play in self.plays:
            if play.times and play.fault.at == point and play.to in {None, recipient}:
                play.times -= 1
                return play.fault
        return None

    def is_too_soon(self, recipient: str) -> bool:
        """Greylisting of the strict kind: each try starts the clock anew."""
        if self.greylists is None:
            return False
        now, before = clock.now(), self.came.get(recipient)
        self.came[recipient] = now
        return before is None or now - before < self.greylists

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.connections += 1
        self.lines.add(writer)
        self.talks.add(task)
        with contextlib.suppress(OverError, OSError, asyncio.IncompleteReadError, ssl.SSLError):
            await Talk(self, reader, writer).run()
        self.lines.discard(writer)
        self.talks.discard(task)
        writer.close()


def cut(writer: asyncio.StreamWriter) -> None:
    """Reset the line: what is on the way is lost."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Talk:
    """One connection."""

    def __init__(self, server: FaultyServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.recipient, self.size = "", 0
        self.is_encrypted = self.is_refused = False

    async def run(self) -> None:
        await self.answer("greeting", b"220 faulty ESMTP")
        while True:
            line = await self.reader.readline()
            await self.server.moves.wait()
            if not line:
                raise OverError
            verb = line.split()[0].decode("latin-1").lower() if line.split() else ""
            self.server.said.append(verb)
            if not line.isascii():
                await self.answer(verb, b"555 5.6.7 No SMTPUTF8 here")
                continue
            answering: Callable[[bytes], Awaitable[None]] | None = getattr(self, f"on_{verb}", None)
            await (answering(line) if answering else self.answer(verb, b"500 What?"))

    async def answer(self, point: str, own: bytes) -> None:
        """Say it, or whatever the fault at this point is."""
        await self.server.moves.wait()
        fault = self.server.fault_at(point, self.recipient)
        self.is_refused = fault is not None and bool(fault.answer) and fault.answer[:1] in b"45"
        if fault is None:
            await self.say(own + b"\r\n")
            return
        if fault.pause:
            await asyncio.sleep(fault.pause)
        if fault.answer is not None:
            await self.say(fault.answer or own + b"\r\n", drips=fault.drips)
        await self.follow(fault.then)

    async def say(self, words: bytes, *, drips: bool = False) -> None:
        for piece in [words[i : i + 1] for i in range(len(words))] if drips else [words]:
            self.writer.write(piece)
            await self.writer.drain()

    async def follow(self, then: Then) -> None:
        if then is Then.SILENCE:
            await asyncio.Event().wait()
        if then is Then.RESET:
            cut(self.writer)
        if then is Then.RESTART:
            await self.server.restart()
        if then is not Then.GO_ON:
            raise OverError

    async def on_ehlo(self, _line: bytes) -> None:
        extensions = [f"SIZE {self.server.takes_at_most}", "8BITMIME", "SMTPUTF8", "AUTH PLAIN", "HELP"]
        if self.server.certificate and not self.is_encrypted:
            extensions.insert(0, "STARTTLS")
        lines = ["faulty", *(one for one in extensions if one.split()[0] not in self.server.lacks)]
        own = "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        await self.answer("ehlo", own.encode())

    async def on_helo(self, _line: bytes) -> None:
        await self.answer("helo", b"250 faulty")

    async def on_starttls(self, _line: bytes) -> None:
        await self.answer("starttls", b"220 Go ahead")
        if self.is_refused:
            return
        assert self.server.certificate
        await self.writer.start_tls(certificates.context(self.server.certificate))
        self.is_encrypted = True

    async def on_auth(self, _line: bytes) -> None:
        await self.answer("auth", b"235 Welcome")

    async def on_mail(self, line: bytes) -> None:
        self.recipient = ""
        size = _SIZE.search(line)
        self.size = int(size[1]) if size else 0
        too_large = self.size > self.server.takes_at_most
        await self.answer("mail", b"552 Too large" if too_large else b"250 OK")

    async def on_rcpt(self, line: bytes) -> None:
        address = _ADDRESS.search(line)
        self.recipient = address[1].decode() if address else ""
        await self.answer("rcpt", b"450 Come again" if self.server.is_too_soon(self.recipient) else b"250 OK")

    async def on_rset(self, _line: bytes) -> None:
        self.recipient = ""
        await self.answer("rset", b"250 OK")

    async def on_data(self, _line: bytes) -> None:
        await self.answer("data", b"354 Go on")
        if self.is_refused:
            return
        content = re.sub(rb"(?m)^\.\.", b".", await self._body())
        refused = self.server.fault_at("dot", self.recipient)
        if not content.isascii() and "8BITMIME" in self.server.lacks:
            refused = Fault("dot", b"554 Only 7 bits here\r\n")
        self.server.copies.append(Copy(self.recipient, content, taken=refused is None))
        if refused is None:
            await self.answer("noted", b"250 Taken")
        else:
            await self.say(refused.answer or b"")
            await self.follow(refused.then)

    async def _body(self) -> bytes:
        fault = self.server.fault_at("body", self.recipient)
        if fault is None:
            return (await self.reader.readuntil(b"\r\n.\r\n"))[:-3]
        part = await self.reader.readexactly(int(self.size * fault.share))
        self.server.copies.append(Copy(self.recipient, part, taken=False))
        await self.follow(fault.then)
        raise OverError

    async def on_quit(self, _line: bytes) -> None:
        await self.answer("quit", b"221 Bye")
        raise OverError
