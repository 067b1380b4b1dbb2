"""The way out through a mail server: one connection, kept from mail to mail, and never less safe than was asked for."""

import re
import smtplib
import ssl
from typing import Any

from app.mail.answers import InDoubtError, RefusedError, TryLaterError, UnreachableError, cleaned, told
from app.mail.conversation import Conversation, EncryptedConversation, OutOfTurnError, Waits
from app.mail.messages import our_host, wire_address
from app.models import RelayTrouble

OK, FORWARDED, GO_AHEAD, GOING_AWAY, SIGN_IN_FIRST, TOO_LARGE = 250, 251, 354, 421, 530, 552
FAULTS = (smtplib.SMTPException, OSError)
# It passes on the mail of others, and not ours: a setting of the server's keeper, and no fault of the address.
NOT_FOR_US = re.compile(r"(?i)^530\b|\brelay(ing)?( access)? (denied|prohibited|not (permitted|allowed))|\bto relay\b")
HUNG_UP = (smtplib.SMTPServerDisconnected, ConnectionError)


class SmtpTransport:
    """Hands mails to a server. ``waits`` are its patience; tests have less of it."""

    def __init__(self, config: dict[str, Any], waits: Waits | None = None) -> None:
        self.config, self.waits = config, waits or Waits()
        self.server: Conversation | None = None
        self.handed_over = 0  # On this connection.
        self.is_clean = True  # The server waits for a new mail, not for the rest of one.

    def open(self) -> None:
        """Connect, or make sure that the connection we have may be used for one mail more."""
        if self.server is not None and not self._may_go_on(self.server):
            self.close()
        if self.server is None:
            self.server, self.handed_over, self.is_clean = self._connected(), 0, True

    def _may_go_on(self, server: Conversation) -> bool:
        most = self.config["MAIL_MESSAGES_PER_CONNECTION"]
        if most and self.handed_over >= most:
            return False
        try:
            server.listen()
            self.is_clean = self.is_clean or server.rset()[0] == OK
        except FAULTS:
            return False  # It hung up meanwhile, as servers do.
        return self.is_clean

    def _connected(self) -> Conversation:
        try:
            server = self._called()
        except smtplib.SMTPConnectError as error:  # A server that greets with 5xx wants nothing to do with us.
            raise self._unreachable(error.smtp_code, error.smtp_error, RelayTrouble.SENDER) from error
        except ssl.SSLCertVerificationError as error:
            raise UnreachableError(told(error), RelayTrouble.ENCRYPTION) from error
        except FAULTS as error:
            raise UnreachableError(told(error)) from error
        try:
            self._greet(server)
        except BaseException:
            server.close()
            raise
        return server

    def _called(self) -> Conversation:
        config = self.config
        host, port, given = config["MAIL_SERVER"], config["MAIL_PORT"], {"local_hostname": our_host()}
        if config["MAIL_USE_SSL"]:
            context = ssl.create_default_context()
            return EncryptedConversation(host, port, context=context, waits=self.waits, **given)
        return Conversation(host, port, waits=self.waits, **given)

    def _greet(self, server: Conversation) -> None:
        """Encrypt, sign in, say who we are: what the settings ask for, or nothing at all."""
        try:
            if self.config["MAIL_USE_TLS"]:
                self._encrypt(server)
            if self.config["MAIL_USERNAME"]:
                self._sign_in(server)
            server.ehlo_or_helo_if_needed()
        except smtplib.SMTPResponseException as error:
            raise self._unreachable(error.smtp_code, error.smtp_error, RelayTrouble.SENDER) from error
        except FAULTS as error:
            raise UnreachableError(told(error)) from error

    def _encrypt(self, server: Conversation) -> None:
        try:
            server.starttls(context=ssl.create_default_context())
        except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError, OutOfTurnError) as error:
            raise UnreachableError(told(error), RelayTrouble.ENCRYPTION) from error
        except smtplib.SMTPResponseException as error:
            raise self._unreachable(error.smtp_code, error.smtp_error, RelayTrouble.ENCRYPTION) from error

    def _sign_in(self, server: Conversation) -> None:
        try:
            server.login(self.config["MAIL_USERNAME"], self.config["MAIL_PASSWORD"])
        except smtplib.SMTPResponseException as error:
            raise self._unreachable(error.smtp_code, error.smtp_error, RelayTrouble.ACCOUNT) from error
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException as error:  # It knows no way of signing in that we know.
            raise UnreachableError(told(error), RelayTrouble.ACCOUNT) from error

    def _unreachable(self, code: int, words: bytes | str, if_for_good: RelayTrouble) -> UnreachableError:
        return UnreachableError(f"{code} {cleaned(words)}", if_for_good if code >= 500 else RelayTrouble.AWAY)

    def send(self, content: bytes, recipient: str, return_path: str) -> str:
        """Hand one mail over. A kept connection that the server has given up meanwhile is opened anew, once."""
        addresses = wire_address(recipient), wire_address(return_path)
        is_kept = self.handed_over > 0
        try:
            return self._hand_over(content, *addresses)
        except HUNG_UP as error:
            self._drop()
            if not is_kept:
                raise TryLaterError(told(error)) from error
        except FAULTS as error:
            self._drop()
            raise TryLaterError(told(error)) from error
        self.handed_over = 0
        return self.send(content, recipient, return_path)

    def _hand_over(self, content: bytes, recipient: str, return_path: str) -> str:
        self.open()
        assert self.server is not None
        server, self.is_clean = self.server, False
        self._expect(server.docmd("MAIL", f"FROM:<{return_path}>{self._size(server, content)}"), OK, about_us=True)
        self._expect(server.docmd("RCPT", f"TO:<{recipient}>"), OK, FORWARDED)
        self._expect(server.docmd("DATA"), GO_AHEAD)
        server.send(_stuffed(content))
        server.listen()  # Whoever hangs up now has not taken it: no dot was sent.
        answer = self._answer_to_the_dot(server)
        self.handed_over, self.is_clean = self.handed_over + 1, True
        return self._expect(answer, OK)

    def _size(self, server: Conversation, content: bytes) -> str:
        if not server.has_extn("size"):
            return ""
        most = server.esmtp_features["size"]
        if most.isdigit() and 0 < int(most) < len(content):
            self.is_clean = True
            raise RefusedError(f"{TOO_LARGE} The server takes {most} bytes at most; the message has {len(content)}.")
        return f" SIZE={len(content)}"

    def _answer_to_the_dot(self, server: Conversation) -> tuple[int, bytes]:
        try:
            return server.end()
        except FAULTS as error:
            self._drop()
            raise InDoubtError(f"No answer after the whole message: {told(error)}") from error

    def _expect(self, answer: tuple[int, bytes], *good: int, about_us: bool = False) -> str:
        """The server's answer in words, or the error that it means. ``about_us``: a refusal is not the mail's fault."""
        code, words = answer[0], f"{answer[0]} {cleaned(answer[1])}"
        if code in good:
            return words
        if code == GOING_AWAY:
            self._drop()
        if about_us and code >= 500 and code != TOO_LARGE:
            self._drop()
            trouble = RelayTrouble.ACCOUNT if code == SIGN_IN_FIRST else RelayTrouble.SENDER
            raise UnreachableError(f"{words} (to our own address)", trouble)
        raise TryLaterError(words) if code < 500 or NOT_FOR_US.search(words) else RefusedError(words)

    def _drop(self) -> None:
        if self.server is not None:
            self.server.close()
        self.server = None

    def close(self) -> None:
        server, self.server = self.server, None
        if server is not None:
            server.hang_up()


def _stuffed(content: bytes) -> bytes:
    """With a second dot wherever a line begins with one: a dot alone would end the message."""
    return (b"." if content.startswith(b".") else b"") + content.replace(b"\n.", b"\n..")
