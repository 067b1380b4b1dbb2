"""The office's own words in a kind of mail, for a series or for one event. The frame around them stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Json, Model
from app.models.mail_variants import MORE, Variant, variants_of
from app.models.message_kind import MessageKind
from app.models.placeholder import GENERAL, Placeholder

LONGEST_PART, LONGEST_SUBJECT = 2000, 120
# Account mails of staff and test mails are about no event, so there is nobody in whose words they could speak.
FIXED = (MessageKind.STAFF_SIGN_IN, MessageKind.TEST)
ADAPTABLE = tuple(kind for kind in MessageKind if kind not in FIXED)
# Their subject says what is true of this one mail: what changed, how much news there is, what staff wrote.
# Own words stand around it.
SUBJECT_FRAMED = frozenset(
    {
        *(MessageKind.EVENT_CHANGED, MessageKind.ANNOUNCEMENT),
        *(MessageKind.NEWS, MessageKind.MY_LINKS, MessageKind.CONFIRM_FOLLOWING),
    }
)
# About no single event, so nothing of one can be filled in. A series speaks where all that they tell is its own.
OF_MANY = frozenset({MessageKind.NEWS, MessageKind.MY_LINKS, MessageKind.CONFIRM_FOLLOWING})
# Sent to somebody who has no registration of their own in it.
IMPERSONAL = frozenset(
    {
        *(MessageKind.TAKE_OVER, MessageKind.CONFIRM_ADDRESS, MessageKind.ORGANIZATION_FULL, MessageKind.BOOKED),
        *(MessageKind.REGISTRATION_OPEN, MessageKind.INVITATION),
        *(MessageKind.EVENT_BRIEF, MessageKind.ACCESSIBILITY_ALERT),
    }
)
OF_EVENTS = frozenset({Placeholder.EVENT, Placeholder.STARTS, Placeholder.PLACE, Placeholder.EVENT_LINK})


def placeholders_of(kind: MessageKind, variant: Variant | None = None) -> list[Placeholder]:
    """What may stand in braces in this kind of mail; a sentence of one variant may know more than the others."""
    if kind in OF_MANY:
        return []
    general = [one for one in GENERAL if kind not in IMPERSONAL or one in OF_EVENTS]
    return list(dict.fromkeys([*general, *MORE.get(kind, ()), *(variant.needs if variant else ())]))


def placeholders_of_subject(kind: MessageKind) -> list[Placeholder]:
    """A subject carries no links; one that says what is new is held whole, and own words stand around it."""
    framed = [Placeholder.SUBJECT] if kind in SUBJECT_FRAMED else []
    return [one for one in (*placeholders_of(kind), *framed) if not one.is_link]


def subject_needs(kind: MessageKind) -> Placeholder:
    """What a subject must name, so that people know what the mail is about."""
    if kind in SUBJECT_FRAMED:
        return Placeholder.SUBJECT
    return Placeholder.SESSIONS if kind is MessageKind.SESSION_JOIN else Placeholder.EVENT


@dataclass(frozen=True)
class MailWords:
    """The parts of a mail that can be put otherwise. An empty part is as the house has it."""

    introduction: str = ""  # Before the sentence; the house has none.
    sentence: str = ""
    closing: str = ""  # After everything; the house has none.
    subject: str = ""
    sentences: Mapping[str, str] = field(default_factory=dict)  # By variant, where there are several.

    def __bool__(self) -> bool:
        return any((self.introduction, self.sentence, self.closing, self.subject, *self.sentences.values()))

    def sentence_of(self, variant: str) -> str:
        return self.sentences.get(variant, "") or self.sentence


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
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT), default="", server_default="")
    introduction: Mapped[str] = mapped_column(Text, default="")
    sentence: Mapped[str] = mapped_column(Text, default="")
    sentences: Mapped[dict[str, str]] = mapped_column(Json, default=dict, server_default="{}")
    closing: Mapped[str] = mapped_column(Text, default="")

    @property
    def words(self) -> MailWords:
        """A sentence from before there were variants is said in each of them."""
        sentence, sentences = self.sentence or "", self.sentences or {}
        names = [variant.name for variant in variants_of(self.kind) if variant.name]
        said = {name: text for name in names if (text := sentences.get(name) or sentence)}
        return MailWords(self.introduction, "" if names else sentence, self.closing, self.subject or "", said)

    @words.setter
    def words(self, words: MailWords) -> None:
        self.introduction, self.closing, self.subject = words.introduction, words.closing, words.subject
        self.sentence, self.sentences = words.sentence, {name: text for name, text in words.sentences.items() if text}
