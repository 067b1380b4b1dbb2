"""A reminder of an event: how long before the start it is sent, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.models.labels import Labelled
from app.models.local_time import instant_of
from app.models.seat_pool import Mode

if TYPE_CHECKING:
    from app.models.event import Event

MOST = 5  # Reminders of one event.
MOST_DAYS = 60  # The longest lead.
LONGEST_AMOUNT = 99
# Where only the days are known, an hour at which people read their mail.
HOUR_OF_DAYS = time(9, 0)


class ReminderUnit(Labelled):
    WEEKS = "weeks", _l("weeks before")
    DAYS = "days", _l("days before")
    HOURS = "hours", _l("hours before")
    MINUTES = "minutes", _l("minutes before")

    @property
    def length(self) -> timedelta:
        return timedelta(**{self.value: 1})

    @property
    def by_the_clock(self) -> bool:
        """A day before 9:00 is 9:00 the day before, however long that day was; an hour is an hour."""
        return self in {ReminderUnit.WEEKS, ReminderUnit.DAYS}


@dataclass(frozen=True)
class Lead:
    """How long before the start, and for whom; None is everybody."""

    amount: int
    unit: ReminderUnit
    mode: Mode | None = None

    @property
    def length(self) -> timedelta:
        return self.amount * self.unit.length

    @property
    def key(self) -> str:
        """Equal for leads that come to the same: one week, seven days."""
        return f"d{self.length.days}" if self.unit.by_the_clock else f"m{self.length // timedelta(minutes=1)}"

    def to_json(self) -> dict[str, Any]:
        return {"amount": self.amount, "unit": self.unit.value, "mode": self.mode.value if self.mode else None}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        return cls(said["amount"], ReminderUnit(said["unit"]), Mode(said["mode"]) if said.get("mode") else None)


# What an event of a series begins with for which nobody said anything else.
USUAL = (
    Lead(1, ReminderUnit.WEEKS),
    Lead(1, ReminderUnit.DAYS),
    Lead(1, ReminderUnit.HOURS, Mode.ONLINE),
)


class Reminder(Model):
    """When it is due is never stored: it follows the event, wherever that moves."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("event_id", "unit", "amount"), CheckConstraint("amount > 0", name="some_time"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    amount: Mapped[int]
    unit: Mapped[ReminderUnit]
    mode: Mapped[Mode | None]
    # The start for which it is done, so that an event that moves is reminded of anew; how, and to how many it went.
    done_for: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    recipients: Mapped[int | None]  # None: it was left out, because it came too late to be of use.

    event: Mapped[Event] = relationship(back_populates="reminders")

    @classmethod
    def of(cls, lead: Lead) -> Self:
        return cls(amount=lead.amount, unit=lead.unit, mode=lead.mode)

    @property
    def lead(self) -> Lead:
        return Lead(self.amount, self.unit, self.mode)

    @property
    def due_at(self) -> datetime | None:
        """None while the date is open, and for hours before a start of which only the day is known."""
        event = self.event
        if event.starts_local is None or event.starts_at is None:
            return None
        if not self.unit.by_the_clock:
            return event.starts_at - self.lead.length if event.has_hours else None
        local = event.starts_local - self.lead.length
        return instant_of(local if event.has_hours else datetime.combine(local.date(), HOUR_OF_DAYS), event.zone)

    @property
    def useful_until(self) -> datetime | None:
        """A late one helps until half of the time is gone that it was to give."""
        due, starts = self.due_at, self.event.starts_at
        return due + (starts - due) / 2 if due and starts else None

    @property
    def is_done(self) -> bool:
        """Whether it was sent, or left out, for the start that is in force."""
        return self.done_for is not None and self.done_for == self.event.starts_at
