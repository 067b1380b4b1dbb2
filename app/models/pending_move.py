"""A registration that is to move to another address, as soon as somebody there says so. Until then nothing changes."""

import secrets
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.models.labels import Labelled
from app.models.registration import Registration


class MoveKind(Labelled):
    HAND_OVER = "hand-over", _l("Handed over to a colleague")
    CORRECTION = "correction", _l("Address corrected")


class PendingMove(Model):
    """At most one for each registration: whoever asks anew takes the earlier one back."""

    __tablename__ = "pending_move"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    # Stands in the mailed link beside the registration's id, so that a link to an earlier address opens nothing.
    version: Mapped[int] = mapped_column(default=lambda: secrets.randbits(31))
    kind: Mapped[MoveKind]
    email: Mapped[str] = mapped_column(String(254))
    first_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100), default="")
    link_version: Mapped[int]  # Of the registration, when this was asked: raising it revokes this link as well.
    asked_at: Mapped[datetime] = mapped_column(index=True)

    registration: Mapped[Registration] = relationship()

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)
