"""The wish of somebody approved for online to come into the room. They keep their seat until the office answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.models.registration import Registration


class RoomRequest(Model):
    """At most one for each registration; it goes with the answer."""

    __tablename__ = "room_request"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    asked_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship()
