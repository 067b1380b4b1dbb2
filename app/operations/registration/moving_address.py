"""A person corrects their own address: asked from the old one, confirmed from the new one, and moved only then."""

from datetime import datetime

from app.models import MessageKind, MoveKind, PendingMove, Registration
from app.operations import notifying
from app.operations.registration import proposing
from app.operations.registration.cancelling import PERSON, record
from app.operations.registration.changing import lock_live, move_to_address


def ask(registration_id: int, email: str, *, language: str, at: datetime) -> PendingMove:
    """Mail the new address a link, and the old one a notice. Raises NotLiveError, EventOverError, OwnAddressError."""
    registration = lock_live(registration_id, at, PERSON)
    move = PendingMove(kind=MoveKind.CORRECTION, email=email)
    proposing.propose(registration, move, language=language, at=at)
    notice = {"new_address": email}
    notifying.queue(MessageKind.ADDRESS_ASKED, registration, at=at, extra=notice, key=f"{at.timestamp()}")
    record(registration, "asked for another address", by=PERSON, at=at, personal={"email": email})
    return move


def confirm(registration_id: int, version: int, *, at: datetime) -> Registration:
    """Move the registration. Raises MoveOverError, NotLiveError, EventOverError, AddressTakenError."""
    registration, move = proposing.lock_answered(registration_id, version, MoveKind.CORRECTION, at)
    proposing.forget(registration_id)
    move_to_address(registration, move.email, at, PERSON)
    return registration
