"""Keeping a committee meeting public: who may come is narrowed for a reason alone, which stands in the log."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from app.models import Access, Event, RegistrationRules
from app.operations.program.details import Committee, Rules
from app.operations.program.plain_details import Details

NARROWING = ("access", "access_code", "access_domains", "needs_approval", "organization_cap")


class RestrictionUnexplainedError(Exception):
    """A committee meeting is public; nobody has said why fewer people may register."""


class NarrowedMeetingError(Exception):
    """An event that narrows who may register becomes a committee meeting, which is public."""


def restricts_anew(event: Event, details: Details) -> bool:
    """Whether these rules narrow who may register for a committee meeting, in a way that did not stand yet."""
    if event.committee is None or not isinstance(details, Rules):
        return False
    return narrows(details) and bool(set(NARROWING) & set(details.unlike(Rules.of(event))))


def narrows(rules: Rules) -> bool:
    """Whether not everybody may come who finds a seat."""
    return rules.access is not Access.EVERYONE or rules.needs_approval or rules.organization_cap is not None


def is_narrowed_meeting(event: Event) -> bool:
    """Whether it is a committee meeting for which not everybody may register."""
    return event.committee is not None and narrows(Rules.of(event))


def explained(event: Event, parts: list[Details], reason: str) -> dict[str, list[Any]]:
    """What the log keeps of the reason. Raises RestrictionUnexplainedError, NarrowedMeetingError."""
    becomes_meeting = any(isinstance(one, Committee) and not one.is_empty for one in parts)
    if becomes_meeting and event.committee is None and narrows(Rules.of(event)):
        raise NarrowedMeetingError
    if not any(restricts_anew(event, details) for details in parts):
        return {}
    if not reason:
        raise RestrictionUnexplainedError
    return {"reason to restrict": [None, reason]}


def carried_over(event: Event, reason: str) -> dict[str, Any]:
    """Whether a copied meeting stays narrowed: for a reason alone, else everybody may register. What the log keeps."""
    if not is_narrowed_meeting(event):
        return {}
    if reason:
        return {"reason to restrict": reason}
    assert event.rules
    _open(event.rules, event)
    return {"opened to everybody": True}


def _open(rules: RegistrationRules, event: Event) -> None:
    zone: ZoneInfo = event.zone
    usual: dict[str, Any] = {name: getattr(Rules(), name) for name in NARROWING}
    opened = replace(Rules.read(rules, zone), **usual)
    opened.write(rules, zone)
    if opened.is_empty and opened.may_remove(rules):
        event.rules = None
