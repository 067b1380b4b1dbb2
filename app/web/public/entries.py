"""Calendar entries of events, as the public site hands them out: what, when and where; never how to join."""

from collections.abc import Collection
from dataclasses import replace
from urllib.parse import urlsplit

from flask import Response, current_app
from flask_babel import gettext as _

from app import links
from app.formats import dates
from app.formats.attended import attended, is_part
from app.formats.calendar_entry import CalendarEntry, EntryStatus
from app.formats.file_names import content_disposition
from app.mail import agenda as agenda_of_mails
from app.mail import invites
from app.models import Event, EventSession, EventState, Mode
from app.web import language
from app.web.filters import address_words, day_words
from app.web.showing.cards import where_words


def entry(
    event: Event, *, uid: str = "", mode: Mode | None = None, days: Collection[str] = (), agenda: str = ""
) -> CalendarEntry:
    """One event's entry. Without a person's UID it has the event's own. The event must have a start.

    ``mode`` is how the person attends: who comes in person is led to the hall, who joins online is not. ``agenda``
    are the sessions that a person picked, in words; ``days`` those on which they come, where there was a choice.
    """
    if event.starts_at is None:
        raise ValueError("An event without a time has no calendar entry.")
    url = links.absolute(f"/events/{event.slug}", language.current())
    whole = event.starts_at, event.ends_at or event.starts_at
    start, end = attended(*whole, event.time_zone, days)
    is_some = is_part(*whole, event.time_zone, days)
    chosen = _("Your days: %(days)s", days="; ".join(day_words(days))) if is_some else ""
    host = urlsplit(current_app.config["BASE_URL"]).hostname
    return CalendarEntry(
        uid=f"{uid or f'event-{event.id}'}@{host}",
        sequence=event.calendar_sequence,
        stamp=event.changed_at,
        start=start,
        end=end,
        zone=event.time_zone,
        summary=event.title,
        description="\n\n".join(part for part in (event.summary, chosen, dates.plain(agenda), url) if part),
        location=_place(event, mode),
        url=url,
        organizer=invites.organizer(),
        all_day=not event.has_hours,
        status=EntryStatus.CANCELLED if event.state is EventState.CANCELLED else EntryStatus.CONFIRMED,
    )


def with_sessions(
    event: Event, held: Collection[int], *, uid: str, mode: Mode, days: Collection[str], agenda: str
) -> list[CalendarEntry]:
    """An entry for the event, which blocks no time beside these sessions, and one for each of them; under the UIDs
    that the person's mails use.
    """
    whole = entry(event, uid=uid, mode=mode, days=days, agenda=agenda)
    sessions = [_session_entry(whole, one, uid) for one in event.sessions if one.id in held]
    return [replace(whole, blocks_time=not sessions), *sessions]


def _session_entry(whole: CalendarEntry, session: EventSession, uid: str) -> CalendarEntry:
    room = session.room if whole.location != str(Mode.ONLINE.label) else ""
    return replace(
        whole,
        uid=agenda_of_mails.session_uid(uid, session.id),
        start=session.starts_at,
        end=session.ends_at,
        summary=session.title,
        description="\n\n".join(part for part in (_("Part of: %(event)s", event=whole.summary), whole.url) if part),
        location=", ".join(part for part in (room, whole.location) if part),
        all_day=False,
    )


def _place(event: Event, mode: Mode | None) -> str:
    venue, modes = event.venue, [mode] if mode else event.modes
    if mode is Mode.ONLINE:
        return str(mode.label)
    if venue is None or Mode.IN_PERSON not in modes:
        return where_words(event)
    hall = ", ".join(part for part in (venue.name, venue.room, address_words(venue)) if part)
    return _("%(place)s and online", place=hall) if Mode.ONLINE in modes else hall


def file(content: bytes, name: str) -> Response:
    """A calendar file to open or keep."""
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = content_disposition(name, "ics")
    return response
