"""What all workers know together of the mail server: whether it takes our mail, and how fast we may hand it over."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.models.labels import Labelled


class RelayTrouble(Labelled):
    """Why no mail leaves at all. Everything but an absent server needs somebody of the office."""

    AWAY = "away", _l("The mail server does not answer."), "warn"
    ENCRYPTION = "encryption", _l("The mail server offers no encryption that we may trust."), "stop"
    ACCOUNT = "account", _l("The mail server refuses our account."), "stop"
    SENDER = "sender", _l("The mail server refuses us as a sender."), "stop"

    @property
    def is_ours(self) -> bool:
        """Whether waiting does not help: a setting or an agreement with the server's keeper must change."""
        return self is not RelayTrouble.AWAY


class MailRelay(Model):
    """One row. Every node hands its mail to the same server, so what one worker learns of it counts for all."""

    __tablename__ = "mail_relay"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    trouble: Mapped[RelayTrouble | None]
    words: Mapped[str] = mapped_column(String(500), default="")  # What the server said.
    troubled_since: Mapped[datetime | None]
    rests_until: Mapped[datetime | None]  # Until then nobody knocks.
    minute: Mapped[dict[str, Any]] = mapped_column(default=dict)  # How many mails were taken up in which second.
