"""Dates and times as people read them: in the event's own zone, which is always named, in the reader's language.

Plain values in, text out; pages, mails and files say a time in the same words.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_name

from app import nights

# Babel writes thin and narrow spaces that many mail programs show as boxes.
_SPACES = str.maketrans({"\u2009": "", "\u202f": " ", "\u00a0": " "})
_FIRM = "\u00a0"  # No line ends between the hour and its half of the day.
_DAY_HALVES = {" AM": f"{_FIRM}a.m.", " PM": f"{_FIRM}p.m."}
# The zones of the contiguous United States, east to west.
US_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
UTC = frozenset({"UTC", "Etc/UTC"})  # Without a region, for which Babel has no words.


def plain(text: str) -> str:
    """With plain spaces, for what is no page: subjects, files, texts to copy."""
    return text.replace(_FIRM, " ")


def full_date(moment: datetime, zone: str, locale: str) -> str:
    """Tuesday, December 8, 2026."""
    return format_date(_local(moment, zone), "full", locale=locale)


def short_date(moment: datetime, zone: str, locale: str) -> str:
    """Tue, Dec 8, 2026."""
    return format_skeleton("yMMMEd", _local(moment, zone), locale=locale)


def days(start: datetime, end: datetime, zone: str, locale: str) -> str:
    """Tuesday, December 8, 2026; or, over several days, Tue, Dec 8 – Thu, Dec 10, 2026."""
    first, last = _local(start, zone).date(), last_day(start, end, zone)
    if first == last:
        return full_date(start, zone, locale)
    return format_interval(first, last, "yMMMEd", locale=locale).replace("\u2009", " ")


def last_day(start: datetime, end: datetime, zone: str) -> date:
    """The day on which it ends, as people count days: a night ends on the day of its evening."""
    return nights.last_day(_local(start, zone), _local(end, zone))


def clock_time(moment: datetime, zone: str, locale: str) -> str:
    """1:00 p.m., without its zone."""
    return _plain(format_time(_local(moment, zone), "short", locale=locale), locale)


def clock_second(moment: datetime, zone: str, locale: str) -> str:
    """1:00:07 p.m., without its zone."""
    return _plain(format_time(_local(moment, zone), "medium", locale=locale), locale)


def clock_times(start: datetime, end: datetime, zone: str, locale: str) -> str:
    """1:00–2:30 p.m., without its zone."""
    return _plain(format_interval(start, end, "hm", tzinfo=ZoneInfo(zone), locale=locale), locale)


def hours(start: datetime, end: datetime, zone: str, locale: str, day: date | None = None) -> str:
    """1:00–2:30 p.m.; 10:00 p.m. – 4:30 a.m. (Sunday); Tue 9:00 a.m. – Wed 4:00 p.m. All without the zone.

    ``day`` is the one that stands beside the hours; what is not on it names its own. The first unless given.
    """
    return " – ".join(hours_in_parts(start, end, zone, locale, day))


def hours_in_parts(start: datetime, end: datetime, zone: str, locale: str, day: date | None = None) -> list[str]:
    """The same as one part, or as a start and an end that may stand in two lines."""
    first, last = _local(start, zone).date(), _local(end, zone).date()
    if last_day(start, end, zone) != first:
        return [
            f"{format_skeleton('E', _local(one, zone), locale=locale)} {_told(one, zone, locale)}"
            for one in (start, end)
        ]
    if first == last == (day or first) and not (_comes_twice(start, zone) or _comes_twice(end, zone)):
        return [clock_times(start, end, zone, locale)]
    return [f"{_told(one, zone, locale)}{_other_day(one, zone, locale, day or first)}" for one in (start, end)]


def first_to_last(start: datetime, end: datetime, zone: str, locale: str) -> str:
    """Tue, Dec 15, 9:00 a.m. – Wed, Dec 16, 2026, 4:00 p.m.: an event of several days, without its zone."""
    first, last = _local(start, zone), _local(end, zone)
    day = format_skeleton("MMMEd" if first.year == last.year else "yMMMEd", first, locale=locale)
    ends = f"{short_date(end, zone, locale)}, {_told(end, zone, locale)}"
    return f"{day}, {_told(start, zone, locale)} – {ends}"


def _told(moment: datetime, zone: str, locale: str) -> str:
    """The hour; with the letters of the zone where the clocks show it twice."""
    hour = clock_time(moment, zone, locale)
    return f"{hour} {zone_letters(moment, zone, locale)}" if _comes_twice(moment, zone) else hour


def _other_day(moment: datetime, zone: str, locale: str, day: date) -> str:
    local = _local(moment, zone)
    return "" if local.date() == day else f" ({format_date(local, 'EEEE', locale=locale)})"


def zone_name(moment: datetime, zone: str, locale: str) -> str:
    """Eastern Time (EST): the zone in words, with the letters in force at that moment where there are such."""
    long, letters = _names(moment, zone, locale)
    return f"{long} ({letters})" if letters and letters != long else long


def zone_from_to(start: datetime, end: datetime, zone: str, locale: str) -> str:
    """Eastern Time (EST); without letters where the clocks are changed between, so that they are not those of both."""
    is_same = zone_letters(start, zone, locale) == zone_letters(end, zone, locale)
    return zone_name(start, zone, locale) if is_same else zone_words(zone, locale)


def zone_at(moment: datetime, zone: str, locale: str) -> str:
    """Eastern Time; with its letters in the hour that clocks go through twice, when it would not say which one."""
    return zone_name(moment, zone, locale) if _comes_twice(moment, zone) else zone_words(zone, locale)


def _comes_twice(moment: datetime, zone: str) -> bool:
    """Whether clocks show this hour a second time, or have shown it before: they are set back."""
    local = _local(moment, zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


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
    first, last = _local(start, zone).date(), last_day(start, end, zone)
    months = [format_date(one, "LLL", locale=locale).rstrip(".") for one in (first, last)]
    numbers = [str(one.day) for one in (first, last)]
    same_day, same_month = first == last, (first.year, first.month) == (last.year, last.month)
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
