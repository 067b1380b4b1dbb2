"""Who waits for the office's decision: how many, and whether an event has anything to decide about."""

from collections.abc import Collection

from sqlalchemy import func, select

from app.db import db
from app.models import Approval, Registration, RegistrationState
from app.operations.registration.listing import NOT_ORDINARY

UNDECIDED = (RegistrationState.PENDING_APPROVAL,)


def count_pending(event_id: int) -> int:
    """How many wait for the office's answer."""
    return pending_of([event_id]).get(event_id, 0)


def pending_of(event_ids: Collection[int]) -> dict[int, int]:
    """How many wait for the office's answer at each of these events; without those where nobody does."""
    pending = select(Registration.event_id, func.count()).where(
        Registration.event_id.in_(event_ids), Registration.state.in_(UNDECIDED), NOT_ORDINARY
    )
    rows = db.session.execute(pending.group_by(Registration.event_id))
    return {event_id: int(count) for event_id, count in rows}


def asks_approval(event_id: int) -> bool:
    """Whether there is, or ever was, something to decide about at an event: then it has a page for that."""
    # Written so that no index of the people serves: from the few approvals the way is shorter.
    return (
        db.session.scalar(
            select(Approval.registration_id)
            .join(Approval.registration)
            .where((Registration.event_id + 0) == event_id)
            .limit(1)
        )
        is not None
    )
