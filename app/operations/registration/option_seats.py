"""Seats of a question's options: the only place that moves them. Everything here happens under the event's lock."""

from app.models import OptionLimit, Question
from app.operations.registration.allotting import CapacityBelowTakenError


def take_option(limit: OptionLimit) -> bool:
    """Take one of the seats of a question's option, if one is left."""
    if limit.is_full:
        return False
    limit.taken += 1
    return True


def free_option(limit: OptionLimit) -> None:
    limit.taken -= 1


def limit_option(question: Question, option: str, capacity: int | None, chosen: int) -> None:
    """Say how many may choose an option (None: everybody), of whom some have done so already.

    Raises CapacityBelowTakenError.
    """
    limit = question.limit(option)
    if capacity is None:
        if limit:
            question.limits.remove(limit)
        return
    if capacity < chosen:
        raise CapacityBelowTakenError(chosen)
    if limit is None:
        limit = OptionLimit(option=option)
        question.limits.append(limit)
    limit.capacity, limit.taken = capacity, chosen
