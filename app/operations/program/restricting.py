"""Keeping a committee meeting public: who may come is narrowed for a reason alone, which stands in the log."""

from typing import Any

from app.models import Access, Event
from app.operations.program.details import Details, Rules

NARROWING = ("access", "access_code", "access_domains", "needs_approval", "organization_cap")


class RestrictionUnexplainedError(Exception):
    """A committee meeting is public; nobody has said why fewer people may register."""


def restricts_anew(event: Event, details: Details) -> bool:
    """Whether these rules narrow who may register for a committee meeting, in a way that did not stand yet."""
    if event.committee is None or not isinstance(details, Rules):
        return False
    return narrows(details) and bool(set(NARROWING) & set(details.unlike(Rules.of(event))))


def narrows(rules: Rules) -> bool:
    """Whether not everybody may come who finds a seat."""
    return rules.access is not Access.EVERYONE or rules.needs_approval or rules.organization_cap is not None


def explained(event: Event, parts: list[Details], reason: str) -> dict[str, list[Any]]:
    """What the log keeps of the reason. Raises RestrictionUnexplainedError."""
    if not any(restricts_anew(event, details) for details in parts):
        return {}
    if not reason:
        raise RestrictionUnexplainedError
    return {"reason to restrict": [None, reason]}
