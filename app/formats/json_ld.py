"""Describes an event to search engines in the words of schema.org, as text that is safe inside a script element."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from .cleaning import many_lines, one_line, web_address

_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


class EventStatus(StrEnum):
    SCHEDULED = "EventScheduled"
    MOVED = "EventRescheduled"
    POSTPONED = "EventPostponed"
    CANCELLED = "EventCancelled"


class Availability(StrEnum):
    """What a visitor may know of the seats: never a figure."""

    OPENS_LATER = "PreOrder"
    OPEN = "InStock"
    FEW_SEATS_LEFT = "LimitedAvailability"
    FULL = "SoldOut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    name: str
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """One public event. `url` is its public page; online events name no other address, so no join link can slip in."""

    name: str
    url: str
    organizer_name: str
    organizer_url: str
    status: EventStatus = EventStatus.SCHEDULED
    start: date | None = None  # A day where no hour is known; else in the event's own zone, whose offset is told.
    end: date | None = None
    previous_start: date | None = None  # Of an event that was moved.
    venue: Venue | None = None
    online: bool = False
    description: str = ""
    language: str = "en"
    availability: Availability | None = None  # None when nobody can register.
    registration_opens: datetime | None = None


def event_data(facts: EventFacts) -> dict[str, Any]:
    """The event as schema.org's Event, without what is not known."""
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": one_line(facts.name),
            "url": web_address(facts.url),
            "description": many_lines(facts.description),
            "startDate": _iso(facts.start),
            "endDate": _iso(facts.end),
            "previousStartDate": _iso(facts.previous_start),
            "eventStatus": f"https://schema.org/{facts.status}",
            "eventAttendanceMode": _attendance_mode(facts),
            "location": _location(facts),
            "inLanguage": facts.language,
            "isAccessibleForFree": True,
            "organizer": {
                "@type": "GovernmentOrganization",
                "name": one_line(facts.organizer_name),
                "url": web_address(facts.organizer_url),
            },
            "offers": _offer(facts),
        }
    )


def script_text(data: dict[str, Any]) -> str:
    """The data as JSON that cannot end the script element it stands in."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _attendance_mode(facts: EventFacts) -> str | None:
    modes = {(True, True): "Mixed", (True, False): "Offline", (False, True): "Online"}
    mode = modes.get((facts.venue is not None, facts.online))
    return f"https://schema.org/{mode}EventAttendanceMode" if mode else None


def _location(facts: EventFacts) -> Any:
    places = [_place(facts.venue)] if facts.venue else []
    if facts.online:
        places.append({"@type": "VirtualLocation", "url": web_address(facts.url)})
    return places[0] if len(places) == 1 else places


def _place(venue: Venue) -> dict[str, Any]:
    address = {
        "streetAddress": one_line(venue.street),
        "addressLocality": one_line(venue.city),
        "addressRegion": one_line(venue.region),
        "postalCode": one_line(venue.postal_code),
        "addressCountry": one_line(venue.country),
    }
    return {"@type": "Place", "name": one_line(venue.name), "address": {"@type": "PostalAddress"} | _known(address)}


def _offer(facts: EventFacts) -> dict[str, Any] | None:
    if facts.availability is None:
        return None
    offer = {"@type": "Offer", "price": "0", "priceCurrency": "USD", "url": web_address(facts.url)}
    availability = f"https://schema.org/{facts.availability}"
    return offer | _known({"availability": availability, "validFrom": _iso(facts.registration_opens)})


def _iso(moment: date | None) -> str | None:
    if not isinstance(moment, datetime):
        return moment.isoformat() if moment else None
    if moment.tzinfo is None:
        raise ValueError("Search engines need times that know their zone.")
    return moment.isoformat(timespec="seconds")


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}
