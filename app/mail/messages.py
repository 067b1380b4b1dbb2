"""Puts a rendered mail together as bytes, once and for all, and looks those bytes over before they may leave."""

import re
from binascii import b2a_qp
from collections import Counter
from datetime import datetime
from email import charset, message_from_bytes, policy
from email.header import Header
from email.mime.text import MIMEText
from email.utils import getaddresses, parseaddr
from secrets import token_hex
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Message, sanitize_address

from app import return_paths
from app.formats.cleaning import header_value
from app.mail.invites import organizer, sender
from app.mail.rendering import Rendered

# Flask-Mail leaves long lines as they are, which servers refuse: quoted-printable keeps every line short.
_QUOTED = charset.Charset("utf-8")
_QUOTED.body_encoding = charset.QP
ALLOWED_HEADERS = frozenset(
    {
        *("content-type", "mime-version", "subject", "from", "to", "date", "message-id"),
        *("reply-to", "auto-submitted", "content-transfer-encoding"),
        *("list-id", "list-unsubscribe", "list-unsubscribe-post"),
    }
)
REQUIRED_HEADERS = frozenset({"subject", "from", "to", "date", "message-id", "content-type", "mime-version"})
PART_HEADERS = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "mime-version"})
LONGEST_LINE = 998
LONGEST_NAME = 60  # A name beside an address is a courtesy; the mail itself says it in full.
_NOT_IN_ADDRESSES = re.compile(r"[\s<>(),:;\"\\\x00-\x1f\x7f]")


class UnsendableError(Exception):
    """The mail must not leave as it is; trying again would change nothing."""


class _AsWritten(policy.Compat32):
    """Headers folded once stay as they are: folding them anew would decode and write out what hides in them."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {self.linesep.join(value.splitlines())}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


_AS_WRITTEN = _AsWritten(linesep="\r\n")


class OurMessage(Message):
    """Flask-Mail's message, with short lines and a calendar part that says what it asks for."""

    method: str | None = None

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        part = MIMEText("", _subtype=subtype, _charset=_QUOTED)  # type: ignore[arg-type]
        part.set_payload(b2a_qp((text or "").encode()).decode("ascii"))  # As the library would, in a tenth of the time.
        if subtype == "calendar" and self.method:
            part.set_param("method", self.method)
        return part

    def as_bytes(self) -> bytes:
        message = self._message()
        for part in message.walk():
            if part.is_multipart():  # The library would look for one that occurs nowhere; a random one does not.
                part.set_boundary(f"part-{token_hex(16)}")
        return bytes(message.as_bytes(policy=_AS_WRITTEN))


def new_message_id() -> str:
    """Made once for each mail and kept with it: every attempt carries the same one."""
    return f"<{token_hex(16)}@{our_host()}>"


def our_host() -> str:
    """The host name of our addresses: in Message-IDs and in greetings to mail servers."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"


def wire_address(address: str) -> str:
    """An address as it stands in the envelope, its domain in letters that every server reads."""
    return parseaddr(sanitize_address(address))[1]


def return_path(email_id: int | None = None) -> str:
    """Where a server sends back what it cannot deliver: the mail's own return path, where there is a mailbox for it."""
    return (return_paths.of(email_id) if email_id else "") or organizer().email


def assemble(rendered: Rendered, recipient: str, name: str, *, message_id: str, at: datetime) -> bytes:
    """The final bytes of a mail to one person. Raises UnsendableError."""
    message = OurMessage(
        subject=_folded_subject(rendered.subject),
        recipients=[_mailbox(name, recipient)],
        body=rendered.text,
        html=rendered.html,
        sender=sender(),
        reply_to=_mailbox(*rendered.reply_to) if rendered.reply_to else None,
        date=at.timestamp(),
        charset="us-ascii",  # Of names: plain ones stay readable in the source, others are encoded.
        extra_headers={"Auto-Submitted": "auto-generated", **_way_out(rendered)},
    )
    message.sender = _mailbox(*parseaddr(sender()))  # Given above as a pair, a name with a comma would become two.
    message.msgId = message_id
    if rendered.calendar and rendered.method:
        message.method = rendered.method
        message.alts["calendar"] = rendered.calendar.decode()
        _attach_calendar(message, rendered)
    content = message.as_bytes()
    check(content, recipient)
    return content


def _way_out(rendered: Rendered) -> dict[str, str]:
    """Mail programs show a button of their own that ends mails like this one with a single press (RFC 8058)."""
    if not rendered.stop_url:
        return {}
    return {
        "List-Id": f"<news.{our_host()}>",
        "List-Unsubscribe": f"<{rendered.stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _attach_calendar(message: Message, rendered: Rendered) -> None:
    """One file: the sessions that somebody picked, or else the event as a whole."""
    if rendered.sessions:
        message.attach("sessions.ics", "text/calendar; method=PUBLISH; charset=utf-8", rendered.sessions)
    else:
        message.attach("event.ics", f"text/calendar; method={rendered.method}; charset=utf-8", rendered.calendar)


def _folded_subject(subject: str) -> str:
    words = header_value(subject)
    return Header(words, None if words.isascii() else "utf-8", header_name="Subject").encode()


def _mailbox(name: str, address: str) -> tuple[str, str]:
    """A name and an address that no reader can take for two. Addresses our relay cannot carry are refused."""
    local, at, _domain = address.rpartition("@")
    if not at or not local.isascii() or _NOT_IN_ADDRESSES.search(address):
        raise UnsendableError(f"{address!r} is not an address that mail can be sent to.")
    return header_value(name)[:LONGEST_NAME].strip(), address


def check(content: bytes, recipient: str) -> None:
    """Refuse bytes that would say more than we meant: a header too many, a second recipient, a bare line break."""
    _check_lines(content)
    head, *parts = message_from_bytes(content).walk()
    _check_names(list(head.keys()), [name for part in parts for name in list(part.keys())])
    addresses = getaddresses([str(head["To"])])
    if [address for _name, address in addresses] != [wire_address(recipient)]:
        raise UnsendableError("The message is not addressed to its one recipient.")


def _check_lines(content: bytes) -> None:
    # Each line break is a pair exactly when there are as many pairs as there are halves of either kind.
    pairs = content.count(b"\r\n")
    if not pairs == content.count(b"\n") == content.count(b"\r") or not content.endswith(b"\r\n"):
        raise UnsendableError("A line ends in something other than CRLF.")
    if not content.isascii() or b"\x00" in content:
        raise UnsendableError("There are bytes that not every server carries.")
    if max(map(len, content.split(b"\r\n"))) > LONGEST_LINE:
        raise UnsendableError(f"A line is longer than {LONGEST_LINE} bytes.")


def _check_names(head: list[str], in_parts: list[str]) -> None:
    counted = Counter(name.lower() for name in head)
    if unknown := counted.keys() - ALLOWED_HEADERS:
        raise UnsendableError(f"Headers that do not belong there: {', '.join(sorted(unknown))}.")
    if missing := REQUIRED_HEADERS - counted.keys():
        raise UnsendableError(f"Headers are missing: {', '.join(sorted(missing))}.")
    if repeated := [name for name, times in counted.items() if times > 1]:
        raise UnsendableError(f"Headers stand more than once: {', '.join(sorted(repeated))}.")
    if unknown := {name.lower() for name in in_parts} - PART_HEADERS:
        raise UnsendableError(f"Headers that do not belong in a part: {', '.join(sorted(unknown))}.")
