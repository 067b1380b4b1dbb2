"""What people read when something is refused or fails: one table for our refusals, one for HTTP's, one page for all."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

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
from app.web import admission_words, busy, session_words, site
from app.web.session_words import GONE
from app.write_queue import QueueTooLongError

KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Location")
RETRY_AFTER_SECONDS = "60"
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})


@dataclass(frozen=True)
class Wording:
    """A refusal in words: what happened, and the way on."""

    title: LazyString
    sentence: LazyString | str


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

HTTP_WORDING: dict[int, Wording] = {
    400: Wording(
        _l("We could not read this request"),
        _l("Something in it is not as a browser sends it. Go back, reload the page and try again."),
    ),
    403: Wording(_l("You may not see this page"), _l("Your role does not include it. Ask an administrator.")),
    404: Wording(
        _l("Page not found"),
        _l("The address may be mistyped, or the page has gone. Look for the event in the list."),
    ),
    405: Wording(_l("This page cannot do that"), _l("Go back to the page you came from and try from there.")),
    410: Wording(_l("This page has gone"), _l("It was here once and will not come back.")),
    413: Wording(_l("That was too much at once"), _l("Shorten what you typed or sent, and try again.")),
    415: Wording(
        _l("We could not read what you sent"), _l("It came in a form we do not read. Use the form on the page.")
    ),
    429: Wording(
        _l("Too many tries in a short time"),
        _l("Wait a minute, then go back and send it again. What you typed is still there."),
    ),
    500: Wording(
        _l("Something went wrong on our side"),
        _l("We have a record of it. Try again in a few minutes, or write to us if it stays."),
    ),
    503: Wording(
        _l("We cannot answer right now"), _l("We are busy or under repair. Try again in a minute. Nothing is lost.")
    ),
}
UNKNOWN = Wording(_l("We could not do this"), _l("Go back and try again."))


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(PoolTimeoutError, database_away)
    app.register_error_handler(QueueTooLongError, database_away)
    app.register_error_handler(OSError, machine_exhausted)
    for refusal in REFUSALS:
        app.register_error_handler(refusal, refused)


def sentence_for(refusal: Exception) -> LazyString | str:
    """What a form says when the verb behind it refused."""
    sentence = REFUSALS[type(refusal)].sentence
    return sentence if isinstance(sentence, LazyString) else sentence(refusal)


def refused(refusal: Exception) -> Response:
    wording = Wording(_l("We could not do this"), sentence_for(refusal))
    return page(REFUSALS[type(refusal)].status, wording, page_error=True)


def http_error(error: HTTPException) -> Response:
    """A plain page in our words, with the headers that the status needs."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    response = page(status, HTTP_WORDING.get(status, UNKNOWN))
    for name, value in error.get_headers():
        if name in KEPT_HEADERS:
            response.headers[name] = value
    if status in {429, 503}:
        response.headers.setdefault("Retry-After", RETRY_AFTER_SECONDS)
    return response


def database_away(error: Exception) -> Response:
    """The database does not answer: nothing was kept, and trying again soon is right."""
    current_app.logger.error("The database does not answer, or the machine is exhausted.", exc_info=error)
    if request.method == "POST" and not g.get("in_console"):
        return make_response(busy.page(), 503, {"Retry-After": RETRY_AFTER_SECONDS})  # With what was typed.
    return http_error(ServiceUnavailable())


def machine_exhausted(error: OSError) -> Response:
    """No file can be opened now, or nothing be written: as with a database that does not answer."""
    if error.errno not in EXHAUSTED:
        raise error
    return database_away(error)


def page(status: int, wording: Wording, **values: Any) -> Response:
    template = "errors/staff.html" if g.get("in_console") else "errors/page.html"
    if status >= InternalServerError.code:
        site.ask_nothing()  # The page must not need what may just have failed.
        template = "errors/page.html"
    return make_response(render_template(template, wording=wording, status=status, **values), status)
