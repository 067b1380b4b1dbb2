"""A notice that stands over all public pages: a lapse in funding, a storm."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class SiteNotice(Model):
    """The newest row is the notice in force; an empty text or a past end means none."""

    __tablename__ = "site_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(500), default="")
    ends_at: Mapped[datetime | None]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(254))

    def is_in_force(self, at: datetime) -> bool:
        return bool(self.text) and (self.ends_at is None or at < self.ends_at)
