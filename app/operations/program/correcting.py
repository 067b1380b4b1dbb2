"""A change is taken back: whoever registered or was mailed in between was told what is no longer true, and hears so."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from app.db import db
from app.models import EmailState, Event, MessageKind, OutgoingEmail, Pick, Registration
from app.models.outgoing_email import NO_LONGER_TRUE
from app.models.registration_state import HOPE_TO_COME
from app.operations import notifying
from app.operations.notifying import gist
from app.operations.registration import moving_sessions, telling_invited


def correct(event: Event, told: dict[str, Any], *, since: datetime, at: datetime) -> None:
    """``told`` is what mails have told since then."""
    now = notifying.event_facts(event, at)
    if gist(told) == gist(now):
        _tell_of_sessions(event, since, told, at)
        return
    latecomers = db.session.scalars(
        select(Registration).where(
            Registration.event_id == event.id,
            or_(Registration.registered_at >= since, was_mailed(since, at), _lost_a_mail(since)),
            Registration.state.in_(HOPE_TO_COME),
        )
    ).all()
    about = {"event": now, "before": told, "reason": ""}
    key = f"undo-{event.calendar_sequence}"
    own = partial(moving_sessions.own_changes, sessions=moving_sessions.moved(event, told), before=told)
    kind = kind_of_change(now["state"], told["state"])
    notifying.queue_many(kind, latecomers, about, at=at, key=key, priority=notifying.SERVICE, own=own)
    telling_invited.correct(kind, event, about, key=key, since=since, at=at)


def kind_of_change(now: str, before: str) -> MessageKind:
    """What people hear of an event that was in one state and is in another, or in the same."""
    called_off = {"cancelled": MessageKind.EVENT_CANCELLED, "postponed": MessageKind.EVENT_POSTPONED}
    return MessageKind.EVENT_CHANGED if now == before else called_off.get(now, MessageKind.EVENT_CHANGED)


def was_mailed(since: datetime, until: datetime) -> ColumnElement[bool]:
    """For a query of registrations: who was sent anything between two moments. Every such mail says when and where."""
    return exists().where(
        OutgoingEmail.registration_id == Registration.id,
        OutgoingEmail.queued_at >= since,
        OutgoingEmail.queued_at < until,
        OutgoingEmail.state != EmailState.WITHDRAWN,
    )


def _lost_a_mail(since: datetime) -> ColumnElement[bool]:
    """For a query of registrations: whose mail about them was taken back because the event was called off."""
    return exists().where(
        OutgoingEmail.registration_id == Registration.id,
        OutgoingEmail.state == EmailState.WITHDRAWN,
        OutgoingEmail.state_at >= since,
        OutgoingEmail.last_error == NO_LONGER_TRUE,
        OutgoingEmail.kind.in_([kind for kind in MessageKind if kind.presumes_event]),
    )


def _tell_of_sessions(event: Event, since: datetime, told: dict[str, Any], at: datetime) -> None:
    """Whoever picked a session since it was changed, or was mailed its new time along with something else."""
    sessions = moving_sessions.moved(event, told)
    late = or_(moving_sessions.picked_one_of(sessions, Pick.picked_at >= since), was_mailed(since, at))
    concerned = (Registration.event_id == event.id, moving_sessions.picked_one_of(sessions), late)
    people = db.session.scalars(select(Registration).where(*concerned)).all()
    moving_sessions.tell(people, sessions, told, key=f"undo-{event.calendar_sequence}", by="worker", at=at)
