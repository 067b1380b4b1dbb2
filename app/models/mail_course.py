"""The course that a mail takes, from the queue to the relay, and what is kept of it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.models.labels import Labelled


class EmailState(Labelled):
    """Who owns a row at each moment: the queue (queued, retry, in doubt), one worker (claimed, sending), or nobody."""

    QUEUED = "queued", _l("Queued"), "note"
    CLAIMED = "claimed", _l("Being prepared"), "note"
    SENDING = "sending", _l("Being sent"), "note"
    ACCEPTED = "accepted", _l("Sent"), "good"
    RETRY = "retry", _l("Will be tried again"), "warn"
    FAILED = "failed", _l("Failed"), "stop"
    IN_DOUBT = "in-doubt", _l("May have been sent"), "warn"
    WITHDRAWN = "withdrawn", _l("Withdrawn"), "quiet"
    BOUNCED = "bounced", _l("Bounced"), "stop"  # Accepted first, then sent back by a later server.

    @property
    def is_waiting(self) -> bool:
        return self in {EmailState.QUEUED, EmailState.RETRY}


@dataclass(frozen=True, slots=True)
class Step:
    """A state that a mail entered, when, and in the words of the server or of the worker why."""

    state: EmailState
    at: datetime
    words: str = ""


def trace(state: str, words: str, at: datetime) -> dict[str, str]:
    """What a row's history has of a state that it entered."""
    return {"state": state, "at": at.isoformat(), "words": words}


def seconds_waited(attempts: int, due_at: datetime, queued_at: datetime, at: datetime) -> int:
    """From when it could leave. Of a mail that was tried again ``due_at`` has moved: it waited since it was queued."""
    since = due_at if attempts <= 1 else queued_at
    return max(int((at - since).total_seconds()), 0)
