"""Dates and times in templates: the event's own zone, always named, in the page's language."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from flask import Flask, current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from app import clock
from app.formats import dates
from app.formats.countries import country_name
from app.formats.markdown import to_html
from app.models import Event, Venue
from app.web import language, tables


def init_app(app: Flask) -> None:
    for words in (
        address_words,
        ask_by_words,
        day_words,
        event_date_words,
        event_days,
        event_when_words,
        instant_words,
        office_words,
        markdown,
        tables.labelled,
        own_markdown,
        line_words,
        second_words,
        utc,
        zone_words,
        zoned_words,
    ):
        app.add_template_filter(words)


def locale() -> str:
    return str(get_locale() or "en")


def markdown(text: str) -> Markup:
    """Staff's Markdown as HTML."""
    return Markup(to_html(text))  # noqa: S704  formats/markdown.py lets only a short list of elements through.


def own_markdown(text: str) -> Markup:
    """Markdown of the standing pages, which may link to our own pages: "/events" in the page's language."""
    prefix = language.prefix_of(language.current())
    return Markup(to_html(text.replace("](/", f"]({prefix}/"), own_links=True))  # noqa: S704  As above.


def utc(instant: datetime) -> str:
    """For ``<time datetime>``: 2026-03-02T17:00:00Z."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_words(instant: datetime, zone: str) -> str:
    """Monday, March 2, 2026, 12:00 p.m. Eastern Time."""
    return _(
        "%(date)s, %(time)s %(zone)s",
        date=dates.full_date(instant, zone, locale()),
        time=dates.clock_time(instant, zone, locale()),
        zone=dates.zone_at(instant, zone, locale()),
    )


def office_words(instant: datetime) -> str:
    """Mon, Mar 2, 2026, 12:00 p.m. EST: an instant by the office's own clocks, short."""
    return zoned_words(instant, current_app.config["DEFAULT_TIME_ZONE"])


def second_words(instant: datetime) -> str:
    """Mon, Mar 2, 2026, 12:00:07 p.m. EST: where seconds matter, by the office's own clocks."""
    zone = current_app.config["DEFAULT_TIME_ZONE"]
    hour = f"{dates.clock_second(instant, zone, locale())} {dates.zone_letters(instant, zone, locale())}"
    return _("%(date)s, %(time)s", date=dates.short_date(instant, zone, locale()), time=hour)


def zone_words(zone: str) -> str:
    """Eastern Time."""
    return dates.zone_words(zone, locale())


def line_words(instant: datetime, zone: str) -> str:
    """Mar 2, 2026, 12:00 p.m.: for a column of many lines, whose zone the page names once."""
    day = format_date(instant.astimezone(ZoneInfo(zone)), "medium", locale=locale())
    return _("%(date)s, %(time)s", date=day, time=dates.clock_time(instant, zone, locale()))


def day_words(days: Iterable[str]) -> list[str]:
    """Monday, March 2, 2026: the days a person comes, which are kept as ISO dates."""
    return [format_date(date.fromisoformat(day), "full", locale=locale()) for day in days]


def zoned_words(instant: datetime, zone: str) -> str:
    """Mon, Mar 2, 2026, 12:00 p.m. EST: an instant by an event's clocks, short."""
    day = dates.short_date(instant, zone, locale())
    hour = f"{dates.clock_time(instant, zone, locale())} {dates.zone_letters(instant, zone, locale())}"
    return _("%(date)s, %(time)s", date=day, time=hour)


def event_days(event: Event) -> tuple[date | None, date | None]:
    """First and last day where the event is; none while the date is open."""
    if event.starts_local is None:
        return None, None
    first = event.starts_local.date()
    if event.starts_at is None or event.ends_at is None:
        return first, None
    return first, dates.last_day(event.starts_at, event.ends_at, event.time_zone)


def event_date_words(event: Event) -> str:
    """The day or days of an event; of an old one perhaps no more than the month is known."""
    if event.starts_at is None:
        return _("Date to be announced")
    if event.dates_are_approximate:
        return format_skeleton("yMMMM", event.starts_local, locale=locale())
    return dates.days(event.starts_at, event.ends_at or event.starts_at, event.time_zone, locale())


def has_times(event: Event) -> bool:
    """Whether day and hour are known. The date may be open, and of an old event we may know the day or month alone."""
    return event.starts_at is not None and event.has_hours


def event_when_words(event: Event) -> str:
    """Tuesday, December 8, 2026, 1:00–2:30 p.m. Eastern Time; and of several days, where they begin and end."""
    if not has_times(event):
        return _days_words(event)
    first, last = event_days(event)
    if event.starts_at and event.ends_at and last != first:
        days = dates.first_to_last(event.starts_at, event.ends_at, event.time_zone, locale())
        return f"{days} {zone_words(event.time_zone)}"
    return _("%(date)s, %(time)s", date=event_date_words(event), time=event_time_words(event))


def _days_words(event: Event) -> str:
    """The days of what has no hours. Of what is still to come, those will be told."""
    days = event_date_words(event)
    if event.has_days and not event.has_ended(clock.now()):
        return _("%(days)s, hours to be announced", days=days)
    return days


def event_time_words(event: Event) -> str:
    """1:00–2:30 p.m. Eastern Time."""
    if not has_times(event):
        return ""
    hours = " – ".join(_hours_in_parts(event, event.time_zone))
    return f"{hours} {zone_words(event.time_zone)}"


def event_us_times(event: Event) -> list[tuple[str, list[str]]]:
    """The same hours in Eastern, Central, Mountain and Pacific Time, for an event that shows them: in parts, each."""
    if not (event.shows_us_zones and has_times(event)):
        return []
    return [(zone_words(zone), _hours_in_parts(event, zone)) for zone in dates.US_ZONES]


def _hours_in_parts(event: Event, zone: str) -> list[str]:
    assert event.starts_at
    if event.ends_at is None:
        return [dates.clock_time(event.starts_at, zone, locale())]
    return dates.hours_in_parts(event.starts_at, event.ends_at, zone, locale(), event_days(event)[0])


def ask_by_words(event: Event) -> str:
    """By when to ask for what one needs, where that can still be kept."""
    by, now = event.accessibility_by, clock.now()
    if event.starts_at and event.starts_at <= now:
        return _("The event has begun: what takes long to arrange may not be possible any more.")
    if by is None or event.starts_at is None:
        return ""
    if by < now.astimezone(event.zone).date():
        return _("Ask at once: there is little time left to arrange it.")
    return _("Ask by %(date)s so that we can arrange it.", date=format_date(by, "full", locale=locale()))


def address_words(venue: Venue) -> str:
    """1300 Main Street, Washington, DC 20229; abroad with the country."""
    return _with_country(venue, venue.address)


def town_words(venue: Venue) -> str:
    """Chicago, IL; Frankfurt, Germany."""
    return _with_country(venue, venue.city, venue.region)


def _with_country(venue: Venue, *parts: str) -> str:
    return ", ".join(part for part in (*parts, country_name(venue.country_abroad, locale())) if part)
