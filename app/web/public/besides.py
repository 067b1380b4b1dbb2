"""What a form asked for besides a seat, as its confirmation repeats it: never what somebody needs."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.web import filters
from app.web.public.desks import Desk
from app.web.public.steps import Step


@dataclass(frozen=True)
class Besides:
    days: tuple[str, ...] = ()  # On which the person comes, where the event has several: 2026-12-08.
    needs: bool = False
    news: bool = False

    @property
    def day_words(self) -> list[str]:
        return filters.day_words(self.days)

    @property
    def steps(self) -> list[Step]:
        """What comes of it, and when nothing does."""
        return [*([_needs()] if self.needs else []), *([_news()] if self.news else [])]


def of(desk: Desk, outcome: dict[str, Any]) -> Besides:
    """Where only a mail may tell how things stand, it tells this too."""
    if outcome.get("told_by_mail"):
        return Besides()
    held = desk.event.day_keys if len(desk.days) > 1 else []
    days = tuple(day for day in held if day in outcome.get("days", ()))
    return Besides(days, bool(outcome.get("needs")), bool(outcome.get("news")))


def _needs() -> Step:
    """Whoever is registered asks on their own page: nobody can know who sent the form."""
    text = _(
        "If this address was not registered before, your accessibility request goes to those who arrange it, and a mail"
        " says that it came. If it was, ask on your own page: our mail has the link."
    )
    return Step(_("Hear from us about what you need"), text)


def _news() -> Step:
    text = _(
        "If this address was not registered before, a second mail asks you, unless you follow the series already. No"
        " news comes until you say yes there."
    )
    return Step(_("Confirm that you want news"), text)
