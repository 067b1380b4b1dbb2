"""A person's own calendar: the event, and the sessions that they picked, each an entry of its own.

An entry keeps its UID for good and its SEQUENCE rises with every change, so calendars move it or strike it out.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _

from app import links
from app.formats.calendar import listing
from app.formats.calendar_entry import CalendarEntry, EntryStatus
from app.mail.facts import Happening, cleaned, happening
from app.mail.invites import event_entry, organizer, place_of, takes_out, times_of, way_to_manage
from app.mail.people import Person, person
from app.mail.picked import PickedSession
from app.models import MessageKind

ASK_AGAIN_AFTER = timedelta(hours=1)


def subscription(facts: dict[str, Any], language: str, at: datetime) -> bytes:
    """The calendar to subscribe to, from what is true now. Its links open what its address opens, and no more."""
    facts = cleaned(facts)
    who = _as_shown(person(facts["registration"], language), facts["registration"]["link_version"], language)
    event = happening(facts["event"], language, mode=who.mode)
    return listing(event.title, entries(who, event, at), ask_again_after=ASK_AGAIN_AFTER)


def _as_shown(who: Person, version: int, language: str) -> Person:
    join_url, links_url = (links.calendar(who.id, version, language, page=page) for page in ("join", "links"))
    return replace(who, manage_url="", join_url=join_url, links_url=links_url)


def entries(person: Person, event: Happening, at: datetime) -> list[CalendarEntry]:
    """What stands in the person's calendar now: nothing for who waits, everything struck out once it is over."""
    if person.is_confirmed and event.is_held:
        held = [session_entry(one, person, event, at) for one in person.sessions if one.is_confirmed]
        return [event_entry(person, event, event.facts, at), *held] if event.when else held
    return list(_struck_out(person, event, at))


def _struck_out(person: Person, event: Happening, at: datetime) -> Iterator[CalendarEntry]:
    if not (person.is_cancelled or (person.is_confirmed and not event.is_held)):
        return
    if event.when:
        yield event_entry(person, event, event.facts, at, status=EntryStatus.CANCELLED)
    for one in (*person.sessions, *person.given_up):
        yield session_entry(one, person, event, at, status=EntryStatus.CANCELLED)


def changes(person: Person, event: Happening, at: datetime, *, takes_out: bool) -> list[CalendarEntry]:
    """The sessions for a mail's file: those that are held for the person, and those that are not any more.

    Whoever waits for a session may have had a seat in it when an earlier mail was written. What no mail ever gave
    is not struck out: some calendars would show it as a session that is not held.
    """
    held = [] if takes_out else [one for one in person.sessions if one.is_confirmed]
    is_first = person.calendar_sequence == 0 and not takes_out
    gone = [*person.given_up, *(one for one in person.sessions if one not in held and not is_first)]
    given = [one for one in gone if not one.facts.get("never_given")]
    return [
        *(session_entry(one, person, event, at) for one in held),
        *(session_entry(one, person, event, at, status=EntryStatus.CANCELLED) for one in given),
    ]


def session_entry(
    session: PickedSession,
    person: Person,
    event: Happening,
    at: datetime,
    *,
    status: EntryStatus = EntryStatus.CONFIRMED,
) -> CalendarEntry:
    facts = session.facts
    place = place_of(event, person)
    lines = [_("Part of: %(event)s", event=event.title), _("Confirmation number: %(number)s", number=person.number)]
    if person.is_online:
        lines.append(_("Join (yours alone): %(link)s", link=f"{person.join_url}#session-{facts['id']}"))
    lines.append(way_to_manage(person))
    return CalendarEntry(
        uid=session_uid(person.calendar_uid, facts["id"]),
        sequence=event.facts["calendar_sequence"] + person.calendar_sequence,
        stamp=at,
        start=datetime.fromisoformat(facts["starts_at"]),
        end=datetime.fromisoformat(facts["ends_at"]),
        zone=facts["time_zone"],
        summary=facts["title"],
        location=", ".join(part for part in (facts["room"] if not person.is_online else "", place) if part),
        description="\n\n".join(lines),
        url=event.url,
        organizer=organizer(),
        status=status,
    )


def session_uid(calendar_uid: str, session_id: int) -> str:
    return f"{calendar_uid}-{session_id}@{urlsplit(current_app.config['BASE_URL']).hostname}"


def file(
    kind: MessageKind, person: Person | None, event: Happening | None, before: Happening | None, at: datetime
) -> bytes | None:
    """The event and the person's sessions as one file for a mail, or None when they picked none."""
    if not person or not event:
        return None
    is_over = takes_out(kind, person)
    found = changes(person, event, at, takes_out=is_over)
    if not found:
        return None
    if times := times_of(event, before):
        status = EntryStatus.CANCELLED if is_over else EntryStatus.CONFIRMED
        found.insert(0, event_entry(person, event, times, at, status=status))
    return listing("", found, ask_again_after=None)
