"""The ways out, a mail server or a Maildir on this machine: each takes final bytes and says what came of them."""

import mailbox
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import current_app

from app.mail.answers import (
    InDoubtError,
    RefusedError,
    TransportError,
    TryLaterError,
    UnreachableError,
    told,
)
from app.mail.smtp import SmtpTransport

__all__ = [
    "InDoubtError",
    "MaildirTransport",
    "RefusedError",
    "SmtpTransport",
    "Transport",
    "TransportError",
    "TryLaterError",
    "UnreachableError",
    "chosen",
    "spare",
]


class Transport(Protocol):
    """A way out. ``open`` raises UnreachableError; ``send`` gives the answer or raises one of the errors above."""

    def open(self) -> None: ...

    def send(self, content: bytes, recipient: str, return_path: str) -> str: ...

    def close(self) -> None: ...


def chosen() -> Transport:
    """The way out that the settings name."""
    config = current_app.config
    return SmtpTransport(config) if config["MAIL_SERVER"] else MaildirTransport(config["INSTANCE_DIR"] / "mail")


def spare() -> list[Transport]:
    """Further ways out, for workers that hand over several mails at once. A folder needs only one."""
    config = current_app.config
    more = config["MAIL_CONNECTIONS"] - 1 if config["MAIL_SERVER"] else 0
    return [SmtpTransport(config) for _ in range(more)]


@dataclass
class MaildirTransport:
    """Writes each mail as a file, where any mail program and the console can read it."""

    folder: Path

    def open(self) -> None:
        try:
            for part in ("", "tmp", "new", "cur"):
                (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UnreachableError(told(error)) from error

    def send(self, content: bytes, recipient: str, return_path: str) -> str:
        self.open()
        try:
            name = mailbox.Maildir(self.folder, create=False).add(content.replace(b"\r\n", b"\n"))
        except OSError as error:  # A full disk is no mail's fault.
            raise UnreachableError(told(error)) from error
        return f"Written to the Maildir as {name}."

    def close(self) -> None:
        """A folder needs no farewell."""
