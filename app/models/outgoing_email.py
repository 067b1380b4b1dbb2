"""An outgoing email: a row before it is a message. The verbs write the facts; only the worker renders and sends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app import keys
from app.db import Json, Model, only_where
from app.models.labels import Labelled
from app.models.mail_course import EmailState, Step, seconds_waited, trace


class MessageKind(Labelled):
    CONFIRMED = "confirmed", _l("Registration confirmed")
    WAITLISTED = "waitlisted", _l("On the waiting list")
    PROMOTED = "promoted", _l("Seat given from the waiting list")
    SESSION_PROMOTED = "session-promoted", _l("Seat in a session given from its waiting list")
    OFFERED = "offered", _l("Seat offered from the waiting list")
    OFFER_LAPSED = "offer-lapsed", _l("Offered seat not held any more")
    LINE_CLOSED = "line-closed", _l("Waiting list closed")
    CANCELLED = "cancelled", _l("Registration cancelled by the person")
    CANCELLED_BY_STAFF = "cancelled-by-staff", _l("Registration cancelled by staff")
    CHANGED = "changed", _l("Registration changed")
    HOW_TO_JOIN = "how-to-join", _l("How to join")
    EVENT_CHANGED = "event-changed", _l("Event changed")
    EVENT_POSTPONED = "event-postponed", _l("Event postponed")
    EVENT_CANCELLED = "event-cancelled", _l("Event cancelled")
    ALREADY_REGISTERED = "already-registered", _l("Already registered")
    TAKE_OVER = "take-over", _l("Asked to take over a seat")
    HANDED_OVER = "handed-over", _l("Seat handed over")
    CONFIRM_ADDRESS = "confirm-address", _l("Asked to confirm a new address")
    ADDRESS_ASKED = "address-asked", _l("New address asked for")
    APPROVAL_PENDING = "approval-pending", _l("Registration waits for approval")
    NOT_APPROVED = "not-approved", _l("Registration not approved")
    APPROVAL_QUESTION = "approval-question", _l("Question before approval")
    INVITATION = "invitation", _l("Invitation to register")
    ORGANIZATION_FULL = "organization-full", _l("No place left for the organization")
    BOOKED = "booked", _l("Overview of a booking")
    MY_LINKS = "my-links", _l("My registrations")
    ACCESSIBILITY_RECEIVED = "accessibility-received", _l("Accessibility request received")
    ACCESSIBILITY_ALERT = "accessibility-alert", _l("Accessibility request, alert to staff")
    ACCESSIBILITY_ANSWERED = "accessibility-answered", _l("Accessibility request answered")
    REGISTRATION_OPEN = "registration-open", _l("Registration has opened")
    ANNOUNCEMENT = "announcement", _l("Announcement")
    CONFIRM_FOLLOWING = "confirm-following", _l("Asked to confirm following")
    NEWS = "news", _l("News of what somebody follows")
    STAFF_SIGN_IN = "staff-sign-in", _l("Sign-in for staff")
    REMINDER = "reminder", _l("Reminder")
    SESSION_OFFERED = "session-offered", _l("Seat in a session offered from its waiting list")
    SESSION_OFFER_LAPSED = "session-offer-lapsed", _l("Offered seat in a session not held any more")
    SESSION_MOVED = "session-moved", _l("Session held at another time or place")
    SESSION_LINE_CLOSED = "session-line-closed", _l("Waiting list of a session closed")
    SESSION_JOIN = "session-join", _l("How to join a session")
    DECLINED = "declined", _l("Declined in a calendar")
    EVENT_BRIEF = "event-brief", _l("Brief to the contact of an event")
    TEST = "test", _l("Test")

    @property
    def tells_of_needs(self) -> bool:
        """Whether the very fact that there is one tells that somebody has accessibility needs."""
        return self in KINDS_ABOUT_NEEDS

    @property
    def is_sealed(self) -> bool:
        """Whether its words are so private that they are unreadable at rest, and each look at them is logged."""
        return self is MessageKind.ACCESSIBILITY_ANSWERED

    @property
    def says_state(self) -> bool:
        """Whether a newer one of these makes an older, unsent one untrue."""
        return self in STATE_KINDS

    @property
    def presumes_event(self) -> bool:
        """Whether it speaks of taking part, and is never said of an event that is cancelled or over."""
        return self in STATE_KINDS - TRUE_AFTERWARDS

    @property
    def presumes_seat(self) -> bool:
        """Whether it speaks to people who come, and is withheld from whoever has cancelled since it was queued."""
        return self in KINDS_FOR_COMERS

    @property
    def goes_to_many(self) -> bool:
        """Whether it is mail to a list, which whoever marks it as unwanted gets no more of."""
        return self in TO_MANY

    @property
    def was_asked_for(self) -> bool:
        """Whether somebody has just given the address: it is tried even if an earlier mail came back from it."""
        return self in ASKED_FOR

    @property
    def can_be_overtaken(self) -> bool:
        """Whether a newer message about the person's state takes an unsent one of these back."""
        return self in OVERTAKEN


STATE_KINDS = frozenset(
    {
        MessageKind.CONFIRMED,
        MessageKind.WAITLISTED,
        MessageKind.PROMOTED,
        MessageKind.SESSION_PROMOTED,
        MessageKind.SESSION_OFFERED,
        MessageKind.SESSION_OFFER_LAPSED,
        MessageKind.SESSION_LINE_CLOSED,
        MessageKind.SESSION_MOVED,
        MessageKind.OFFERED,
        MessageKind.OFFER_LAPSED,
        MessageKind.LINE_CLOSED,
        MessageKind.CANCELLED,
        MessageKind.CANCELLED_BY_STAFF,
        MessageKind.CHANGED,
        MessageKind.APPROVAL_PENDING,
        MessageKind.NOT_APPROVED,
        MessageKind.HOW_TO_JOIN,
        MessageKind.EVENT_CHANGED,
        MessageKind.EVENT_POSTPONED,
        MessageKind.EVENT_CANCELLED,
    }
)
# They tell how somebody stands in one session, and not that they are registered: an older mail about that still leaves.
ABOUT_SESSIONS = frozenset(kind for kind in STATE_KINDS if kind.value.startswith("session-"))
# What is true of a registration whatever became of the event.
TRUE_AFTERWARDS = frozenset(
    {
        MessageKind.EVENT_CANCELLED,
        MessageKind.CANCELLED,
        MessageKind.CANCELLED_BY_STAFF,
        MessageKind.NOT_APPROVED,
    }
)
# What people hear of an event who are invited to it and have not registered.
TOLD_TO_INVITED = frozenset({MessageKind.EVENT_CHANGED, MessageKind.EVENT_POSTPONED, MessageKind.EVENT_CANCELLED})
KINDS_FOR_COMERS = frozenset({MessageKind.HOW_TO_JOIN, MessageKind.ANNOUNCEMENT})
# They are true while the state is: a newer message about it takes them back, but they take back none.
COMPANIONS = frozenset({MessageKind.REMINDER, MessageKind.SESSION_JOIN})
OVERTAKEN = STATE_KINDS | COMPANIONS
ASKED_FOR = frozenset(
    {
        MessageKind.CONFIRMED,
        MessageKind.WAITLISTED,
        MessageKind.ALREADY_REGISTERED,
        MessageKind.TAKE_OVER,
        MessageKind.CONFIRM_ADDRESS,
        MessageKind.APPROVAL_PENDING,
        MessageKind.ORGANIZATION_FULL,
        MessageKind.BOOKED,
        MessageKind.MY_LINKS,
        MessageKind.CONFIRM_FOLLOWING,
        MessageKind.STAFF_SIGN_IN,
        MessageKind.TEST,
    }
)
TO_MANY = frozenset({MessageKind.ANNOUNCEMENT, MessageKind.NEWS, MessageKind.REGISTRATION_OPEN})
KINDS_ABOUT_NEEDS = frozenset(
    {MessageKind.ACCESSIBILITY_RECEIVED, MessageKind.ACCESSIBILITY_ALERT, MessageKind.ACCESSIBILITY_ANSWERED}
)


# How the keys of mails begin that tell of a session that is not held any more.
DROPPED = "dropped-"
LONGEST_WORDS = 500  # Characters kept of what a server answered.
# Why a queued mail is taken back: a newer one says how things stand now.
SUPERSEDED = "Replaced by a newer message."
CAME_BACK = "Withheld: mail to this address came back."
UNFOLLOWED = "The person stopped these mails."
UNWANTED = "Withheld: the person marked such mail as unwanted."
NOT_COMING = "Withheld: there is no seat for it any more."
NO_LONGER_TRUE = "It is no longer true, or came too late to help."
# Rows that somebody still has to do something about: few, whatever the table has grown to.
UNSETTLED = text("state IN ('queued', 'retry', 'claimed', 'sending', 'in-doubt')")
# The staff's work list: what did not arrive, or perhaps twice, and nobody has seen to.
TO_DO = text("state IN ('failed', 'in-doubt', 'bounced') AND seen_to_at IS NULL")


class OutgoingEmail(Model):
    __tablename__ = "outgoing_email"
    __table_args__ = (
        Index(
            "ix_outgoing_email_due",
            "priority",
            "due_at",
            "id",
            postgresql_where=UNSETTLED,
            sqlite_where=UNSETTLED,
        ),
        Index("ix_outgoing_email_to_do", "id", postgresql_where=TO_DO, sqlite_where=TO_DO),
        # How fast mail left today is read from the index alone.
        Index("ix_outgoing_email_accepted", "accepted_at", "waited_seconds", **only_where("accepted_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MessageKind]
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    recipient_key: Mapped[str] = mapped_column(String(254), index=True)
    language: Mapped[str] = mapped_column(String(10), default="en")
    facts: Mapped[dict[str, Any]]
    priority: Mapped[int] = mapped_column(default=1)  # 0 before 1 before 2: service mail before bulk.
    state: Mapped[EmailState] = mapped_column(default=EmailState.QUEUED)
    state_at: Mapped[datetime | None]  # Since when it is in this state; None while it is as it was queued.
    history: Mapped[list[dict[str, str]]] = mapped_column(
        Json, default=list, server_default="[]"
    )  # ``steps`` reads it.
    due_at: Mapped[datetime]
    leased_by: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)  # How many copies may have left without our learning of it.
    last_error: Mapped[str] = mapped_column(String(500), default="")
    message_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    subject: Mapped[str] = mapped_column(Text, default="")
    # The exact bytes, fixed before the first attempt; ``letter`` reads them.
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    queued_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    waited_seconds: Mapped[int | None]  # From when it was due to when the relay took it.
    seen_to_at: Mapped[datetime | None]  # By staff, who sent it again or found that nothing is left to do.

    def accept(self, answer: str, at: datetime) -> None:
        """The relay has it."""
        self.accepted_at, self.waited_seconds = at, seconds_waited(self.attempts, self.due_at, self.queued_at, at)
        self.enter(EmailState.ACCEPTED, answer, at)

    def enter(self, state: EmailState, words: str, at: datetime) -> None:
        """Change the state, with a trace."""
        self.state, self.state_at, self.last_error = state, at, words[:LONGEST_WORDS]
        self.history = [*self.history, trace(state.value, self.last_error, at)]

    @property
    def steps(self) -> list[Step]:
        """What became of it so far, oldest first. What many rows at once entered stands in the row alone."""
        steps = [Step(EmailState.QUEUED, self.queued_at)]
        steps += [
            Step(EmailState(one["state"]), datetime.fromisoformat(one["at"]), one["words"]) for one in self.history
        ]
        if steps[-1].state is not self.state and self.state_at:
            steps.append(Step(self.state, self.state_at, self.last_error))
        return steps

    @property
    def may_be_doubled(self) -> bool:
        """Whether the person may have it twice: an earlier copy left, and nobody knows whether it was taken."""
        return self.state in {EmailState.ACCEPTED, EmailState.BOUNCED} and self.doubts > 0

    @property
    def letter(self) -> bytes | None:
        """The bytes that every attempt sends. Raises keys.UnreadableError."""
        if self.content is None or not self.kind.is_sealed:
            return self.content
        return keys.unseal(self.content, f"message:{self.id}").encode("latin-1")

    def as_kept(self, letter: bytes) -> bytes:
        """The bytes as they are fixed. Latin-1 turns every byte into a letter and back, whatever it stands for."""
        return keys.seal(letter.decode("latin-1"), f"message:{self.id}") if self.kind.is_sealed else letter
