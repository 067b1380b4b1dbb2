"""The two ways out, a Maildir on this machine or a mail server: each takes final bytes and says what came of them."""

import mailbox
import re
import smtplib
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from flask import current_app

from app.formats.cleaning import one_line
from app.mail.messages import our_host, wire_address

_DOT_AT_START = re.compile(rb"(?m)^\.")
CONNECTING, COMMAND, AFTER_THE_DOT = 30, 60, 600  # Seconds to wait. After the dot the server may be reading it all.
OK, FORWARDED, GO_AHEAD, GOING_AWAY, TOO_LARGE = 250, 251, 354, 421, 552


class TransportError(Exception):
    """Why a mail did not leave. The text is what staff read."""


class RefusedError(TransportError):
    """The server will never take this mail."""


class TryLaterError(TransportError):
    """The server does not take this mail now."""


class UnreachableError(TransportError):
    """The server takes nothing from us now: it does not answer, or does not let us in."""


class InDoubtError(TransportError):
    """The whole mail was handed over, and the answer never came: it may have been accepted or not."""


class Transport(Protocol):
    """A way out. ``open`` raises UnreachableError; ``send`` gives the answer or raises one of the errors above."""

    def open(self) -> None: ...

    def send(self, content: bytes, recipient: str, return_path: str) -> str: ...

    def close(self) -> None: ...


def chosen() -> Transport:
    """The way out that the settings name."""
    config = current_app.config
    return SmtpTransport(config) if config["MAIL_SERVER"] else MaildirTransport(config["INSTANCE_DIR"] / "mail")


@dataclass
class MaildirTransport:
    """Writes each mail as a file, where any mail program and the console can read it."""

    folder: Path

    def open(self) -> None:
        try:
            for part in ("", "tmp", "new", "cur"):
                (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UnreachableError(_told(error)) from error

    def send(self, content: bytes, recipient: str, return_path: str) -> str:
        self.open()
        try:
            name = mailbox.Maildir(self.folder, create=False).add(content.replace(b"\r\n", b"\n"))
        except OSError as error:  # A full disk is no mail's fault.
            raise UnreachableError(_told(error)) from error
        return f"Written to the Maildir as {name}."

    def close(self) -> None:
        """A folder needs no farewell."""


class SmtpTransport:
    """Hands mails to a server over one connection, which is kept from mail to mail."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config
        self.server: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect, or make sure that the connection we have still answers."""
        if self.server is not None:
            try:
                if self.server.rset()[0] == OK:
                    return
            except (smtplib.SMTPException, OSError):
                pass  # The server hung up meanwhile, as servers do; the next lines call it again.
            self.close()
        try:
            self.server = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            raise UnreachableError(_told(error)) from error

    def _connected(self) -> smtplib.SMTP:
        config, context = self.config, ssl.create_default_context()
        given: dict[str, Any] = {"local_hostname": our_host(), "timeout": CONNECTING}
        kind = smtplib.SMTP_SSL if config["MAIL_USE_SSL"] else smtplib.SMTP
        if config["MAIL_USE_SSL"]:
            given["context"] = context
        server = kind(config["MAIL_SERVER"], config["MAIL_PORT"], **given)
        try:
            if config["MAIL_USE_TLS"]:
                server.starttls(context=context)
            if config["MAIL_USERNAME"]:
                server.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"])
            server.ehlo_or_helo_if_needed()
        except Exception:
            server.close()
            raise
        return server

    def send(self, content: bytes, recipient: str, return_path: str) -> str:
        if self.server is None:
            self.open()
        assert self.server is not None
        try:
            return self._hand_over(self.server, content, wire_address(recipient), wire_address(return_path))
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise TryLaterError(_told(error)) from error
        except InDoubtError:
            self._drop()
            raise

    def _hand_over(self, server: smtplib.SMTP, content: bytes, recipient: str, return_path: str) -> str:
        _wait(server, COMMAND)
        options = [f"size={len(content)}"] if server.has_extn("size") else []
        self._expect(server.mail(return_path, options), OK, about_us=True)
        self._expect(server.rcpt(recipient), OK, FORWARDED)
        self._expect(server.docmd("DATA"), GO_AHEAD)
        _wait(server, AFTER_THE_DOT)
        server.send(_DOT_AT_START.sub(b"..", content) + b".\r\n")
        try:
            answer = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise InDoubtError(f"No answer after the whole message: {_told(error)}") from error
        return self._expect(answer, OK)

    def _expect(self, answer: tuple[int, bytes], *good: int, about_us: bool = False) -> str:
        """The server's answer in words, or the error that it means. ``about_us``: a refusal is not the mail's fault."""
        code, words = answer[0], f"{answer[0]} {_clean(answer[1])}"
        if code in good:
            return words
        if code == GOING_AWAY:
            self._drop()
        if about_us and code >= 500 and code != TOO_LARGE:
            self._drop()
            raise UnreachableError(f"The server refuses our sender address: {words}")
        raise RefusedError(words) if code >= 500 else TryLaterError(words)

    def _drop(self) -> None:
        if self.server is not None:
            self.server.close()
        self.server = None

    def close(self) -> None:
        """Say goodbye, if anybody is there to hear it."""
        server, self.server = self.server, None
        if server is None:
            return
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _wait(server: smtplib.SMTP, seconds: int) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_clean(error.smtp_error)}"
    return one_line(f"{type(error).__name__}: {error}")[:400]


def _clean(words: bytes | str) -> str:
    return one_line(words.decode("utf-8", "replace") if isinstance(words, bytes) else words)[:400]
