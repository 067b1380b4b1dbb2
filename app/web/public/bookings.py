"""The booker's page: everybody whom they registered, to print, to change and to cancel. The mailed link is the key."""

from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import db, transact
from app.models import BookedPlace, Booking, Event, RegistrationState
from app.operations.registration import managing
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.submitting import RefusedInFieldError
from app.web import errors
from app.web.fields import line_field
from app.web.public import blueprint, booked
from app.web.public.form_key import KeyedForm, issue
from app.web.showing.cards import State

REFUSED = (EventOverError, managing.NotYoursAnyMoreError, managing.RenamedTooOftenError)


class NameForm(KeyedForm):
    """The name of somebody who was booked."""

    first_name = line_field(_l("First name"), most=100, render_kw={"autocomplete": "off"})
    last_name = line_field(_l("Last name"), most=100, render_kw={"autocomplete": "off"})

    def validate_first_name(self, field: Any) -> None:
        booked.refuse_nameless(field, self.last_name)


@blueprint.get("/bookings/<token>")
def booking(token: str) -> str:
    return _page(token, _booking(token))


@blueprint.post("/bookings/<token>/<int:place_id>/cancellation")
def cancel_booked(token: str, place_id: int) -> BaseResponse:
    mine = _booking(token)
    place = _place(mine, place_id)
    if not KeyedForm(request.form, purpose=_purpose(mine)).validate():
        abort(400)
    found_id = place.id
    try:
        transact(lambda at: managing.cancel_place(found_id, at=at))
    except REFUSED as refusal:
        return make_response(_page(token, _booking(token), refusal), 409)
    return redirect(url_for("public.booking", token=token), 303)


@blueprint.route("/bookings/<token>/<int:place_id>/change", methods=["GET", "POST"])
def change_booked(token: str, place_id: int) -> BaseResponse | str:
    mine = _booking(token)
    place = _place(mine, place_id)
    if not place.may_be_managed:
        return make_response(_page(token, mine, managing.NotYoursAnyMoreError()), 409)
    form = NameForm(request.form if request.method == "POST" else None, purpose=_purpose(mine), obj=place)
    if request.method == "GET":
        return _change_page(token, place, form)
    if not form.validate():
        return make_response(_change_page(token, place, form), form.status)
    found_id, first, last = place.id, form.first_name.data or "", form.last_name.data or ""
    try:
        transact(lambda at: managing.rename(found_id, first, last, at=at))
    except RefusedInFieldError as refusal:
        form.refuse_in_field(refusal.field, errors.sentence_for(refusal))
        return make_response(_change_page(token, _place(_booking(token), found_id), form), 422)
    except REFUSED as refusal:
        return make_response(_page(token, _booking(token), refusal), 409)
    return redirect(url_for("public.booking", token=token), 303)


def _booking(token: str) -> Booking:
    """The booking a link names, if its version is still the one in force."""
    reference = links.read_reference(links.BOOKING, token)
    options = [
        joinedload(Booking.event).joinedload(Event.series),
        selectinload(Booking.places).joinedload(BookedPlace.registration),
    ]
    found = db.session.get(Booking, reference.id, options=options) if reference else None
    return found if found and reference and found.link_version == reference.version else abort(404)


def _place(mine: Booking, place_id: int) -> BookedPlace:
    return next((place for place in mine.places if place.id == place_id), None) or abort(404)


def _purpose(mine: Booking) -> str:
    return f"booking-{mine.id}"


def _page(token: str, mine: Booking, refusal: Exception | None = None) -> str:
    ends_at = mine.event.ends_at
    return render_template(
        "public/booking.html",
        token=token,
        booking=mine,
        event=mine.event,
        people=[(place, _state(place), _own_link(place)) for place in mine.places],
        is_over=bool(ends_at and ends_at <= clock.now()),
        form_key=issue(_purpose(mine)),
        messages=[errors.sentence_for(refusal)] if refusal else [],
    )


def _change_page(token: str, place: BookedPlace, form: NameForm) -> str:
    form.ensure_key()
    return render_template("public/booking_change.html", token=token, place=place, event=place.booking.event, form=form)


def _state(place: BookedPlace) -> State:
    """How a place stands for the booker: as the form came out. Of people without an address of their own, as it is."""
    if place.cancelled_at:
        return State(RegistrationState.CANCELLED.label, "cancelled")
    if place.taken_over_at:
        return State(booked.managed_words(), "neutral")
    state = place.registration.state if _is_guest(place) and place.registration else place.state
    return booked.state_words({"told_by_mail": True} if state is None else {"state": state.value})


def _own_link(place: BookedPlace) -> str:
    """Who is booked under the booker's address has no other way to their own page."""
    mine = place.registration
    if not (_is_guest(place) and mine and mine.is_live and place.may_be_managed):
        return ""
    token = links.sign_reference(links.MANAGE, mine.id, mine.link_version)
    return url_for("public.registration", token=token)


def _is_guest(place: BookedPlace) -> bool:
    return place.registration is not None and place.registration.is_guest
