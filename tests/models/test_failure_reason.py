"""What servers answer, read as a reason."""

import pytest

from app.models import FailureReason
from app.models.failure_reason import reason_of

ANSWERS = {
    "550 5.1.1 <x@y.example>: Recipient address rejected: User unknown": FailureReason.NO_SUCH_ADDRESS,
    "550 No such person here": FailureReason.NO_SUCH_ADDRESS,
    "550 5.2.1 The mailbox is disabled": FailureReason.NO_SUCH_ADDRESS,
    "5.4.4 Host or domain name not found": FailureReason.NO_SUCH_ADDRESS,
    "552 5.2.2 Over quota": FailureReason.MAILBOX_FULL,
    "452 4.2.2 Over quota": FailureReason.MAILBOX_FULL,
    "552 5.3.4 Message size exceeds limit": FailureReason.TOO_LARGE,
    "550 5.7.1 Blocked by policy": FailureReason.REFUSED,
    "550 Blocked as spam": FailureReason.REFUSED,
    "550 relay not permitted": FailureReason.REFUSED,
    "554 Refused": FailureReason.REFUSED,
    "550 5.1.8 Sender address rejected": FailureReason.REFUSED,
    "450 4.2.0 Greylisted": FailureReason.ASKED_TO_WAIT,
    "450 4.1.1 Unverified recipient": FailureReason.ASKED_TO_WAIT,
    "421 Too busy": FailureReason.ASKED_TO_WAIT,
    "535 5.7.8 Wrong password": FailureReason.SIGN_IN,
    "4.4.7 Delivery time expired": FailureReason.UNREACHABLE,
    "ConnectionRefusedError: [Errno 111] Connection refused": FailureReason.UNREACHABLE,
    "It could not be written: KeyError": FailureReason.UNWRITABLE,
    "'a b' is not an address that mail can be sent to.": FailureReason.NO_SUCH_ADDRESS,
    "": FailureReason.OTHER,
    "9.9.9 nonsense": FailureReason.OTHER,
}


@pytest.mark.parametrize(("words", "reason"), ANSWERS.items(), ids=ANSWERS)
def test_it_works(words: str, reason: FailureReason) -> None:
    assert reason_of(words) is reason


def test_only_an_address_that_does_not_exist_is_final() -> None:
    assert [reason for reason in FailureReason if reason.is_final] == [FailureReason.NO_SUCH_ADDRESS]
