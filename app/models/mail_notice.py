"""What came back by mail; the addresses of which we know from it that mail does not arrive there, or is not wanted."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, folded
from app.models.failure_reason import FailureReason, reason_of
from app.models.labels import Labelled
from app.models.outgoing_email import OutgoingEmail


class NoticeKind(Labelled):
    BOUNCED = "bounced", _l("Came back"), "stop"
    DELAYED = "delayed", _l("Still being tried by another server"), "warn"
    COMPLAINT = "complaint", _l("Marked as unwanted"), "warn"
    AUTO_REPLY = "auto-reply", _l("Automatic reply"), "note"
    DECLINED = "declined", _l("Declined in a calendar"), "note"
    OTHER = "other", _l("Something else"), "quiet"


class MailNotice(Model):
    """One message that was read and filed. What it says of itself is kept as words, and nothing follows from them."""

    __tablename__ = "mail_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # Read twice, it is filed once.
    kind: Mapped[NoticeKind]
    words: Mapped[str] = mapped_column(String(500), default="")
    # The mail of ours that it proved to be about; none when it proved nothing.
    email_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_email.id", ondelete="SET NULL"), index=True)
    read_at: Mapped[datetime] = mapped_column(index=True)


class BouncedAddress(Model):
    """An address that mail came back from. The flag hangs on the address: once that is corrected, it is gone."""

    __tablename__ = "bounced_address"

    email_key: Mapped[str] = mapped_column(folded(254), primary_key=True)
    bounced_at: Mapped[datetime]
    reason: Mapped[FailureReason]
    words: Mapped[str] = mapped_column(String(500), default="")

    @classmethod
    def of(cls, mail: OutgoingEmail, words: str, at: datetime) -> BouncedAddress:
        """The flag that follows from a refusal: on the address we wrote to, whatever the refusal names."""
        return cls(email_key=mail.recipient_key, bounced_at=at, reason=reason_of(words), words=words[:500])


class UnwantedAddress(Model):
    """An address whose owner marked mail to many as unwanted. Only mail about their own registrations goes there."""

    __tablename__ = "unwanted_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_key: Mapped[str] = mapped_column(folded(254), unique=True)
    complained_at: Mapped[datetime] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(String(500), default="")
    # The mail that was marked, while our copy of it is kept.
    email_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_email.id", ondelete="SET NULL"), index=True)
