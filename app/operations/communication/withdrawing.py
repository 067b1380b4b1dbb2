"""Taking back all mail that waits: an older copy of the database does not know what left since it was made."""

from datetime import datetime

from sqlalchemy import or_, update

from app.db import db
from app.models import EmailState, OutgoingEmail
from app.operations import auditing

WAITING = (EmailState.QUEUED, EmailState.RETRY, EmailState.IN_DOUBT)
HELD = (EmailState.CLAIMED, EmailState.SENDING)  # By a worker that the copy remembers, and that is long gone.


def withdraw_all(*, by: str, at: datetime) -> int:
    """Take back every mail that no living worker holds. Returns how many."""
    held = OutgoingEmail.state.in_(HELD) & (OutgoingEmail.leased_until < at)
    words = f"Withdrawn by {by}, with everything that waited."
    taken = db.session.scalars(
        update(OutgoingEmail)
        .where(or_(OutgoingEmail.state.in_(WAITING), held))
        .values(state=EmailState.WITHDRAWN, state_at=at, last_error=words, leased_by=None, leased_until=None)
        .returning(OutgoingEmail.id)
        .execution_options(synchronize_session=False)
    ).all()
    auditing.record(
        "withdrew all mail", actor=by, subject="message", subject_id=None, detail={"mails": len(taken)}, at=at
    )
    return len(taken)
