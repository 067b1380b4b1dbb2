"""One registration as staff see it: what happened to it, and every mail about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import defer

from app.db import db
from app.models import AuditEntry, OutgoingEmail, Registration
from app.models.outgoing_email import KINDS_ABOUT_NEEDS

MOST = 200
# That somebody asked for something is private too.
ABOUT_NEEDS = ("asked for access", "answered access request", "viewed")


@dataclass(frozen=True)
class Overview:
    """The newest first."""

    history: Sequence[AuditEntry]
    mails: Sequence[OutgoingEmail]


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
    )
