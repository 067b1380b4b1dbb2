"""A real SMTP server on this machine that keeps what it is given, and refuses what it is told to refuse."""

import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.serving import free_port

ACCEPTED = "250 Message accepted for delivery"


class Sink:
    """What arrived stands in ``messages``. ``refusals`` maps an address to the answer its RCPT gets."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.refusals: dict[str, str] = {}
        self.answer = ACCEPTED  # What the end of each message is answered with.
        self.connections = 0
        self.arrived = threading.Semaphore(0)  # ``arrived.acquire(timeout=…)`` waits for the next message.

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer == ACCEPTED:
            self.envelopes.append(envelope)
            self.messages.append(read(envelope.content))
            self.arrived.release()
        return self.answer


class SmtpServer:
    """Starts on a free port of this machine; ``stop`` and ``start`` make an outage of it."""

    def __init__(self) -> None:
        self.sink = Sink()
        self.port = free_port()
        self.start()

    def start(self) -> None:
        self._controller: Controller | None = Controller(self.sink, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
        self._controller = None


def read(content: bytes | str | None) -> EmailMessage:
    assert isinstance(content, bytes)
    message = message_from_bytes(content, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message
