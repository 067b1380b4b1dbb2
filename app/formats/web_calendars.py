"""Links that open a web calendar with the event filled in. Such a copy does not follow later changes."""

from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote, urlencode

from .calendar_entry import CalendarEntry
from .cleaning import many_lines, one_line, web_address

_LONGEST_DESCRIPTION = 1_000  # Together with the rest this stays below what browsers and proxies pass on.
_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
_OFFICE = "https://outlook.office.com/calendar/0/deeplink/compose"


@dataclass(frozen=True, slots=True)
class CalendarLink:
    name: str
    url: str


def calendar_links(entry: CalendarEntry) -> tuple[CalendarLink, ...]:
    """One link for each of the usual web calendars."""
    return (
        CalendarLink("Google Calendar", _link(_GOOGLE, _google(entry))),
        CalendarLink("Outlook.com", _link(_OUTLOOK, _microsoft(entry))),
        CalendarLink("Microsoft 365", _link(_OFFICE, _microsoft(entry))),
    )


def _google(entry: CalendarEntry) -> dict[str, str]:
    values = {
        "action": "TEMPLATE",
        "text": one_line(entry.summary),
        "dates": "/".join(_times(entry, "%Y%m%d", "%Y%m%dT%H%M%SZ")),
        "details": _description(entry),
        "location": one_line(entry.location),
    }
    return values | ({"ctz": entry.zone} if entry.zone else {})


def _microsoft(entry: CalendarEntry) -> dict[str, str]:
    start, end = _times(entry, "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ")
    return {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": one_line(entry.summary),
        "startdt": start,
        "enddt": end,
        "allday": "true" if entry.all_day else "",
        "body": _description(entry),
        "location": one_line(entry.location),
    }


def _description(entry: CalendarEntry) -> str:
    text = many_lines(entry.description)
    if len(text) > _LONGEST_DESCRIPTION:
        text = text[:_LONGEST_DESCRIPTION].rstrip() + " …"
    url = web_address(entry.url)
    return "\n\n".join(part for part in (text, "" if url and url in text else url) if part)


def _times(entry: CalendarEntry, day: str, moment: str) -> list[str]:
    """Start and end in these forms; of whole days the first, and the one after the last."""
    if entry.all_day:
        return [one.strftime(day) for one in entry.days]
    return [one.astimezone(UTC).strftime(moment) for one in (entry.start, entry.end)]


def _link(page: str, values: dict[str, str]) -> str:
    # Outlook shows a plus sign as a plus sign, so spaces are written as %20.
    return f"{page}?{urlencode({name: value for name, value in values.items() if value}, quote_via=quote, safe='')}"
