"""What the office decides about a registration that needs approval, and what it asked back meanwhile."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Json, Model
from app.models.registration import Registration


class Approval(Model):
    """One row per registration that came in for approval. It stays when the decision is made."""

    __tablename__ = "approval"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    keeps_turn: Mapped[bool] = mapped_column(default=False)  # Would attend online and wait in line for the room.
    question: Mapped[str] = mapped_column(Text, default="")  # The latest one; earlier ones stand in the history.
    questions: Mapped[int] = mapped_column(default=0)  # How many were asked: tells one from the next.
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[str | None] = mapped_column(String(254))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(254))
    # What a refusal took of the sessions that were picked: a yes after all brings them back.
    sessions: Mapped[list[int]] = mapped_column(Json, default=list, server_default="[]")
    words: Mapped[str] = mapped_column(Text, default="")  # What the person was told with a refusal.

    registration: Mapped[Registration] = relationship(back_populates="approval")
