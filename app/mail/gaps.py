"""Gaps in a text: where something stands that is one person's alone, filled in for each mail.

The mark of a gap holds a secret of this process, so that nothing anybody typed can be taken for one. What is filled in
is not looked through again.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from secrets import token_hex
from typing import Any

from app.mail.people import Person

_SECRET = f"gap{token_hex(12)}"
_MARK = re.compile(rf"{_SECRET}-([a-z_]+)-")
# What a mail says of a person, or leads them to, and never asks about: as the facts of a registration have it ...
FACTS = {"full_name": "name", "first_name": "first_name", "organization": "organization", "email": "email"}
# ... and where the person's own pages are.
LINKS = ("manage_url", "calendar_url", "join_url", "offer_url", "postponed_url", "question_url")
# Of the facts, what makes a link or a calendar entry, and stands in no form.
UNSAID: dict[str, Any] = {"id": 0, "link_version": 0, "calendar_uid": "", "calendar_sequence": 0}


def gap(name: str) -> str:
    return f"{_SECRET}-{name}-"


def shared(registration: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as everybody has them of whom the same is true. What is empty for one stays empty."""
    names = {key: gap(name) for key, name in FACTS.items() if registration[key]}
    return {**registration, **UNSAID, **names, "number": gap("number")}


def somebody(person: Person) -> Person:
    """The person, as far as it is not said who they are."""
    names = [name for name in ("name", "first_name", "email") if getattr(person, name)]
    hidden: dict[str, Any] = {name: gap(name) for name in (*names, "number", *LINKS)}
    return replace(person, **hidden)


def filling(person: Person, organization: str) -> dict[str, str]:
    """What stands in the gaps of the mail to this person."""
    names = ("name", "first_name", "email", "number", *LINKS)
    return {"organization": organization, **{name: getattr(person, name) for name in names}}


def in_html(text: str) -> str:
    """As the HTML of our mails writes it, between tags and inside an address of ours."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\u00a0", "&nbsp;")


class Gapped:
    """A text with gaps."""

    def __init__(self, text: str) -> None:
        self.parts = _MARK.split(text)  # In turn what is written, and the name of the gap behind it.

    @property
    def is_whole(self) -> bool:
        return len(self.parts) == 1

    def filled(self, values: Mapping[str, str]) -> str:
        parts = self.parts.copy()
        parts[1::2] = [values[name] for name in parts[1::2]]
        return "".join(parts)
