"""A booking: one form with which somebody registered several people. Each of them has a registration of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, folded
from app.models.event import Event
from app.models.registration import Registration
from app.models.registration_state import RegistrationState
from app.models.seat_pool import Mode


class Booking(Model):
    """Who booked, as they typed it: they stay the booker whatever becomes of their own registration."""

    __tablename__ = "booking"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(330))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(folded(254), index=True)  # None: booked before it was kept.
    language: Mapped[str] = mapped_column(String(10), default="en")
    link_version: Mapped[int] = mapped_column(default=1)  # Raising it revokes the booker's link.
    made_at: Mapped[datetime]

    event: Mapped[Event] = relationship()
    places: Mapped[list[BookedPlace]] = relationship(
        back_populates="booking", order_by="BookedPlace.id", cascade="all, delete-orphan"
    )


class BookedPlace(Model):
    """One colleague of a booking: what its page tells the booker.

    For somebody whose address was registered before, it looks like any other and leads to no registration: the
    booker learns from it how the form came out, and never who was registered. So whatever the booker sees and changes
    of a person stands here, and is carried out on the registration where there is one.
    """

    __tablename__ = "booked_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), unique=True)
    first_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str | None] = mapped_column(String(254))  # None: booked under the booker's address.
    number: Mapped[str] = mapped_column(String(10))  # The confirmation number, which tells nothing of a registration.
    mode: Mapped[Mode]
    state: Mapped[RegistrationState | None]  # What the form came to; none where only a mail may tell.
    # The form as it now is for this person, sealed; and what it came to, as FormSubmission.outcome keeps it. None of
    # both: booked before they were kept.
    sealed_form: Mapped[bytes | None]
    outcome: Mapped[dict[str, Any] | None]
    renamed: Mapped[int] = mapped_column(default=0)  # How often the booker changed the name.
    changes: Mapped[int] = mapped_column(default=0, server_default="0")  # How often they changed anything else.
    # The right address, as the booker says, until somebody confirms it from there.
    new_email: Mapped[str | None] = mapped_column(String(254))
    new_email_version: Mapped[int | None]  # Stands in the mailed link, so that an earlier one opens nothing.
    new_email_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]  # By the booker.
    taken_over_at: Mapped[datetime | None]  # Since then the person manages it themselves.

    booking: Mapped[Booking] = relationship(back_populates="places")
    registration: Mapped[Registration | None] = relationship(back_populates="place")

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def may_be_managed(self) -> bool:
        """Whether the booker may still change and cancel it."""
        return not (self.cancelled_at or self.taken_over_at)
