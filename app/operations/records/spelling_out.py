"""What the numbers in a person's rows stand for: people read titles, names, and the words of a question."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.db import db
from app.models import (
    Answer,
    Event,
    EventSession,
    Follow,
    FollowRequest,
    FormSubmission,
    Pick,
    Series,
    SessionPresence,
    Subscriber,
    Topic,
)
from app.operations.registration import questioning


def beside(row: Any) -> dict[str, Any]:
    """What is told beside the columns of a row."""
    told: dict[str, Any] = {}
    if event_id := getattr(row, "event_id", None):
        event = db.session.get(Event, event_id)
        told["event"] = event.title if event else None
    match row:
        case Answer():
            words = questioning.words(row.question.kind, row.version, row.value)
            told |= {"question": row.version.text, "answer": words}
        case Pick() | SessionPresence():
            told |= _session(db.session.get_one(EventSession, row.session_id))
        case FormSubmission():
            chosen = [number for number, _state in row.outcome.get("sessions", [])]
            told |= {"sessions": _titles(EventSession.title, EventSession.id, chosen)}
        case Subscriber():
            told |= {"follows": [_name(one) for one in row.follows]}
        case FollowRequest():
            series = _titles(Series.name, Series.id, row.wanted.get("series", ()))
            told |= {"follows": series + _titles(Topic.name, Topic.id, row.wanted.get("topics", ()))}
    return told


def _session(session: EventSession) -> dict[str, Any]:
    hours = {"begins": session.starts_local.isoformat(), "ends": session.ends_local.isoformat()}
    return {"session": session.title} | hours


def _name(follow: Follow) -> str:
    found = follow.series or follow.topic
    return found.name if found else ""


def _titles(title: Any, key: Any, numbers: Iterable[int]) -> list[str]:
    return list(db.session.scalars(select(title).where(key.in_(numbers)).order_by(key)))
