"""A move to another address: proposed by the person who holds the registration, done by whoever answers from there.

Nobody learns from proposing whether an address is registered: the answer and the mail are the same, and only the
owner of the address, who has the mail, is told that they hold a registration of their own.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.db import db
from app.models import MessageKind, MoveKind, PendingMove, Registration, RegistrationState
from app.operations import already_told, notifying
from app.operations.registration import capping
from app.operations.registration.admitting import refuse_other_address
from app.operations.registration.cancelling import PERSON
from app.operations.registration.changing import AddressTakenError, lock_live
from app.operations.registration.details import email_key
from app.operations.registration.recognizing import live_registration
from app.operations.registration.submitting import RefusedInFieldError

LIFETIME = timedelta(days=7)
MAILS = {MoveKind.HAND_OVER: MessageKind.TAKE_OVER, MoveKind.CORRECTION: MessageKind.CONFIRM_ADDRESS}


class MoveOverError(Exception):
    """Nobody waits for this answer any more: it was given, taken back, replaced, or its week is over."""


class OwnAddressError(RefusedInFieldError):
    """The registration stands under this address already."""

    field = "email"


def propose(registration: Registration, move: PendingMove, *, language: str, at: datetime) -> PendingMove:
    """Keep the proposal in place of an earlier one, and ask at the new address.

    Raises OwnAddressError, and what admitting.refuse_other_address raises.
    """
    if email_key(move.email) == registration.email_key:
        raise OwnAddressError
    refuse_other_address(registration.event, email_key(move.email))
    earlier = db.session.get(PendingMove, registration.id)
    if earlier and (earlier.kind, email_key(earlier.email)) == (move.kind, email_key(move.email)):
        move.version = earlier.version  # The link in the first mail stays good.
    if earlier:
        db.session.delete(earlier)
        db.session.flush()
    move.registration_id, move.link_version, move.asked_at = registration.id, registration.link_version, at
    db.session.add(move)
    db.session.flush()
    _ask(registration, move, language, at)
    return move


def _ask(registration: Registration, move: PendingMove, language: str, at: datetime) -> None:
    kind = MAILS[move.kind]
    if already_told.has_had_enough(kind, email_key(move.email), at):
        return
    notifying.queue_to(
        kind,
        move.email,
        facts={
            "event": notifying.event_facts(registration.event, at),
            "move": {"id": registration.id, "version": move.version, "name": move.first_name or move.last_name},
            "holder": registration.full_name,
            "mode": registration.mode.value,
            "in_line": registration.state is RegistrationState.WAITLISTED,
            "comes_with": registration.seated_titles,
            "waits_with": registration.waiting_titles,
            "turn": "" if not registration.keeps_turn else "held" if registration.offered_until else "waits",
            "organization": registration.organization if capping.most_of_one(registration.event) else "",
        },
        key=f"{registration.id}/{move.version}/{at.timestamp()}",
        language=language,
        event_id=registration.event_id,
        at=at,
    )


def standing(registration: Registration, at: datetime) -> PendingMove | None:
    """The proposal that waits for its answer."""
    move = db.session.get(PendingMove, registration.id)
    if move is None or move.link_version != registration.link_version or move.asked_at + LIFETIME <= at:
        return None
    return move


def withdraw(registration_id: int, *, at: datetime) -> None:
    """Take a proposal back. Doing so twice is harmless."""
    lock_live(registration_id, at, PERSON)
    forget(registration_id)


def forget(registration_id: int) -> None:
    """Let the links that were mailed for a proposal open nothing any more."""
    db.session.execute(delete(PendingMove).where(PendingMove.registration_id == registration_id))


def lock_answered(registration_id: int, version: int, kind: MoveKind, at: datetime) -> tuple[Registration, PendingMove]:
    """Lock a registration whose move somebody at the new address agrees to.

    Raises MoveOverError, NotLiveError, EventOverError, AddressTakenError, and what admitting.refuse_other_address does.
    """
    registration = lock_live(registration_id, at, PERSON)
    move = standing(registration, at)
    if move is None or (move.version, move.kind) != (version, kind):
        raise MoveOverError
    refuse_other_address(registration.event, email_key(move.email))
    other = live_registration(registration.event_id, email_key(move.email))
    if other and other.id != registration.id:
        raise AddressTakenError
    return registration, move
