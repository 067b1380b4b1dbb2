"""How mail is doing, as the console tells it: a few figures, and one line when mail waits too long."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.models import FailureReason, MessageKind
from app.operations.records import watching
from app.web import site
from app.web.staff import rail

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Health:
    """``figures`` are pairs of a word and a value."""

    figures: list[tuple[str, str]]
    failures: list[tuple[FailureReason, int]]
    url: str  # Of the work list, for those who may open it.


def health(hidden: frozenset[MessageKind]) -> Health:
    at = clock.now()
    began = watching.office_day_begins(at, current_app.config["DEFAULT_TIME_ZONE"])
    seen = watching.look(at, began, hidden, pace=site.mail_pace())
    waits = duration(seen.oldest_seconds) if seen.oldest_seconds else _("none")
    figures = [
        (_("oldest mail that waits"), _("%(time)s, by the pace set", time=waits) if seen.is_held_back else waits),
        (_("accepted today"), f"{seen.accepted:,}"),
        (_("of them within 10 seconds"), _share(seen.share(seen.within_10))),
        (_("of them within a minute"), _share(seen.share(seen.within_60))),
    ]
    return Health(figures, seen.failures.most_common(), rail.way_to("staff.messages", state="failed"))


def duration(seconds: int) -> str:
    """As coarse as it may be: 40 seconds, 12 minutes, 3 hours."""
    if seconds < MINUTE:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    if seconds < HOUR:
        return ngettext("%(num)s minute", "%(num)s minutes", seconds // MINUTE)
    return ngettext("%(num)s hour", "%(num)s hours", seconds // HOUR)


def _share(share: float | None) -> str:
    """Rounded down: 100 % is said when it is all of them."""
    return "–" if share is None else f"{int(share * 100)} %"
