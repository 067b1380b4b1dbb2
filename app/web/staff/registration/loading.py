"""What these pages load and how they try a verb: a row that is gone is 404, a refusal becomes words in the form."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.db import db
from app.models import Registration
from app.operations.registration import (
    answering,
    approving,
    by_hand,
    cancelling,
    changing,
    helping,
    inviting,
    keeping_turn,
    placing_sessions,
    questioning,
    switching,
)
from app.operations.registration.allotting import NoSuchEventError
from app.operations.registration.fitting import SessionRefusedError
from app.web import refusals
from app.web.staff import acting

WORDS: dict[type[Exception], Any] = {
    by_hand.NotPublishedError: _l("This event takes nobody now: it is a draft, put off, or cancelled."),
    cancelling.EventCalledOffError: _l("The event is cancelled."),
    cancelling.EventOverError: _l("The event is over."),
    changing.NoSeatError: _l("There is no free seat. The registration keeps what it has."),
    switching.WayClosedError: _l(
        "Registration for this way of attending is not open now. Say why they move all the same."
    ),
    switching.SessionsAtStakeError: _l("It would cost them more sessions by now. Read the list again, then decide."),
    changing.NotLiveError: _l("This registration is cancelled. Register the person anew."),
    changing.NameTakenError: _l(
        "Somebody of this name is booked under the same address. Use another form of the name."
    ),
    changing.AddressTakenError: _l("Another registration of this event stands under this address."),
    approving.NotPendingError: _l("Somebody decided about this registration meanwhile, or it was cancelled."),
    inviting.NotByInvitationError: _l("This event does not take registrations by invitation. Change its rules first."),
    inviting.InvitationUsedError: _l("This person is registered by the invitation. Change or cancel the registration."),
    inviting.NothingArrivesError: _l(
        "Mail to this address came back, so nothing is sent there. Invite another address, or say that it is right."
    ),
    answering.NothingToArrangeError: _l("This registration is cancelled, so there is nothing to arrange."),
    answering.AnsweredMeanwhileError: _l(
        "This changed meanwhile: somebody answered, or the person asked for more. Read what stands below, then send"
        " your answer if it still fits."
    ),
    questioning.OptionFullError: _l("The last of what they chose was taken meanwhile. Ask them to choose again."),
    keeping_turn.NotWaitingError: _l("This person does not wait for a seat any more. Their page shows how they stand."),
    placing_sessions.NoEventSeatError: _l(
        "They have no seat at the event yet, and so none in its sessions. Give them a seat at the event first."
    ),
    NoSuchEventError: _l("Nobody can attend in this way. Choose the other one."),
}
GONE = (answering.NoSuchRequestError, helping.NoSuchHelperError)


def load(registration_id: int) -> Registration:
    return db.session.get(Registration, registration_id) or abort(404)


def attempt(work: Callable[[datetime], Any]) -> Any:
    """Do the work. Returns what a person reads when it is refused, and None when it is done."""
    try:
        return acting.refusal_of(work, WORDS) or None
    except GONE:
        abort(404)
    except SessionRefusedError as refusal:
        return refusals.sentence_for(refusal)


def back_to_person(registration_id: int, done: str, refusal: object = None) -> ResponseReturnValue:
    acting.tell(done, refusal)
    return redirect(url_for("staff.registration", registration_id=registration_id), 303)
