"""A topic: one of the office's subjects."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Model
from app.models.labels import Labelled


class TopicKind(Labelled):
    PRIORITY_TRADE_ISSUE = "priority-trade-issue", _l("Priority Trade Issue")
    SUBJECT = "subject", _l("Subject")


class Topic(Model):
    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    acronym: Mapped[str] = mapped_column(String(20), default="")
    kind: Mapped[TopicKind]
    summary: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[int] = mapped_column(default=0)


event_topic = Table(
    "event_topic",
    Base.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True),
)
