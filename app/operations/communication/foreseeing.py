"""What will be sent: each reminder of an event, when it is due next and how many it would reach."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.models import Event, Lead, Mode, Registration, Reminder
from app.operations import already_told
from app.operations.communication import reminding


@dataclass(frozen=True)
class Outlook:
    """One reminder as staff see it: when it is sent next, and how many it would reach by now."""

    lead: Lead
    due_at: datetime | None
    reaches: int
    is_done: bool
    is_missed: bool
    done_at: datetime | None
    recipients: int | None


def longest_first(event: Event) -> list[Reminder]:
    return sorted(event.reminders, key=lambda reminder: -reminder.lead.length)


def outlook(event: Event, at: datetime) -> list[Outlook]:
    """What is sent when. Of an event with a date; samples and people without an address are never reached."""
    people = _reached(event.id)
    return [
        Outlook(
            lead=one.lead,
            due_at=one.due_at,
            reaches=sum(count for mode, count in people.items() if one.mode in (None, mode)),
            is_done=one.is_done,
            is_missed=not one.is_done and bool(one.useful_until and one.useful_until < at),
            done_at=one.done_at,
            recipients=one.recipients,
        )
        for one in longest_first(event)
    ]


def _reached(event_id: int) -> dict[Mode, int]:
    reached = (*reminding.confirmed(event_id, None), already_told.can_be_mailed())
    counted = select(Registration.mode, func.count()).where(*reached).group_by(Registration.mode)
    return {row[0]: row[1] for row in db.session.execute(counted)}
