"""Talking with a mail server that may be slow, broken or hostile: an end to each wait, and to each answer's length."""

import contextlib
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import Any

from app import clock

LONGEST_ANSWER, MOST_LINES = 64 * 1024, 1000
PIECE = 4096
GOODBYE = 5  # Seconds for an answer that nobody needs.


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds: short until the whole message is there, long after it, because the server may be reading it all."""

    connect: float = 30
    answer: float = 60  # For the greeting, and for the whole answer to a command, however slowly it drips.
    body: float = 180
    dot: float = 600


class OutOfTurnError(smtplib.SMTPServerDisconnected):
    """The server spoke when it was not its turn: from then on no answer could be told from another's."""


class NonsenseError(smtplib.SMTPServerDisconnected):
    """An answer that is none: no number, or no end."""


class Conversation(smtplib.SMTP):
    """smtplib's client, made to listen for so long and so much. Whatever goes wrong ends the conversation."""

    def __init__(self, host: str, port: int, *, waits: Waits, local_hostname: str) -> None:
        self.waits, self.patience = waits, waits.answer
        self._unread = b""
        super().__init__(host, port, local_hostname=local_hostname, timeout=waits.connect)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Each piece leaves at once: a dot that waits for company costs forty milliseconds for each message."""
        connection: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def getreply(self) -> tuple[int, bytes]:
        """One whole answer, and nothing behind it."""
        try:
            answer = self._answer(clock.ticks() + self.patience)
            if self._unread:
                raise OutOfTurnError("The server said more than it was asked.")
        except Exception:
            self.close()
            raise
        return answer

    def _answer(self, ends: float) -> tuple[int, bytes]:
        words: list[bytes] = []
        room = LONGEST_ANSWER
        while len(words) < MOST_LINES:
            line = self._line(ends, room)
            room -= len(line)
            code, more, said = line[:3], line[3:4], line[4:].strip()
            if not code.isdigit() or len(code) < 3:
                raise NonsenseError("The server's answer has no number.")
            words.append(said)
            if more != b"-":
                return int(code), b"\n".join(words)
        raise NonsenseError("The server's answer has no end.")

    def _line(self, ends: float, room: int) -> bytes:
        while b"\n" not in self._unread:
            if len(self._unread) > room:
                raise NonsenseError("The server's answer has no end.")
            self._unread += self._piece(ends)
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _piece(self, ends: float) -> bytes:
        left = ends - clock.ticks()
        if left <= 0:
            raise TimeoutError("The server's answer took too long.")
        connection = self._connection()
        connection.settimeout(left)
        piece = connection.recv(PIECE)
        if not piece:
            raise smtplib.SMTPServerDisconnected("The server hung up.")
        return piece

    def _connection(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("The connection is closed.")
        return self.sock

    def send(self, s: Any) -> None:
        """Say something, provided that the server is listening."""
        self.listen()
        self._connection().settimeout(self.waits.body)
        super().send(s)

    def listen(self) -> None:
        """Make sure that the server is there and waits for us. Raises when it hung up, or speaks out of turn."""
        connection = self._connection()
        connection.settimeout(0)
        try:
            said = connection.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            self.close()
            raise
        self.close()
        raise OutOfTurnError("The server spoke out of turn.") if said else smtplib.SMTPServerDisconnected("Hung up.")

    def end(self) -> tuple[int, bytes]:
        """The dot that ends the message, and the answer to it. Until that is here nobody knows whose message it is."""
        self._connection().settimeout(self.waits.body)
        super().send(b".\r\n")
        self.patience = self.waits.dot
        try:
            return self.getreply()
        finally:
            self.patience = self.waits.answer

    def hang_up(self) -> None:
        """Say goodbye, if anybody is there to hear it."""
        self.patience = min(GOODBYE, self.waits.answer)
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.quit()
        self.close()


class EncryptedConversation(Conversation):
    """The same, encrypted from the first byte."""

    def __init__(self, host: str, port: int, *, context: ssl.SSLContext, **given: Any) -> None:
        self.context = context
        super().__init__(host, port, **given)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)
