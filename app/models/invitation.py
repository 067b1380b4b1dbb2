"""An invitation to register: one address, one link, one registration."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, folded
from app.models.event import Event
from app.models.labels import Labelled
from app.models.registration import Registration


class InvitationState(Labelled):
    """Follows from what happened; no row stores it."""

    OPEN = "open", _l("Invited"), "note"
    USED = "used", _l("Used"), "good"
    REVOKED = "revoked", _l("Taken back"), "quiet"


class Invitation(Model):
    __tablename__ = "invitation"
    __table_args__ = (Index("uq_invitation_address", "event_id", "email_key", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(folded(254))
    language: Mapped[str] = mapped_column(String(10), default="en")
    link_version: Mapped[int] = mapped_column(default=1)  # Raising it revokes the links sent so far.
    sent: Mapped[int] = mapped_column(default=1)  # How many mails carried it.
    invited_at: Mapped[datetime]
    invited_by: Mapped[str] = mapped_column(String(254))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(254))
    used_at: Mapped[datetime | None]
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)

    event: Mapped[Event] = relationship()
    registration: Mapped[Registration | None] = relationship()

    @property
    def state(self) -> InvitationState:
        if self.used_at:
            return InvitationState.USED
        return InvitationState.REVOKED if self.revoked_at else InvitationState.OPEN

    @property
    def is_open(self) -> bool:
        return self.state is InvitationState.OPEN
