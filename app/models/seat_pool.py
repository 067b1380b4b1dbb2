"""A seat pool: the capacity of one event in one mode. Only operations/registration/allotting.py moves its figures."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.models.labels import Labelled

FEW_SEATS = 10


class Mode(Labelled):
    """How a person attends. The word "mode" itself is never shown."""

    IN_PERSON = "in-person", _l("In person")
    ONLINE = "online", _l("Online")


class SeatPool(Model):
    __tablename__ = "seat_pool"
    __table_args__ = (
        UniqueConstraint("event_id", "mode"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("taken >= 0 AND waiting >= 0", name="counts_not_negative"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="never_oversold"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    mode: Mapped[Mode]
    capacity: Mapped[int | None]  # None is unlimited, 0 is none.
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    last_position: Mapped[int] = mapped_column(default=0)
    # Set when the capacity was lowered below what was taken: each cancellation shrinks the pool until it is reached.
    shrink_to: Mapped[int | None]

    @property
    def seats_left(self) -> int | None:
        """How many more may be confirmed at once; None when there is no limit. Whoever waits goes first."""
        if self.capacity is None:
            return None
        return 0 if self.waiting else self.capacity - self.taken

    @property
    def is_full(self) -> bool:
        return self.seats_left == 0

    @property
    def has_few_left(self) -> bool:
        return self.seats_left is not None and 0 < self.seats_left <= FEW_SEATS
