"""Times and values of an event as the console says them."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from app.formats import dates
from app.models import Lead, ReminderUnit
from app.web import filters


def moment_words(local: datetime | date | None, zone: ZoneInfo) -> str:
    """Tue, Mar 3, 2026, 1:00 PM EST; a day alone without the hour."""
    if local is None:
        return _("Not set")
    if not isinstance(local, datetime):
        return day_words(local)
    moment, locale = local.replace(tzinfo=zone), filters.locale()
    hour = f"{dates.clock_time(moment, zone.key, locale)} {dates.zone_letters(moment, zone.key, locale)}"
    return _("%(date)s, %(time)s", date=day_words(local), time=hour)


def day_words(day: date) -> str:
    """Tue, Mar 3, 2026."""
    return str(format_date(day, "EEE, MMM d, y", locale=filters.locale()))


def instant_words(instant: datetime, zone: ZoneInfo) -> str:
    """The same of an instant, by the event's clocks."""
    return moment_words(instant.astimezone(zone).replace(tzinfo=None), zone)


def lead_words(lead: Lead) -> str:
    """1 week before; 3 hours before."""
    match lead.unit:
        case ReminderUnit.WEEKS:
            return ngettext("%(num)s week before", "%(num)s weeks before", lead.amount)
        case ReminderUnit.DAYS:
            return ngettext("%(num)s day before", "%(num)s days before", lead.amount)
        case ReminderUnit.HOURS:
            return ngettext("%(num)s hour before", "%(num)s hours before", lead.amount)
        case ReminderUnit.MINUTES:
            return ngettext("%(num)s minute before", "%(num)s minutes before", lead.amount)


def value_words(value: Any) -> str:
    """A plain value, as it stands in the log or a form, in words."""
    match value:
        case True:
            return _("yes")
        case False:
            return _("no")
        case list() if value:
            return ", ".join(value_words(one) for one in value)
        case dict() if value:
            return ", ".join(f"{name}: {value_words(one)}" for name, one in value.items())
        case None | "" | list() | dict():
            return _("nothing")
        case _:
            return str(value)
