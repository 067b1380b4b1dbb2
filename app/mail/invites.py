"""The calendar part of a mail: puts the event into the person's calendar, moves it there, takes it out again."""

from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _

from app.formats import dates
from app.formats.attended import attended, is_part
from app.formats.calendar import cancellation, invitation
from app.formats.calendar_entry import CalendarEntry, EntryStatus, Party
from app.mail.facts import Happening, place
from app.mail.people import Person
from app.mail.times import lasts_whole_days
from app.models import MessageKind

INVITES = frozenset(
    {
        MessageKind.CONFIRMED,
        MessageKind.PROMOTED,
        MessageKind.SESSION_PROMOTED,
        MessageKind.SESSION_OFFERED,
        MessageKind.SESSION_OFFER_LAPSED,
        MessageKind.SESSION_LINE_CLOSED,
        MessageKind.SESSION_MOVED,
        MessageKind.OFFERED,
        MessageKind.OFFER_LAPSED,
        MessageKind.LINE_CLOSED,
        MessageKind.CHANGED,
        MessageKind.EVENT_CHANGED,
        MessageKind.HOW_TO_JOIN,
    }
)
TAKES_OUT = frozenset({MessageKind.CANCELLED, MessageKind.CANCELLED_BY_STAFF, MessageKind.HANDED_OVER})
TAKES_OUT_IF_CONFIRMED = frozenset({MessageKind.EVENT_CANCELLED, MessageKind.EVENT_POSTPONED})


def invite(
    kind: MessageKind, person: Person | None, event: Happening | None, before: Happening | None, at: datetime
) -> tuple[str, bytes] | None:
    """The method and the file, or None when this mail has nothing to tell a calendar."""
    if not person or not event or not person.email:
        return None
    if kind in INVITES and person.is_confirmed and event.is_held and event.when:
        return "REQUEST", invitation(_addressed(event_entry(person, event, event.facts, at), person))
    times = times_of(event, before)
    if times and takes_out(kind, person):
        return "CANCEL", cancellation(_addressed(event_entry(person, event, times, at), person))
    return None


def times_of(event: Happening, before: Happening | None) -> dict[str, Any] | None:
    """The facts that tell when it is held, or was to be held before it was put off."""
    dated = [one.facts for one in (event, before) if one and one.when]
    return dated[0] if dated else event.facts.get("planned")


def takes_out(kind: MessageKind, person: Person) -> bool:
    """Whether this mail takes away an entry that an earlier one gave."""
    return (kind in TAKES_OUT and person.had_seat) or (kind in TAKES_OUT_IF_CONFIRMED and person.is_confirmed)


def _addressed(entry: CalendarEntry, person: Person) -> CalendarEntry:
    return replace(entry, attendee=Party(email=person.email, name=person.name))


def event_entry(
    person: Person,
    event: Happening,
    times: dict[str, Any],
    at: datetime,
    *,
    status: EntryStatus = EntryStatus.CONFIRMED,
) -> CalendarEntry:
    """The event, on the days on which the person comes. Beside the sessions that they picked it blocks no time."""
    start, end = attended(*_whole(times), times["time_zone"], person.day_keys)
    return CalendarEntry(
        uid=f"{person.calendar_uid}@{urlsplit(current_app.config['BASE_URL']).hostname}",
        sequence=event.facts["calendar_sequence"] + person.calendar_sequence,
        stamp=at,
        start=start,
        end=end,
        zone=times["time_zone"],
        summary=event.title,
        location=place_of(event, person),
        description=_description(person, event),
        url=event.url,
        organizer=organizer(),
        status=status,
        all_day=lasts_whole_days(times),
        blocks_time=not any(session.is_confirmed for session in person.sessions),
    )


def _whole(times: dict[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(times["starts_at"]), datetime.fromisoformat(times["ends_at"])


def place_of(event: Happening, person: Person) -> str:
    """Where the person attends: an offer's mail names another place than the seat that is held."""
    return place(event.facts, event.language, person.mode)


def _description(person: Person, event: Happening) -> str:
    lines = [event.facts["summary"], _("Confirmation number: %(number)s", number=person.number)]
    if event.when and is_part(*_whole(event.facts), event.facts["time_zone"], person.day_keys):
        lines.append(_("Your days: %(days)s", days="; ".join(person.days)))
    if agenda := [session.line for session in person.sessions]:
        lines.append("\n".join([_("Your sessions:"), *agenda]))
    if person.is_online and event.join_released:
        lines.append(_("Join (yours alone): %(link)s", link=person.join_url))
    lines.append(way_to_manage(person))
    return dates.plain("\n\n".join(line for line in lines if line))


def way_to_manage(person: Person) -> str:
    """The last line of an entry. What is mailed may hold the link; what a program fetches shows where to ask for it."""
    if person.links_url:
        return _("To change or cancel, have your link mailed to you: %(link)s", link=person.links_url)
    return _("See, change or cancel (yours alone): %(link)s", link=person.manage_url)


def organizer() -> Party:
    """Who invites: the address all our mail comes from, so that a calendar takes a change for what it is."""
    return _party(sender())


@lru_cache(maxsize=8)
def _party(mailbox: str) -> Party:
    name, email = parseaddr(mailbox)
    return Party(email=email, name=name)


def sender() -> str:
    """Who our mail comes from. A local start has a name for it without being told."""
    config = current_app.config
    given: str = config["MAIL_DEFAULT_SENDER"]
    return given or f"{config['ORGANIZATION_NAME']} <{config['ORGANIZATION_EMAIL']}>"
