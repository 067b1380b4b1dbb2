"""The booker's pages: everybody whom they registered, to print; and each of them, to change and to cancel.

The mailed link is the key.
"""

from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import db, transact
from app.models import BookedPlace, Booking, Event, EventSession
from app.models.availability import takes
from app.operations.registration import addressing_places, changing_places, managing, picturing
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.changing import NoSeatError
from app.operations.registration.details import RegistrationDetails
from app.operations.registration.switching import SessionsAtStakeError, WayClosedError
from app.web import filters, refusals
from app.web.answers import answers_given
from app.web.public import blueprint, booked_people, my_way
from app.web.public.form_key import KeyedForm, issue
from app.web.showing.picker import can_be_picked

REFUSED = (
    EventOverError,
    NoSeatError,
    SessionsAtStakeError,
    WayClosedError,
    changing_places.RenamedTooOftenError,
    managing.ChangedTooOftenError,
    managing.NotYoursAnyMoreError,
)


@blueprint.get("/bookings/<token>")
def booking(token: str) -> str:
    return list_page(token, of_token(token))


@blueprint.get("/bookings/<token>/<int:place_id>")
def booked_person(token: str, place_id: int) -> BaseResponse | str:
    place = place_of(token, place_id)
    return person_page(token, place) if place.may_be_managed else not_yours(token)


@blueprint.post("/bookings/<token>/<int:place_id>/cancellation")
def cancel_booked(token: str, place_id: int) -> BaseResponse:
    place = place_of(token, place_id, any_of_them=True)
    check_key(place)
    found_id = place.id
    try:
        transact(lambda at: managing.cancel_place(found_id, at=at))
    except REFUSED as refusal:
        return make_response(list_page(token, of_token(token), refusal), 409)
    return redirect(url_for("public.booking", token=token), 303)


def of_token(token: str) -> Booking:
    """The booking a link names, if its version is still the one in force."""
    reference = links.read_reference(links.BOOKING, token)
    event = joinedload(Booking.event)
    options = [
        event.joinedload(Event.series),
        event.selectinload(Event.sessions).selectinload(EventSession.pools),
        selectinload(Booking.places).joinedload(BookedPlace.registration),
    ]
    found = db.session.get(Booking, reference.id, options=options) if reference else None
    return found if found and reference and found.link_version == reference.version else abort(404)


def place_of(token: str, place_id: int, *, any_of_them: bool = False) -> BookedPlace:
    """One person of the booking. Who has no address of their own is changed on their own page alone."""
    found = next((place for place in of_token(token).places if place.id == place_id), None)
    return found if found and (any_of_them or found.email) else abort(404)


def purpose(mine: Booking) -> str:
    return f"booking-{mine.id}"


def check_key(place: BookedPlace) -> None:
    """Each act on these pages carries their key."""
    if not KeyedForm(request.form, purpose=purpose(place.booking)).validate():
        abort(400)


def not_yours(token: str) -> BaseResponse:
    """The person has taken over meanwhile, or was cancelled: the booker's page says so and offers nothing."""
    return make_response(list_page(token, of_token(token), managing.NotYoursAnyMoreError()), 409)


def list_page(token: str, mine: Booking, refusal: Exception | None = None) -> str:
    return render_template(
        "public/booking.html",
        token=token,
        booking=mine,
        event=mine.event,
        people=[booked_people.shown(place) for place in mine.places],
        is_over=mine.event.is_settled(clock.now()),
        messages=[refusals.sentence_for(refusal)] if refusal else [],
    )


def person_page(token: str, place: BookedPlace, refusal: Exception | None = None) -> str:
    now, event, typed = clock.now(), place.booking.event, picturing.typed(place)
    may_pick = typed and any(can_be_picked(one, [place.mode], now) for one in event.sessions)
    return render_template(
        "public/booked_person.html",
        token=token,
        place=place,
        event=event,
        person=booked_people.shown(place),
        days=_days(event, typed),
        answers=answers_given(event, typed.answers or ()) if typed else [],
        may_pick=may_pick,
        line_is_closed=event.line_is_closed(place.mode, now),
        may_register=takes(event, place.mode, now),
        other_ways=my_way.of_place(place, now),
        room=my_way.room_of_place(place, now),
        asked_address=addressing_places.standing(place, now),
        may_correct=typed and not event.is_by_invitation,
        is_over=event.is_settled(now),
        form_key=issue(purpose(place.booking)),
        messages=[refusals.sentence_for(refusal)] if refusal else [],
    )


def _days(event: Event, typed: RegistrationDetails | None) -> list[str]:
    """The days on which somebody comes, where there is a choice."""
    held = event.day_keys if typed and len(event.days) > 1 else []
    return filters.day_words(day for day in held if typed and day in typed.days)
