"""Figures for those who watch the service, counted in the database so that every node says the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.models import EmailState, Event, OutgoingEmail, Registration


@dataclass(frozen=True)
class Gauge:
    """One measure: its name, what it means, and a value for each set of labels."""

    name: str
    meaning: str
    values: list[tuple[int, Mapping[str, str]]]


def oldest_mail_seconds(at: datetime) -> int:
    """For how long the oldest due mail has been waiting; 0 when none is."""
    waiting = [state for state in EmailState if state.is_waiting]
    oldest = db.session.scalar(
        select(func.min(OutgoingEmail.due_at)).where(OutgoingEmail.state.in_(waiting), OutgoingEmail.due_at <= at)
    )
    return int((at - oldest).total_seconds()) if oldest else 0


def gauges(at: datetime) -> list[Gauge]:
    return [
        Gauge("registrations", "Registrations by state.", _by_state(Registration)),
        Gauge("events", "Events by state.", _by_state(Event)),
        Gauge("emails", "Outgoing emails by state.", _by_state(OutgoingEmail)),
        Gauge("oldest_email_seconds", "Waiting time of the oldest due email.", [(oldest_mail_seconds(at), {})]),
    ]


def _by_state(table: Any) -> list[tuple[int, Mapping[str, str]]]:
    counted = select(table.state, func.count()).group_by(table.state).order_by(table.state)
    return [(count, {"state": state.value}) for state, count in db.session.execute(counted)]
