"""What comes back by mail: bounces (RFC 3464 and older habits), complaints (RFC 5965), automatic and calendar answers.

Anybody can send such a message, and it may be made to hurt. So only its beginning is read, nested parts are counted
before they are opened, and nothing in it is believed: whoever calls this looks for its own signature in ``sent_to``,
or for a Message-ID that only the receiver of the mail can know.
"""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string, policy
from email.message import Message
from email.utils import getaddresses
from enum import Enum

from .calendar_replies import declined_uid
from .cleaning import one_line

LARGEST = 256 * 1024  # Bytes that are read: the report stands before the copy of the mail.
MOST_PARTS = 20  # A bounce of a bounce of a mail with a file has nine.
LONGEST_WORDS = 400
MOST_ADDRESSES = 20


class Kind(Enum):
    BOUNCED = "bounced"
    DELAYED = "delayed"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto-reply"
    DECLINED = "declined"
    OTHER = "other"


@dataclass(frozen=True)
class Notice:
    """What it says, and what it says it is about."""

    kind: Kind
    words: str = ""  # "550 5.1.1 No such user"
    sent_to: tuple[str, ...] = ()  # The addresses of ours at which it may have arrived.
    message_ids: tuple[str, ...] = ()  # Of our mail, with their angle brackets.
    calendar_uid: str = ""  # Of the entry that was declined.


@dataclass
class _Reading:
    """What is gathered from part to part."""

    reports: list[Message] = field(default_factory=list)  # One block for each recipient.
    feedback: Message | None = None
    originals: list[str] = field(default_factory=list)  # Message-IDs of the copies that came with it.
    texts: list[str] = field(default_factory=list)
    calendars: list[bytes] = field(default_factory=list)


_PART = re.compile(rb"(?i)multipart/|message/")
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,150}@[^<>\s@]{1,100}>")
_ID_LINE = re.compile(r"(?im)^message-id:[ \t]*(<[^<>\s@]{1,150}@[^<>\s@]{1,100}>)")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_SERVER_SAID = re.compile(r"(?m)\b([45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\b)?[^\r\n]{0,300})")
_GAP = re.compile(r"\r?\n\r?\n")
_DAEMON = re.compile(r"(?i)\b(mailer-daemon|postmaster|mail delivery (sub)?system)\b")
_CAME_BACK = re.compile(
    r"(?i)(undeliver|delivery (status|failure|has failed|failed)|failure notice|returned (mail|to sender)"
    r"|could not be delivered)"
)
_LATE = re.compile(r"(?i)\b(delayed|warning: message .{0,40} delayed|will be retried|still being retried)")
_AWAY = re.compile(r"(?i)^(automatic reply|auto[- ]?(reply|response)|out of (the )?office|on vacation)")
_SAYS_AUTO = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Autoresponder")


def read(content: bytes) -> Notice:
    """Read one message, however broken or hostile it may be."""
    content = content[:LARGEST]
    if len(_PART.findall(content)) > MOST_PARTS:
        return Notice(Kind.OTHER, "It holds more parts than any notice needs, and was not opened.")
    message = message_from_bytes(content, policy=policy.compat32)
    found = _Reading()
    _gather(message, found)
    kind, words = _kind(message, found)
    uid = declined_uid(found.calendars) if kind is Kind.DECLINED else ""
    return Notice(kind, one_line(words)[:LONGEST_WORDS], _sent_to(message, found), _ids(message, found), uid)


def _gather(message: Message, found: _Reading) -> None:
    for part in message.walk():
        kind = part.get_content_type()
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            found.reports += _blocks(part)
        elif kind == "message/feedback-report":
            found.feedback = next(iter(_blocks(part)), part)
        elif kind in {"text/rfc822-headers", "message/global-headers", "message/rfc822", "message/global"}:
            found.originals += _ID_LINE.findall(_text(part))
        elif kind == "text/calendar":
            found.calendars.append(_bytes(part))
        elif kind == "text/plain":
            found.texts.append(_text(part))


def _blocks(part: Message) -> list[Message]:
    """The groups of fields in a report. Of its usual kind the library makes one message each, of others only one."""
    payload = part.get_payload()
    blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    rest = "\n\n".join(text for block in blocks if isinstance(text := block.get_payload(), str))
    return [*blocks, *(message_from_string(text, policy=policy.compat32) for text in _GAP.split(rest)[:MOST_PARTS])]


def _text(part: Message) -> str:
    return _bytes(part).decode("utf-8", "replace")


def _bytes(part: Message) -> bytes:
    if part.is_multipart():
        inner = part.get_payload()
        assert isinstance(inner, list)
        return b"\n".join(_header_lines(one) for one in inner if isinstance(one, Message))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _header_lines(message: Message) -> bytes:
    return "\n".join(f"{name}: {value}" for name, value in message.items()).encode("utf-8", "surrogateescape")


def _kind(message: Message, found: _Reading) -> tuple[Kind, str]:
    if found.feedback is not None:
        return Kind.COMPLAINT, _header(found.feedback, "Feedback-Type") or "abuse"
    if actions := [(_header(block, "Action").lower(), block) for block in found.reports if "Action" in block]:
        return _reported(actions)
    if any(declined_uid([calendar]) for calendar in found.calendars):
        return Kind.DECLINED, ""
    if _is_automatic(message):
        return _unreported(message, found)
    return Kind.OTHER, ""


def _reported(actions: list[tuple[str, Message]]) -> tuple[Kind, str]:
    """A report in proper form. Of several recipients the one that was not reached counts."""
    for wanted, kind in (("failed", Kind.BOUNCED), ("delayed", Kind.DELAYED)):
        for action, block in actions:
            if action.startswith(wanted):
                return kind, _diagnosis(block)
    return Kind.OTHER, actions[0][0]  # Delivered, relayed, expanded.


def _diagnosis(block: Message) -> str:
    """What the server said, led by the status where it does not say one itself."""
    status = _STATUS.search(_header(block, "Status"))
    said = _header(block, "Diagnostic-Code").partition(";")[2].strip() or _header(block, "Diagnostic-Code")
    if status and not _STATUS.search(said) and not (said and status[0].endswith(".0.0")):
        return f"{status[0]} {said}".strip()
    return said


def _is_automatic(message: Message) -> bool:
    submitted = _header(message, "Auto-Submitted").lower() or "no"
    return (
        not submitted.startswith("no")
        or _header(message, "Return-Path").strip() == "<>"
        or any(name in message for name in (*_SAYS_AUTO, "X-Failed-Recipients"))
        or bool(_DAEMON.search(_header(message, "From")))
        or bool(_AWAY.match(_header(message, "Subject")))
        or _header(message, "Precedence").lower() in {"auto_reply", "auto-reply"}
    )


def _unreported(message: Message, found: _Reading) -> tuple[Kind, str]:
    """Written by a program without a report in proper form: an older server's bounce, or somebody is away."""
    subject, text = _header(message, "Subject"), "\n".join(found.texts)
    came_back = "X-Failed-Recipients" in message or _CAME_BACK.search(subject) or "qmail-send program" in text[:200]
    if not came_back or _AWAY.match(subject):
        return Kind.AUTO_REPLY, subject
    said = _SERVER_SAID.search(text)
    status = _STATUS.search(text)
    words = said[1] if said else f"{status[0]} {subject}" if status else subject
    if _LATE.search(subject) or (said and said[1].startswith("4") and _LATE.search(text)):
        return Kind.DELAYED, words
    return Kind.BOUNCED, words


def _sent_to(message: Message, found: _Reading) -> tuple[str, ...]:
    """Where it arrived, as far as its headers say so; a complaint names the envelope of our mail as well."""
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
    lines = [str(value) for name in names for value in message.get_all(name, [])]
    if found.feedback is not None:
        lines.append(_header(found.feedback, "Original-Mail-From"))
    given = [address for _, address in getaddresses([line[:2000] for line in lines[:MOST_ADDRESSES]]) if address]
    return tuple(dict.fromkeys(given[:MOST_ADDRESSES]))


def _ids(message: Message, found: _Reading) -> tuple[str, ...]:
    """The Message-IDs of what it answers. Older bounces carry the head of our mail in their text."""
    named = [one for name in ("In-Reply-To", "References") for one in _MESSAGE_ID.findall(_header(message, name))]
    written = [one for text in found.texts for one in _ID_LINE.findall(text)]
    return tuple(dict.fromkeys([*found.originals, *written, *named][:MOST_ADDRESSES]))


def _header(message: Message, name: str) -> str:
    return one_line(str(message.get(name, ""))[:2000])
