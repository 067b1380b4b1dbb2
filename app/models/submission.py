"""One sent registration form: proof against sending twice, and just what its confirmation page shows."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.models.event import Event
from app.models.registration_state import RegistrationState
from app.models.seat_pool import Mode


class FormSubmission(Model):
    """Written for known and unknown addresses alike, and kept 48 hours."""

    __tablename__ = "form_submission"
    __table_args__ = (UniqueConstraint("form_key", "body_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(String(64))  # A digest of the signed key: the key itself opens nothing.
    body_digest: Mapped[str] = mapped_column(String(64))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    # The registration this form made; none when the address was known before.
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    mode: Mapped[Mode]
    state: Mapped[RegistrationState]
    number: Mapped[str] = mapped_column(String(10))
    email: Mapped[str] = mapped_column(String(254))
    # The typed form, sealed, so that "Wrong address?" can register the new address if this form made none.
    sealed_form: Mapped[bytes | None]
    corrections: Mapped[int] = mapped_column(default=0)  # How often "Wrong address?" was used.
    language: Mapped[str] = mapped_column(String(10), default="en")
    submitted_at: Mapped[datetime] = mapped_column(index=True)

    lost_race: Mapped[bool] = mapped_column(default=False)  # The form still offered a seat; others were faster.

    # What else the page shows: the sessions as they would stand, a turn kept in another line. Nothing personal.
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)

    event: Mapped[Event] = relationship()

    @property
    def calendar_uid(self) -> str:
        """The UID of the calendar entry: the registration's if this form made one, else as good as any."""
        return calendar_uid(self.form_key, self.body_digest)


def calendar_uid(form_key: str, body_digest: str) -> str:
    """Follows from the form alone, so that page and mail agree without telling whether the address was known."""
    return hashlib.sha256(f"{form_key}{body_digest}".encode()).hexdigest()[:40]
