"""What belongs to one event alone: venue, sessions, speakers, materials, the committee's block."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Model, WallTime
from app.models.joining import SessionJoining
from app.models.labels import Labelled
from app.models.seat_pool import Mode, SeatPool

if TYPE_CHECKING:
    from app.models.event import Event

session_speaker = Table(
    "session_speaker",
    Base.metadata,
    Column("session_id", ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
    Column("speaker_id", ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True),
)


class Venue(Model):
    """Where people meet, and what they need at its door."""

    __tablename__ = "venue"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    street: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    region: Mapped[str] = mapped_column(String(100), default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(2), default="US")
    room: Mapped[str] = mapped_column(String(100), default="")
    id_checked: Mapped[bool] = mapped_column(default=False)
    id_text: Mapped[str] = mapped_column(Text, default="")  # Which ID to bring, in words.
    arrival_text: Mapped[str] = mapped_column(Text, default="")  # Entrance, checkpoint, how early to come.
    access_text: Mapped[str] = mapped_column(Text, default="")  # Step-free entrance, parking, seating.

    @property
    def address(self) -> str:
        """One line: street, city, region and postal code. Whoever shows it names the country abroad."""
        parts = (self.street, self.city, f"{self.region} {self.postal_code}".strip())
        return ", ".join(part for part in parts if part)

    @property
    def country_abroad(self) -> str:
        """The country's code, where it is not the office's own."""
        return self.country if self.country != "US" and self.city else ""


class SessionKind(Labelled):
    PLENARY = "plenary", _l("Plenary")
    BREAKOUT = "breakout", _l("Breakout")
    PANEL = "panel", _l("Panel")
    TOWN_HALL = "town-hall", _l("Town hall")
    NETWORKING = "networking", _l("Networking")
    MEAL = "meal", _l("Meal")
    BREAK = "break", _l("Break")

    @property
    def is_pause(self) -> bool:
        return self in {SessionKind.MEAL, SessionKind.BREAK, SessionKind.NETWORKING}


class Speaker(Model):
    __tablename__ = "speaker"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(200))
    job_title: Mapped[str] = mapped_column(String(200), default="")
    organization: Mapped[str] = mapped_column(String(200), default="")
    biography: Mapped[str] = mapped_column(Text, default="")


class EventSession(Model):
    """One item of an event's agenda, at its local wall time."""

    __tablename__ = "session"
    __table_args__ = (CheckConstraint("ends_local > starts_local", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[SessionKind] = mapped_column(default=SessionKind.PLENARY)
    mode: Mapped[Mode | None]  # None: for everyone who attends.
    starts_local: Mapped[WallTime]
    ends_local: Mapped[WallTime]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str] = mapped_column(String(100), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    # A picked session has seats of its own; to the others everyone who attends may come.
    is_picked: Mapped[bool] = mapped_column(default=False)
    # Sessions of one event that say the same here are one session held several times: a person picks one of them.
    repeat_key: Mapped[str] = mapped_column(String(60), default="")
    speakers: Mapped[list[Speaker]] = relationship(secondary=session_speaker, order_by=Speaker.place)
    pools: Mapped[list[SeatPool]] = relationship(order_by=SeatPool.mode, cascade="all, delete-orphan")
    event: Mapped[Event] = relationship(back_populates="sessions")
    # Read along: pages ask it of every session.
    joining: Mapped[SessionJoining | None] = relationship(
        back_populates="session", cascade="all, delete-orphan", lazy="joined"
    )

    def pool(self, mode: Mode) -> SeatPool | None:
        return next((pool for pool in self.pools if pool.mode is mode), None)

    def is_open_to(self, mode: Mode) -> bool:
        """Whether everyone who attends this way may come, without having picked it."""
        return not self.is_picked and self.mode in (None, mode)

    def overlaps(self, other: EventSession) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class MaterialKind(Labelled):
    RECORDING = "recording", _l("Recording")
    SLIDES = "slides", _l("Slides")
    MINUTES = "minutes", _l("Minutes")
    TRANSCRIPT = "transcript", _l("Transcript")
    DOCUMENT = "document", _l("Document")


class Material(Model):
    """Something to read or watch, shown from its publish time on."""

    __tablename__ = "material"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    kind: Mapped[MaterialKind]
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(2000))
    publish_local: Mapped[WallTime | None]  # None: at once.
    publish_at: Mapped[datetime | None]


class CommitteeMeeting(Model):
    """What the Federal Register notice of an advisory committee's meeting says (41 CFR 102-3.150)."""

    __tablename__ = "committee_meeting"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    docket: Mapped[str] = mapped_column(String(40), default="")
    citation: Mapped[str] = mapped_column(String(100), default="")
    citation_url: Mapped[str] = mapped_column(String(2000), default="")
    comments_close_local: Mapped[WallTime | None]
    comments_close_at: Mapped[datetime | None]
    comments_how: Mapped[str] = mapped_column(Text, default="")
    designated_officer: Mapped[str] = mapped_column(String(200), default="")
    closed_to_public: Mapped[bool] = mapped_column(default=False)
