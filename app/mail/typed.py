"""What a person typed, old beside new: the names of fields and values as people read them."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.formats.countries import country_name
from app.mail.picked import when_and_where
from app.mail.times import day
from app.models import Mode, Role

FIELDS = {
    "first_name": _l("First name"),
    "middle_name": _l("Middle name"),
    "last_name": _l("Last name"),
    "full_name": _l("Name"),
    "suffix": _l("Suffix"),
    "email": _l("Email"),
    "organization": _l("Organization"),
    "job_title": _l("Job title"),
    "country": _l("Country where you work"),
    "role": _l("Role"),
    "days": _l("Days at the venue"),
    "mode": _l("How you attend"),
    "sessions": _l("Your sessions"),
    "seats_in": _l("Sessions in which you have a seat"),
    "waits_in": _l("Sessions you wait for"),
    "session": _l("Session"),
    "waits_for": _l("Waiting list"),
}


def side_by_side(changes: list[list[Any]], language: str) -> list[tuple[str, str, str]]:
    """Label, first value and second value of each pair, in words."""
    return [
        (_label(field), in_words(field, first, language), in_words(field, second, language))
        for field, first, second in changes
    ]


def _label(field: str) -> str:
    """A question's wording stands after its key: "answer:lunch:What will you eat?"."""
    return field.split(":", 2)[2] if field.startswith("answer:") else str(FIELDS.get(field, field))


def in_words(field: str, value: Any, language: str) -> str:
    """One value as a person would write it; an empty one is said to be empty."""
    if not value:
        return _("none")
    match field:
        case "mode" | "waits_for" | "role":
            return str((Role if field == "role" else Mode)(value).label)
        case "country":
            return country_name(value, language)
        case "days":
            return ", ".join(day(one, language) for one in value)
    if isinstance(value, dict):  # A session that is held otherwise now.
        return when_and_where(value, language)
    return "; ".join(value) if isinstance(value, list) else str(value)
