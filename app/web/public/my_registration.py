"""A person's own page: see, cancel, go on to the next event (my_seat.py has the rest). The mailed link is the key."""

from collections.abc import Callable
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock, links
from app.db import transact
from app.models import Registration, RegistrationState
from app.models.availability import availability, takes
from app.operations.registration import answering, proposing, questioning
from app.operations.registration.allotting import NoSuchEventError
from app.operations.registration.cancelling import EventOverError, cancel
from app.operations.registration.changing import NoSeatError, NotLiveError
from app.operations.registration.continuing import mail_links, next_event, register_again
from app.operations.registration.handing_over import may_hand_over
from app.operations.registration.joining import is_over, may_join
from app.operations.registration.keeping_turn import NotWaitingError
from app.operations.registration.offering import NoOfferError, OfferEndedError
from app.operations.registration.registering import (
    RegistrationEndedError,
    RegistrationNotOpenError,
    RegistrationPausedError,
)
from app.operations.registration.switching import (
    ApprovalNeededError,
    SessionsAtStakeError,
    WayClosedError,
)
from app.operations.registration.vetting import has_told
from app.web import filters, language, limits, refusals
from app.web.answers import answers_of
from app.web.public import (
    blueprint,
    my_details,
    my_event,
    my_line,
    my_news,
    my_way,
    my_ways_in,
    own,
    vetting,
)
from app.web.public.address_forms import AddressForm
from app.web.public.form_key import issue
from app.web.showing import picked
from app.web.showing.picker import can_be_picked

REFUSED = (
    ApprovalNeededError,
    EventOverError,
    NoSeatError,
    NoSuchEventError,
    NotLiveError,
    NotWaitingError,
    OfferEndedError,
    RegistrationEndedError,
    RegistrationNotOpenError,
    RegistrationPausedError,
    SessionsAtStakeError,
    WayClosedError,
)


@blueprint.get("/registrations/<token>")
def registration(token: str) -> str:
    return _page(token, own.registration(token))


def _page(token: str, mine: Registration, *, refusal: Exception | None = None) -> str:
    now = clock.now()
    line = my_line.of(mine, now)
    return render_template(
        "public/registration.html",
        token=token,
        registration=mine,
        event=mine.event,
        days=filters.day_words(mine.chosen_days),
        answers=answers_of(mine),
        needs=answering.request_of(mine.id),
        unanswered=questioning.unanswered(mine.event, mine.ways, mine.answers, now),
        other_ways=my_way.others(mine, now, line),
        room=my_way.room_to_ask_for(mine, now),
        line=line,
        picked=picked.of_registration(mine),
        may_pick=any(can_be_picked(one, [mine.mode], now) for one in mine.event.sessions),
        coming=next_event(mine, now) if mine.is_live else None,
        is_over=mine.event.is_settled(now),
        notice=my_event.notice(mine),
        move=proposing.standing(mine, now),
        may_hand_over=may_hand_over(mine, now),
        asks_us_person=vetting.is_asked(mine),
        has_told=vetting.is_asked(mine) and has_told(mine.id),
        may_join=may_join(mine),
        may_still_join=may_join(mine) and not is_over(mine.event, now),
        joining=mine.event.joining if may_join(mine) else None,
        calendar_url=links.calendar(mine.id, mine.link_version, language.current())
        if mine.state is RegistrationState.CONFIRMED
        else "",
        ways=my_ways_in.session_ways(mine, now),
        may_register=availability(mine.event, now).takes_registrations and not mine.event.is_by_invitation,
        may_come_back=takes(mine.event, mine.mode, now) and not mine.event.is_by_invitation,
        gave_up=my_details.gave_up(mine),
        told=my_details.told(mine),
        now=now,
        news=my_news.of(mine),
        form_key=issue(own.purpose(mine)),
        messages=[refusals.sentence_for(refusal)] if refusal else [],
    )


@blueprint.post("/registrations/<token>/cancellation")
def cancel_registration(token: str) -> BaseResponse:
    mine_id = own.pressed(token).id
    return attempt(token, lambda at: cancel(mine_id, at=at))


def attempt(token: str, work: Callable[[datetime], object], anchor: str | None = None) -> BaseResponse:
    """Do what was pressed, and show their page; when it is refused, with the reason."""
    try:
        transact(lambda at: work(at) and None)
    except NoOfferError:
        pass  # Answered twice, or too late: the page says how things stand.
    except REFUSED as refusal:
        return make_response(_page(token, own.registration(token), refusal=refusal), 409)
    return redirect(url_for("public.registration", token=token, _anchor=anchor), 303)


@blueprint.post("/registrations/<token>/next-event")
def register_for_next(token: str) -> BaseResponse | str:
    mine = own.registration(token)
    own.check_key(mine)
    following = next_event(mine, clock.now())
    if following is None:
        return make_response(_page(token, mine, refusal=RegistrationEndedError()), 409)
    mine_id, event_id, mode = mine.id, following.event.id, following.mode
    if request.form.get("mode") != mode.value:
        return make_response(_page(token, mine, refusal=WayClosedError()), 409)
    try:
        submission_id = transact(lambda at: register_again(mine_id, event_id, mode, at=at))
    except REFUSED as refusal:
        return make_response(_page(token, own.registration(token), refusal=refusal), 409)
    return redirect(url_for("public.confirmation", token=links.sign_reference(links.CONFIRMATION, submission_id)), 303)


@blueprint.route("/registrations/find", methods=["GET", "POST"])
def find_registrations() -> BaseResponse | str:
    """Mail somebody the links to their registrations. The answer is the same for every address."""
    form = AddressForm(request.form if request.method == "POST" else None, purpose="find")
    if request.method == "GET":
        form.form_key.data = issue("find")
        return render_template("public/find.html", form=form)
    if not limits.allows("find", limits.FIND):
        form.form_errors.append(limits.TOO_MANY)
        return make_response(render_template("public/find.html", form=form), 429, limits.AFTER_AN_HOUR)
    if not form.validate():
        return make_response(render_template("public/find.html", form=form), form.status)
    address = form.address
    transact(lambda at: mail_links(address, language=language.current(), at=at))
    return render_template("public/find_sent.html", address=address)
