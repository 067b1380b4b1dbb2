"""Somebody who wants one mail when registration for an event opens. Deleted as soon as that mail is queued."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, folded


class OpeningAlert(Model):
    """The address is not confirmed: whoever is not its owner can cause this one mail, and no other."""

    __tablename__ = "opening_alert"
    __table_args__ = (UniqueConstraint("event_id", "email_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(folded(254), index=True)
    language: Mapped[str] = mapped_column(String(10), default="en")
    asked_at: Mapped[datetime]
