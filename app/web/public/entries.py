"""Calendar entries of events, as the public site hands them out: what, when and where; never how to join."""

from urllib.parse import urlsplit

from flask import Response, current_app

from app import links
from app.formats.calendar import CalendarEntry, EntryStatus, Party
from app.formats.file_names import content_disposition
from app.models import Event, EventState


def entry(event: Event, *, uid: str = "") -> CalendarEntry:
    """One event's entry. Without a person's UID it has the event's own. The event must have a start."""
    if event.starts_at is None or event.ends_at is None:
        raise ValueError("An event without a time has no calendar entry.")
    host = urlsplit(current_app.config["BASE_URL"]).hostname
    venue = event.venue
    return CalendarEntry(
        uid=f"{uid or f'event-{event.id}'}@{host}",
        sequence=event.calendar_sequence,
        stamp=event.changed_at,
        start=event.starts_at,
        end=event.ends_at,
        zone=event.time_zone,
        summary=event.title,
        description=event.summary,
        location=", ".join(part for part in (venue.name, venue.address) if part) if venue else "",
        url=links.absolute(f"/events/{event.slug}"),
        organizer=Party(email=event.contact_email or current_app.config["ORGANIZATION_EMAIL"], name=event.contact_name),
        status=EntryStatus.CANCELLED if event.state is EventState.CANCELLED else EntryStatus.CONFIRMED,
    )


def file(content: bytes, name: str) -> Response:
    """A calendar file to open or keep."""
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = content_disposition(name, "ics")
    return response
