"""How people join online: the event's own way in, those of its sessions, and who pressed which button."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.db import Model, WallTime
from app.models.local_time import wall_time_of

if TYPE_CHECKING:
    from app.models.event_parts import EventSession

LONGEST_MINUTES = 10_080  # A week before the start.


class WayIn:
    """A link and what stands beside it. In no public page, and in no page or mail before its release."""

    link: Mapped[str] = mapped_column(String(2000), default="")
    dial_in: Mapped[str] = mapped_column(String(200), default="")
    meeting_id: Mapped[str] = mapped_column(String(100), default="")
    passcode: Mapped[str] = mapped_column(String(100), default="")
    captions_link: Mapped[str] = mapped_column(String(2000), default="")
    # Given out so many minutes before the start, wherever that moves; or at a wall time.
    release_minutes: Mapped[int | None]
    release_local: Mapped[WallTime | None]
    release_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]  # When the worker wrote to everyone it is for.
    # A change was undone while it went out: whoever was mailed it since then need not have it twice.
    told_since: Mapped[datetime | None]

    @validates("release_at")
    def _begin_anew(self, _name: str, value: datetime | None) -> datetime | None:
        """Given out at another time, it is news to everybody."""
        if value != self.release_at:
            self.told_since = None
        return value

    def go_on_after_undo(self, since: datetime) -> None:
        """``since`` is when the change was made that is undone now."""
        if self.mailed_at is None:
            self.told_since = min(self.told_since or since, since)

    @property
    def is_entered(self) -> bool:
        return bool(self.link or self.dial_in)

    def is_released(self, at: datetime) -> bool:
        return self.is_entered and self.release_at is not None and self.release_at <= at

    @property
    def has_release(self) -> bool:
        """Whether it is said when it is given out, though an event without a date may not know the moment yet."""
        return self.release_at is not None or self.release_minutes is not None

    def follow(self, starts_at: datetime | None, at: datetime) -> None:
        """Count a release in minutes from this start. What was mailed is mailed again when it lies ahead again."""
        if self.release_minutes is not None:
            self.release_local = None
            self.release_at = starts_at - timedelta(minutes=self.release_minutes) if starts_at else None
        if self.release_at and self.release_at > at:
            self.mailed_at = None

    def release(self, at: datetime, zone: ZoneInfo) -> None:
        """Give it out now."""
        self.release_minutes = None
        self.release_at, self.release_local = at, wall_time_of(at, zone).replace(microsecond=0)


class Joining(WayIn, Model):
    """How to join the event as a whole."""

    __tablename__ = "joining"
    __table_args__ = (CheckConstraint("release_minutes >= 0", name="released_before"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)


class SessionJoining(WayIn, Model):
    """How to join one session that has a link of its own."""

    __tablename__ = "session_joining"
    __table_args__ = (CheckConstraint("release_minutes >= 0", name="released_before"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    edition: Mapped[int] = mapped_column(default=1)  # Raised when everybody is to hear of it anew.

    session: Mapped[EventSession] = relationship(back_populates="joining")

    @property
    def id(self) -> int:
        return self.session_id

    def is_to_be_mailed_again(self, at: datetime) -> bool:
        """Whether it changed, and people who have it are to hear so."""
        return self.edition > 1 and self.mailed_at is None and self.is_released(at)


class SessionPresence(Model):
    """The first press of a session's join button: a sign that the person came."""

    __tablename__ = "session_presence"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, index=True)
    joined_at: Mapped[datetime]
