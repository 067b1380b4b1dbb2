"""Telling people who are invited and have not registered what became of the event: they plan by it as well."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, false, func, literal, select, true

from app.db import db
from app.models import EmailState, Event, EventState, Invitation, MessageKind, OutgoingEmail, Registration
from app.models.message_kind import TOLD_TO_INVITED
from app.models.outgoing_email import NO_LONGER_TRUE
from app.models.registration_state import HOPE_TO_COME
from app.operations import notifying
from app.operations.registration import inviting
from app.operations.registration.invited import IS_OPEN


def count(event: Event) -> int:
    """How many hear of a change who have not registered."""
    return db.session.scalar(select(func.count(Invitation.id)).where(*_expecting(event))) or 0


def tell(
    kind: MessageKind,
    event: Event,
    about: dict[str, Any],
    *,
    key: str,
    invited_until: datetime,
    most: int,
    at: datetime,
) -> int:
    """Queue the mail to the next of those who were invited before the change. Returns how many."""
    is_called_off = event.state is EventState.CANCELLED or event.has_ended(at)
    if kind not in TOLD_TO_INVITED or (kind.presumes_event and is_called_off):
        return 0
    dedupe_key = literal(f"{kind.value}/invitation-") + cast(Invitation.id, String) + literal(f"/{key}")
    not_told = ~exists().where(OutgoingEmail.dedupe_key == dedupe_key)
    chosen = select(Invitation).where(*_expecting(event), Invitation.invited_at <= invited_until, not_told)
    people = db.session.scalars(chosen.order_by(Invitation.id).limit(most)).all()
    _queue(kind, event, people, about, key, at)
    return len(people)


def correct(kind: MessageKind, event: Event, about: dict[str, Any], *, key: str, since: datetime, at: datetime) -> None:
    """A change is taken back: whoever was invited since then read what is no longer true, and hears so.

    Whose invitation was withheld because the event was cancelled is invited now.
    """
    was_mailed = exists().where(
        OutgoingEmail.kind == MessageKind.INVITATION,
        OutgoingEmail.event_id == event.id,
        OutgoingEmail.recipient_key == Invitation.email_key,
        OutgoingEmail.queued_at >= since,
        OutgoingEmail.state != EmailState.WITHDRAWN,
    )
    people = db.session.scalars(select(Invitation).where(*_expecting(event), was_mailed)).all()
    _queue(kind, event, people, about, key, at)
    for invitation in db.session.scalars(select(Invitation).where(*_expecting(event), _was_withheld(since))).all():
        inviting.mail(invitation, at)


def _was_withheld(since: datetime) -> ColumnElement[bool]:
    """Whether its latest mail was."""
    number = cast(Invitation.id, String) + literal("/") + cast(Invitation.sent, String)
    return exists().where(
        OutgoingEmail.dedupe_key == literal(f"{MessageKind.INVITATION.value}/") + number,
        OutgoingEmail.state == EmailState.WITHDRAWN,
        OutgoingEmail.state_at >= since,
        OutgoingEmail.last_error == NO_LONGER_TRUE,
    )


def _expecting(event: Event) -> list[ColumnElement[bool]]:
    """Open invitations of people who are not registered. Samples are never mailed."""
    is_registered = exists().where(
        Registration.event_id == event.id,
        Registration.email_key == Invitation.email_key,
        Registration.state.in_(HOPE_TO_COME),
    )
    is_real = false() if event.is_demo else true()
    return [Invitation.event_id == event.id, IS_OPEN, ~is_registered, is_real]


def _queue(
    kind: MessageKind, event: Event, people: Sequence[Invitation], about: dict[str, Any], key: str, at: datetime
) -> None:
    for invitation in people:
        link = {"invitation": {"id": invitation.id, "version": invitation.link_version}}
        notifying.queue_to(
            kind,
            invitation.email,
            facts=about | (link if event.is_by_invitation else {}),
            key=f"invitation-{invitation.id}/{key}",
            language=invitation.language,
            event_id=event.id,
            at=at,
        )
