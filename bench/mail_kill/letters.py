"""Whether a message is the right one: name, address, event, state, link and calendar entry of one registration."""

import html
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit

from werkzeug.test import Client

from app.models import OutgoingEmail, Registration, RegistrationState
from tests.support.calendars import read

_LINK = re.compile(r"https?://[^\s/]+/registrations/([^\s/]+)(?=\s|$)")
_CALENDAR = re.compile(r"https?://[^\s/]+/registrations/[^\s/]+/calendar\.ics")
STATES = {RegistrationState.CONFIRMED: "Confirmed: ", RegistrationState.WAITLISTED: "On the waiting list: "}


def mix_ups(content: bytes, recipient: str, row: OutgoingEmail, person: Registration, client: Client) -> Iterator[str]:
    """Everything in this message that belongs to somebody else, or to nobody. ``recipient`` is the envelope's."""
    letter = message_from_bytes(content, EmailMessage, policy=default)
    body = letter.get_body(("plain",))
    words = " ".join(body.get_content().split()) if body else ""
    to = letter["To"].addresses
    if (recipient, [one.addr_spec for one in to]) != (person.email, [person.email]):
        yield "address"
    if person.full_name != to[0].display_name or f"Hello {person.first_name}," not in words:
        yield "name"
    if letter["Message-ID"] != row.message_id:
        yield "Message-ID"
    if not letter["Subject"].startswith(STATES[person.state] + person.event.title):
        yield "event or state"
    if person.number not in words:
        yield "confirmation number"
    yield from _link(words, person, client)
    yield from _entry(letter, person)


def _link(words: str, person: Registration, client: Client) -> Iterator[str]:
    """Open it, and see whose registration it shows; and whose calendar the address for programs gives."""
    links = {found[0] for found in _LINK.finditer(words)}
    page = html.unescape(_opened(links.pop(), client)) if len(links) == 1 else ""
    if not all(one in page for one in (person.full_name, person.email or "", person.number, person.event.title)):
        yield "manage link"
    for address in _CALENDAR.findall(words):
        if person.calendar_uid not in _opened(address, client).replace("\r\n ", ""):
            yield "calendar's address"


def _opened(link: str, client: Client) -> str:
    answer = client.get(urlsplit(link).path)
    return answer.get_data(as_text=True) if answer.status_code == 200 else ""


def _entry(letter: EmailMessage, person: Registration) -> Iterator[str]:
    """Who holds a seat has one entry in the calendar, of this event, and of this registration alone."""
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    if bool(parts) is not (person.state is RegistrationState.CONFIRMED):
        yield "calendar entry"
    for part in parts:
        entry = read(part.get_payload(decode=True)).vevent
        told = (entry.uid.value.partition("@")[0], entry.summary.value, entry.dtstart.value)
        if told != (person.calendar_uid, person.event.title, person.event.starts_at):
            yield "calendar entry"
        if person.number not in entry.description.value:
            yield "calendar entry"
