"""That an event is not held when it was to be: for those who come with an old bulletin in their hands."""

from datetime import datetime

from babel.dates import format_date
from flask_babel import gettext as _

from app.formats import dates
from app.models import Event, EventState
from app.operations.program.former_times import FormerTime, former_time
from app.web import filters


def former_of(event: Event, at: datetime) -> FormerTime | None:
    """The time that it had before it was moved, as long as the new one is to come."""
    is_ahead = event.state is EventState.PUBLISHED and event.starts_at is not None and event.starts_at > at
    return former_time(event) if is_ahead else None


def former_words(event: Event, former: FormerTime | None) -> str:
    """The day or the hours that it had; while a new date is sought, the day on which it was to begin."""
    if former:
        return _moved(event, former)
    day = event.postponed_from_local
    if event.starts_at or day is None:
        return ""
    return _("It was planned to begin on %(day)s.", day=format_date(day, "full", locale=filters.locale()))


def _moved(event: Event, former: FormerTime) -> str:
    days = dates.days(former.starts_at, former.ends_at, former.time_zone, filters.locale())
    if days != filters.event_date_words(event):
        return _("New date. It was planned for %(days)s.", days=days)
    if not event.has_hours:
        return ""
    hours = dates.hours(former.starts_at, former.ends_at, former.time_zone, filters.locale())
    return _("New time. It was planned for %(hours)s.", hours=f"{hours} {filters.zone_words(former.time_zone)}")
