"""A registration: one person's seat, or place in line, at one event."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, folded, only_where, stored_by_value
from app.models.event import Event
from app.models.labels import Labelled
from app.models.registration_state import HOLD_OR_WAIT, HOPE_TO_COME, RegistrationState
from app.models.role import Role
from app.models.seat_pool import Mode

if TYPE_CHECKING:
    from app.models.approval import Approval
    from app.models.booking import BookedPlace
    from app.models.pick import Pick
    from app.models.question import Answer

ERASED = "(erased)"  # In the place of a name: the registration is counted, and nobody knows whose it was.
LINE = "waiting list"  # Who cancels where nobody answered for a seat that was held.


class RegistrationSource(Labelled):
    WEB = "web", _l("Registered online")
    STAFF = "staff", _l("Registered by staff")
    DEMO = "demo", _l("Sample")


class PostponedAnswer(Labelled):
    """What somebody said after their event was postponed."""

    KEEPS = "keeps", _l("Keeps the seat")
    GAVE_UP = "gave-up", _l("Gave the seat up")


class Registration(Model):
    __tablename__ = "registration"
    __table_args__ = (
        # One live registration for each address, and one for each name booked under it. People whom staff registered
        # without an address have no key.
        Index(
            "uq_registration_live_address",
            "event_id",
            "email_key",
            "guest_key",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
            sqlite_where=text("state <> 'cancelled'"),
        ),
        Index(
            "ix_registration_line",
            "event_id",
            "waits_for",
            "position",
            postgresql_where=text("waits_for IS NOT NULL"),
            sqlite_where=text("waits_for IS NOT NULL"),
        ),
        Index(
            "ix_registration_offer",
            "offered_until",
            postgresql_where=text("offered_until IS NOT NULL"),
            sqlite_where=text("offered_until IS NOT NULL"),
        ),
        Index(
            "ix_registration_unusual_state",
            "event_id",
            "state",
            "name_key",
            "id",
            postgresql_where=text("state NOT IN ('confirmed', 'waitlisted')"),
            sqlite_where=text("state NOT IN ('confirmed', 'waitlisted')"),
        ),
        Index("ix_registration_news_wish", "id", **only_where("wants_mail AND news_asked_at IS NULL")),
        Index("ix_registration_event_name", "event_id", "name_key", "id"),
        Index("ix_registration_event_registered", "event_id", "registered_at", "id"),
        Index("ix_registration_event_organization", "event_id", "organization_key", "id"),
        # For the console's search, which knows no event.
        Index("ix_registration_name", "name_key", "id"),
        Index("ix_registration_organization", "organization_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    mode: Mapped[Mode]
    state: Mapped[RegistrationState]
    # The line in which the person stands: that of their own way of attending, or, for somebody who attends online
    # meanwhile, that of the room.
    waits_for: Mapped[Mode | None] = mapped_column(stored_by_value(Mode, "waits_for"))
    position: Mapped[int | None]  # Place in line, given under the event's lock; kept after promotion.
    offered_until: Mapped[datetime | None]  # Set while a seat of that line is held for the person's answer.
    number: Mapped[str] = mapped_column(String(10), index=True)  # The confirmation number.

    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(folded(254), index=True)
    # Empty for whose address it is; the folded name of somebody without one, who is booked under a colleague's.
    guest_key: Mapped[str] = mapped_column(folded(320), default="", server_default="")
    first_name: Mapped[str] = mapped_column(String(100), default="")
    middle_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100), default="")
    suffix: Mapped[str] = mapped_column(String(20), default="")
    organization: Mapped[str] = mapped_column(String(200), default="")
    job_title: Mapped[str] = mapped_column(String(200), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    role: Mapped[Role | None]
    days: Mapped[list[str]] = mapped_column(default=list)  # ISO dates on which the person comes to the venue.
    wants_mail: Mapped[bool] = mapped_column(default=False)  # Ticked on the form: asks to follow the series.
    news_asked_at: Mapped[datetime | None]  # When that wish became a mail to confirm it.
    # Folded: "last first middle" and the organization, for search and sorting alike on both databases.
    name_key: Mapped[str] = mapped_column(folded(320), default="")
    organization_key: Mapped[str] = mapped_column(folded(220), default="")

    source: Mapped[RegistrationSource] = mapped_column(default=RegistrationSource.WEB)
    language: Mapped[str] = mapped_column(String(10), default="en")
    calendar_uid: Mapped[str] = mapped_column(String(40), default=lambda: secrets.token_hex(20))
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    link_version: Mapped[int] = mapped_column(default=1)  # Raising it revokes every personal link sent so far.
    registered_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(254))  # "person", "booker", LINE, or a member's address.
    postponed_answer: Mapped[PostponedAnswer | None]  # Asked anew by each postponement.
    joined_at: Mapped[datetime | None]  # First press of the join button.

    event: Mapped[Event] = relationship()
    picks: Mapped[list[Pick]] = relationship(
        back_populates="registration", order_by="Pick.session_id", cascade="all, delete-orphan"
    )

    answers: Mapped[list[Answer]] = relationship(
        back_populates="registration", order_by="Answer.question_id", cascade="all, delete-orphan"
    )

    approval: Mapped[Approval | None] = relationship(back_populates="registration", cascade="all, delete-orphan")
    place: Mapped[BookedPlace | None] = relationship(back_populates="registration", passive_deletes=True)

    @property
    def is_erased(self) -> bool:
        """Whether nothing of the person is left."""
        return self.last_name == ERASED and not self.number

    @property
    def is_guest(self) -> bool:
        """Whether the person has no address of their own here, and mail goes to whoever booked for them."""
        return bool(self.guest_key)

    @property
    def is_booked(self) -> bool:
        """Whether somebody else registered the person, and may change and cancel it still."""
        return self.place is not None and self.place.may_be_managed

    @property
    def keeps_turn(self) -> bool:
        """Whether the person attends one way and waits in line for the other."""
        return self.waits_for is not None and self.waits_for is not self.mode

    @property
    def ways(self) -> list[Mode]:
        """The ways of attending that it is about: the one held or asked for, and the one waited for beside it."""
        wishes = self.is_pending and self.approval is not None and self.approval.keeps_turn
        found = {self.mode, self.waits_for, Mode.IN_PERSON if wishes else None}
        return [mode for mode in Mode if mode in found]

    @property
    def full_name(self) -> str:
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part)

    @property
    def can_be_mailed(self) -> bool:
        """Not without an address; and sample people of the demonstration are never written to."""
        return self.email is not None and self.source is not RegistrationSource.DEMO

    @property
    def can_be_asked(self) -> bool:
        """Whether a seat can be held for their answer. Without an address nobody asks: they get it at once."""
        return self.email is not None

    @property
    def live_picks(self) -> list[Pick]:
        """The sessions that were picked and not given up, in the order in which they are held."""
        live = [pick for pick in self.picks if pick.state.is_live]
        return sorted(live, key=lambda pick: (pick.session.starts_at, pick.session.room, pick.session_id))

    @property
    def session_titles(self) -> list[str]:
        return [pick.session.title for pick in self.live_picks]

    @property
    def seated_titles(self) -> list[str]:
        """Of those in which there is a seat."""
        return [pick.session.title for pick in self.live_picks if pick.state.holds_seat]

    @property
    def waiting_titles(self) -> list[str]:
        """Of those in which there is none yet."""
        return [pick.session.title for pick in self.live_picks if not pick.state.holds_seat]

    @property
    def is_live(self) -> bool:
        """Whether it is or may still become a seat. Who was not approved keeps the row, and the address stays known."""
        return self.state in HOPE_TO_COME

    @property
    def coming_days(self) -> list[str]:
        """The chosen days that the event has; none while its date is open. See operations/registration/moving_days."""
        held = set(self.event.day_keys) if self.days else set()
        return [day for day in self.days if day in held]

    @property
    def chosen_days(self) -> list[str]:
        """The same where there was a choice: of a single day nobody was asked."""
        return self.coming_days if len(self.event.days) > 1 else []

    @property
    def lost_its_days(self) -> bool:
        """Whether the event moved away from every day that was chosen, so that another choice is needed."""
        return self.is_live and bool(self.days) and len(self.event.days) > 1 and not self.coming_days

    @property
    def has_lapsed(self) -> bool:
        """Whether it ended because no answer came for the seat that was held."""
        return self.state is RegistrationState.CANCELLED and self.cancelled_by == LINE

    @property
    def has_place(self) -> bool:
        """Whether it holds a seat or a place in line."""
        return self.state in HOLD_OR_WAIT

    @property
    def is_pending(self) -> bool:
        """Whether the office has still to approve it."""
        return self.state is RegistrationState.PENDING_APPROVAL
