"""A mail's facts, made ready to be read: cleaned of what no mail may carry, and the event put into words.

The facts are what was true when the mail was queued. Nothing here asks the database.
"""

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app import keys, links
from app.formats.cleaning import many_lines, one_line
from app.formats.countries import country_name
from app.mail.times import When, instant, when
from app.models import EventState, Mode

# Texts that staff write in paragraphs. Everything else is one line, whatever was typed.
_PARAGRAPHS = frozenset({"summary", "reason", "text", "id_text", "arrival_text", "access_text"})


def opened(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with what was sealed among them. Raises keys.UnreadableError."""
    sealed = facts.get("sealed")
    if not sealed:
        return facts
    values: dict[str, Any] = json.loads(keys.unseal(b64decode(sealed["value"]), sealed["row"]))
    return {name: value for name, value in facts.items() if name != "sealed"} | values


def cleaned(value: Any, name: str = "") -> Any:
    """The same facts without line breaks in names, control characters or marks that turn text round."""
    if isinstance(value, str):
        return many_lines(value) if name in _PARAGRAPHS else one_line(value)
    if isinstance(value, dict):
        return {key: cleaned(inner, key) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [cleaned(inner, name) for inner in value]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """The event a mail is about, as it was when the mail was queued."""

    title: str
    series: str
    url: str
    when: When | None
    place: str  # "Trade Hall, Room 4, 1300 Main Street, Washington, DC 20229", or "Online"
    is_demo: bool
    join_released: bool
    join_release: str  # "Mon, Dec 7, 2026 at 5:00 p.m. EST"
    language: str
    facts: dict[str, Any]

    @property
    def register_url(self) -> str:
        return f"{self.url}/register"

    @property
    def is_held(self) -> bool:
        return bool(self.facts["state"] == EventState.PUBLISHED.value)

    @property
    def is_postponed(self) -> bool:
        return bool(self.facts["state"] == EventState.POSTPONED.value)

    @property
    def time_line(self) -> str:
        return self.when.short if self.when else _("date to be announced")


def happening(event: dict[str, Any], language: str, *, mode: Mode | None = None) -> Happening:
    """``mode`` says for whom the place is told; without one both ways to attend are named."""
    return Happening(
        title=event["title"],
        series=event["series"],
        url=links.absolute(f"/events/{event['slug']}", language),
        when=when(event, language),
        place=place(event, language, mode),
        is_demo=event["is_demo"],
        join_released=event["join_released"],
        join_release=instant(event["join_release_at"], event["time_zone"], language),
        language=language,
        facts=event,
    )


def place(event: dict[str, Any], language: str, mode: Mode | None) -> str:
    """Where somebody who attends this way is; without a mode both ways are named."""
    modes = [Mode(value) for value in event["modes"] or ["online"]]
    wanted = [mode] if mode else modes
    hall = _hall(event["venue"], language) if event["venue"] else ""
    places = {Mode.IN_PERSON: hall or _("Place to be announced"), Mode.ONLINE: _("Online")}
    return " · ".join(places[one] for one in wanted)


def _hall(venue: dict[str, Any], language: str) -> str:
    country = country_name(venue.get("country_abroad", ""), language)  # Older facts name it in their address.
    return ", ".join(part for part in (venue["name"], venue["room"], venue["address"], country) if part)
