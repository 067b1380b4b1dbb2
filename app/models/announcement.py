"""What staff write to people of an event, and texts kept for the next time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.models.event import Event
from app.models.labels import Labelled

LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_NOTICE = 120, 5000, 300


class AnnouncementState(Labelled):
    """How far it is; told by its instants, so nothing has to be kept in step."""

    DRAFT = "draft", _l("Draft"), "quiet"
    WAITING = "waiting", _l("Leaves soon"), "warn"
    LEAVING = "leaving", _l("Leaving"), "note"
    SENT = "sent", _l("Sent"), "good"


class Announcement(Model):
    """A draft, then ten minutes in which it can be taken back, then history."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)  # Whom it is for: the attendee list's filter.
    is_urgent: Mapped[bool] = mapped_column(default=False)
    notice: Mapped[str] = mapped_column(String(LONGEST_NOTICE), default="")  # What stands on pages if it is urgent.

    version: Mapped[int] = mapped_column(default=1)  # Raised by each change of the text.
    tested_version: Mapped[int | None]  # Which one was sent as a test, and to whom.
    tested_by: Mapped[str] = mapped_column(String(254), default="")

    made_by: Mapped[str] = mapped_column(String(254))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sent_by: Mapped[str] = mapped_column(String(254), default="")
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # When it leaves; until then it can be taken back.
    left_at: Mapped[datetime | None]  # Whoever fits at this instant gets it.
    reached_id: Mapped[int] = mapped_column(default=0)  # Up to which registration its mails are queued.
    recipients: Mapped[int | None]  # How many it was queued for; set with the last of them.
    taken_down_at: Mapped[datetime | None]  # When the notice on the pages went.

    event: Mapped[Event] = relationship()

    @property
    def state(self) -> AnnouncementState:
        if self.recipients is not None:
            return AnnouncementState.SENT
        if self.left_at:
            return AnnouncementState.LEAVING
        return AnnouncementState.WAITING if self.due_at else AnnouncementState.DRAFT

    @property
    def is_draft(self) -> bool:
        return self.state is AnnouncementState.DRAFT

    @property
    def was_held_back(self) -> bool:
        """Whether the event changed while it waited to leave, so that somebody must look at it again."""
        return self.is_draft and bool(self.tested_by) and self.tested_version is None

    @property
    def stands_on_pages(self) -> bool:
        return bool(self.is_urgent and self.left_at and not self.taken_down_at)

    def is_tested_by(self, member: str) -> bool:
        """Whether this member has had these very words in their own mailbox."""
        return self.tested_by == member and self.tested_version == self.version

    @property
    def key(self) -> str:
        """What tells its mails from those of another."""
        return f"announcement-{self.id}"


class KeptText(Model):
    """A subject and a text kept for the next time, under a name."""

    __tablename__ = "kept_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    changed_by: Mapped[str] = mapped_column(String(254))
    changed_at: Mapped[datetime]
