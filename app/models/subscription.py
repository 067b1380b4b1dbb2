"""Following series and topics by mail: who does, what they follow, who was asked to confirm, and what news there is."""

import secrets
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Json, Model, folded
from app.models.event import Event
from app.models.labels import Labelled
from app.models.series import Series
from app.models.topic import Topic


class Rhythm(Labelled):
    """How often somebody is written to. Whatever there is by then comes in one mail."""

    AT_ONCE = "at-once", _l("At once, as soon as there is something new")
    DAILY = "daily", _l("Once a day")
    WEEKLY = "weekly", _l("Once a week")


def _some_version() -> int:
    """Stands in the mailed link beside the row's id: a row that takes over the id of a deleted one has another."""
    return secrets.randbits(31)


class Subscriber(Model):
    """One confirmed address. Whoever stops is deleted, and nothing of them is kept."""

    __tablename__ = "subscriber"
    __table_args__ = (Index("ix_subscriber_rhythm_told", "rhythm", "told_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Of the address: what mailed links name, so that those of an old mail still work for whoever came back.
    digest: Mapped[str] = mapped_column(String(32), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(folded(254), unique=True)
    language: Mapped[str] = mapped_column(String(10), default="en")
    rhythm: Mapped[Rhythm]
    confirmed_at: Mapped[datetime]  # The last time: at first, and whenever more was confirmed.
    told_until: Mapped[datetime]  # News that was due by then is mailed, or was none of theirs.

    follows: Mapped[list["Follow"]] = relationship(cascade="all, delete-orphan", order_by="Follow.id")


class Follow(Model):
    """One series or one topic that somebody follows."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "series_id"),
        UniqueConstraint("subscriber_id", "topic_id"),
        CheckConstraint("(series_id IS NULL) <> (topic_id IS NULL)", name="series_or_topic"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]  # Of what was new before, nothing is told.

    series: Mapped[Series | None] = relationship()
    topic: Mapped[Topic | None] = relationship()


class FollowRequest(Model):
    """Somebody typed this address. It counts for nothing until its owner says so, and is forgotten after a week."""

    __tablename__ = "follow_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=_some_version)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(folded(254), index=True)
    language: Mapped[str] = mapped_column(String(10), default="en")
    rhythm: Mapped[Rhythm]
    wanted: Mapped[dict[str, Any]]  # "series" and "topics": lists of ids.
    asked_at: Mapped[datetime] = mapped_column(index=True)


class EventNews(Model):
    """An event is new, or something changed that people plan by. Mailed once ten minutes for "Undo" have passed.

    With a topic, the event came under it later: that is news for those who follow the topic and did not know it.
    """

    __tablename__ = "event_news"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), index=True)
    before: Mapped[dict[str, Any] | None]  # The event's facts as they were told last; None where it is new.
    noted_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)


class ToldEvent(Model):
    """A public event as its followers know it, to see what has changed since."""

    __tablename__ = "told_event"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    facts: Mapped[dict[str, Any]]
    topic_ids: Mapped[list[int] | None] = mapped_column(Json)  # None: they were not looked at yet.
    seen_changed_at: Mapped[datetime]  # The event's changed_at when it was last compared.

    event: Mapped[Event] = relationship()
