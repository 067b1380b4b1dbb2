"""Where a registration goes to: a colleague takes a seat over, or somebody confirms their own new address.

Both pages open by a link in a mail to that address. They show nothing of the registration but whose it is.
"""

from collections.abc import Sequence

from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import db, transact
from app.models import Event, MoveKind, PendingMove, Registration
from app.operations.registration import handing_over, moving_address, proposing
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.changing import AddressTakenError, NotLiveError
from app.operations.registration.submitting import RefusedInFieldError
from app.web import refusals
from app.web.public import blueprint, desks
from app.web.public.form_key import KeyedForm, issue
from app.web.public.moving_forms import TakeOverForm
from app.web.questions import Asked

REFUSED = (
    AddressTakenError,
    EventOverError,
    NotLiveError,
    handing_over.HandOverEndedError,
    handing_over.SeatStaysError,
    proposing.MoveOverError,
)


@blueprint.route("/registrations/<token>/take-over", methods=["GET", "POST"])
def take_over(token: str) -> BaseResponse | str:
    reference = _reference(links.TAKE_OVER, token)
    event_id = _registration(reference).event_id
    desk = desks.of(event_id) or abort(404)
    seat = _registration(reference)  # A desk that is read anew takes everything out of the session.
    move = _standing(seat, reference, MoveKind.HAND_OVER)
    if move is None or not handing_over.may_hand_over(seat, clock.now()):
        refusal = handing_over.HandOverEndedError() if move else proposing.MoveOverError()
        return over_page(seat.event, refusal, 409 if request.method == "POST" else 200)
    sent = request.form if request.method == "POST" else None
    form = TakeOverForm(sent, desk=desk, purpose=f"take-over-{seat.id}", seat=seat)
    if request.method == "POST":
        return _take(token, reference, form)
    form.renew_key()
    form.first_name.data, form.last_name.data = move.first_name, move.last_name
    form.organization.data = seat.organization
    return _take_over_page(token, seat, move, form)


def _take(token: str, reference: links.Reference, form: TakeOverForm) -> BaseResponse | str:
    seat = _registration(reference)
    move = _standing(seat, reference, MoveKind.HAND_OVER)
    assert move
    if not form.validate():
        return make_response(_take_over_page(token, seat, move, form), form.status)
    if form.unseen:
        form.renew_key()
        return _take_over_page(token, seat, move, form, more=form.unseen)
    details = form.to_details()
    try:
        mine = transact(lambda at: handing_over.take_over(reference.id, reference.version, details, at=at))
    except RefusedInFieldError as refusal:
        form.refuse_in_field(refusal.field, refusals.sentence_for(refusal))
        return make_response(_take_over_page(token, _registration(reference), move, form), 422)
    except REFUSED as refusal:
        return over_page(_registration(reference).event, refusal, 409)
    return redirect(_own_page(mine), 303)


def _take_over_page(
    token: str, seat: Registration, move: PendingMove, form: TakeOverForm, *, more: Sequence[Asked] = ()
) -> str:
    return render_template(
        "public/take_over.html", token=token, registration=seat, event=seat.event, move=move, form=form, more=more
    )


@blueprint.route("/registrations/<token>/new-address", methods=["GET", "POST"])
def confirm_new_address(token: str) -> BaseResponse | str:
    reference = _reference(links.NEW_ADDRESS, token)
    mine = _registration(reference)
    move = _standing(mine, reference, MoveKind.CORRECTION)
    if request.method == "GET":
        if move is None:
            return over_page(mine.event, proposing.MoveOverError(), 200)
        key = issue(f"new-address-{mine.id}")
        return render_template(
            "public/new_address.html",
            event=mine.event,
            mode=mine.mode,
            name=mine.full_name,
            email=move.email,
            action=url_for("public.confirm_new_address", token=token),
            form_key=key,
        )
    if not KeyedForm(request.form, purpose=f"new-address-{mine.id}").validate():
        abort(400)
    try:
        mine = transact(lambda at: moving_address.confirm(reference.id, reference.version, at=at))
    except (RefusedInFieldError, *REFUSED) as refusal:
        return over_page(_registration(reference).event, refusal, 409)
    return redirect(_own_page(mine), 303)


def _reference(purpose: str, token: str) -> links.Reference:
    return links.read_reference(purpose, token) or abort(404)


def _registration(reference: links.Reference) -> Registration:
    options = [joinedload(Registration.event).joinedload(Event.series)]
    return db.session.get(Registration, reference.id, options=options) or abort(404)


def _standing(mine: Registration, reference: links.Reference, kind: MoveKind) -> PendingMove | None:
    move = proposing.standing(mine, clock.now())
    return move if move and (move.version, move.kind) == (reference.version, kind) else None


def _own_page(mine: Registration) -> str:
    """The page is theirs now: whoever answered has the mailbox that its link goes to."""
    return url_for("public.registration", token=links.sign_reference(links.MANAGE, mine.id, mine.link_version))


def over_page(event: Event, refusal: Exception, status: int) -> BaseResponse:
    sentence = refusals.sentence_for(refusal)
    return make_response(render_template("public/move_over.html", event=event, sentence=sentence), status)
