"""What the acts of the console share: whose they are, how one is tried, and what is said when it is done or refused."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import abort, flash
from flask_security import current_user

from app.db import db, transact
from app.models import Event


def member() -> str:
    """Whose act it is, for the log."""
    return str(current_user.email)


def load_event(event_id: int) -> Event:
    return db.session.get(Event, event_id) or abort(404)


def refusal_of(work: Callable[[datetime], Any], words: Mapping[type[Exception], Any]) -> str:
    """Do the work. Returns what a person reads when it is refused, and nothing when it is done."""
    try:
        transact(work)
    except tuple(words) as refusal:
        return str(words[type(refusal)])
    return ""


def tell(done: str, refusal: object = None) -> None:
    """A word on what happened, for the page that comes next."""
    flash(str(refusal or done), "error" if refusal else "success")
