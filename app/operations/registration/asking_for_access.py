"""Asking for what one needs to take part after registering, or for more. What was asked before stays sealed."""

from datetime import datetime

from app.db import db
from app.models import AccessibilityRequest, RequestState
from app.operations.registration import answering, arranging
from app.operations.registration.cancelling import PERSON
from app.operations.registration.changing import lock_live
from app.operations.registration.details import Needs


def ask(registration_id: int, needs: Needs, *, at: datetime, by: str = PERSON) -> None:
    """Add this to what the person needs; the request is open again, also when it was answered.

    What is known already is told to nobody anew. Raises NotLiveError, EventOverError, keys.UnreadableError.
    """
    registration = lock_live(registration_id, at, by)
    request = answering.request_of(registration_id)
    if request is None:
        arranging.keep(registration, needs, at)
        arranging.tell(registration, at, by=by, key=str(registration.link_version))
        return
    known = answering.unsealed(request)
    whole = _together(known, needs)
    if whole == known:
        return
    _reopen(request, whole, at)
    arranging.tell(registration, at, by=by, key=f"{registration.link_version}-{request.answers}")


def _together(known: Needs, more: Needs) -> Needs:
    ticked = tuple(dict.fromkeys([*known.ticked, *more.ticked]))
    is_new = more.text and more.text not in known.text
    return Needs(ticked, "\n\n".join(filter(None, [known.text, more.text])) if is_new else known.text)


def _reopen(request: AccessibilityRequest, whole: Needs, at: datetime) -> None:
    """An answer that is being written meanwhile does not know of this, and so must not be given."""
    request.sealed, request.asked_at = arranging.sealed(request.registration_id, whole), at
    request.state = RequestState.OPEN
    request.answers += 1
    db.session.flush()
