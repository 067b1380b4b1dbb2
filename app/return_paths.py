"""The return path of our mail: an address for each, so that a bounce says by its mere arrival what came back.

``bounces+2f-k3jx…@events.example.gov`` carries the mail's number and a keyed digest of it. Who never got the mail
cannot know the digest. Everything is in small letters and figures, because some servers change capitals.
"""

import hmac
import re
from base64 import b32encode

from flask import current_app

from app import keys

PURPOSE = "return-path"
_DIGEST_LENGTH = 16  # 80 bits.
_FIGURES = "0123456789abcdefghijklmnopqrstuvwxyz"
_DETAIL = re.compile(r"([0-9a-z]{1,10})-([a-z2-7]{16})")


def of(email_id: int) -> str:
    """The return path of this mail, or nothing while no mailbox for bounces is set."""
    local, _, domain = _mailbox().rpartition("@")
    if not local:
        return ""
    return f"{local}+{_written(email_id)}-{_digest(keys.derived(PURPOSE), email_id)}@{domain}"


def read(address: str) -> int | None:
    """The mail whose return path this is; none for any address that we did not make."""
    local, _, domain = address.lower().rpartition("@")
    name, _, detail = local.rpartition("+")
    found = _DETAIL.fullmatch(detail)
    if not found or f"{name}@{domain}" != _mailbox().lower():
        return None
    email_id = int(found[1], 36)
    digests = (_digest(key, email_id) for key in keys.all_derived(PURPOSE))
    return email_id if any(hmac.compare_digest(found[2], digest) for digest in digests) else None


def _mailbox() -> str:
    mailbox: str = current_app.config["MAIL_RETURN_PATH"]
    return mailbox


def _digest(key: bytes, email_id: int) -> str:
    return b32encode(hmac.digest(key, str(email_id).encode(), "sha256")).decode().lower()[:_DIGEST_LENGTH]


def _written(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _FIGURES[rest] + digits
    return digits or "0"
