"""A series: a kind of event that comes again, such as the Trade Symposium or the webinars."""

from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Json, Model
from app.models.reminder import USUAL, Lead

SET_BY_OFFICE = "set_by_office"


class Series(Model):
    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    acronym: Mapped[str] = mapped_column(String(20), default="")
    summary: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[int] = mapped_column(default=0)  # The order in which series are listed.
    # What a new event of the series starts with: the same keys as an event file. And, under a key of its own, the names
    # of what staff have changed here, which a file changes no more.
    defaults: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # The reminders that a new event begins with; None: the usual ones.
    reminders: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)

    @property
    def leads(self) -> list[Lead]:
        """How long before the start people of its events are reminded."""
        return list(USUAL) if self.reminders is None else [Lead.from_json(one) for one in self.reminders]

    @property
    def set_by_office(self) -> list[str]:
        """What staff changed in the console, the columns above among it."""
        return list((self.defaults or {}).get(SET_BY_OFFICE, ()))

    @property
    def full_name(self) -> str:
        """The name spelled out before its acronym."""
        return f"{self.name} ({self.acronym})" if self.acronym else self.name
