"""What the templates of mails know: the facts, in the words and with the links of the reader's language."""

from datetime import datetime
from typing import Any

from flask import current_app

from app import links
from app.mail import brief_words, news, sentences
from app.mail.booked import booked, booking_steps, listed_booking
from app.mail.facts import Happening, happening
from app.mail.line_words import line_words
from app.mail.people import Person, person
from app.mail.picked import session_way
from app.mail.times import day_to_come, instant
from app.mail.typed import side_by_side
from app.mail.written import said
from app.models import MessageKind, Mode


def context_of(
    kind: MessageKind, facts: dict[str, Any], who: Person | None, language: str, at: datetime
) -> dict[str, Any]:
    """``who`` is the person that the facts are about, if they are about one."""
    mode, brief = _mode_of(who, kind, facts), facts.get("brief")
    event, before = (_happening(facts.get(name), language, mode) for name in ("event", "before"))
    return {
        "kind": kind.value,
        "language": language,
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
        "dropped": sentences.dropped(titles) if (titles := facts.get("dropped")) else "",
        "steps": sentences.next_steps(who, event) if who and event else [],
        "details": sentences.details(who, event) if event else [],
        "changes": side_by_side(facts.get("changes") or facts.get("differences") or [], language),
        "comparison": sentences.comparison(before, event) if before and event else [],
        "offered_until": instant(who.offered_until, event.facts["time_zone"], language) if who and event else "",
        "answer_by": instant(facts.get("answer_by"), event.facts["time_zone"], language) if event else "",
        "contact": sentences.contact_line(contact) if (contact := contact_of(kind, facts)) else "",
        "accessibility": sentences.contact_line(event.facts["accessibility"]) if event else "",
        "promoted": ", ".join(f"“{title}”" for title in facts.get("promoted", [])),
        "listed": [_listed(entry, language) for entry in facts.get("registrations", [])],
        "bookings": [listed_booking(entry, language) for entry in facts.get("bookings", [])],
        "sent": instant(facts.get("sent_at"), current_app.config["DEFAULT_TIME_ZONE"], language),
        "said": said(who, event, facts),
        "ask_by": day_to_come(facts.get("lead", {}).get("date"), at, language),
    }


def tells_of_samples(context: dict[str, Any]) -> bool:
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


def contact_of(kind: MessageKind, facts: dict[str, Any]) -> dict[str, str] | None:
    """Whom a reply goes to: about a person's needs to those who arrange them, and to nobody else."""
    event = facts.get("event") or {}
    if kind.tells_of_needs and facts.get("registration") and event["accessibility"]["email"]:
        return dict(event["accessibility"])
    return event.get("contact")
