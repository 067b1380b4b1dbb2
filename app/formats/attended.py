"""When somebody is expected who comes on some days of an event: a calendar should not hold the others."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app import nights

MORNING, AFTERNOON = time(10), time(15)  # Who begins by then and ends from then on does so on every day.


def attended(start: datetime, end: datetime, zone: str, days: Iterable[str]) -> tuple[datetime, datetime]:
    """From the first to the last of these days; the whole event where it has none of them.

    Nobody tells the hours of each day. An event that begins in the morning and ends in the afternoon or later is taken
    to keep those hours on every day. Of any other (a reception on the eve, a closing at noon) only the first start and
    the last end are known, so its days are taken as whole ones: nobody comes late or leaves early by our entry.
    """
    first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (start, end))
    held = _held(first, last)
    chosen = _chosen(held, days)
    if not chosen:
        return start, end
    begins = start if chosen[0] == held[0] else _begins(chosen[0], first, last)
    return begins, end if chosen[-1] == held[-1] else _ends(chosen[-1], first, last)


def is_part(start: datetime, end: datetime, zone: str, days: Iterable[str]) -> bool:
    """Whether the event has other days besides."""
    held = _held(*(moment.astimezone(ZoneInfo(zone)) for moment in (start, end)))
    return 0 < len(_chosen(held, days)) < len(held)


def _held(first: datetime, last: datetime) -> list[date]:
    days = (nights.last_day(first, last) - first.date()).days
    return [first.date() + timedelta(days=number) for number in range(days + 1)]


def _chosen(held: list[date], days: Iterable[str]) -> list[date]:
    wanted = set(map(date.fromisoformat, days))
    return [day for day in held if day in wanted]


def _begins(day: date, first: datetime, last: datetime) -> datetime:
    return datetime.combine(day, first.time() if _by_day(first, last) else time(), first.tzinfo)


def _ends(day: date, first: datetime, last: datetime) -> datetime:
    if _by_day(first, last):
        return datetime.combine(day, last.time(), first.tzinfo)
    return datetime.combine(day + timedelta(days=1), time(), first.tzinfo)


def _by_day(first: datetime, last: datetime) -> bool:
    return first.time() <= MORNING and last.time() >= AFTERNOON
