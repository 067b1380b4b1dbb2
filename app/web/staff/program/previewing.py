"""What people will read of a change, before it is made: the mail, from the facts as they would be."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app import clock
from app.mail.wording import words_for
from app.models import Event, MessageKind
from app.operations import notifying
from app.operations.communication import sending
from app.operations.program.moments import Moment
from app.web import language
from app.web.staff.mail_views import MailView, mail_view

OPEN_DATE = dict.fromkeys(("starts_local", "starts_at", "ends_local", "ends_at"))
AFTER: dict[MessageKind, dict[str, Any]] = {
    MessageKind.EVENT_CHANGED: {"state": "published"},
    MessageKind.EVENT_POSTPONED: {"state": "postponed", **OPEN_DATE},
    MessageKind.EVENT_CANCELLED: {"state": "cancelled"},
}


def preview(event: Event, kind: MessageKind, starts: Moment | None = None, ends: Moment | None = None) -> MailView:
    """The mail of this kind as somebody with a seat would get it."""
    at = clock.now()
    before = notifying.event_facts(event, at)
    after = {**before, **AFTER[kind]}
    if starts and ends:
        after |= _times(event, "starts", starts) | _times(event, "ends", ends)
    somebody = sending.sample(event, _("Name of the person"), "name@example.com")
    facts = {"registration": somebody, "event": after, "before": before, "reason": ""}
    return mail_view(kind, facts, at=at, words=words_for(kind, event.id, language.current()))


def _times(event: Event, name: str, moment: Moment) -> dict[str, str]:
    instant: datetime = moment.instant(event.zone)
    return {f"{name}_local": moment.local.isoformat(), f"{name}_at": instant.isoformat()}
