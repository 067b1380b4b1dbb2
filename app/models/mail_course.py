"""What is kept of the course that a mail takes."""

from datetime import datetime


def trace(state: str, words: str, at: datetime) -> dict[str, str]:
    """What a row's history has of a state that it entered."""
    return {"state": state, "at": at.isoformat(), "words": words}


def seconds_waited(attempts: int, due_at: datetime, queued_at: datetime, at: datetime) -> int:
    """From when it could leave. Of a mail that was tried again ``due_at`` has moved: it waited since it was queued."""
    since = due_at if attempts <= 1 else queued_at
    return max(int((at - since).total_seconds()), 0)
