"""Facts in, message out: what a mail says, in its three forms. The console's previews use it as well."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from app import clock
from app.mail import agenda, gaps, invites
from app.mail.facts import cleaned, opened
from app.mail.forms import HOUSE, form_of
from app.mail.people import person
from app.models import MailWords, MessageKind

__all__ = ["HOUSE", "Rendered", "render"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail, ready to be put together. ``method`` says what the calendar part asks for."""

    subject: str
    text: str
    html: str
    calendar: bytes | None = None
    method: str | None = None
    reply_to: tuple[str, str] | None = None
    sessions: bytes | None = None  # The event and the sessions that the person picked in it, as one calendar file.
    stop_url: str = ""  # Of a mail that comes as long as somebody follows: where one POST ends that.


def render(
    kind: MessageKind,
    facts: dict[str, Any],
    language: str = "en",
    *,
    at: datetime | None = None,
    words: MailWords = HOUSE,
    is_demo: bool = False,
) -> Rendered:
    """Write a mail of this kind, in these words. ``at`` is when it was queued; its calendar entry carries that.

    ``is_demo``: the site is a demonstration. Whatever it sends says so, as all its pages do.
    """
    facts, at = opened(facts), at or clock.now()
    own = cleaned(facts.get("registration") or {})
    with force_locale(language):
        who = person(own, language, was=facts.get("was")) if own else None
        form = form_of(kind, facts, who, language, at, words=words, is_demo=is_demo)
        filling = gaps.filling(who, own["organization"]) if who else {}
        subject = form.subject_for(filling)
        invite = invites.invite(kind, who, form.event, form.before, at)
        sessions = agenda.file(kind, who, form.event, form.before, at) if invite else None
    method, calendar = invite or (None, None)
    html, text = form.html_for(filling, subject), form.text.filled(filling)
    return Rendered(subject, text, html, calendar, method, _reply_to(form.contact), sessions, form.stop_url)


def _reply_to(contact: dict[str, str] | None) -> tuple[str, str] | None:
    return (contact["name"], contact["email"]) if contact and contact["email"] else None
