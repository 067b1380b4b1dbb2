"""When people are reminded: what an event or a series may ask for, and how it is changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from app.db import db
from app.models import Event, Lead, Reminder, Series
from app.models.reminder import MOST, MOST_DAYS
from app.operations import auditing, meanwhile
from app.operations.program.planning import open_for_edit


def fault_of(leads: Sequence[Lead]) -> str:
    """What is wrong with these reminders, in words; nothing if they are sound."""
    if len(leads) > MOST:
        return _("expected at most %(most)s reminders", most=MOST)
    if any(lead.length > timedelta(days=MOST_DAYS) for lead in leads):
        return _("expected at most %(most)s days before the start", most=MOST_DAYS)
    if len({lead.key for lead in leads}) < len(leads):
        return _("expected each time before the start once")
    return ""


def remind(event_id: int, leads: Sequence[Lead], *, version: int | None, by: str, at: datetime) -> Event:
    """Remind the people of an event so long before it. What was sent already stays sent.

    Raises EditedMeanwhileError.
    """
    event = open_for_edit(event_id, version)
    before = [reminder.lead for reminder in event.reminders]
    standing = {(one.unit, one.amount): one for one in event.reminders}
    kept = []
    for lead in leads:
        reminder = standing.get((lead.unit, lead.amount)) or Reminder.of(lead)
        reminder.mode = lead.mode
        kept.append(reminder)
    event.reminders = kept
    event.changed_at = at
    flag_modified(event, "changed_at")  # A new version of the event, though none of its own columns may differ.
    _record("event", event.id, before, leads, event_id=event.id, by=by, at=at)
    return event


def shown(series: Series) -> str:
    """A mark of what a form was shown with of a series."""
    return _mark(series.leads)


def _mark(leads: Sequence[Lead]) -> str:
    return meanwhile.mark([one.to_json() for one in sorted(leads, key=lambda lead: -lead.length)])


def remind_series(
    series_id: int, leads: Sequence[Lead], *, by: str, at: datetime, version: str | None = None
) -> Series:
    """What events of the series that are made from now on begin with.

    ``version`` is the mark of what the form showed. Raises meanwhile.ChangedMeanwhileError.
    """
    series = db.session.get_one(Series, series_id, with_for_update=True, populate_existing=True)
    before = series.leads
    meanwhile.refuse(version, standing=_mark(before), typed=_mark(leads))
    series.reminders = [lead.to_json() for lead in leads]
    _record("series", series.id, before, leads, by=by, at=at)
    return series


def _record(
    subject: str,
    subject_id: int,
    before: Sequence[Lead],
    now: Sequence[Lead],
    *,
    by: str,
    at: datetime,
    event_id: int | None = None,
) -> None:
    auditing.record(
        "changed reminders",
        actor=by,
        subject=subject,
        subject_id=subject_id,
        event_id=event_id,
        detail={"before": [one.to_json() for one in before], "now": [one.to_json() for one in now]},
        at=at,
    )
