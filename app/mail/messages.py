"""Puts a rendered mail together as bytes, once and for all, and looks those bytes over before they may leave."""

import re
from collections import Counter
from datetime import datetime
from email.header import Header
from email.message import Message as EmailMessage
from email.utils import formatdate, parseaddr
from functools import lru_cache
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Message, sanitize_address

from app import return_paths
from app.formats.calendar_entry import Party
from app.formats.cleaning import header_value
from app.mail import mime
from app.mail.invites import organizer
from app.mail.rendering import Rendered

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
NAMES = "us-ascii"  # The letters of names: plain ones stay readable in the source, others are encoded.
LONGEST_NAME = 60  # A name beside an address is a courtesy; the mail itself says it in full.
_NOT_IN_ADDRESSES = re.compile(r"[\s<>(),:;\"\\\x00-\x1f\x7f]")


_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_ADDRESS = r'[^\s<>(),:;"\\\[\]@]+@[^\s<>(),:;"\\\[\]@]+'
# A name, in quotation marks if any sign in it means something elsewhere, and an address; or the address alone.
_NAME = r'(?:"(?:[^"\\]|\\.)*"|[^"(),.:;<>@\[\\\]]+)'
_ONE_MAILBOX = re.compile(rf"{_NAME}\s+<(?P<beside>{_ADDRESS})>|(?P<alone>{_ADDRESS})", re.DOTALL)


class UnsendableError(Exception):
    """The mail must not leave as it is; trying again would change nothing."""


class OurMessage(Message):
    """Flask-Mail's message, as far as its head goes: who writes to whom, about what, and when."""

    def __init__(self, content_type: str, **given: Any) -> None:
        # The library's own beginning makes a Message-ID, and asks the network for this machine's name for it.
        self.content_type, self.body, self.alts, self.attachments, self.cc = content_type, None, {}, [], []
        vars(self).update(given)

    def _mimetext(self, _text: str | None, _subtype: str = "plain") -> EmailMessage:  # type: ignore[override]
        message = EmailMessage()
        message["Content-Type"], message["MIME-Version"] = self.content_type, "1.0"
        return message

    def head(self) -> mime.Fields:
        """As it was folded: read in any other way it would be decoded, with whatever hides in it."""
        return list(self._message().raw_items())


def new_message_id() -> str:
    """Made once for each mail and kept with it: every attempt carries the same one."""
    return f"<{token_hex(16)}@{our_host()}>"


def our_host() -> str:
    """The host name of our addresses: in Message-IDs and in greetings to mail servers."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"


@lru_cache(maxsize=1024)
def wire_address(address: str) -> str:
    """An address as it stands in the envelope, its domain in letters that every server reads."""
    return address if _PLAIN_ADDRESS.fullmatch(address) else parseaddr(sanitize_address(address))[1]


def return_path(email_id: int | None = None) -> str:
    """Where a server sends back what it cannot deliver: the mail's own return path, where there is a mailbox for it."""
    return (return_paths.of(email_id) if email_id else "") or organizer().email


def assemble(rendered: Rendered, recipient: str, name: str, *, message_id: str, at: datetime) -> bytes:
    """The final bytes of a mail to one person. Raises UnsendableError."""
    content_type, body = _body(rendered)
    own = {
        "Content-Type": content_type,
        "To": _written_mailbox(name, recipient),
        "Date": formatdate(at.timestamp(), localtime=True),
        "Message-ID": message_id,
    }
    more = {**_answers_to(rendered), "Auto-Submitted": "auto-generated", **_way_out(rendered)}
    head = [(field, own.get(field, value)) for field, value in _head(rendered.subject, organizer(), *more.items())]
    content = mime.head(head) + mime.CRLF + body
    check(content, recipient)
    return content


@lru_cache(maxsize=64)  # Most mails of an hour say the same there.
def _head(subject: str, from_us: Party, *more: tuple[str, str]) -> mime.Fields:
    """All fields in their order; those that are each mail's own have a stand-in."""
    message = OurMessage(
        "text/plain",
        subject=_folded_subject(subject),
        recipients=[from_us.email],
        sender=_mailbox(from_us.name, from_us.email),
        reply_to=None,
        date=0,
        charset=NAMES,
        msgId="<1@localhost>",
        extra_headers=dict(more),
    )
    return message.head()


def _body(rendered: Rendered) -> tuple[str, bytes]:
    """Its content type, and the body itself: the forms of the mail, then the file for a calendar."""
    forms = [
        mime.quoted('text/plain; charset="utf-8"', rendered.text),
        mime.quoted('text/html; charset="utf-8"', rendered.html),
    ]
    files = []
    if rendered.calendar and rendered.method:
        kind = f'text/calendar; charset="utf-8"; method="{rendered.method}"'
        forms.append(mime.quoted(kind, rendered.calendar.decode()))
        files.append(_calendar_file(rendered.calendar, rendered.method, rendered.sessions))
    return mime.multipart("mixed", [mime.part(*mime.multipart("alternative", forms)), *files])


def _calendar_file(calendar: bytes, method: str, sessions: bytes | None) -> bytes:
    """The event with the sessions that somebody picked, or else the event alone."""
    if sessions:
        return mime.attached("sessions.ics", "text/calendar; method=PUBLISH; charset=utf-8", sessions)
    return mime.attached("event.ics", f"text/calendar; method={method}; charset=utf-8", calendar)


def _answers_to(rendered: Rendered) -> dict[str, str]:
    return {"Reply-To": _written_mailbox(*rendered.reply_to)} if rendered.reply_to else {}


@lru_cache(maxsize=64)
def _written_mailbox(name: str, address: str) -> str:
    return sanitize_address(_mailbox(name, address), NAMES)


def _way_out(rendered: Rendered) -> dict[str, str]:
    """Mail programs show a button of their own that ends mails like this one with a single press (RFC 8058)."""
    if not rendered.stop_url:
        return {}
    return {
        "List-Id": f"<news.{our_host()}>",
        "List-Unsubscribe": f"<{rendered.stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


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
    try:
        head, *parts = mime.heads(content)
    except mime.MalformedError as error:
        raise UnsendableError(str(error)) from error
    _check_names([name for name, _ in head], [name for part in parts for name, _ in part])
    (to,) = (_ONE_MAILBOX.fullmatch(value) for name, value in head if name.lower() == "to")
    if not to or (to["beside"] or to["alone"]) != wire_address(recipient):
        raise UnsendableError("The message is not addressed to its one recipient.")


def _check_lines(content: bytes) -> None:
    # Each line break is a pair exactly when there are as many pairs as there are halves of either kind.
    lines = content.split(b"\r\n")
    if not len(lines) - 1 == content.count(b"\n") == content.count(b"\r") or not content.endswith(b"\r\n"):
        raise UnsendableError("A line ends in something other than CRLF.")
    if not content.isascii() or b"\x00" in content:
        raise UnsendableError("There are bytes that not every server carries.")
    if max(map(len, lines)) > LONGEST_LINE:
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
