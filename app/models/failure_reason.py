"""Why mail does not arrive, read from what servers answer: "550 5.1.1 No such user" and the like."""

import re

from flask_babel import lazy_gettext as _l

from app.models.labels import Labelled

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"^([245]\d\d)\b")


class FailureReason(Labelled):
    NO_SUCH_ADDRESS = "no-such-address", _l("There is no such address")
    MAILBOX_FULL = "mailbox-full", _l("The mailbox is full")
    TOO_LARGE = "too-large", _l("The message is too large")
    REFUSED = "refused", _l("Refused by the receiving server's rules")
    ASKED_TO_WAIT = "asked-to-wait", _l("The server asked to try later")
    SIGN_IN = "sign-in", _l("Our mail server does not let us in")
    UNREACHABLE = "unreachable", _l("A server could not be reached")
    IN_DOUBT = "in-doubt", _l("May have arrived, perhaps twice")
    UNWRITABLE = "unwritable", _l("The message could not be written")
    OTHER = "other", _l("Other reasons")

    @property
    def is_final(self) -> bool:
        """Whether the address itself is dead: no later mail will arrive there either."""
        return self is FailureReason.NO_SUCH_ADDRESS


FINAL = tuple(reason for reason in FailureReason if reason.is_final)
# RFC 3463: class.subject.detail. The subject alone says most; some details say more.
_DETAILS = {
    (1, 7): FailureReason.REFUSED,  # Our own sender address, not the recipient's.
    (1, 8): FailureReason.REFUSED,
    (2, 1): FailureReason.NO_SUCH_ADDRESS,  # Disabled.
    (2, 2): FailureReason.MAILBOX_FULL,
    (2, 3): FailureReason.TOO_LARGE,
    (3, 4): FailureReason.TOO_LARGE,
    (4, 4): FailureReason.NO_SUCH_ADDRESS,  # The domain has no mail server.
}
_SUBJECTS = {
    1: FailureReason.NO_SUCH_ADDRESS,
    2: FailureReason.REFUSED,
    3: FailureReason.REFUSED,
    4: FailureReason.UNREACHABLE,
    5: FailureReason.REFUSED,
    6: FailureReason.REFUSED,
    7: FailureReason.REFUSED,
}
_CODES = {
    "454": FailureReason.SIGN_IN,
    "530": FailureReason.SIGN_IN,
    "534": FailureReason.SIGN_IN,
    "535": FailureReason.SIGN_IN,
    "538": FailureReason.SIGN_IN,
    "550": FailureReason.NO_SUCH_ADDRESS,
    "551": FailureReason.NO_SUCH_ADDRESS,
    "552": FailureReason.TOO_LARGE,
    "553": FailureReason.NO_SUCH_ADDRESS,
}

# Many a filter answers with the plain code of an unknown address.
_SOUNDS_LIKE_A_RULE = re.compile(
    r"(?i)spam|block|polic|reputation|blacklist|not allowed|denied|relay(ing)? not|to relay|authenticat"
)
# What we write ourselves when no server has answered.
_OWN_WORDS = (
    (re.compile(r"^\w*(Error|timeout|Disconnected)\b"), FailureReason.UNREACHABLE),
    (re.compile(r"could not be written"), FailureReason.UNWRITABLE),
    (re.compile(r"is not an address"), FailureReason.NO_SUCH_ADDRESS),
)


def reason_of(words: str) -> FailureReason:
    """What an answer means. A status such as 5.1.1 says more than the code before it, which says more than words."""
    code = _CODE.match(words)
    if code and _CODES.get(code[1]) is FailureReason.SIGN_IN:
        return FailureReason.SIGN_IN
    if status := _STATUS.search(words):
        return _by_status(status[1], int(status[2]), int(status[3]))
    if code:
        return _by_code(code[1], words)
    return next((reason for pattern, reason in _OWN_WORDS if pattern.search(words)), FailureReason.OTHER)


def _by_code(code: str, words: str) -> FailureReason:
    if code[0] == "4":
        return FailureReason.ASKED_TO_WAIT
    if _SOUNDS_LIKE_A_RULE.search(words):
        return FailureReason.REFUSED
    return _CODES.get(code, FailureReason.REFUSED)


def _by_status(kind: str, subject: int, detail: int) -> FailureReason:
    found = _DETAILS.get((subject, detail)) or _SUBJECTS.get(subject, FailureReason.OTHER)
    if kind == "4" and found not in {FailureReason.MAILBOX_FULL, FailureReason.UNREACHABLE}:
        return FailureReason.ASKED_TO_WAIT
    return found
