"""An outgoing email: a row before it is a message. The verbs write the facts; only the worker renders and sends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app import keys
from app.db import Json, Model, only_where
from app.models.mail_course import EmailState, Step, seconds_waited, trace
from app.models.message_kind import MessageKind

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
