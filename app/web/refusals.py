"""What people read when we refuse something: one table, from each named refusal to its status and its sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.keys import UnreadableError
from app.operations.communication.alerting import NothingToOpenError
from app.operations.communication.subscribing import FollowOverError
from app.operations.registration.admitting import InvitationNeededError, OtherDomainError, WrongCodeError
from app.operations.registration.allotting import NoSuchEventError
from app.operations.registration.approving import NoQuestionError
from app.operations.registration.booking import NoSeatsForRestError, NotSeatsForAllError, TooManyColleaguesError
from app.operations.registration.cancelling import EventCalledOffError, EventOverError
from app.operations.registration.capping import OrganizationFullError, OtherOrganizationError
from app.operations.registration.changing import (
    AddressTakenError,
    DayNeededError,
    NameTakenError,
    NoSeatError,
    NotApprovedError,
    NotLiveError,
)
from app.operations.registration.changing_places import RenamedTooOftenError
from app.operations.registration.fitting import (
    OverlapUnnoticedError,
    SameSessionTwiceError,
    SessionGoneError,
    SessionNotThisWayError,
    SessionOtherDayError,
    SessionOverError,
    SessionsOverlapError,
    SessionTakenError,
)
from app.operations.registration.handing_over import HandOverEndedError, SeatStaysError
from app.operations.registration.joining import JoinNotReleasedError, JoinOverError, NotAttendingError
from app.operations.registration.keeping_turn import NotWaitingError
from app.operations.registration.managing import ChangedTooOftenError, NotYoursAnyMoreError
from app.operations.registration.offering import OfferEndedError
from app.operations.registration.picking import SessionFullError
from app.operations.registration.proposing import MoveOverError, OwnAddressError
from app.operations.registration.questioning import OptionFullError
from app.operations.registration.readdressing import CorrectionOverError
from app.operations.registration.registering import (
    AllTakenError,
    RegistrationEndedError,
    RegistrationNotOpenError,
    RegistrationPausedError,
)
from app.operations.registration.standing_by import NoPlaceYetError, NotPostponedError
from app.operations.registration.switching import ApprovalNeededError, SessionsAtStakeError, WayClosedError
from app.web import admission_words, session_words
from app.web.session_words import GONE


@dataclass(frozen=True)
class Refusal:
    """How one of our named refusals is answered: its status and its sentence."""

    status: int
    sentence: LazyString | Callable[[Any], str]  # A function where the refusal itself has something to say.


# Exception class → what a person reads. A refusal without a line here is a fault of ours, and answers 500.
REFUSALS: dict[type[Exception], Refusal] = {
    UnreadableError: Refusal(
        409, _l("This was stored with a key that is not among DATA_KEYS any more. Ask whoever runs the site to add it.")
    ),
    NoSuchEventError: Refusal(409, _l("This event cannot be attended that way any more. Look at the event's page.")),
    RegistrationNotOpenError: Refusal(409, _l("Registration is not open yet. Come back when it opens.")),
    FollowOverError: Refusal(409, _l("This link was used already, or is older than seven days. Ask for a new one.")),
    NothingToOpenError: Refusal(409, _l("There is no opening to wait for any more. Look at the event’s page.")),
    RegistrationPausedError: Refusal(
        409, _l("Registration is paused for a moment. Nothing you typed is lost: wait, then send it again.")
    ),
    AllTakenError: Refusal(409, _l("All seats are taken, and the waiting list is closed. You have no seat.")),
    RegistrationEndedError: Refusal(409, _l("Registration ended before your form reached us. You have no seat.")),
    CorrectionOverError: Refusal(409, _l("The address can be corrected for half an hour only. Write to the contact.")),
    EventCalledOffError: Refusal(409, _l("The event is cancelled, so there is nothing left to change.")),
    EventOverError: Refusal(409, _l("The event is over, so nothing can be changed any more.")),
    NoQuestionError: Refusal(
        409, _l("The office asks something else by now, or has decided. This page shows how things stand.")
    ),
    NotLiveError: Refusal(409, _l("This registration is cancelled. Nothing of it can be changed any more.")),
    NotApprovedError: Refusal(
        409, _l("The office did not approve this registration, so it holds nothing that could be changed.")
    ),
    NoPlaceYetError: Refusal(
        409, _l("You hold no place yet that you could keep: your registration waits for approval as before.")
    ),
    NotWaitingError: Refusal(409, _l("You do not wait for a seat any more. This page shows how you stand.")),
    OfferEndedError: Refusal(409, _l("The time to answer is over: the seat is not held for you any more.")),
    NoSeatError: Refusal(409, _l("All of those seats are taken. You keep the seat you have.")),
    WayClosedError: Refusal(409, _l("Registration for this way of attending is not open now. You keep what you have.")),
    ApprovalNeededError: Refusal(
        409,
        _l("The office approves who comes into the room. Nothing changed: whoever is to come asks on their own page."),
    ),
    SessionsAtStakeError: Refusal(
        409, _l("It would cost you more sessions by now. Nothing was changed: read the list again, then decide.")
    ),
    AddressTakenError: Refusal(409, _l("Another registration for this event stands under that address.")),
    WrongCodeError: Refusal(409, _l("This is not the event’s code. Look at your invitation, or ask the contact.")),
    OtherOrganizationError: Refusal(
        409, _l("This event counts its seats by organization, so this one stays. Write to the contact to change it.")
    ),
    InvitationNeededError: Refusal(
        409,
        _l(
            "Registration is by invitation, and stands under the invited address. Use the link in your own"
            " invitation, or write to the contact."
        ),
    ),
    OtherDomainError: Refusal(409, admission_words.other_domain),
    NotPostponedError: Refusal(409, _l("The event is not postponed any more. This page shows how you stand.")),
    OwnAddressError: Refusal(409, _l("Your registration stands under this address already. Enter another one.")),
    MoveOverError: Refusal(
        409, _l("Nobody waits for this answer any more. It was given or taken back, or seven days have passed.")
    ),
    HandOverEndedError: Refusal(409, _l("The time to hand over seats for this event is over. Nothing was changed.")),
    NotYoursAnyMoreError: Refusal(
        409, _l("This registration is in its person’s own hands now, or cancelled. Nothing was changed.")
    ),
    RenamedTooOftenError: Refusal(409, _l("This name was changed three times. Write to the contact of the event.")),
    ChangedTooOftenError: Refusal(
        409, _l("You changed this registration ten times. The person can change it, or write to the contact.")
    ),
    OrganizationFullError: Refusal(
        409, _l("As many people of your organization are registered as this event takes. Write to the contact.")
    ),
    NameTakenError: Refusal(
        409, _l("Somebody of this name is booked under your address. Use another form of the name.")
    ),
    NotSeatsForAllError: Refusal(
        409,
        _l(
            "There are not seats for all of you now, so nobody was registered. Choose the other way, or send for fewer."
        ),
    ),
    NoSeatsForRestError: Refusal(
        409,
        _l(
            "There are not seats for all of you, and the waiting list is closed, so nobody was registered. Send for"
            " fewer."
        ),
    ),
    TooManyColleaguesError: Refusal(409, lambda refusal: admission_words.too_many_colleagues(refusal.most)),
    SeatStaysError: Refusal(
        409, _l("The rules of this event do not let this seat pass on now. Nothing was changed. Write to the contact.")
    ),
    OptionFullError: Refusal(409, _l("Others have just taken the last of what you chose. Choose again.")),
    SessionGoneError: Refusal(409, GONE),
    SessionNotThisWayError: Refusal(409, session_words.not_this_way),
    DayNeededError: Refusal(409, session_words.day_needed),
    SessionOtherDayError: Refusal(409, session_words.other_day),
    SessionOverError: Refusal(409, session_words.over),
    SessionTakenError: Refusal(409, session_words.taken),
    SameSessionTwiceError: Refusal(409, session_words.chosen_twice),
    SessionsOverlapError: Refusal(409, session_words.overlapping),
    OverlapUnnoticedError: Refusal(409, session_words.overlapping),
    SessionFullError: Refusal(409, session_words.full),
    NotAttendingError: Refusal(409, _l("You have no confirmed seat online, so there is nothing to join.")),
    JoinOverError: Refusal(409, _l("It is over, so there is nothing to join any more.")),
    JoinNotReleasedError: Refusal(409, _l("The way to join is not released yet. We mail you when it is.")),
}


def sentence_for(refusal: Exception) -> LazyString | str:
    """What a form says when the verb behind it refused."""
    sentence = REFUSALS[type(refusal)].sentence
    return sentence if isinstance(sentence, LazyString) else sentence(refusal)
