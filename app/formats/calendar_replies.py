"""What a calendar answers to an invitation (RFC 5546, METHOD:REPLY). Of interest is one answer: "declined"."""

import re
from collections.abc import Iterable

_FOLD = re.compile(r"\r?\n[ \t]")
_DECLINED = re.compile(r"(?im)^ATTENDEE[^\r\n]{0,500};PARTSTAT=\"?DECLINED\b")
_REPLY = re.compile(r"(?im)^METHOD:REPLY[ \t]*\r?$")
_UID = re.compile(r"(?im)^UID:[ \t]*([!-~]{1,200})[ \t]*\r?$")
LARGEST = 64 * 1024


def declined_uid(calendars: Iterable[bytes]) -> str:
    """The UID of the entry that was declined, or nothing."""
    for content in calendars:
        text = _FOLD.sub("", content[:LARGEST].decode("utf-8", "replace"))
        uid = _UID.search(text)
        if uid and _REPLY.search(text) and _DECLINED.search(text):
            return uid[1]
    return ""
