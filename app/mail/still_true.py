"""The last look at mails that are about to leave: overtaken, for nobody, or to where nothing arrives, they must not."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select, text

from app.db import db
from app.mail import companions, dead_addresses
from app.models import EmailState, MessageKind, OutgoingEmail, Registration, RegistrationState, Subscriber
from app.models.message_kind import STATE_KINDS
from app.models.outgoing_email import CAME_BACK, NO_LONGER_TRUE, NOT_COMING, SUPERSEDED, UNFOLLOWED, UNWANTED
from app.models.taking_back import taken_back_by

GONE = {RegistrationState.CANCELLED, RegistrationState.NOT_APPROVED}
# Written out, because thirty values to bind cost more than the search.
TELLS_STATE = text(f"kind IN ({', '.join(sorted(repr(kind.value) for kind in STATE_KINDS))})")
OVERTAKERS = {
    kind: frozenset(newer for newer in STATE_KINDS if kind in taken_back_by(newer))
    for kind in MessageKind
    if kind.can_be_overtaken
}
Newest = dict[MessageKind, int]  # The newest mail of each kind about a registration that was not taken back.


_NEWEST = (  # Made once: asked for every few mails, making it took as long as asking.
    select(OutgoingEmail.registration_id, OutgoingEmail.kind, func.max(OutgoingEmail.id))
    .where(OutgoingEmail.registration_id.in_(bindparam("registrations", expanding=True)))
    .where(TELLS_STATE, OutgoingEmail.state != EmailState.WITHDRAWN)
    .group_by(OutgoingEmail.registration_id, OutgoingEmail.kind)
)


def why_not(rows: Sequence[OutgoingEmail], at: datetime) -> dict[int, str]:
    """Those of these mails that have become untrue, and why, by their numbers."""
    newest = _newest_states({row.registration_id for row in rows if row.kind.can_be_overtaken})
    dead = dead_addresses.among({row.recipient_key for row in rows if not row.kind.was_asked_for})
    unwilling = dead_addresses.without_lists({row.recipient_key for row in rows if row.kind.goes_to_many})
    reasons = {
        row.id: _overtaken(row, newest.get(row.registration_id, {}))
        or _withheld(row, dead, unwilling)
        or ("" if companions.is_true(row, at) else NO_LONGER_TRUE)
        for row in rows
    }
    return {email_id: reason for email_id, reason in reasons.items() if reason}


def _newest_states(registrations: set[int | None]) -> dict[int | None, Newest]:
    known = registrations - {None}
    if not known:
        return {}
    found: dict[int | None, Newest] = defaultdict(dict)
    for registration_id, kind, newest in db.session.execute(_NEWEST, {"registrations": list(known)}):
        found[registration_id][kind] = newest
    return found


def _overtaken(row: OutgoingEmail, newest: Newest) -> str:
    if any(newest.get(kind, 0) > row.id for kind in OVERTAKERS.get(row.kind, ())):
        return SUPERSEDED
    if row.kind.presumes_seat and _has_left(row):
        return NOT_COMING
    return UNFOLLOWED if row.kind is MessageKind.NEWS and not _is_followed(row) else ""


def _withheld(row: OutgoingEmail, dead: Collection[str], unwilling: Collection[str]) -> str:
    if row.kind.goes_to_many and row.recipient_key in unwilling:
        return UNWANTED
    return CAME_BACK if row.recipient_key in dead and not row.kind.was_asked_for else ""


def _is_followed(row: OutgoingEmail) -> bool:
    """A try that was under way when somebody stopped the news, or a copy that staff send, must not reach them."""
    return bool(db.session.scalar(select(exists().where(Subscriber.email_key == row.recipient_key))))


def _has_left(row: OutgoingEmail) -> bool:
    """Whether this person has given up the place since it was queued. Who had none then was written to as such."""
    if row.registration_id is None or RegistrationState(row.facts["registration"]["state"]) in GONE:
        return False
    return db.session.scalar(select(Registration.state).where(Registration.id == row.registration_id)) in GONE
