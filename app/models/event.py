"""An event: what the office holds, when, where, and how people register for it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, WallTime
from app.models.event_line import CallsFromLine
from app.models.event_parts import CommitteeMeeting, EventSession, Material, Speaker, Venue
from app.models.event_state import EventState
from app.models.joining import Joining, SessionJoining
from app.models.mail_wording import MailWording
from app.models.question import AnsweredQuestion, Question
from app.models.registration_rules import Access, RegistrationRules
from app.models.reminder import Reminder
from app.models.seat_pool import Mode, SeatPool
from app.models.series import Series
from app.models.topic import Topic, event_topic

# Fields that go beyond what is needed to register: asked only under an OMB control number in force.
COVERED_FIELDS = frozenset({"role"})


class Event(CallsFromLine, Model):
    """Local wall times are what people agreed on; the instants beside them are computed from them and the zone."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_local > starts_local", name="ends_after_start"),
        CheckConstraint("registration_closes_at > registration_opens_at", name="closes_after_opening"),
        CheckConstraint("state <> 'published' OR starts_at IS NOT NULL", name="published_has_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    state: Mapped[EventState] = mapped_column(default=EventState.DRAFT, index=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    search_key: Mapped[str] = mapped_column(Text, default="")  # Folded title, summary, series and topics.
    is_demo: Mapped[bool] = mapped_column(default=False)

    time_zone: Mapped[str] = mapped_column(String(60))
    starts_local: Mapped[WallTime | None]
    ends_local: Mapped[WallTime | None]
    starts_at: Mapped[datetime | None] = mapped_column(index=True)
    ends_at: Mapped[datetime | None]
    # The start that was given up by postponing: what deadlines are counted from when a new one is found.
    postponed_from_local: Mapped[WallTime | None]
    dates_are_approximate: Mapped[bool] = mapped_column(default=False)  # Only the month is known (old events).
    shows_us_zones: Mapped[bool] = mapped_column(default=False)
    may_end_early: Mapped[bool] = mapped_column(default=False)

    takes_registrations: Mapped[bool] = mapped_column(default=True)
    registration_opens_local: Mapped[WallTime | None]
    registration_opens_at: Mapped[datetime | None]
    registration_closes_local: Mapped[WallTime | None]
    registration_closes_at: Mapped[datetime | None]
    # Field name → "optional" or "required", for the fields that are not always asked.
    asked_fields: Mapped[dict[str, Any]] = mapped_column(default=dict)

    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    accessibility_contact_name: Mapped[str] = mapped_column(String(200), default="")
    accessibility_contact_email: Mapped[str] = mapped_column(String(254), default="")
    accessibility_contact_phone: Mapped[str] = mapped_column(String(40), default="")
    accessibility_by: Mapped[date | None] = mapped_column(Date)  # Ask by this day so that the office can arrange it.
    spoken_language: Mapped[str] = mapped_column(String(60), default="English")
    interpretation: Mapped[str] = mapped_column(String(200), default="")
    captions: Mapped[str] = mapped_column(String(200), default="")

    credit_live: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))  # Planned continuing-education credits.
    credit_recording: Mapped[bool] = mapped_column(default=False)

    privacy_statement: Mapped[str] = mapped_column(Text, default="")
    omb_number: Mapped[str] = mapped_column(String(20), default="")
    omb_expires_on: Mapped[date | None] = mapped_column(Date)
    omb_burden_minutes: Mapped[int | None]

    attended_figures: Mapped[str] = mapped_column(
        String(300), default=""
    )  # "1,200 on site, 3,000 online", as reported.
    change_reason: Mapped[str] = mapped_column(String(500), default="")  # Said with a postponement or cancellation.
    # What an urgent announcement says on the event's pages, until it is taken down.
    urgent_notice: Mapped[str] = mapped_column(String(300), default="", server_default="")
    # Raised by each change that calendars must learn of; a registration's entry adds its own.
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    series: Mapped[Series] = relationship()
    topics: Mapped[list[Topic]] = relationship(secondary=event_topic, order_by=Topic.place)
    # The event's own seats; those of its sessions hang on the sessions.
    pools: Mapped[list[SeatPool]] = relationship(
        primaryjoin="and_(Event.id == SeatPool.event_id, SeatPool.session_id.is_(None))",
        order_by=SeatPool.mode,
        cascade="all, delete-orphan",
    )
    sessions: Mapped[list[EventSession]] = relationship(
        back_populates="event",
        order_by=(EventSession.starts_at, EventSession.room, EventSession.id),
        cascade="all, delete-orphan",
    )
    speakers: Mapped[list[Speaker]] = relationship(order_by=Speaker.place, cascade="all, delete-orphan")
    materials: Mapped[list[Material]] = relationship(order_by=Material.place, cascade="all, delete-orphan")
    venue: Mapped[Venue | None] = relationship(cascade="all, delete-orphan")
    joining: Mapped[Joining | None] = relationship(cascade="all, delete-orphan")
    committee: Mapped[CommitteeMeeting | None] = relationship(cascade="all, delete-orphan")
    # Every question that was ever asked; ``asked_questions`` are those of the form.
    questions: Mapped[list[Question]] = relationship(
        order_by=(Question.place, Question.id), cascade="all, delete-orphan"
    )
    answered_questions: Mapped[list[AnsweredQuestion]] = relationship(
        order_by=AnsweredQuestion.place, cascade="all, delete-orphan"
    )
    rules: Mapped[RegistrationRules | None] = relationship(cascade="all, delete-orphan")
    wordings: Mapped[list[MailWording]] = relationship(order_by=MailWording.kind, cascade="all, delete-orphan")
    reminders: Mapped[list[Reminder]] = relationship(back_populates="event", cascade="all, delete-orphan")

    # Two staff members editing at once: the second save meets a higher version and is told.
    __mapper_args__ = {"version_id_col": version}

    @property
    def modes(self) -> list[Mode]:
        """In person before online, whatever order the database gave."""
        return [mode for mode in Mode if self.pool(mode)]

    @property
    def in_person(self) -> SeatPool | None:
        return self.pool(Mode.IN_PERSON)

    @property
    def online(self) -> SeatPool | None:
        return self.pool(Mode.ONLINE)

    def pool(self, mode: Mode) -> SeatPool | None:
        return next((pool for pool in self.pools if pool.mode is mode), None)

    def is_settled(self, at: datetime) -> bool:
        """Whether it is past or called off: nothing of a registration can be changed any more."""
        return self.state is EventState.CANCELLED or self.has_ended(at)

    @property
    def is_unlisted(self) -> bool:
        """Whether it stands in no list: whoever has its address, which ends in a secret part, may see it."""
        return bool(self.rules and self.rules.access is Access.LINK)

    @property
    def is_by_invitation(self) -> bool:
        """Whether only those may register whom the office invited."""
        return bool(self.rules and self.rules.access is Access.INVITED)

    @property
    def is_paused(self) -> bool:
        return bool(self.rules and self.rules.paused_at)

    def is_paused_for(self, mode: Mode | None) -> bool:
        """Whether staff hold the registration as a whole, or for this way of attending."""
        pool = self.pool(mode) if mode else None
        return self.is_paused or bool(pool and pool.paused_at)

    @property
    def picked_sessions(self) -> list[EventSession]:
        """The sessions that people choose one by one, in the order in which they are held."""
        return [session for session in self.sessions if session.is_picked]

    @property
    def session_joinings(self) -> list[SessionJoining]:
        """The ways in of those sessions that have one of their own."""
        return [session.joining for session in self.sessions if session.joining]

    def asks(self, field: str) -> bool:
        return field in self.asked_fields

    def has_clearance(self, at: datetime) -> bool:
        """Whether its OMB control number is in force, so that covered questions may be asked (44 USC 3512)."""
        today = at.astimezone(self.zone).date()
        return bool(self.omb_number and self.omb_expires_on and self.omb_expires_on >= today)

    def asked_questions(self, at: datetime) -> list[Question]:
        """The questions of the form; covered ones fall away the day the clearance expires."""
        cleared = self.has_clearance(at)
        return [one for one in self.questions if one.is_asked and (cleared or not one.current.is_covered)]

    @property
    def asks_covered(self) -> bool:
        """Whether its form asks anything that needs an OMB control number in force."""
        asked = [one for one in self.questions if one.is_asked and one.current.is_covered]
        return bool(asked or COVERED_FIELDS.intersection(self.asked_fields))

    def requires(self, field: str) -> bool:
        return self.asked_fields.get(field) == "required"

    def published_materials(self, at: datetime) -> list[Material]:
        return [material for material in self.materials if material.publish_at is None or material.publish_at <= at]
