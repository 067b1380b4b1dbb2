"""A seat pool: the capacity of one event, or of one of its sessions, in one mode.

Only operations/registration/allotting.py and, for sessions, seating.py move its figures.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, WallTime, only_where
from app.models.labels import Labelled

FEW_SEATS = 10


class Mode(Labelled):
    """How a person attends. The word "mode" itself is never shown."""

    IN_PERSON = "in-person", _l("In person")
    ONLINE = "online", _l("Online")


class SeatPool(Model):
    __tablename__ = "seat_pool"
    __table_args__ = (
        Index("uq_seat_pool_event", "event_id", "mode", unique=True, **only_where("session_id IS NULL")),
        Index("uq_seat_pool_session", "session_id", "mode", unique=True, **only_where("session_id IS NOT NULL")),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("taken >= 0 AND waiting >= 0", name="counts_not_negative"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="never_oversold"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))  # None: the event.
    mode: Mapped[Mode]
    capacity: Mapped[int | None]  # None is unlimited, 0 is none.
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    last_position: Mapped[int] = mapped_column(default=0)
    # Set when the capacity was lowered below what was taken: each cancellation shrinks the pool until it is reached.
    shrink_to: Mapped[int | None]

    # When those who still waited were told that the line no longer moves.
    line_closed_at: Mapped[datetime | None]

    # When registration opens and closes this way of attending, where that differs from the event.
    opens_local: Mapped[WallTime | None]
    opens_at: Mapped[datetime | None]
    closes_local: Mapped[WallTime | None]
    closes_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]  # Set while staff hold the registration for this way of attending alone.
    # False where people may also come without registering, as to the public part of a committee's meeting.
    registration_required: Mapped[bool] = mapped_column(default=True)

    @property
    def has_free(self) -> bool:
        """Whether a seat is free, whoever may have a claim to it."""
        return self.capacity is None or self.taken < self.capacity

    @property
    def has_few(self) -> bool:
        return self.capacity is not None and self.capacity - self.taken <= FEW_SEATS
