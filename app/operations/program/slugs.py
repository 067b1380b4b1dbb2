"""An event's address: readable, unlike any other, and never one that the site needs itself."""

import re
import secrets
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import Event
from app.models.search import search_key

RESERVED = frozenset("new static admin login api staff register events feed".split())
LONGEST = 80
SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

SECRET_PART = re.compile(r"-[0-9a-f]{16}")


class SlugTakenError(Exception):
    """Another event has this address, or the site needs it."""


def slug_for(title: str, starts_local: datetime | None) -> str:
    """The title in plain letters with the year: ``forced-labor-basics-2027``. The day may be moved; this stays."""
    words = re.findall(r"[a-z0-9]+", search_key(title))
    stem = "-".join(words)[:LONGEST].strip("-") or "event"
    year = f"{starts_local:%Y}" if starts_local else ""
    base = f"{stem}-{year}" if year and year not in words else stem
    taken = set(db.session.scalars(select(Event.slug).where(Event.slug.startswith(base)))) | RESERVED
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


def refuse_taken(slug: str, event_id: int) -> None:
    with db.session.no_autoflush:
        other = db.session.scalar(select(Event.id).where(Event.slug == slug, Event.id != event_id))
    if other or slug in RESERVED:
        raise SlugTakenError(slug)


def is_secret(slug: str) -> bool:
    """Whether the address ends in a part that nobody guesses."""
    return SECRET_PART.fullmatch(slug[-17:]) is not None


def hide(event: Event) -> None:
    """Give an unlisted event an address that nobody guesses. One that it has stays, so that sent links go on."""
    if event.is_unlisted and not is_secret(event.slug):
        event.slug = f"{event.slug[: LONGEST - 17].rstrip('-')}-{secrets.token_hex(8)}"
