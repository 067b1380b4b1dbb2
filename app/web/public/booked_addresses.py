"""The right address of somebody who was booked: the booker types it, and whoever has the mailbox confirms it."""

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import db, transact
from app.models import BookedPlace
from app.operations.registration import addressing_places, managing
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.capping import OrganizationFullError
from app.operations.registration.changing import AddressTakenError, NotLiveError
from app.operations.registration.proposing import MoveOverError
from app.operations.registration.registering import AllTakenError
from app.operations.registration.submitting import RefusedInFieldError
from app.web import language, limits, refusals
from app.web.public import blueprint, bookings, settled
from app.web.public.address_forms import AddressForm
from app.web.public.form_key import KeyedForm, issue
from app.web.public.moved import over_page

REFUSED = (
    AddressTakenError,
    AllTakenError,
    EventOverError,
    MoveOverError,
    NotLiveError,
    OrganizationFullError,
    RefusedInFieldError,
    managing.NotYoursAnyMoreError,
)


@blueprint.route("/bookings/<token>/<int:place_id>/address", methods=["GET", "POST"])
def correct_booked_address(token: str, place_id: int) -> BaseResponse | str:
    place = bookings.place_of(token, place_id)
    if not (place.may_be_managed and place.sealed_form):
        return bookings.not_yours(token)
    settled.refuse_booked(place.booking.event, token)
    form = AddressForm(request.form if request.method == "POST" else None, purpose=bookings.purpose(place.booking))
    if request.method == "POST":
        return _ask(token, place_id, form)
    return _address_page(token, place, form)


def _ask(token: str, place_id: int, form: AddressForm) -> BaseResponse:
    """The same answer whoever the address belongs to: the person's page, which says who was asked."""
    place = bookings.place_of(token, place_id)
    if not limits.allows("move", limits.FIND):
        form.form_errors.append(limits.TOO_MANY)
        return make_response(_address_page(token, place, form), 429, limits.AFTER_AN_HOUR)
    if not form.validate():
        return make_response(_address_page(token, place, form), form.status)
    email, lang = form.address, language.current()
    try:
        transact(lambda at: addressing_places.ask(place_id, email, language=lang, at=at))
    except RefusedInFieldError as refusal:
        form.refuse_in_field(refusal.field, refusals.sentence_for(refusal))
        return make_response(_address_page(token, bookings.place_of(token, place_id), form), 422)
    except bookings.REFUSED as refusal:
        return make_response(bookings.list_page(token, bookings.of_token(token), refusal), 409)
    return redirect(url_for("public.booked_person", token=token, place_id=place_id, _anchor="move"), 303)


def _address_page(token: str, place: BookedPlace, form: KeyedForm) -> str:
    form.ensure_key()
    return render_template("public/booked_address.html", token=token, place=place, event=place.booking.event, form=form)


@blueprint.post("/bookings/<token>/<int:place_id>/address/withdrawal")
def withdraw_booked_address(token: str, place_id: int) -> BaseResponse:
    place = bookings.place_of(token, place_id)
    bookings.check_key(place)
    try:
        transact(lambda at: addressing_places.withdraw(place_id, at=at))
    except bookings.REFUSED as refusal:
        return make_response(bookings.list_page(token, bookings.of_token(token), refusal), 409)
    return redirect(url_for("public.booked_person", token=token, place_id=place_id), 303)


@blueprint.route("/bookings/<token>/new-address", methods=["GET", "POST"])
def confirm_booked_address(token: str) -> BaseResponse | str:
    """Opened by a link in a mail to the new address. It shows nothing of the registration but whose it is."""
    reference = links.read_reference(links.BOOKED_ADDRESS, token) or abort(404)
    place = db.session.get(BookedPlace, reference.id) or abort(404)
    key = f"booked-address-{place.id}"
    email = addressing_places.standing(place, clock.now())
    if request.method == "POST":
        if not KeyedForm(request.form, purpose=key).validate():
            abort(400)
        return _confirm(reference)
    if email is None or place.new_email_version != reference.version:
        return over_page(place.booking.event, MoveOverError(), 200)
    return render_template(
        "public/new_address.html",
        event=place.booking.event,
        mode=place.mode,
        name=place.full_name,
        email=email,
        action=url_for("public.confirm_booked_address", token=token),
        form_key=issue(key),
        booked_by=place.booking.name,
    )


def _confirm(reference: links.Reference) -> BaseResponse:
    try:
        mine = transact(lambda at: addressing_places.confirm(reference.id, reference.version, at=at))
    except REFUSED as refusal:
        found = db.session.get_one(BookedPlace, reference.id)
        return over_page(found.booking.event, refusal, 409)
    own = links.sign_reference(links.MANAGE, mine.id, mine.link_version)
    return redirect(url_for("public.registration", token=own), 303)
