"""Booking: one form registers several people, in the order in which it names them, in one step under the event's lock.

An address that was registered before counts like any other for the answer and for the seats of those after it. So its
place is kept by a stand-in until everybody is served, and then goes to whoever waits.
"""

from dataclasses import dataclass
from datetime import datetime

from app import keys
from app.db import db
from app.models import BookedPlace, Booking, Event, MessageKind, Mode, Registration
from app.models.registration_rules import MOST_COLLEAGUES
from app.models.submission import calendar_uid
from app.operations import already_told
from app.operations.registration import (
    allotting,
    capping,
    entering,
    picking,
    picturing,
    questioning,
    recognizing,
    seating,
    submitting,
    summing_up,
    waiting,
)
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.submitting import Outcome, RefusedInFieldError, SentForm

# Whoever books and cancels somebody over and over must not fill their mailbox, nor that of a mistyped sender.
TOLD_OF_A_SEAT = (MessageKind.CONFIRMED, MessageKind.WAITLISTED, MessageKind.APPROVAL_PENDING)
MOST_A_DAY, MOST_GUESTS_A_DAY = 3, 2 * MOST_COLLEAGUES


class TooManyColleaguesError(RefusedInFieldError):
    """The event takes fewer people in one form."""

    field = "colleagues"

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class NotSeatsForAllError(RefusedInFieldError):
    """Somebody of them would have to wait, and the sender wants all or none."""

    field = "all_or_none"


class NoSeatsForRestError(NotSeatsForAllError):
    """Somebody of them would have to wait, and the waiting list is closed."""


@dataclass
class Served:
    """One person of the form: what the page says, and what became of them."""

    wish: entering.Wish
    registration: Registration | None = None
    stand_in: Registration | None = None


def book(event_id: int, details: RegistrationDetails, sent: SentForm, at: datetime) -> int:
    """Register everybody whom the form names, as far as there are seats. Returns the submission to show.

    The registration of the event is open. Raises submitting.RefusedInFieldError; then nobody is registered.
    """
    event = allotting.lock_event(event_id)
    if again := submitting.sent_before(sent):
        return again
    _refuse_too_many(event, details)
    served = _serve_all(event, details, sent, at)
    booking = _keep(event, details, served, at)
    summing_up.tell_booker(booking, at)
    _let_go(event, served, at)
    sender = served[0]
    typed = sender.wish.details.with_values(colleagues=details.colleagues, all_or_none=details.all_or_none)
    outcome = _shown(booking, served)
    return submitting.keep(event_id, typed, sent, outcome, at, sender.registration.id if sender.registration else None)


def most_colleagues(event: Event) -> int:
    """How many people one form registers besides its sender."""
    if event.rules is None or event.is_by_invitation:  # Each comes through an invitation of their own.
        return 0
    return event.rules.most_colleagues or 0


def _refuse_too_many(event: Event, details: RegistrationDetails) -> None:
    if len(details.colleagues) > most_colleagues(event):
        raise TooManyColleaguesError(most_colleagues(event))


def _serve_all(event: Event, details: RegistrationDetails, sent: SentForm, at: datetime) -> list[Served]:
    people = details.everybody
    # Known addresses count as new here too, so that nobody's mail tells which of them are known.
    nobody = details.all_or_none and capping.turns_away(event, details.organization, len(people))
    served: list[Served] = []
    for number, person in enumerate(people):
        try:
            served.append(_serve(event, person, details, sent, at, turned_away=nobody))
        except RefusedInFieldError as refusal:
            if number:
                point_at(refusal, number - 1)
            raise
    return served


def point_at(refusal: RefusedInFieldError, number: int) -> None:
    """Let a refusal stand beside the field of the colleague whom it is about."""
    if refusal.field == "email" or isinstance(refusal, questioning.OptionFullError):
        refusal.field = f"colleagues-{number}-{refusal.field}"


def _serve(
    event: Event,
    person: RegistrationDetails,
    form: RegistrationDetails,
    sent: SentForm,
    at: datetime,
    *,
    turned_away: bool,
) -> Served:
    wish = entering.foresee(event, person, at)
    if wish.outcome.waits:
        _refuse_waiting(event, wish.details.mode, form, at)
    booker = form.full_name if person.is_guest or person.email != form.email else ""
    if standing := recognizing.live_registration(event.id, person.email_key, person.guest_key):
        key = f"{sent.key[:32]}{sent.body[:32]}"
        recognizing.tell_owner(standing, person, at, key=key, booked_by=booker)
        return Served(wish, stand_in=_stand_in(event, wish, at))
    if booker and _had_enough(event, person, at):
        return Served(wish, stand_in=_stand_in(event, wish, at))
    if turned_away or capping.turns_away(event, person.organization):
        capping.turn_away(event, person, at, booked_by=booker)
        questioning.hold(event, wish.details.answers or ())
        return Served(wish)
    uid = None if booker else calendar_uid(sent.key, sent.body)
    registration = entering.write(event, wish, at, uid=uid)
    entering.tell(registration, person, at, booked_by=booker)
    return Served(wish, registration)


def _refuse_waiting(event: Event, mode: Mode, form: RegistrationDetails, at: datetime) -> None:
    if event.line_is_closed(mode, at):
        raise NoSeatsForRestError
    if form.all_or_none:
        raise NotSeatsForAllError


def _had_enough(event: Event, person: RegistrationDetails, at: datetime) -> bool:
    """Whether this address was told so often today of seats that others booked that no more are booked under it."""
    most = MOST_GUESTS_A_DAY if person.is_guest else MOST_A_DAY
    return already_told.count_today(TOLD_OF_A_SEAT, person.email_key, event.id, at) >= most


def _stand_in(event: Event, wish: entering.Wish, at: datetime) -> Registration:
    """Takes what a newcomer would have got. It never comes into the database."""
    stand_in = entering.settled(event, wish, at)
    questioning.hold(event, wish.details.answers or ())
    picking.keep(stand_in, wish.sessions, at)
    return stand_in


def _let_go(event: Event, served: list[Served], at: datetime) -> None:
    """Give what the stand-ins kept to those who wait, and back what was held of options for nobody's registration."""
    for one in served:
        if one.registration is None:
            questioning.give_back(event, one.wish.details.answers or ())
    stand_ins = [one.stand_in for one in served if one.stand_in]
    for stand_in in stand_ins:
        seating.give_up_all(stand_in)
        allotting.give_up(stand_in)
    if stand_ins:
        waiting.promote(event, at)


def _keep(event: Event, details: RegistrationDetails, served: list[Served], at: datetime) -> Booking:
    booking = Booking(
        event=event,
        name=details.full_name,
        email=details.email,
        email_key=details.email_key,
        language=details.language,
        link_version=1,
        made_at=at,
        places=[_place(event, one) for one in served[1:]],
    )
    db.session.add(booking)
    db.session.flush()
    for place, one in zip(booking.places, served[1:], strict=True):
        picturing.keep(place, one.wish.details, picturing.shown(one.wish.outcome))
    return booking


def _place(event: Event, one: Served) -> BookedPlace:
    typed = one.wish.details
    return BookedPlace(
        registration_id=one.registration.id if one.registration else None,
        email=None if typed.is_guest else typed.email,
        number=keys.confirmation_number(event.id, typed.person_key),
        mode=typed.mode,
    )


def _shown(booking: Booking, served: list[Served]) -> Outcome:
    """The sender's own outcome, and beside it what came of each colleague. Nothing personal."""
    sender = served[0].wish.outcome
    people = [picturing.shown(one.wish.outcome) for one in served[1:]]
    return Outcome(sender.state, {**sender.more, "booking": booking.id, "people": people}, sender.has_free)
