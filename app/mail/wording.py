"""Which words a mail gets: the event's own, else its series', else those of the house.

They are fixed when a mail is written, before the first attempt to send it: every attempt says the same, and a change of
the words concerns the mails that are written after it. A mail that tells of several events speaks in the words of the
series that all of them belong to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, exists, or_, select

from app.db import db
from app.models import Event, MailWording, MessageKind, OutgoingEmail
from app.models.mail_wording import OF_MANY, MailWords

TELLING = ("news", "registrations", "bookings")  # Where mails about no single event name the events they tell of.


@dataclass(frozen=True)
class About:
    """Of which events a mail tells; or, where it tells of none, of which series."""

    events: frozenset[int] = frozenset()
    series: frozenset[int] = frozenset()

    @classmethod
    def of(cls, kind: MessageKind, event_id: int | None, facts: dict[str, Any]) -> "About":
        if event_id is not None:
            return cls(frozenset({event_id}))
        if kind not in OF_MANY or facts.get("left_out"):
            return cls()  # Who knows of which series those are that it leaves out.
        told = (one["event"]["id"] for name in TELLING for one in facts.get(name, ()))
        return cls(frozenset(told), frozenset(facts.get("series", ())))

    def homes(self) -> list[ColumnElement[bool]]:
        """Whose words fit."""
        if len(self.events) == 1:
            (event_id,) = self.events
            series = select(Event.series_id).where(Event.id == event_id).scalar_subquery()
            return [MailWording.event_id == event_id, MailWording.series_id == series]
        found = _series_of(self.events) if self.events else self.series
        return [MailWording.series_id.in_(found)] if len(found) == 1 else []


def words_for(kind: MessageKind, event_id: int | None, language: str, facts: dict[str, Any] | None = None) -> MailWords:
    return _words(kind, language, About.of(kind, event_id, facts or {}))


def for_all(rows: Sequence[OutgoingEmail]) -> list[MailWords]:
    """The words of each of these mails, most of which are of one kind and for one event."""
    asked = [(row.kind, row.language, About.of(row.kind, row.event_id, row.facts)) for row in rows]
    found = {one: _words(*one) for one in set(asked)}
    return [found[one] for one in asked]


def _words(kind: MessageKind, language: str, about: About) -> MailWords:
    """Staff write in the site's own language; mails in another one keep the words of the house."""
    homes = about.homes() if language == current_app.config["LANGUAGES"][0] else []
    if not homes:
        return MailWords()
    chosen = select(MailWording).where(MailWording.kind == kind, or_(*homes))
    found = db.session.scalar(chosen.order_by(MailWording.event_id.is_(None)).limit(1))
    return found.words if found else MailWords()


def _series_of(events: frozenset[int]) -> frozenset[int]:
    return frozenset(db.session.scalars(select(Event.series_id).where(Event.id.in_(events)).distinct()))


def is_demonstration() -> bool:
    """Whether the site shows samples: its mails say so as its pages do."""
    return bool(db.session.scalar(select(exists().where(Event.is_demo))))
