"""Figures for those who watch the service, counted in the database so that every node says the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.models import Event, FailureReason, OutgoingEmail, Registration
from app.operations.records import watching


@dataclass(frozen=True)
class Gauge:
    """One measure: its name, what it means, and a value for each set of labels."""

    name: str
    meaning: str
    values: list[tuple[int, Mapping[str, str]]]


def gauges(at: datetime, since: datetime, *, pace: int = 0) -> list[Gauge]:
    """``since`` is when the office's day began, ``pace`` how many mails may leave in a minute."""
    mail = watching.look(at, since, pace=pace)
    within: list[tuple[int, Mapping[str, str]]] = [
        (mail.within_10, {"seconds": "10"}),
        (mail.within_60, {"seconds": "60"}),
    ]
    return [
        Gauge("registrations", "Registrations by state.", _by_state(Registration)),
        Gauge("events", "Events by state.", _by_state(Event)),
        Gauge("emails", "Outgoing emails by state.", _by_state(OutgoingEmail)),
        Gauge("oldest_email_seconds", "Waiting time of the oldest due email.", [(mail.oldest_seconds, {})]),
        Gauge("email_alarm", "1 while an email has been due for five minutes or more.", [(int(mail.is_late), {})]),
        Gauge("emails_accepted_today", "Emails that the mail server took today.", [(mail.accepted, {})]),
        Gauge("emails_accepted_within_today", "Those of them that were taken in so many seconds.", within),
        Gauge(
            "emails_to_see_to",
            "Emails on the staff's work list by reason.",
            [(mail.failures[reason], {"reason": reason.value}) for reason in FailureReason],
        ),
    ]


def _by_state(table: Any) -> list[tuple[int, Mapping[str, str]]]:
    counted = select(table.state, func.count()).group_by(table.state).order_by(table.state)
    return [(count, {"state": state.value}) for state, count in db.session.execute(counted)]
