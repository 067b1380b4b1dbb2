"""Answering somebody who was approved for online and asks to attend in person: one page each for yes and no."""

from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app import clock
from app.models import Mode, Registration, Right
from app.operations.registration import answering_for_room, room_wishes, switching
from app.operations.registration.approving import NotPendingError
from app.web.staff import blueprint
from app.web.staff.acting import member
from app.web.staff.door import requires
from app.web.staff.registration.approval_forms import DeclineForm, SayYesForm
from app.web.staff.registration.loading import WORDS, attempt, back_to_person, load
from app.web.staff.registration.registrations import PERSON


@blueprint.route(f"{PERSON}/room/yes", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def approve_for_room(registration_id: int) -> ResponseReturnValue:
    person, actor, form = load(registration_id), member(), SayYesForm()
    if room_wishes.standing(person) is None:
        return _nobody_asks(registration_id)
    known = request.form.getlist("known", type=int)

    def work(at: datetime) -> int:
        return answering_for_room.say_yes(registration_id, known=known, by=actor, at=at).id

    if form.validate_on_submit():
        refusal = attempt(work)
        if refusal is None:
            return back_to_person(registration_id, _("Approved, and being told."))
        form.form_errors.append(refusal)
    return _page("room_yes", load(registration_id), form)


@blueprint.route(f"{PERSON}/room/no", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def decline_room(registration_id: int) -> ResponseReturnValue:
    person, actor, form = load(registration_id), member(), DeclineForm()
    if room_wishes.standing(person) is None:
        return _nobody_asks(registration_id)
    form.words.description = _("The person reads it in the mail.")
    if form.validate_on_submit():
        words = form.words.data or ""
        refusal = attempt(
            lambda at: answering_for_room.say_no(registration_id, words=words, by=actor, at=at).id,
        )
        return back_to_person(registration_id, _("Declined, and being told."), refusal)
    return _page("room_no", person, form)


def _nobody_asks(registration_id: int) -> ResponseReturnValue:
    """Somebody decided meanwhile, or the person took the wish back: their page shows how they stand."""
    return back_to_person(registration_id, "", WORDS[NotPendingError])


def _page(name: str, person: Registration, form: FlaskForm) -> ResponseReturnValue:
    is_refused, event = request.method == "POST", person.event
    html = render_template(
        f"staff/registration/{name}.html",
        person=person,
        event=event,
        wish=room_wishes.standing(person),
        pool=event.pool(Mode.IN_PERSON),
        line_is_closed=event.line_is_closed(Mode.IN_PERSON, clock.now()),
        stakes=switching.at_stake(person, Mode.IN_PERSON, clock.now()),
        form=form,
        page_error=is_refused,
    )
    return (html, 422) if is_refused else html
