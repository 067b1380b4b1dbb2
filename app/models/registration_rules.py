"""What an event asks of those who register, beyond a free seat. An event without such a row is open to everyone."""

from __future__ import annotations

import re
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, WallTime
from app.models.labels import Labelled

LONGEST_OFFER = 720  # Hours.
MOST_COLLEAGUES = 20


class Access(Labelled):
    """Who may register."""

    EVERYONE = "everyone", _l("Everyone")
    LINK = "link", _l("Everyone who has the link; the event stands in no list")
    INVITED = "invited", _l("People you invite, each by mail with a link of their own")
    CODE = "code", _l("Everyone who has the code")
    DOMAINS = "domains", _l("Addresses of certain mail domains")


class OverlapRule(Labelled):
    """What happens when somebody picks two sessions that are held at the same time."""

    REFUSE = "refuse", _l("Refuse")
    WARN = "warn", _l("Warn, and let the person decide")


class RegistrationRules(Model):
    """One row per event that has any rule; nobody needs one for a plain webinar."""

    __tablename__ = "registration_rules"
    __table_args__ = (
        CheckConstraint("organization_cap > 0", name="organization_cap_positive"),
        CheckConstraint("offer_hours > 0", name="offer_hours_positive"),
        CheckConstraint("most_colleagues > 0", name="most_colleagues_positive"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    paused_at: Mapped[datetime | None]  # Set while staff hold the registration; nothing is lost meanwhile.

    access: Mapped[Access] = mapped_column(default=Access.EVERYONE)
    access_code: Mapped[str] = mapped_column(String(60), default="")
    access_domains: Mapped[str] = mapped_column(String(1000), default="")  # As typed; see admitted_domains.
    # Whether the office looks at each registration before it takes a seat or a place in line.
    needs_approval: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    organization_cap: Mapped[int | None]  # How many people of one organization may hold a seat or wait.

    most_colleagues: Mapped[int | None]  # How many others one form may register too; None is nobody.

    asks_us_person: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # How long before a visit people must register, told before anybody books travel.
    lead_time_text: Mapped[str] = mapped_column(Text, default="", server_default="")

    overlap_rule: Mapped[OverlapRule] = mapped_column(default=OverlapRule.REFUSE)
    # How long a seat from the waiting list is held for an answer; None gives it at once.
    offer_hours: Mapped[int | None]
    offers_skip_weekends: Mapped[bool] = mapped_column(default=False)

    hand_over_until_local: Mapped[WallTime | None]
    hand_over_until_at: Mapped[datetime | None]

    @property
    def admitted_domains(self) -> tuple[str, ...]:
        """The mail domains whose addresses may register, as an address's key has them; none means all."""
        if self.access is not Access.DOMAINS:
            return ()
        return mail_domains_in(self.access_domains)


def mail_domains_in(text: str) -> tuple[str, ...]:
    """The domains that somebody listed, separated by commas or spaces, with or without the @ in front."""
    parts = re.split(r"[\s,;]+", text.casefold())
    return tuple(dict.fromkeys(domain for part in parts if (domain := part.lstrip("@").rstrip("."))))
