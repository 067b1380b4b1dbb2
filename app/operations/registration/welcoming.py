"""Whoever is seated alone from the line: by their own press, or by the office's hand."""

from datetime import datetime

from app.models import MessageKind, Registration
from app.operations import notifying
from app.operations.registration import waiting
from app.operations.registration.cancelling import record
from app.operations.registration.standing import Standing, changed_since, told_of_move


def welcome(
    person: Registration,
    before: Standing,
    act: str,
    *,
    by: str,
    at: datetime,
    detail: dict[str, object] | None = None,
) -> None:
    """What follows the seat: what comes with it, one mail, the history. Whatever it left free goes to the next."""
    waiting.welcome(person, at)
    changed = changed_since(before, person)
    notifying.queue(MessageKind.CONFIRMED, person, at=at, extra=told_of_move(changed, person, at))
    record(person, act, by=by, at=at, detail=detail, personal=changed)
    waiting.promote(person.event, at)
