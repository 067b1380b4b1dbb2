"""The office's own words in a kind of mail, for a series or for one event. The frame around them stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.models.outgoing_email import MessageKind
from app.models.placeholder import Placeholder

LONGEST_PART = 2000
# Mails to people about an event. Of some the sentence can be put otherwise, because everything that is true of this
# person alone stands elsewhere in the frame; of the others it stays, and words come before and after it.
OWN_SENTENCE = (
    MessageKind.CONFIRMED,
    MessageKind.WAITLISTED,
    MessageKind.APPROVAL_PENDING,
    MessageKind.APPROVAL_QUESTION,
    MessageKind.NOT_APPROVED,
    MessageKind.PROMOTED,
    MessageKind.CANCELLED,
    MessageKind.CANCELLED_BY_STAFF,
    MessageKind.CHANGED,
    MessageKind.HOW_TO_JOIN,
    MessageKind.SESSION_JOIN,
    MessageKind.REMINDER,
    MessageKind.EVENT_CHANGED,
    MessageKind.EVENT_POSTPONED,
    MessageKind.EVENT_CANCELLED,
    MessageKind.INVITATION,
)
FIXED_SENTENCE = (
    MessageKind.SESSION_PROMOTED,
    MessageKind.SESSION_OFFERED,
    MessageKind.SESSION_OFFER_LAPSED,
    MessageKind.SESSION_LINE_CLOSED,
    MessageKind.SESSION_MOVED,
    MessageKind.OFFERED,
    MessageKind.OFFER_LAPSED,
    MessageKind.LINE_CLOSED,
    MessageKind.DECLINED,
    MessageKind.ALREADY_REGISTERED,
    MessageKind.TAKE_OVER,
    MessageKind.HANDED_OVER,
    MessageKind.CONFIRM_ADDRESS,
    MessageKind.ADDRESS_ASKED,
    MessageKind.ORGANIZATION_FULL,
    MessageKind.BOOKED,
    MessageKind.ACCESSIBILITY_RECEIVED,
    MessageKind.ACCESSIBILITY_ANSWERED,
    MessageKind.REGISTRATION_OPEN,
)
ADAPTABLE = (*OWN_SENTENCE, *FIXED_SENTENCE)
# Sent to somebody who has no registration of their own in it.
IMPERSONAL = frozenset(
    {
        MessageKind.TAKE_OVER,
        MessageKind.CONFIRM_ADDRESS,
        MessageKind.ORGANIZATION_FULL,
        MessageKind.BOOKED,
        MessageKind.REGISTRATION_OPEN,
        MessageKind.INVITATION,
    }
)
OF_EVENTS = frozenset({Placeholder.EVENT, Placeholder.STARTS, Placeholder.PLACE, Placeholder.EVENT_LINK})


def placeholders_of(kind: MessageKind) -> list[Placeholder]:
    """What may stand in braces in this kind of mail."""
    return [one for one in Placeholder if kind not in IMPERSONAL or one in OF_EVENTS]


@dataclass(frozen=True)
class MailWords:
    """The parts of a mail that can be put otherwise. An empty part is as the house has it."""

    introduction: str = ""  # Before the sentence; the house has none.
    sentence: str = ""
    closing: str = ""  # After everything; the house has none.

    def __bool__(self) -> bool:
        return bool(self.introduction or self.sentence or self.closing)


class MailWording(Model):
    """One row for each kind that an event, or a series, puts in its own words."""

    __tablename__ = "mail_wording"
    __table_args__ = (
        UniqueConstraint("event_id", "kind"),
        UniqueConstraint("series_id", "kind"),
        CheckConstraint("(event_id IS NULL) <> (series_id IS NULL)", name="one_home"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    kind: Mapped[MessageKind]
    introduction: Mapped[str] = mapped_column(Text, default="")
    sentence: Mapped[str] = mapped_column(Text, default="")
    closing: Mapped[str] = mapped_column(Text, default="")

    @property
    def words(self) -> MailWords:
        return MailWords(self.introduction, self.sentence, self.closing)
