"""A change of an event that people will be told of, after ten minutes in which staff can undo it.

What would be final is kept so even when nobody is told: a quiet notice tells nothing, but can be undone.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, and_, exists
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.db import Model
from app.models.event import Event
from app.models.event_state import EventState
from app.models.message_kind import MessageKind


class ChangeNotice(Model):
    """At most one waits for each event: a second change replaces the first and keeps what was true before both."""

    __tablename__ = "change_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MessageKind]
    before: Mapped[dict[str, Any]]  # The event's facts before the first change, as a mail would tell them.
    # What "Undo" brings back: the event and its parts as they stood before the first change.
    former: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(String(500), default="")
    made_by: Mapped[str] = mapped_column(String(254))
    made_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    recipients: Mapped[int | None]  # How many were written to, once sent.

    event: Mapped[Event] = relationship()

    @property
    def removed(self) -> list[dict[str, Any]]:
        """The sessions of which it tells that they are not held any more."""
        return list(self.former.get("removed", ()))

    @property
    def is_quiet(self) -> bool:
        """Whether nobody is told, so that it stands only for "Undo"."""
        return bool(self.former.get("quietly"))

    @property
    def tells_of_event(self) -> bool:
        """Whether people hear how the event is now. Otherwise only those hear who lost a session, if anybody did."""
        return self.kind is not MessageKind.CHANGED and not self.is_quiet


# A notice of a new date after a postponement, of which people have still to be told.
OF_UNTOLD_DATE = and_(
    ChangeNotice.withdrawn_at.is_(None),
    ChangeNotice.recipients.is_(None),
    ChangeNotice.before["state"].as_string() == EventState.POSTPONED.value,
)
_IS_UNTOLD = exists().where(ChangeNotice.event_id == Event.id, OF_UNTOLD_DATE).correlate_except(ChangeNotice)
Event.lines_rest = column_property(and_(Event.state == EventState.PUBLISHED, _IS_UNTOLD), deferred=True)
