"""One registration as staff see it: what happened to it, every mail about it, and who else has the name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from app.db import db
from app.models import AuditEntry, OutgoingEmail, Registration, RegistrationState
from app.models.message_kind import KINDS_ABOUT_NEEDS

MOST = 200
# That somebody asked for something is private too.
ABOUT_NEEDS = ("asked for access", "answered access request", "viewed")


@dataclass(frozen=True)
class Overview:
    """The newest first."""

    history: Sequence[AuditEntry]
    mails: Sequence[OutgoingEmail]
    namesakes: int


def overview(registration: Registration, *, with_needs: bool) -> Overview:
    """Without the right to see needs, nothing tells that there are any."""
    history = select(AuditEntry).where(AuditEntry.subject == "registration", AuditEntry.subject_id == registration.id)
    mails = select(OutgoingEmail).where(OutgoingEmail.registration_id == registration.id)
    if not with_needs:
        history = history.where(AuditEntry.act.not_in(ABOUT_NEEDS))
        mails = mails.where(OutgoingEmail.kind.not_in(KINDS_ABOUT_NEEDS))
    light = (defer(OutgoingEmail.content), defer(OutgoingEmail.facts))
    return Overview(
        db.session.scalars(history.order_by(AuditEntry.id.desc()).limit(MOST)).all(),
        db.session.scalars(mails.order_by(OutgoingEmail.id.desc()).limit(MOST).options(*light)).all(),
        _namesakes(registration),
    )


def _namesakes(registration: Registration) -> int:
    """How many more live registrations of the event bear this name: two people, or one under two addresses."""
    if not registration.name_key:
        return 0
    same_name = (Registration.event_id == registration.event_id, Registration.name_key == registration.name_key)
    others = (Registration.id != registration.id, Registration.state != RegistrationState.CANCELLED)
    return db.session.scalar(select(func.count()).where(*same_name, *others)) or 0
