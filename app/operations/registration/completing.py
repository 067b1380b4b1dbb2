"""Answering what was left open, and nothing else: the link of an offered seat leads here, and shows no other answer."""

from collections.abc import Sequence
from datetime import datetime

from app.operations.registration import questioning
from app.operations.registration.cancelling import PERSON
from app.operations.registration.changing import Change, finish, lock_live
from app.operations.registration.details import GivenAnswer


def complete(registration_id: int, answers: Sequence[GivenAnswer], *, at: datetime) -> None:
    """Add answers to questions that have none yet; one that stands by now stays as it is.

    Raises NotLiveError, EventOverError, questioning.OptionFullError.
    """
    registration = lock_live(registration_id, at, PERSON)
    standing = {one.question_id: GivenAnswer.of(one) for one in registration.answers}
    answered = questioning.replace(registration, ({one.question_id: one for one in answers} | standing).values())
    if answered:
        finish(registration, list(map(Change.of_answer, answered)), at, PERSON)
