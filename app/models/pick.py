"""A pick: one session that a registered person chose, with a seat or a place in line of its own."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, only_where
from app.models.event_parts import EventSession
from app.models.labels import Labelled
from app.models.registration import Registration
from app.models.seat_pool import Mode


class PickState(Labelled):
    CONFIRMED = "confirmed", _l("Confirmed"), "good"
    WAITLISTED = "waitlisted", _l("On the waiting list"), "warn"
    OFFERED = "offered", _l("Offered a seat"), "note"
    CANCELLED = "cancelled", _l("Given up"), "stop"

    @property
    def holds_seat(self) -> bool:
        return self in {PickState.CONFIRMED, PickState.OFFERED}

    @property
    def is_live(self) -> bool:
        return self is not PickState.CANCELLED


class Pick(Model):
    """Given up, a pick stays as a record; picking the session again takes it up with a new place in line."""

    __tablename__ = "pick"
    __table_args__ = (
        UniqueConstraint("registration_id", "session_id"),
        Index(
            "ix_pick_line",
            "session_id",
            "mode",
            "position",
            postgresql_where=text("state = 'waitlisted'"),
            sqlite_where=text("state = 'waitlisted'"),
        ),
        Index("ix_pick_offer", "offered_until", **only_where("offered_until IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    mode: Mapped[Mode]  # The pool in which it holds its seat or waits.
    state: Mapped[PickState]
    # Place in the session's line; none while its person waits for the event itself.
    position: Mapped[int | None]
    offered_until: Mapped[datetime | None]  # Set while a seat is held for the person's answer.
    picked_at: Mapped[datetime]

    session: Mapped[EventSession] = relationship(lazy="joined")
    registration: Mapped[Registration] = relationship(back_populates="picks")
