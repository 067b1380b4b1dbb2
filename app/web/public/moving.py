"""From one's own page: hand the seat over to a colleague, correct the address, or take either of them back."""

from collections.abc import Callable
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.db import transact
from app.models import PendingMove, Registration
from app.operations.registration import handing_over, moving_address, proposing
from app.operations.registration.cancelling import EventOverError
from app.operations.registration.changing import NotLiveError
from app.operations.registration.submitting import RefusedInFieldError
from app.web import language, limits, refusals
from app.web.public import blueprint, own, settled
from app.web.public.address_forms import AddressForm
from app.web.public.form_key import KeyedForm
from app.web.public.moving_forms import ColleagueForm

REFUSED = (EventOverError, NotLiveError, handing_over.HandOverEndedError)


@blueprint.route("/registrations/<token>/hand-over", methods=["GET", "POST"])
def hand_over(token: str) -> BaseResponse | str:
    mine = settled.changeable(token)
    form = ColleagueForm(request.form if request.method == "POST" else None, purpose=own.purpose(mine))
    if request.method == "GET":
        return _hand_over_page(token, mine, form)
    mine_id, lang = mine.id, language.current()

    def verb(at: datetime) -> PendingMove:
        names = {"first_name": form.first_name.data or "", "last_name": form.last_name.data or ""}
        return handing_over.propose(mine_id, email=form.address, **names, language=lang, at=at)

    return _ask(token, form, _hand_over_page, verb)


@blueprint.route("/registrations/<token>/address", methods=["GET", "POST"])
def correct_my_address(token: str) -> BaseResponse | str:
    mine = settled.changeable(token)
    form = AddressForm(request.form if request.method == "POST" else None, purpose=own.purpose(mine))
    if request.method == "GET":
        return _address_page(token, mine, form)
    mine_id, lang = mine.id, language.current()
    return _ask(
        token,
        form,
        _address_page,
        lambda at: moving_address.ask(mine_id, form.address, language=lang, at=at),
    )


@blueprint.post("/registrations/<token>/hand-over/withdrawal")
def withdraw_move(token: str) -> BaseResponse:
    mine = own.registration(token)
    own.check_key(mine)
    mine_id = mine.id
    transact(lambda at: proposing.withdraw(mine_id, at=at))
    return redirect(url_for("public.registration", token=token), 303)


def _ask(
    token: str,
    form: KeyedForm,
    page: Callable[[str, Registration, KeyedForm], str],
    verb: Callable[[datetime], PendingMove],
) -> BaseResponse:
    """The same answer whoever the address belongs to: one's own page, which says who was asked."""
    if not limits.allows("move", limits.FIND):
        form.form_errors.append(limits.TOO_MANY)
        return make_response(page(token, own.registration(token), form), 429, limits.AFTER_AN_HOUR)
    if not form.validate():
        return make_response(page(token, own.registration(token), form), form.status)
    try:
        transact(verb)
    except RefusedInFieldError as refusal:
        form.refuse_in_field(refusal.field, refusals.sentence_for(refusal))
        return make_response(page(token, own.registration(token), form), 422)
    except REFUSED as refusal:
        form.form_errors.append(refusals.sentence_for(refusal))
        return make_response(page(token, own.registration(token), form), 409)
    return redirect(url_for("public.registration", token=token, _anchor="move"), 303)


def _hand_over_page(token: str, mine: Registration, form: KeyedForm) -> str:
    form.ensure_key()
    return render_template(
        "public/hand_over.html",
        token=token,
        registration=mine,
        event=mine.event,
        form=form,
        move=proposing.standing(mine, clock.now()),
        may=handing_over.may_hand_over(mine, clock.now()),
        until=handing_over.hand_over_until(mine.event),
    )


def _address_page(token: str, mine: Registration, form: KeyedForm) -> str:
    form.ensure_key()
    move = proposing.standing(mine, clock.now())
    return render_template(
        "public/address.html", token=token, registration=mine, event=mine.event, form=form, move=move
    )
