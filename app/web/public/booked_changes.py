"""A booker changes what they booked for somebody: details and answers, sessions, the way of attending."""

from collections.abc import Sequence

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import transact
from app.models import BookedPlace, Mode
from app.operations.meanwhile import ChangedMeanwhileError
from app.operations.registration import asking_for_places, attending_places, changing_places, picturing
from app.operations.registration.fitting import SessionRefusedError
from app.operations.registration.submitting import RefusedInFieldError
from app.web import refusals
from app.web.meanwhile import Difference, of_person
from app.web.public import blueprint, bookings, desks, settled
from app.web.public.booked_forms import BookedForm
from app.web.public.form_key import issue
from app.web.public.my_sessions import SwapForm
from app.web.questions import Asked
from app.web.showing import picked


@blueprint.route("/bookings/<token>/<int:place_id>/change", methods=["GET", "POST"])
def change_booked(token: str, place_id: int) -> BaseResponse | str:
    desk = desks.of(bookings.of_token(token).event_id) or abort(404)
    place = bookings.place_of(token, place_id)  # A desk that is read anew takes everything out of the session.
    if not place.may_be_managed:
        return bookings.not_yours(token)
    settled.refuse_booked(place.booking.event, token)
    sent = request.form if request.method == "POST" else None
    form = BookedForm(sent, desk=desk, purpose=f"booked-{place_id}", place=place)
    if sent is not None:
        return _change(token, place, form)
    form.renew_key()
    return _change_page(token, place, form)


def _change(token: str, place: BookedPlace, form: BookedForm) -> BaseResponse | str:
    place_id = place.id
    if not form.validate():
        return make_response(_change_page(token, place, form), form.status)
    if form.unseen:
        return _change_page(token, place, form, more=form.unseen)
    details, version = form.to_details(), form.shown.data
    try:
        transact(lambda at: changing_places.change(place_id, details, at=at, version=version))
    except ChangedMeanwhileError:
        place = bookings.place_of(token, place_id)
        form.shown.data = changing_places.shown(place)
        found = of_person(form, place.booking.event, picturing.known(place), details)
        return make_response(_change_page(token, place, form, meanwhile=found), 409)
    except RefusedInFieldError as refusal:
        form.refuse_in_field(refusal.field, refusals.sentence_for(refusal))
        return make_response(_change_page(token, bookings.place_of(token, place_id), form), 422)
    except bookings.REFUSED as refusal:
        return _refused(token, place_id, refusal)
    return _back(token, place_id)


def _change_page(
    token: str,
    place: BookedPlace,
    form: BookedForm,
    *,
    more: Sequence[Asked] = (),
    meanwhile: Sequence[Difference] = (),
) -> str:
    if more:
        form.renew_key()
    return render_template(
        "public/booked_change.html",
        token=token,
        place=place,
        event=place.booking.event,
        form=form,
        more=more,
        meanwhile=meanwhile,
    )


@blueprint.route("/bookings/<token>/<int:place_id>/sessions", methods=["GET", "POST"])
def booked_sessions(token: str, place_id: int) -> BaseResponse | str:
    place = bookings.place_of(token, place_id)
    if not (place.may_be_managed and place.outcome):
        return bookings.not_yours(token)
    settled.refuse_booked(place.booking.event, token)
    sent, held = request.form if request.method == "POST" else None, picked.held_in(place.outcome)
    shown = changing_places.shown_sessions(place)
    form = SwapForm(sent, f"booked-sessions-{place_id}", place.booking.event, place.mode, held, shown=shown)
    if sent is not None:
        return _swap(token, place, form)
    form.form_key.data = issue(form.purpose)
    return _sessions_page(token, place, form)


def _swap(token: str, place: BookedPlace, form: SwapForm) -> BaseResponse:
    if not form.validate():
        return make_response(_sessions_page(token, place, form), form.status)
    place_id, wanted, version = place.id, form.wanted, form.shown.data
    try:
        transact(lambda at: changing_places.pick(place_id, wanted, at=at, version=version))
    except ChangedMeanwhileError:
        place = bookings.place_of(token, place_id)
        form.compare(place.booking.event, place.mode, picturing.sessions(place))
        return make_response(_sessions_page(token, place, form), 409)
    except SessionRefusedError as refusal:
        form.mark(refusal)
        form.refuse_in_field(refusal.field, refusals.sentence_for(refusal))
        return make_response(_sessions_page(token, bookings.place_of(token, place_id), form), 422)
    except bookings.REFUSED as refusal:
        return _refused(token, place_id, refusal)
    return _back(token, place_id)


def _sessions_page(token: str, place: BookedPlace, form: SwapForm) -> str:
    return render_template(
        "public/sessions.html",
        event=place.booking.event,
        mode=place.mode,
        form=form,
        name=place.full_name,
        action=url_for("public.booked_sessions", token=token, place_id=place.id),
        back=url_for("public.booked_person", token=token, place_id=place.id),
    )


@blueprint.post("/bookings/<token>/<int:place_id>/mode")
def change_way_of_booked(token: str, place_id: int) -> BaseResponse:
    place = bookings.place_of(token, place_id)
    bookings.check_key(place)
    wanted, known = request.form.get("mode", ""), request.form.getlist("known", type=int)
    if wanted not in {mode.value for mode in Mode} or place.outcome is None:
        abort(400)
    try:
        transact(lambda at: attending_places.attend(place_id, Mode(wanted), at=at, known=known))
    except bookings.REFUSED as refusal:
        return _refused(token, place_id, refusal)
    return _back(token, place_id)


@blueprint.post("/bookings/<token>/<int:place_id>/room/<any(ask, 'take-back'):act>")
def wish_for_room_for_booked(token: str, place_id: int, act: str) -> BaseResponse:
    """Ask the office to let this person into the room, or stop asking. What they hold stays."""
    bookings.check_key(bookings.place_of(token, place_id))
    verb = asking_for_places.ask if act == "ask" else asking_for_places.take_back
    try:
        transact(lambda at: verb(place_id, at=at))
    except bookings.REFUSED as refusal:
        return _refused(token, place_id, refusal)
    return _back(token, place_id)


def _refused(token: str, place_id: int, refusal: Exception) -> BaseResponse:
    place = bookings.place_of(token, place_id)
    if not place.may_be_managed:
        return bookings.not_yours(token)
    return make_response(bookings.person_page(token, place, refusal), 409)


def _back(token: str, place_id: int) -> BaseResponse:
    return redirect(url_for("public.booked_person", token=token, place_id=place_id), 303)
