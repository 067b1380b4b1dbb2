"""After a backup was put back: is the database sound, and which mail may have left since the backup was made?"""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import defer

from app.db import db, locks_rows
from app.models import EmailState, OutgoingEmail
from app.models.outgoing_email import UNSETTLED
from app.operations import auditing

HELD = "A backup was restored: this may have left before."


def faults() -> list[str]:
    """What is wrong with the rows, if anything: broken pages and references of SQLite, and changed audit entries."""
    found = [] if locks_rows() else [*_broken_pages(), *_broken_references()]
    if (first_bad := auditing.verify().first_bad_id) is not None:
        found.append(f"Audit entry {first_bad} is not as it was written.")
    return found


def _broken_pages() -> list[str]:
    said = db.session.scalars(text("PRAGMA integrity_check(5)")).all()
    return [] if said == ["ok"] else list(said)


def _broken_references() -> list[str]:
    broken = db.session.execute(text("PRAGMA foreign_key_check")).all()
    return [f"A row of {row[0]} names a row of {row[2]} that is not there." for row in broken[:5]]


def hold_mail(*, by: str, at: datetime) -> int:
    """Put all mail that was due on the staff's work list, and say how many: nobody knows whether it left meanwhile.

    What is due later has not left, and goes its way.
    """
    waiting = select(OutgoingEmail).where(UNSETTLED, OutgoingEmail.due_at <= at).options(defer(OutgoingEmail.content))
    held = db.session.scalars(waiting).all()
    for mail in held:
        mail.leased_by, mail.leased_until = None, None
        mail.enter(EmailState.FAILED, HELD, at)
    detail = {"held": len(held)}
    auditing.record("restored a backup", actor=by, subject="message", subject_id=None, detail=detail, at=at)
    return len(held)
