"""The page on which somebody answers for an offered seat. Its link, from the mail, opens nothing else."""

from datetime import datetime

from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import db, transact
from app.models import Event, Question, Registration, RegistrationState
from app.models.availability import availability
from app.operations.registration import offering, questioning, switching
from app.web import refusals
from app.web.public import blueprint, own
from app.web.public.form_key import KeyedForm, issue
from app.web.showing import picked

REFUSED = (offering.OfferEndedError, switching.SessionsAtStakeError)


@blueprint.get("/registrations/<token>/offer")
def offer(token: str) -> str:
    return page(token, of_token(token))


@blueprint.post("/registrations/<token>/offer/<any(accept, decline):answer>")
def answer_offer(token: str, answer: str) -> BaseResponse:
    mine = of_token(token)
    if not KeyedForm(request.form, purpose=_purpose(mine)).validate():
        abort(400)
    mine_id, known = mine.id, request.form.getlist("known", type=int)
    try:
        if answer == "accept":
            transact(lambda at: offering.accept(mine_id, known=known, at=at).id)
        else:
            transact(lambda at: offering.decline(mine_id, at=at).id)
    except offering.NoOfferError:
        pass  # Answered twice, or too late: the page says how things stand.
    except REFUSED as refusal:
        return make_response(page(token, of_token(token), refusal), 409)
    return redirect(url_for("public.offer", token=token), 303)


def of_token(token: str) -> Registration:
    reference = links.read_reference(links.OFFER, token)
    options = [joinedload(Registration.event).joinedload(Event.series)]
    found = db.session.get(Registration, reference.id, options=options) if reference else None
    return own.in_force(found, reference)


def page(token: str, mine: Registration, refusal: Exception | None = None) -> str:
    now = clock.now()
    is_open = _is_open(mine, now)
    stakes = switching.at_stake(mine, mine.waits_for, now) if is_open and mine.waits_for else []
    at_stake = {one.session_id for one in stakes}
    return render_template(
        "public/offer.html",
        token=token,
        registration=mine,
        event=mine.event,
        is_open=is_open,
        stakes=stakes,
        to_answer=left_open(mine, now),
        picked=[one for one in picked.of_registration(mine) if one.session_id not in at_stake] if is_open else [],
        may_register=availability(mine.event, now).takes_registrations,
        form_key=issue(_purpose(mine)),
        messages=[refusals.sentence_for(refusal)] if refusal else [],
    )


def _is_open(mine: Registration, now: datetime) -> bool:
    return mine.offered_until is not None and not offering.has_ended(mine, now)


def left_open(mine: Registration, now: datetime) -> list[Question]:
    """The questions that come with the seat, once it is theirs or while it is held for them."""
    is_open = _is_open(mine, now)
    if mine.event.is_settled(now) or not (is_open or mine.state is RegistrationState.CONFIRMED):
        return []
    ways = [mine.waits_for] if is_open and mine.waits_for else mine.ways
    return questioning.left_open(mine.event, ways, mine.answers, now)


def _purpose(mine: Registration) -> str:
    return f"offer-{mine.id}"
