"""Dates and times as people read them: in the event's own zone, which is always named, in the reader's language.

Plain values in, text out; pages, mails and files say a time in the same words.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_name

# Babel writes thin and narrow spaces that many mail programs show as boxes.
_SPACES = str.maketrans({"\u2009": "", "\u202f": " ", "\u00a0": " "})
_DAY_HALVES = {"AM": "a.m.", "PM": "p.m."}
# The zones of the contiguous United States, east to west.
US_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
UTC = frozenset({"UTC", "Etc/UTC"})  # Without a region, for which Babel has no words.


def full_date(moment: datetime, zone: str, locale: str) -> str:
    """Tuesday, December 8, 2026."""
    return format_date(_local(moment, zone), "full", locale=locale)


def short_date(moment: datetime, zone: str, locale: str) -> str:
    """Tue, Dec 8, 2026."""
    return format_skeleton("yMMMEd", _local(moment, zone), locale=locale)


def days(start: datetime, end: datetime, zone: str, locale: str) -> str:
    """Tuesday, December 8, 2026; or, over several days, Tue, Dec 8 – Thu, Dec 10, 2026."""
    first, last = _local(start, zone), _local(end, zone)
    if first.date() == last.date():
        return full_date(start, zone, locale)
    return format_interval(first, last, "yMMMEd", locale=locale).replace("\u2009", " ")


def clock_time(moment: datetime, zone: str, locale: str) -> str:
    """1:00 p.m., without its zone."""
    return _plain(format_time(_local(moment, zone), "short", locale=locale), locale)


def clock_second(moment: datetime, zone: str, locale: str) -> str:
    """1:00:07 p.m., without its zone."""
    return _plain(format_time(_local(moment, zone), "medium", locale=locale), locale)


def clock_times(start: datetime, end: datetime, zone: str, locale: str) -> str:
    """1:00–2:30 p.m., without its zone."""
    return _plain(format_interval(start, end, "hm", tzinfo=ZoneInfo(zone), locale=locale), locale)


def zone_name(moment: datetime, zone: str, locale: str) -> str:
    """Eastern Time (EST): the zone in words, with the letters in force at that moment where there are such."""
    long, letters = _names(moment, zone, locale)
    return f"{long} ({letters})" if letters and letters != long else long


def zone_at(moment: datetime, zone: str, locale: str) -> str:
    """Eastern Time; with its letters in the hour that clocks go through twice, when it would not say which one."""
    local = _local(moment, zone)
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return zone_name(moment, zone, locale) if comes_twice else zone_words(zone, locale)


def zone_letters(moment: datetime, zone: str, locale: str) -> str:
    """EST; the zone in words where it has no letters of its own."""
    long, letters = _names(moment, zone, locale)
    return letters or long


def zone_words(zone: str, locale: str) -> str:
    """Eastern Time."""
    if zone in UTC:
        return "UTC"
    return get_timezone_name(ZoneInfo(zone), width="long", locale=locale)


def tile(start: datetime, end: datetime, zone: str, locale: str) -> tuple[str, str]:
    """What the date tile shows: a month and a day, or a span of each."""
    first, last = _local(start, zone), _local(end, zone)
    months = [format_date(one, "LLL", locale=locale).rstrip(".") for one in (first, last)]
    numbers = [str(one.day) for one in (first, last)]
    same_day, same_month = first.date() == last.date(), (first.year, first.month) == (last.year, last.month)
    return months[0] if same_month else "–".join(months), numbers[0] if same_day else "–".join(numbers)


def _names(moment: datetime, zone: str, locale: str) -> tuple[str, str]:
    if zone in UTC:
        return "UTC", "UTC"
    local = _local(moment, zone)
    short = get_timezone_name(local, width="short", locale=locale)
    if not short.isalpha():  # Other languages write an offset where everybody says the letters.
        short = local.tzname() or ""
    return zone_words(zone, locale), short if short.isalpha() else ""


def _local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def _plain(text: str, locale: str) -> str:
    text = text.translate(_SPACES)
    if locale.startswith("en"):
        for half, written in _DAY_HALVES.items():
            text = text.replace(half, written)
    return text
