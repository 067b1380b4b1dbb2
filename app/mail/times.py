"""A mail's times in words: from the instants among its facts, at the event's place."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _

from app.formats import dates


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A start and an end in words, at the event's place."""

    day: str  # "Tuesday, December 8, 2026"
    time: str  # "1:00–2:30 p.m. Eastern Time (EST)"
    short: str  # "Tue, Dec 8, 2026, 1:00 p.m. EST"
    zones: tuple[tuple[str, str], ...]  # ("Central Time", "12:00–1:30 p.m."), where the event wants it
    tile: tuple[str, str]
    lasts_days: bool


def when(event: dict[str, Any], locale: str) -> When | None:
    """None while the date is to be announced."""
    if not event.get("starts_at") or not event.get("ends_at"):
        return None
    start, end = (datetime.fromisoformat(event[name]) for name in ("starts_at", "ends_at"))
    zone = event["time_zone"]
    if lasts_whole_days(event):
        return _whole_days(start, end, zone, locale)
    begins, letters = dates.clock_time(start, zone, locale), dates.zone_letters(start, zone, locale)
    return When(
        day=dates.days(start, end, zone, locale),
        time=f"{dates.hours(start, end, zone, locale)} {dates.zone_from_to(start, end, zone, locale)}",
        short=f"{dates.short_date(start, zone, locale)}, {begins} {letters}",
        zones=_us_zones(start, end, zone, locale) if event.get("shows_us_zones") else (),
        tile=dates.tile(start, end, zone, locale),
        lasts_days=_lasts_days(start, end, zone),
    )


def lasts_whole_days(event: dict[str, Any]) -> bool:
    """Whether only the days are known: such an event runs from midnight to 23:59."""
    return str(event.get("starts_local"))[11:16] == "00:00" and str(event.get("ends_local"))[11:16] == "23:59"


def _whole_days(start: datetime, end: datetime, zone: str, locale: str) -> When:
    return When(
        day=dates.days(start, end, zone, locale),
        time=_("Hours to be announced"),
        short=dates.short_date(start, zone, locale),
        zones=(),
        tile=dates.tile(start, end, zone, locale),
        lasts_days=_lasts_days(start, end, zone),
    )


def _lasts_days(start: datetime, end: datetime, zone: str) -> bool:
    return dates.last_day(start, start, zone) != dates.last_day(start, end, zone)


def _us_zones(start: datetime, end: datetime, own: str, locale: str) -> tuple[tuple[str, str], ...]:
    """The hours on each coast and between; what is on another day than at the event says so."""
    day = dates.last_day(start, start, own)
    return tuple(
        (dates.zone_words(zone, locale), dates.hours(start, end, zone, locale, day)) for zone in dates.US_ZONES
    )


def day(text: str, locale: str) -> str:
    """A day from the facts, such as "2026-12-08", in words."""
    return dates.full_date(datetime.fromisoformat(text).replace(tzinfo=UTC), "UTC", locale)


def day_to_come(text: str | None, at: datetime, locale: str) -> str:
    """A day in words if it is not over yet, or nothing."""
    return day(text, locale) if text and text >= at.date().isoformat() else ""


def instant(text: str | None, zone: str, locale: str) -> str:
    """An instant from the facts in words, or nothing."""
    if not text:
        return ""
    moment = datetime.fromisoformat(text)
    day, time = dates.short_date(moment, zone, locale), dates.clock_time(moment, zone, locale)
    return _("%(day)s at %(time)s", day=day, time=f"{time} {dates.zone_letters(moment, zone, locale)}")
