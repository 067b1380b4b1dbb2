"""What is true of this one mail: which variant of its sentence fits, what the placeholders of its kind stand for."""

from collections.abc import Callable
from typing import Any

from app.mail.people import Person
from app.models import MessageKind, Mode, Placeholder


def variant_of(kind: MessageKind, person: Person | None, facts: dict[str, Any]) -> str:
    """The name of the variant, as ``models.mail_variants`` has them; none where the sentence has but one."""
    if person and kind in _BY_PERSON:
        return _BY_PERSON[kind](person, facts)
    return _BY_FACTS[kind](facts) if kind in _BY_FACTS else ""


def _way(person: Person, _facts: dict[str, Any]) -> str:
    return str(person.mode.value)


def _awaited_way(person: Person, _facts: dict[str, Any]) -> str:
    return str((person.waits_for or Mode.IN_PERSON).value)


def _seat_or_line(person: Person, _facts: dict[str, Any]) -> str:
    return "seat" if person.is_confirmed else "line"


def _of_cancelled(person: Person, facts: dict[str, Any]) -> str:
    if facts.get("cancelled_by"):
        return "by-booker"
    if person.was_pending:
        return "pending"
    return "seat" if person.had_seat else "line"


_BY_PERSON: dict[MessageKind, Callable[[Person, dict[str, Any]], str]] = {
    MessageKind.CONFIRMED: _way,
    MessageKind.WAITLISTED: _way,
    MessageKind.REMINDER: _way,
    MessageKind.OFFERED: _awaited_way,
    MessageKind.EVENT_CHANGED: _seat_or_line,
    MessageKind.CANCELLED: _of_cancelled,
}
_BY_FACTS: dict[MessageKind, Callable[[dict[str, Any]], str]] = {
    MessageKind.LINE_CLOSED: lambda facts: str(facts["closed"]["mode"]),
    MessageKind.ALREADY_REGISTERED: lambda facts: "by-booker" if facts.get("booked_by") else "form",
    MessageKind.CONFIRM_ADDRESS: lambda facts: "by-booker" if facts.get("asked_by") else "own",
    MessageKind.ADDRESS_ASKED: lambda facts: "by-booker" if facts.get("asked_by") else "own",
    MessageKind.SESSION_PROMOTED: lambda facts: "accepted" if facts.get("accepted") else "next",
    MessageKind.ACCESSIBILITY_RECEIVED: lambda facts: "named" if facts["lead"]["name"] else "unnamed",
    MessageKind.ACCESSIBILITY_ANSWERED: lambda facts: str(facts["answer"]["state"]),
    MessageKind.MY_LINKS: lambda facts: "some" if facts["registrations"] or facts.get("bookings") else "none",
    MessageKind.CONFIRM_FOLLOWING: lambda facts: "asked" if facts.get("request") else "known",
}


def particulars(facts: dict[str, Any], answer_by: str) -> dict[Placeholder, str]:
    """The values that only some kinds of mail know; ``answer_by`` in words."""
    found = {
        Placeholder.SESSIONS: ", ".join(f"“{title}”" for title in _titles(facts)),
        Placeholder.ANSWER_BY: answer_by,
        Placeholder.HOLDER: facts.get("holder", ""),
        Placeholder.TAKER: facts.get("taker", ""),
        Placeholder.NEW_ADDRESS: facts.get("new_address", ""),
        Placeholder.BOOKER: facts.get("cancelled_by") or facts.get("booked_by") or facts.get("asked_by", ""),
        Placeholder.WHO_ANSWERS: (facts.get("answer") or {}).get("by") or (facts.get("lead") or {}).get("name", ""),
        Placeholder.MOST: str(facts.get("most", "")),
        Placeholder.ORGANIZATION: "" if facts.get("registration") else facts.get("organization", ""),
    }
    return {one: value for one, value in found.items() if value}


def _titles(facts: dict[str, Any]) -> list[str]:
    """The sessions that the mail is about."""
    single = facts.get("closed_session") or facts.get("session")
    return facts.get("promoted") or facts.get("lost") or ([single["title"]] if single else [])
