"""Facts in, message out: what a mail says, in its three forms. The console's previews use it as well."""

import re
import textwrap
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from app import clock, links
from app.formats.cleaning import header_value, many_lines
from app.mail import agenda, brief_words, invites, news, sentences
from app.mail.booked import booked, booking_steps, listed_booking
from app.mail.facts import Happening, Person, cleaned, day_to_come, happening, instant, opened, person
from app.mail.line_words import line_words
from app.mail.particulars import particulars, variant_of
from app.mail.picked import session_way
from app.mail.typed import side_by_side
from app.mail.written import Text, adapted, said
from app.models import MailWords, MessageKind, Mode, Placeholder
from app.models.mail_wording import SUBJECT_FRAMED
from app.models.outgoing_email import TOLD_TO_INVITED

WIDTH = 74
HOUSE = MailWords()
_STYLE = Markup((Path(__file__).parent / "email.css").read_text(encoding="utf-8"))  # noqa: S704  Our own file.
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_GAPS = re.compile(r"\n{3,}")
_BULLET = re.compile(r"^(- |\d+\. )")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail, ready to be put together. ``method`` says what the calendar part asks for."""

    subject: str
    text: str
    html: str
    calendar: bytes | None = None
    method: str | None = None
    reply_to: tuple[str, str] | None = None
    sessions: bytes | None = None  # The sessions that the person picked, as one calendar file.
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
    facts, at = cleaned(opened(facts)), at or clock.now()
    with force_locale(language):
        context = _context(kind, facts, language, at)
        context["is_demo"] = is_demo or _tells_of_samples(context)
        folder = _folder_of(kind, context)
        context["wording"] = _wording(kind, words if folder == kind.value else HOUSE, context)
        subject = header_value(context["wording"]["subject"].text or _template(kind.value, "subject.txt", context))
        if context["person"] and context["person"].is_guest:
            subject = header_value(_("For %(name)s: %(subject)s", name=context["person"].name, subject=subject))
        context["subject"] = subject
        html = _template(folder, "body.html", context)
        context["heading"] = _heading(html)
        text = _as_letter(_template(folder, "body.txt", context))
        html = _with_inline_styles(html)
        invite = invites.invite(kind, context["person"], context["event"], context["before"], at)
        sessions = agenda.file(kind, context["person"], context["event"], at) if invite else None
    method, calendar = invite or (None, None)
    stop_url = context["following"].stop_url if kind is MessageKind.NEWS else ""
    return Rendered(subject, text, html, calendar, method, _reply_to(_contact(kind, facts)), sessions, stop_url)


def _wording(kind: MessageKind, words: MailWords, context: dict[str, Any]) -> dict[str, Text]:
    person, event, facts = context["person"], context["event"], context["facts"]
    more = particulars(facts, context["offered_until"] or context["answer_by"]) if words else {}
    if words.subject and kind in SUBJECT_FRAMED:
        more[Placeholder.SUBJECT] = header_value(_template(kind.value, "subject.txt", context))
    return adapted(words, variant_of(kind, person, facts) if words else "", person, event, facts, more)


def _heading(html: str) -> str:
    """The one sentence over the mail: it says what is true whatever the office makes of the others."""
    found = _HEADING.search(html)
    return header_value(Markup(found[1]).striptags()) if found else ""  # noqa: S704  Rendered by us just now.


def _with_inline_styles(html: str) -> str:
    from css_inline import inline  # noqa: PLC0415  1 MB that a process without mails need not hold.

    styled: str = inline(html, keep_at_rules=True, load_remote_stylesheets=False)
    return styled


def _context(kind: MessageKind, facts: dict[str, Any], language: str, at: datetime) -> dict[str, Any]:
    who = person(facts["registration"], language, was=facts.get("was")) if facts.get("registration") else None
    mode, brief = _mode_of(who, kind, facts), facts.get("brief")
    event, before = (_happening(facts.get(name), language, mode) for name in ("event", "before"))
    return {
        "kind": kind.value,
        "language": language,
        "style": _STYLE,
        "organization": current_app.config["ORGANIZATION_NAME"],
        **_addresses(kind, facts, event, language),
        "booked": booked(facts.get("people", []), language),
        "booking_steps": booking_steps(),
        "brief": {"ways": brief_words.ways(brief), "to_do": brief_words.to_do(brief)} if brief else {},
        "facts": facts,
        "person": who,
        "event": event,
        "before": before,
        "reason": facts.get("reason", ""),
        "following": news.following(kind, facts, language),
        "session": session_way(facts.get("session"), who.join_url if who else "", language),
        "line_words": line_words(kind, who, facts),
        "steps": sentences.next_steps(who, event) if who and event else [],
        "details": sentences.details(who, event) if event else [],
        "changes": side_by_side(facts.get("changes") or facts.get("differences") or [], language),
        "comparison": sentences.comparison(before, event) if before and event else [],
        "offered_until": instant(who.offered_until, event.facts["time_zone"], language) if who and event else "",
        "answer_by": instant(facts.get("answer_by"), event.facts["time_zone"], language) if event else "",
        "contact": sentences.contact_line(contact) if (contact := _contact(kind, facts)) else "",
        "accessibility": sentences.contact_line(event.facts["accessibility"]) if event else "",
        "promoted": ", ".join(f"“{title}”" for title in facts.get("promoted", [])),
        "listed": [_listed(entry, language) for entry in facts.get("registrations", [])],
        "bookings": [listed_booking(entry, language) for entry in facts.get("bookings", [])],
        "sent": instant(facts.get("sent_at"), current_app.config["DEFAULT_TIME_ZONE"], language),
        "said": said(who, event, facts),
        "ask_by": day_to_come(facts.get("lead", {}).get("date"), at, language),
    }


def _tells_of_samples(context: dict[str, Any]) -> bool:
    """Whether it is about an event of the demonstration, which may be gone by now."""
    items = context["following"].items if context["following"] else []
    told = [context["event"], *(event for _who, event in context["listed"]), *(item.event for item in items)]
    return any(one.is_demo for one in told if one)


def _addresses(kind: MessageKind, facts: dict[str, Any], event: Happening | None, language: str) -> dict[str, str]:
    """Where a mail leads that is not about the reader's own registration."""
    console, booking = f"/staff/events/{event.facts['id']}" if event else "/staff/", facts.get("booking")
    return {
        "home_url": links.absolute("/", language),
        "console_url": links.absolute(console),
        "staff_url": links.absolute(f"{console}/needs" if event else console),
        "move_url": _move_url(kind, facts.get("move"), language),
        "booking_url": links.booking(booking["id"], booking["version"], language) if booking else "",
        "invitation_url": _invitation_url(facts.get("invitation"), language),
    }


def _move_url(kind: MessageKind, move: dict[str, Any] | None, language: str) -> str:
    """Where somebody at another address answers for a registration that is to move there."""
    if move is None:
        return ""
    own = links.booked_address if move.get("booked") else links.new_address
    link = links.take_over if kind is MessageKind.TAKE_OVER else own
    return link(move["id"], move["version"], language)


def _invitation_url(invitation: dict[str, Any] | None, language: str) -> str:
    """Where somebody who is invited registers."""
    return links.invited(invitation["id"], invitation["version"], language) if invitation else ""


def _happening(event: dict[str, Any] | None, language: str, mode: Mode | None) -> Happening | None:
    return happening(event, language, mode=mode) if event else None


def _mode_of(who: Person | None, kind: MessageKind, facts: dict[str, Any]) -> Mode | None:
    """For which way of attending the place is told; both are named to whoever may still choose.

    An offer tells the place of the seat that is offered, whatever the person holds meanwhile.
    """
    if who is None:
        return Mode(facts["mode"]) if facts.get("mode") else None
    return (who.waits_for if kind is MessageKind.OFFERED else None) or who.mode


def _listed(entry: dict[str, Any], language: str) -> tuple[Person, Happening]:
    who = person(entry["registration"], language)
    return who, happening(entry["event"], language, mode=who.mode)


def _folder_of(kind: MessageKind, context: dict[str, Any]) -> str:
    """Where the mail's words are: what becomes of an event is told in fewer to whoever is invited, not registered."""
    return "told-to-invited" if kind in TOLD_TO_INVITED and not context["person"] else kind.value


def _template(folder: str, part: str, context: dict[str, Any]) -> str:
    return _templates().get_template(f"email/{folder}/{part}").render(context)


def _templates() -> Environment:
    """The application's templates, stricter: a mail with a hole in it must not leave."""
    kept: dict[str, Any] = current_app.extensions
    if "mail-templates" not in kept:
        kept["mail-templates"] = current_app.jinja_env.overlay(
            trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
        )
    templates: Environment = kept["mail-templates"]
    return templates


def _as_letter(text: str) -> str:
    """Lines of a width that people write, one empty line between paragraphs, addresses never broken."""
    lines = (_wrapped(line.rstrip()) for line in many_lines(text).split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip() + "\n"


def _wrapped(line: str) -> str:
    if len(line) <= WIDTH or " " not in line.strip():
        return line
    indent = " " * (len(line) - len(line.lstrip()))
    hanging = indent + ("  " if _BULLET.match(line.lstrip()) else "")
    return textwrap.fill(
        line,
        WIDTH,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _contact(kind: MessageKind, facts: dict[str, Any]) -> dict[str, str] | None:
    """Whom a reply goes to: about a person's needs to those who arrange them, and to nobody else."""
    event = facts.get("event") or {}
    if kind.tells_of_needs and facts.get("registration") and event["accessibility"]["email"]:
        return dict(event["accessibility"])
    return event.get("contact")


def _reply_to(contact: dict[str, str] | None) -> tuple[str, str] | None:
    return (contact["name"], contact["email"]) if contact and contact["email"] else None
