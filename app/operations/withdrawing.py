"""Taking back mails that wait: a newer one says how things stand, or what they say is true no more."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from app.db import db
from app.models import EmailState, MessageKind, OutgoingEmail, Registration
from app.models.message_kind import COMPANIONS, OVERTAKEN
from app.models.outgoing_email import NO_LONGER_TRUE, SUPERSEDED
from app.models.taking_back import taken_back_by


def withdraw_older(*registration_ids: int, at: datetime, kinds: Collection[MessageKind] = OVERTAKEN) -> None:
    """Take back the queued mails whose state a newer one replaces: nobody reads "confirmed" after "cancelled"."""
    db.session.execute(
        update(OutgoingEmail)
        .where(
            OutgoingEmail.registration_id.in_(registration_ids),
            OutgoingEmail.state.in_([state for state in EmailState if state.is_waiting]),
            OutgoingEmail.kind.in_(kinds),
        )
        .values(state=EmailState.WITHDRAWN, state_at=at, last_error=SUPERSEDED)
    )


def replaced_by(kind: MessageKind, registration: Registration) -> Collection[MessageKind]:
    """What a mail to this person replaces. An offer that a change has settled is one no more."""
    if kind is not MessageKind.CHANGED:
        return taken_back_by(kind)
    settled = set() if registration.offered_until else {MessageKind.OFFERED}
    if all(pick.offered_until is None for pick in registration.live_picks):
        settled.add(MessageKind.SESSION_OFFERED)
    return taken_back_by(kind) | settled


def withdraw_companions(event_id: int, at: datetime) -> None:
    """Take back what waits to be sent only because the event is held as it was: reminders and the like."""
    _withdraw(event_id, COMPANIONS, at)


def withdraw_presuming(event_id: int, at: datetime) -> None:
    """Take back what waits to be sent and speaks of taking part in an event that is cancelled now."""
    _withdraw(event_id, [kind for kind in MessageKind if kind.presumes_event], at)


def _withdraw(event_id: int, kinds: Collection[MessageKind], at: datetime) -> None:
    db.session.execute(
        update(OutgoingEmail)
        .where(
            OutgoingEmail.event_id == event_id,
            OutgoingEmail.state.in_([state for state in EmailState if state.is_waiting]),
            OutgoingEmail.kind.in_(kinds),
        )
        .values(state=EmailState.WITHDRAWN, state_at=at, last_error=NO_LONGER_TRUE)
    )
