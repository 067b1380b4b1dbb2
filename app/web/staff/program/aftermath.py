"""What happens after a change was saved, in words: who moves up at once, and who is told when."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from app.db import db
from app.models import AuditEntry, ChangeNotice
from app.operations.program import telling

MOVED_UP = ("promoted", "promoted in sessions")
OFFERED = ("offered seat", "offered sessions")


def saved_words(event_id: int, saved_at: datetime | None) -> str:
    return _with_line(event_id, saved_at, " ".join(filter(None, (_("Saved."), _told_words(event_id, saved_at)))))


def removed_words(event_id: int, removed_at: datetime) -> str:
    return _with_line(event_id, removed_at, " ".join(filter(None, (_("Removed."), _told_words(event_id, removed_at)))))


def done_words(event_id: int, saved_at: datetime | None) -> str:
    notice = telling.waiting_notice(event_id)
    if notice is None:
        words = _("Done. Nobody is written to.")
    elif notice.is_quiet or reaches_nobody(notice):
        words = _("Done. The site shows it now, and nobody is written to. For ten minutes you can undo it.")
    else:
        words = _("Done. The site shows it now; people are told in ten minutes. Until then you can undo it.")
    return _with_line(event_id, saved_at, words)


def reaches_nobody(notice: ChangeNotice) -> bool:
    """Whether nobody would read of this change by mail."""
    return not telling.audience(notice.event, notice=notice).mailed


def _told_words(event_id: int, saved_at: datetime | None) -> str:
    """A notice that waited before tells of another change."""
    notice = telling.waiting_notice(event_id)
    if notice is None or notice.is_quiet or notice.made_at != saved_at:
        return ""
    if reaches_nobody(notice):
        return _("There is nobody to write to. For ten minutes you can undo it on the event’s page.")
    return _("People will be told in ten minutes; until then you can undo it on the event’s page.")


def _with_line(event_id: int, saved_at: datetime | None, words: str) -> str:
    """What the waiting list did with it goes out at once, and no undo takes it back."""
    moved, offered = (_count(event_id, acts, saved_at) for acts in (MOVED_UP, OFFERED))
    found = [words]
    if moved:
        found.append(
            ngettext(
                "%(num)s person moved up from the waiting list.",
                "%(num)s people moved up from the waiting list.",
                moved,
            )
        )
    if offered:
        found.append(
            ngettext(
                "%(num)s person on the waiting list is offered a seat.",
                "%(num)s people on the waiting list are offered a seat.",
                offered,
            )
        )
    if moved or offered:
        found.append(_("A mail goes out at once; “Undo” does not take that back."))
    return " ".join(found)


def _count(event_id: int, acts: tuple[str, ...], at: datetime | None) -> int:
    """How many people the change reached in this way."""
    people = func.count(AuditEntry.subject_id.distinct())
    chosen = select(people).where(AuditEntry.event_id == event_id, AuditEntry.act.in_(acts), AuditEntry.at == at)
    return db.session.scalar(chosen) or 0
