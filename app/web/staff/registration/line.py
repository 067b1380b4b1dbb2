"""What staff do with somebody who waits: move them in the line, or give them a seat. Each asks for a reason."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.models import Registration, Right
from app.operations.registration import placing
from app.operations.registration.waiting import ahead_of
from app.web.staff import blueprint
from app.web.staff.door import requires
from app.web.staff.registration.loading import attempt, load, member
from app.web.staff.registration.person_forms import MoveForm, ReasonForm
from app.web.staff.registration.registrations import PERSON


@blueprint.route(f"{PERSON}/place-in-line", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def move_in_line(registration_id: int) -> ResponseReturnValue:
    person, actor = load(registration_id), member()
    form = MoveForm(ahead=ahead_of(person) if person.waits_for else None)
    if form.validate_on_submit():
        ahead, reason = form.ahead.data or 0, form.reason.data or ""
        refusal = attempt(lambda at: placing.move(registration_id, ahead, reason=reason, by=actor, at=at))
        return _done(registration_id, _("Moved. Everybody else keeps their order."), refusal)
    return _page("move", person, form)


@blueprint.route(f"{PERSON}/seat", methods=["GET", "POST"])
@requires(Right.EDIT_PEOPLE)
def give_seat(registration_id: int) -> ResponseReturnValue:
    person, actor, form = load(registration_id), member(), ReasonForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        refusal = attempt(lambda at: placing.give_seat(registration_id, reason=reason, by=actor, at=at))
        return _done(registration_id, _("The seat is theirs, and the confirmation is being mailed."), refusal)
    return _page("give_seat", person, form)


def _done(registration_id: int, words: str, refusal: object = None) -> ResponseReturnValue:
    flash(str(refusal or words), "error" if refusal else "success")
    return redirect(url_for("staff.registration", registration_id=registration_id), 303)


def _page(name: str, person: Registration, form: FlaskForm) -> ResponseReturnValue:
    is_refused = request.method == "POST"
    pool = person.event.pool(person.waits_for) if person.waits_for else None
    html = render_template(
        f"staff/registration/{name}.html",
        person=person,
        event=person.event,
        form=form,
        pool=pool,
        page_error=is_refused,
    )
    return (html, 422) if is_refused else html
