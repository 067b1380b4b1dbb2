"""Which words a mail gets: the event's own, else its series', else those of the house.

They are fixed when a mail is written, before the first attempt to send it: every attempt says the same, and a change of
the words concerns the mails that are written after it.
"""

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import exists, or_, select

from app.db import db
from app.models import Event, MailWording, MessageKind, OutgoingEmail
from app.models.mail_wording import MailWords


def words_for(kind: MessageKind, event_id: int | None, language: str) -> MailWords:
    """Staff write in the site's own language; mails in another one keep the words of the house."""
    if event_id is None or language != current_app.config["LANGUAGES"][0]:
        return MailWords()
    series = select(Event.series_id).where(Event.id == event_id).scalar_subquery()
    found = db.session.scalar(
        select(MailWording)
        .where(MailWording.kind == kind, or_(MailWording.event_id == event_id, MailWording.series_id == series))
        .order_by(MailWording.event_id.is_(None))
        .limit(1)
    )
    return found.words if found else MailWords()


def for_all(rows: Sequence[OutgoingEmail]) -> list[MailWords]:
    """The words of each of these mails, most of which are of one kind and for one event."""
    asked = [(row.kind, row.event_id, row.language) for row in rows]
    found = {one: words_for(*one) for one in set(asked)}
    return [found[one] for one in asked]


def is_demonstration() -> bool:
    """Whether the site shows samples: its mails say so as its pages do."""
    return bool(db.session.scalar(select(exists().where(Event.is_demo))))
